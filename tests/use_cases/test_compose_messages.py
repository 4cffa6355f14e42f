from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlmodel import Session

from g40flow.bootstrap import build_app
from g40flow.domain.messages import Rendered
from g40flow.storage.database import Database
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose, Composer
from tests.conftest import MONDAY


@dataclass(frozen=True)
class Family:
    """Messages that say only their kind."""

    names: tuple[str, ...]

    @property
    def kinds(self) -> Mapping[str, Compose]:
        return dict.fromkeys(self.names, say_kind)


def say_kind(session: Session, message: Message, now: datetime) -> Rendered:
    return Rendered(summary=message.kind, text=message.kind)


def test_each_kind_is_made_by_the_family_that_knows_it(sqlite: Database) -> None:
    composer = Composer([Family(("letter",)), Family(("card", "note"))])

    with sqlite.reading() as session:
        rendered = composer.compose(session, Message(key="k", audience="operators", kind="note"), MONDAY)

    assert rendered == Rendered(summary="note", text="note")


def test_a_kind_that_nobody_makes_is_named(sqlite: Database) -> None:
    composer = Composer([Family(("letter",))])

    with sqlite.reading() as session, pytest.raises(ValueError, match=r"k: nothing makes .* 'card'"):
        composer.compose(session, Message(key="k", audience="operators", kind="card"), MONDAY)


def test_two_families_cannot_make_the_same_kind() -> None:
    with pytest.raises(ValueError, match="more than one family of messages: note"):
        Composer([Family(("note", "letter")), Family(("card", "note"))])


def test_the_program_makes_every_kind_of_its_main_job() -> None:
    composer = build_app({}).composer

    assert composer.kinds >= {
        "item_card", "triage_card", "urgent_message", "gathered", "news_reply", "source_notice",
    }  # fmt: skip
