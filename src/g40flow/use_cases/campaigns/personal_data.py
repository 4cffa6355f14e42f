"""What is kept of a person in campaigns: handed out and erased on request, taken out after the retention.

A history cannot be changed, so nothing of this module's concern is ever written there: entries about
contacts and stakeholders hold ids, kinds and functions, see touchpoints.py and stakeholders.py. Accounts
and their holders are the people of the network themselves; they are looked after in access/people.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from g40flow.domain.actors import PROGRAM, Actor, roles_of
from g40flow.domain.campaigns.privacy import TAKEN_OUT, concerns, names_in, without
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.campaign_tables import Stakeholder, Touchpoint
from g40flow.storage.history import NETWORK, record
from g40flow.storage.locks import take_turn
from g40flow.use_cases.dossier.desk import Desk, required_reason


@dataclass(frozen=True, kw_only=True)
class Whom:
    """About whom is asked. person: slug of somebody of the network, "" if it is nobody of it.

    name: as it may stand in a contact or as the holder of an office; "" to go by the slug alone.
    """

    person: str = ""
    name: str = ""


SHORTEST_NAME = 4
"""A shorter one would match half the words of a text."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What campaigns keep of somebody."""

    touchpoints: Sequence[Touchpoint]
    stakeholders: Sequence[Stakeholder]

    def as_json(self) -> dict[str, Json]:
        """To be handed to the person it is about: every field that tells of a person, with the contact."""
        return {
            "touchpoints": [_touchpoint_json(row) for row in self.touchpoints],
            "stakeholders": [_stakeholder_json(row) for row in self.stakeholders],
        }


def find_person(session: Session, whom: Whom, *, actor: Actor) -> Kept:
    """Everything that campaigns keep of somebody. Raises NotAllowed or InvalidInput ("name_needed")."""
    require(Right.MANAGE_PERSONAL_DATA, roles_of(actor))
    _check(whom)
    touchpoints = [row for row in session.scalars(_touchpoints()) if _is_about(row, whom)]
    holders = session.scalars(select(Stakeholder).where(col(Stakeholder.holder) != ""))
    return Kept(
        touchpoints=touchpoints,
        stakeholders=[row for row in holders if names_in(row.holder, whom.name)],
    )


def export_person(session: Session, whom: Whom, *, actor: Actor, now: datetime) -> dict[str, Json]:
    """What is kept of somebody, to hand out; that it was asked for is written down, not for whom.

    Raises what find_person raises.
    """
    kept = find_person(session, whom, actor=actor)
    facts: dict[str, Json] = {"touchpoints": len(kept.touchpoints), "stakeholders": len(kept.stakeholders)}
    record(session, NETWORK, actor, "export_person", now=now, facts=facts)
    return kept.as_json()


def erase_person(
    session: Session, desk: Desk, whom: Whom, *, reason: str, actor: Actor, now: datetime
) -> Kept:
    """Take somebody out of contacts and stakeholders; that there was a contact stays. Returns what changed.

    Who logged a contact or owns what must happen next is a user of the program, and stays as long as the
    account does, unless asked by slug: then the secretariat takes over what is still to be done.
    Raises what find_person raises, and InvalidInput ("reason_needed").
    """
    kept, said = find_person(session, whom, actor=actor), required_reason(reason)
    for row in kept.touchpoints:
        _erase_from(row, whom, actor)
        session.add(row)
    for stakeholder in kept.stakeholders:
        stakeholder.holder = ""
        stakeholder.folded = stakeholder.folded.replace(_folded(whom.name), " ")
        session.add(stakeholder)
    facts: dict[str, Json] = {
        "touchpoints": [row.id for row in kept.touchpoints],
        "stakeholders": [row.id for row in kept.stakeholders],
    }
    record(session, NETWORK, actor, "erase_person", now=now, reason=said, facts=facts)
    return kept


