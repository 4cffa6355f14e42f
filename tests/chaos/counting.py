"""What was lost and what was doubled, by comparing publishers and Slack of the sandbox with each other.

Facts: what the publisher put out must stand in the database once, as it is now; a change once as a change.
Messages: what Slack shows must show each item once to every audience it goes to, and each change once in
the thread below. The program's own idea of what it sent is not asked.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.sandbox.slack.state import Message as Shown
from g40flow.sandbox.slack.workspace import Workspace
from g40flow.storage.tables import Delivery, Item, ItemRevision, ItemRouting

TOKENS = re.compile(r"\(nr \d{5}\)")
"""What makes every title of a run unlike all others."""
EXAMPLES = 8
"""Told of each kind of what was lost, and of what was doubled."""


@dataclass
class Published:
    """What the publisher says. starts: by title, aware; changed: titles of what was put off once."""

    starts: dict[str, datetime] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Count:
    """The end of a run. removed: doubles that the program took away by itself; found: messages that had
    arrived without an answer and were not sent again.
    """

    items: int
    changes: int
    messages: int
    lost_facts: int
    doubled_facts: int
    lost_messages: int
    doubled_messages: int
    found: int
    removed: int
    examples: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost and nothing is there twice."""
        return not (self.lost_facts or self.doubled_facts or self.lost_messages or self.doubled_messages)


@dataclass
class _Tally:
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def compare(self, what: str, expected: int, found: int, about: str) -> None:
        if found == expected:
            return
        kind = self.lost if found < expected else self.doubled
        if kind[what] < EXAMPLES:
            self.examples.append(f"{about}: expected {expected}, found {found}")
        kind[what] += abs(expected - found)


def count(session: Session, workspace: Workspace, published: Published, channels: Mapping[str, str]) -> Count:
    """Count at the end of a run. channels: name of the channel of each theme group."""
    tally = _Tally()
    items = _count_facts(session, published, tally)
    standing = [
        (channel.name, message)
        for channel in workspace.channels.values()
        for message in channel.messages.values()
        if _key(message)
    ]
    _count_keys(standing, tally)
    _count_messages(session, standing, published, items, channels, tally)
    acts = Counter(session.exec(select(Delivery.act)).all())
    return Count(
        items=len(published.starts),
        changes=len(published.changed),
        messages=len(standing),
        lost_facts=tally.lost["fact"],
        doubled_facts=tally.doubled["fact"],
        lost_messages=tally.lost["message"],
        doubled_messages=tally.doubled["message"],
        found=acts["found"],
        removed=acts["removed"],
        examples=tuple(tally.examples),
    )


def _count_facts(session: Session, published: Published, tally: _Tally) -> dict[str, int]:
    rows: dict[str, list[Item]] = {}
    for row in session.exec(select(Item)):
        rows.setdefault(row.title, []).append(row)
    news: dict[int, list[str]] = {}
    for revision in session.exec(select(ItemRevision).order_by(col(ItemRevision.id))):
        if revision.news:
            what = "+".join(str(change["field"]) for change in revision.changes)
            news.setdefault(revision.item_id, []).append(f"{'+'.join(revision.news)} of {what}")
    for title, starts in published.starts.items():
        found = rows.get(title, [])
        tally.compare("fact", 1, len(found), f"item {title}")
        if found:
            tally.compare("fact", 1, int(found[0].starts_at == starts), f"day of {title}")
            expected = int(title in published.changed)
            told = news.get(found[0].id or 0, [])
            tally.compare("fact", expected, len(told), f"change of {title} ({'; '.join(told)})")
    return {title: found[0].id or 0 for title, found in rows.items()}


def _count_keys(standing: list[tuple[str, Shown]], tally: _Tally) -> None:
    """No key twice, whatever it is about."""
    for key, times in Counter(_key(message) for _, message in standing).items():
        if times > 1:
            tally.compare("message", 1, times, f"message {key}")


def _count_messages(
    session: Session,
    standing: list[tuple[str, Shown]],
    published: Published,
    items: Mapping[str, int],
    channels: Mapping[str, str],
    tally: _Tally,
) -> None:
    groups: dict[int, list[str]] = {}
    for row in session.exec(select(ItemRouting)):
        if row.withdrawn_at is None:
            groups.setdefault(row.item_id, []).append(row.theme_group)
    cards: Counter[tuple[str, str]] = Counter()
    replies: Counter[tuple[str, str]] = Counter()
    for channel, message in standing:
        words = json.dumps(message.payload, ensure_ascii=False)
        for token in set(TOKENS.findall(words)):
            (replies if message.is_reply else cards)[channel, token] += 1
    for title in published.starts:
        [token] = TOKENS.findall(title)
        told = groups.get(items.get(title, 0), [])
        tally.compare("message", 1, int(bool(told)), f"a group for {title}")
        for group in told:
            where = channels[group], token
            tally.compare("message", 1, min(cards[where], 1), f"{title} in {where[0]}")
            expected = int(title in published.changed)
            tally.compare("message", expected, replies[where], f"the change of {title} in {where[0]}")


def _key(message: Shown) -> str:
    payload = message.payload.get("metadata") or {}
    return (
        str(payload.get("event_payload", {}).get("key", "")) if payload.get("event_type") == "g40flow" else ""
    )
