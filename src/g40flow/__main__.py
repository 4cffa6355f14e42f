"""`python -m g40flow` is the same as `g40flow`."""

from g40flow.cli import main

main()
