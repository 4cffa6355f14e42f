"""Calls for input: asking cities, taking their answers, chasing, and what is done with it."""
