"""Results as Markdown: one section for each part, in docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"

HEAD = """\
# Speed and memory

Written by `make bench`; `.venv/bin/python -m bench NAME` measures one part again. Every figure of
g40flow stands beside a floor that was measured in the same run: the least that any program would have
to do for the same result. So the ratios mean something on another machine, the seconds do not.
"""


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one part measured. text: what was done and what the floor is. body: Markdown."""

    title: str
    text: str
    body: str


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the figures to the right."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows))


def markdown(section: Section) -> str:
    """A section as it stands in the report, and on screen."""
    return f"## {section.title}\n\n{section.text}\n\n{section.body}\n"


def write(sections: Iterable[Section]) -> None:
    """Put sections in the report, each in the place of the one with its title if there is one."""
    kept = _kept()
    kept |= {section.title: markdown(section) for section in sections}
    REPORT.write_text("\n".join([HEAD, machine(), *kept.values()]), encoding="utf-8")


def _kept() -> dict[str, str]:
    if not REPORT.exists():
        return {}
    parts = re.split(r"(?m)^(?=## )", REPORT.read_text(encoding="utf-8"))[1:]
    return {part.splitlines()[0].removeprefix("## "): part.strip() + "\n" for part in parts}


def machine() -> str:
    """Where it was measured, in general terms."""
    return (
        f"Measured on {os.cpu_count()} cores, {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}.\n"
    )
