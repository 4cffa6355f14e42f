"""What a forked process does. It imports next to nothing, since every process pays for that."""

import os
import sys
from pathlib import Path


def run_program(command: list[str], environment: dict[str, str], printed: Path) -> None:
    """The same as `python -m g40flow COMMAND`. printed: file for what it prints."""
    from g40flow.cli import main

    os.environ.clear()
    os.environ.update(environment)
    with printed.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    sys.argv = ["g40flow", *command]
    main()
