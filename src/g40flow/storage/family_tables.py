"""Tables of families that have a name: those with several items, or that somebody follows.

families: Family, FamilyMember
people:   FamilyDecision, FamilyBlock

The keys themselves are in tables.ItemFamily. What a person put together shares a key of its own there,
"samen:<decision>"; what a person took apart has its keys blocked here.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field

from g40flow.storage import tables as tables  # its foreign keys refer there
from g40flow.storage.columns import Table, instant, json_value, long_text, part_of, refers_to, word


class Family(Table, table=True):
    """A family by the id it is known and followed by. merged_into: the one that it became part of."""

    __tablename__ = "family"
    id: int | None = Field(default=None, primary_key=True)
    since: datetime = instant()
    merged_into: int | None = refers_to("family", index=True)


class FamilyMember(Table, table=True):
    """Which family an item is in; an item without a row is alone and not followed."""

    __tablename__ = "family_member"
    item_id: int = part_of("item", primary_key=True)
    family_id: int = part_of("family", index=True)


class FamilyVerdict(StrEnum):
    """What a person decided about the family of an item."""

    APART = "apart"  # it does not belong with the rest
    TOGETHER = "together"  # it belongs with another item


class FamilyDecision(Table, table=True):
    """A person's judgement, which stands whatever the publishers say later, until it is taken back.

    other_item_id: what it was put together with. keys: those of the family that do not count for it.
    """

    __tablename__ = "family_decision"
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = part_of("item", index=True)
    verdict: FamilyVerdict = word(FamilyVerdict)
    other_item_id: int | None = refers_to("item", index=True)
    keys: list[Any] = json_value()
    person: str
    reason: str = long_text()
    decided_at: datetime = instant()
    undone_by: str = ""
    undone_at: datetime | None = instant(nullable=True)


class FamilyBlock(Table, table=True):
    """A key that does not count for an item, because a person said so."""

    __tablename__ = "family_block"
    item_id: int = part_of("item", primary_key=True)
    key: str = Field(primary_key=True)
    decision_id: int = part_of("family_decision", primary_key=True, index=True)
