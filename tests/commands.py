"""Commands as people type them, run in this process: what they print, and how they end."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from g40flow.cli import main


@dataclass(frozen=True)
class Ran:
    """A command that ended. code: exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, when that is JSON."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line in which it said what is wrong."""
        [line] = self.err.splitlines()
        return line


Run = Callable[..., Ran]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("poll", "--json")`; only what a test sets is in the environment."""

    def run(*command: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["g40flow", *command])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run
