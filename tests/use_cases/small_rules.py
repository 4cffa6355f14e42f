"""A folder of rules for two theme groups, small enough to foresee what they do."""

import json
from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from g40flow.config.routing import load_router
from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.domain.routing import Router
from g40flow.storage.database import Database
from g40flow.storage.items import write_item
from g40flow.storage.tables import Item, ItemRouting, RuleDecision, RuleProposal
from g40flow.use_cases.route_items import correct_routing

FILES = {
    "woningmarkt.yaml": "# Wonen, in al zijn vormen.\ngroup: woningmarkt\nname: Woningmarkt\n"
    "strong:\n  [huurwoning,  # en wat erbij hoort\n   woningbouw*]\n",
    "europa.yaml": "group: europa\nname: Europa\nstrong: [brussel]\n",
    "_shared.yaml": "fields: {title: 1.0, summary: 0.6}\n",
    "_bodies.yaml": "committees: []\n",
}
KNOWN: tuple[dict[str, object], ...] = (
    {"id": "w1", "title": "Wet huurwoningen", "groups": ["woningmarkt"]},
    {"id": "e1", "title": "Subsidies uit Brussel", "groups": ["europa"]},
    {"id": "n1", "title": "Wet op de begraafplaatsen", "groups": []},
    {"id": "n2", "title": "Brief over begraafplaatsen en brief over vissen", "groups": []},
)


class SmallRules:
    """The rules in a folder of their own, with items that people correct. now: aware UTC."""

    def __init__(self, directory: Path, database: Database, now: datetime) -> None:
        self.directory, self.database, self.now = directory, database, now
        for name, text in FILES.items():
            (directory / name).write_text(text, encoding="utf-8")
        self.know(*KNOWN)

    def know(self, *rows: dict[str, object]) -> None:
        """Write the labelled items beside the rules."""
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (self.directory / "examples.jsonl").write_text(lines, encoding="utf-8")

    def router(self) -> Router:
        return load_router(self.directory)

    def text(self, group: str) -> str:
        """The file of a group as it stands."""
        return (self.directory / f"{group}.yaml").read_text(encoding="utf-8")

    def item(self, title: str, *groups: str) -> int:
        """An item that the router sent to these groups."""
        item = SourceItem(
            source="tweedekamer",
            identifier=title,
            kind=ItemKind.PARLIAMENTARY_CASE,
            kind_label="Brief",
            title=title,
            url="https://www.tweedekamer.nl/zaak",
            status=ItemStatus.OPEN,
        )
        row = Item(source="tweedekamer", identifier=title, kind="", status="", facts={})
        write_item(row, item)
        row.first_seen_at = row.changed_at = row.routed_at = self.now
        with self.database.writing() as session:
            session.add(row)
            session.flush()
            assert row.id is not None
            for group in groups:
                session.add(_routing(row.id, group, self.now))
        return row.id

    def correct(self, item_id: int, *groups: str, reason: str = "Gaat hierover") -> None:
        """Let a person say for whom an item is."""
        with self.database.writing() as session:
            correct_routing(session, item_id, groups, person="Anna Testerink", reason=reason, now=self.now)

    def proposals(self) -> list[RuleProposal]:
        with self.database.reading() as session:
            return list(session.exec(select(RuleProposal).order_by(col(RuleProposal.id))))

    def decisions(self) -> list[RuleDecision]:
        with self.database.reading() as session:
            return list(session.exec(select(RuleDecision).order_by(col(RuleDecision.id))))


def _routing(item_id: int, group: str, now: datetime) -> ItemRouting:
    return ItemRouting(
        item_id=item_id, theme_group=group, reasons=[], rule_version="r1", routed_at=now, score=0.9
    )