def reduce_touchpoints(session: Session, desk: Desk, now: datetime) -> int:
    """Take who took part out of contacts whose retention has passed; says of how many. Safe to repeat.

    What stays: day, channel, counterpart, subject and which asks were raised, for the annual figures.
    """
    take_turn(session)
    days = desk.rules.campaigns.touchpoint_retention_calendar_days
    before = dutch_date(now) - timedelta(days=days)
    query = _touchpoints().where(col(Touchpoint.happened_on) < before, col(Touchpoint.reduced_at).is_(None))
    reduced = list(session.scalars(query))
    for row in reduced:
        row.our_people, row.reduced_at, row.logged_by = [], now, PROGRAM.person
        row.response = row.follow_up = row.follow_up_owner = row.follow_up_done_by = ""
        row.follow_up_on = None
        session.add(row)
    if reduced:
        ids: list[Json] = [row.id for row in reduced]
        record(session, NETWORK, PROGRAM, "reduce_touchpoints", now=now, facts={"touchpoints": ids})
    return len(reduced)


# --- pieces ---------------------------------------------------------------------------------------


def _touchpoints() -> Any:
    return select(Touchpoint).order_by(col(Touchpoint.id))


def _check(whom: Whom) -> None:
    if not whom.person and len(one_line(whom.name)) < SHORTEST_NAME:
        raise InvalidInput(
            "name_needed", f"expected a slug or {SHORTEST_NAME} letters of a name", field="name"
        )


def _is_about(row: Touchpoint, whom: Whom) -> bool:
    by_slug = whom.person and whom.person in (row.logged_by, row.follow_up_owner, row.follow_up_done_by)
    in_words = any(names_in(text, whom.name) for text in _words(row))
    return bool(by_slug) or in_words or concerns(row.our_people, whom.person, whom.name)


def _words(row: Touchpoint) -> Iterable[str]:
    return (row.organisation, row.function, row.subject, row.response, row.follow_up)


def _erase_from(row: Touchpoint, whom: Whom, actor: Actor) -> None:
    row.our_people = without(row.our_people, whom.person, whom.name)
    for name in ("organisation", "function", "subject", "response", "follow_up"):
        if names_in(getattr(row, name), whom.name):
            setattr(row, name, _blanked(getattr(row, name), whom.name))
    if whom.person and row.logged_by == whom.person:
        row.logged_by = actor.person
    if whom.person and row.follow_up_owner == whom.person:
        row.follow_up_owner = actor.person
    if whom.person and row.follow_up_done_by == whom.person:
        row.follow_up_done_by = ""


def _blanked(text: str, name: str) -> str:
    """A text with a name taken out, whatever its capitals and blanks."""
    words, wanted = text.split(" "), _folded(name).split()
    kept: list[str] = []
    place = 0
    while place < len(words):
        found = [_folded(word).strip(".,;:!?()") for word in words[place : place + len(wanted)]]
        if found == wanted:
            kept.append(TAKEN_OUT)
            place += len(wanted)
        else:
            kept.append(words[place])
            place += 1
    said = " ".join(kept)
    # Written so that no word stands alone, such as inside a longer one: then the whole text goes.
    return TAKEN_OUT if names_in(said, name) else said


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _touchpoint_json(row: Touchpoint) -> dict[str, Json]:
    return {
        "id": row.id,
        "happened_on": row.happened_on.isoformat(),
        "channel": row.channel.value,
        "organisation": row.organisation,
        "function": row.function,
        "our_people": [dict(one) for one in row.our_people],
        "subject": row.subject,
        "response": row.response,
        "follow_up": row.follow_up,
        "follow_up_owner": row.follow_up_owner,
        "logged_by": row.logged_by,
        "logged_at": row.logged_at.isoformat(),
    }


def _stakeholder_json(row: Stakeholder) -> dict[str, Json]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "function": row.function,
        "organisation": row.organisation,
        "holder": row.holder,
        "party": row.party,
        "committee": row.committee,
        "source": row.source,
    }
