"""What the official journals and the newsrooms of the sandbox published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from g40flow.sandbox.world.reading import Shift


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """A publication. journal: "Staatscourant". number, paper: of a paper of parliament, "" for others.

    until: last day of a response period, None if there is none.
    """

    identifier: str
    title: str
    journal: str
    maker: str
    day: date
    abstract: str = ""
    rubric: str = ""
    dossier: str = ""
    paper: str = ""
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class PressItem:
    """A news item. feeds: paths of the feeds it stands in. at: Dutch local moment, None without a date."""

    key: str
    title: str
    text: str
    feeds: tuple[str, ...]
    at: datetime | None


def read_journal(rows: list[Mapping[str, Any]], shift: Shift) -> dict[str, JournalEntry]:
    """journal.yaml, moved by whole weeks."""
    entries = [
        JournalEntry(
            **{
                **row,
                "day": shift.day(row["day"]),
                "until": shift.day(row["until"]) if "until" in row else None,
            }
        )
        for row in rows
    ]
    return {entry.identifier: entry for entry in entries}


def read_press(rows: list[Mapping[str, Any]], shift: Shift) -> dict[str, PressItem]:
    """press.yaml, moved by whole weeks."""
    items = [
        PressItem(
            key=row["key"],
            title=row["title"],
            text=row["text"],
            feeds=tuple(row["feeds"]),
            at=shift.moment(row["at"]) if "at" in row else None,
        )
        for row in rows
    ]
    return {item.key: item for item in items}
