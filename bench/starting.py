"""How long a command takes to start."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measuring import environment, median_seconds
from bench.report import Section, table
from g40flow.storage import schema
from g40flow.storage.database import Database

TIMES = 9
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "g40flow --help": ["-m", "g40flow", "--help"],
    "g40flow items": ["-m", "g40flow", "items"],
    "g40flow outbox": ["-m", "g40flow", "outbox"],
}


def measure(_entries: int) -> Section:
    """Every command in a process of its own, on an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite'}"
        database = Database(url)
        schema.upgrade(database)
        database.close()
        seconds = {name: _seconds(command, url) for name, command in COMMANDS.items()}
    floor = seconds["python -c pass"]
    return Section(
        title="Starting",
        text=f"From the start of the process to its end, median of {TIMES}. "
        "Floor: a Python that does nothing.",
        body=table(
            ["command", "ms", "times the floor"],
            [[name, f"{spent * 1e3:.0f}", f"{spent / floor:.1f}"] for name, spent in seconds.items()],
        ),
    )


def _seconds(command: list[str], database_url: str) -> float:
    variables = environment(G40FLOW_DATABASE_URL=database_url)
    run = [sys.executable, *command]

    def start() -> None:
        subprocess.run(run, env=variables, check=True, stdout=subprocess.DEVNULL, cwd=os.sep)

    return median_seconds(start, TIMES)
