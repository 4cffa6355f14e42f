"""Tables of what people chose. Columns named *_at hold aware UTC instants, *_on Dutch calendar dates.

Queries are in g40flow.storage.preferences.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from g40flow.domain.preferences import Explanations, Gathering, Pace, Topic
from g40flow.storage import tables as tables  # its foreign keys refer there
from g40flow.storage.columns import Table, instant, json_value, part_of, word
from g40flow.storage.types import Word


class MessageChoice(Table, table=True):
    """How soon one person hears of one topic.

    theme_group: slug; "" for all groups without a choice of their own. before: the word of Pace that
    counted before the last change, "" for none: what an undo goes back to.
    """

    __tablename__ = "message_choice"
    person: str = Field(primary_key=True)
    topic: Topic = Field(sa_column=Column(Word(Topic), primary_key=True))
    theme_group: str = Field(default="", primary_key=True)
    pace: Pace = word(Pace)
    before: str = ""
    changed_at: datetime = instant()


class PersonHabits(Table, table=True):
    """When somebody wants no messages, and how much they explain.

    quiet_from, quiet_until: Dutch wall-clock times, "22:00"; "" for none. quiet_weekdays: 0 = Monday.
    """

    __tablename__ = "person_habits"
    person: str = Field(primary_key=True)
    quiet_from: str = ""
    quiet_until: str = ""
    quiet_weekdays: list[int] = json_value()
    explanations: Explanations = word(Explanations, Explanations.FULL)
    changed_at: datetime = instant()


class AbsenceRow(Table, table=True):
    """When somebody is away, both days included. deputy: slug; "" for nobody.

    grants: ids in role_grant of the roles that the deputy got for it. ended_at: taken back, or over
    earlier than planned; None while it counts.
    """

    __tablename__ = "absence"
    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    deputy: str = ""
    from_on: date
    until_on: date
    grants: list[Any] = json_value()
    noted_at: datetime = instant()
    noted_by: str
    ended_at: datetime | None = instant(nullable=True)


class GatheredMessage(Table, table=True):
    """A message that is told as a line of a gathered one. why: a word of domain.preferences.Why."""

    __tablename__ = "gathered_message"
    message_id: int = part_of("message", primary_key=True)
    gathering_id: int = part_of("message", index=True)
    gathering: Gathering = word(Gathering)
    why: str = ""
