"""Everything the portal shows about a family, and about the place of one item in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.errors import NotFound
from g40flow.domain.families import reference_keys
from g40flow.domain.family_keys import LeftOut
from g40flow.domain.instants import dutch_date
from g40flow.storage.families import facts_of, suggestions_for
from g40flow.storage.family_members import (
    apart_from,
    counting_keys,
    current_family,
    decisions_of_family,
    family_id_of,
    family_items,
    family_size,
    family_subject,
    sources_of_family,
)
from g40flow.storage.family_tables import FamilyDecision, FamilyVerdict
from g40flow.storage.items import items_by_id
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.follow import is_following
from g40flow.web.item_lines import ItemLine, item_lines

SHOWN, SHOWN_BESIDE_AN_ITEM, SUGGESTED = 200, 8, 5
"""How many items a page shows; the newest ones of a dossier that runs for decades."""


@dataclass(frozen=True, kw_only=True)
class FamilyPage:
    """lines: oldest day first, each with the day it belongs to. sources: how many items each publisher has.

    apart: decisions that something does not belong here, together: that something does; titles of the
    items they are about, by id. suggested: other items with the same name of an act.
    """

    family_id: int
    title: str
    total: int
    lines: Sequence[tuple[date, ItemLine]]
    sources: Mapping[str, int]
    follows: bool
    apart: Sequence[FamilyDecision]
    together: Sequence[FamilyDecision]
    titles: Mapping[int, str]
    suggested: Sequence[ItemLine]


@dataclass(frozen=True, kw_only=True)
class FamilyPart:
    """What the page of one item says of its family. family_id: None while it is alone.

    left_out: why something that it names does not count. mentioned: what that is, as people write it.
    apart: decisions that it does not belong somewhere.
    """

    family_id: int | None
    total: int
    lines: Sequence[ItemLine]
    sources: Mapping[str, int]
    follows: bool
    left_out: Sequence[LeftOut]
    mentioned: Sequence[str]
    apart: Sequence[FamilyDecision]


def family_page(session: Session, app: App, actor: Actor, family_id: int) -> FamilyPage:
    """Of the family that it became part of, if it did. Raises NotFound."""
    family = current_family(session, family_id)
    if family is None or family.id is None:
        raise NotFound(f"no family {family_id}")
    rows, total = family_items(session, family.id, SHOWN)
    if not rows:
        raise NotFound(f"family {family_id} has no items left")
    ids = [row.id for row in rows if row.id is not None]
    keys = {key for several in counting_keys(session, ids=ids).values() for key in several}
    decisions = [d for d in decisions_of_family(session, ids) if d.verdict is FamilyVerdict.TOGETHER]
    apart = [d for d in apart_from(session, keys) if d.item_id not in ids]
    named = {d.item_id for d in [*apart, *decisions]} | {d.other_item_id or 0 for d in decisions}
    return FamilyPage(
        family_id=family.id,
        title=_title(rows),
        total=total,
        lines=[(day_of(line.row), line) for line in item_lines(session, app, rows)],
        sources=sources_of_family(session, family.id),
        follows=is_following(session, actor.person, family_subject(family.id)),
        apart=apart,
        together=decisions,
        titles={number: row.title for number, row in items_by_id(session, named).items()},
        suggested=item_lines(session, app, suggestions_for(session, rows, SUGGESTED)),
    )


def family_part(session: Session, app: App, actor: Actor, row: Item) -> FamilyPart:
    """What belongs with one item."""
    assert row.id is not None
    family_id = family_id_of(session, row.id)
    keys = reference_keys(facts_of(row))
    rows: Sequence[Item] = []
    if family_id is not None:
        found, _ = family_items(session, family_id, SHOWN_BESIDE_AN_ITEM + 1)
        rows = [other for other in reversed(found) if other.id != row.id][:SHOWN_BESIDE_AN_ITEM]
    decided = select(FamilyDecision).where(
        col(FamilyDecision.item_id) == row.id, col(FamilyDecision.undone_at).is_(None)
    )
    return FamilyPart(
        family_id=family_id,
        total=0 if family_id is None else family_size(session, family_id),
        lines=item_lines(session, app, rows),
        sources={} if family_id is None else sources_of_family(session, family_id),
        follows=family_id is not None and is_following(session, actor.person, family_subject(family_id)),
        left_out=sorted(keys.reasons),
        mentioned=sorted(key.partition(":")[2] for key in keys.mentioned),
        apart=[d for d in session.scalars(decided) if d.verdict is FamilyVerdict.APART],
    )


def day_of(row: Item) -> date:
    """The Dutch day on which an item stands in the course of events."""
    if row.starts_at is not None:
        return dutch_date(row.starts_at)
    return row.published_on or dutch_date(row.first_seen_at)


def _title(rows: Sequence[Item]) -> str:
    """What a family is called: like the bill or consultation that it is about, else like its first item."""
    openers = (
        "Wetgeving", "Initiatiefwetgeving", "Wet", "AMvB", "Begroting", "Wetsvoorstel in de Eerste Kamer",
    )  # fmt: skip
    bills = [row for row in rows if row.kind_label in openers]
    return (bills or list(rows))[0].title
