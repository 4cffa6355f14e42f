"""A small world on 127.0.0.1: the publishers and a Slack stand-in, for demo, tests and benchmarks."""
