"""Contacts with the outside: written down in under a minute, with what must happen next and who does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.campaigns.privacy import has_contact_data
from g40flow.domain.campaigns.words import AskState, Channel
from g40flow.domain.dossier.rights import Right, has_right, require
from g40flow.domain.dossier.workflow import RESTING
from g40flow.domain.errors import InvalidInput, NotFound, StepNotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line, several_lines
from g40flow.storage.access import effective_person
from g40flow.storage.campaign_tables import Ask, Touchpoint, TouchpointAsk
from g40flow.storage.campaigns import (
    ask_by_id,
    asks_raised,
    campaign_of,
    stakeholder_by_id,
    touchpoint_by_id,
)
from g40flow.storage.dossier_search import visible_to
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.history import NETWORK, record
from g40flow.use_cases.announce_items import person_audience
from g40flow.use_cases.dossier.desk import (
    Desk,
    leaves_at,
    note_change,
    open_for_change,
    open_to_read,
    require_on,
    required_reason,
    tell,
)

LONGEST_FIELD = 4_000
MOST_PEOPLE = 20
OLDEST_DAYS = 3 * 366
"""A contact of longer ago is history, and is imported rather than logged."""


@dataclass(frozen=True, kw_only=True)
class OurPerson:
    """Somebody of ours in a contact. person: slug, "" for who is no user; function: "wethouder, Zwolle"."""

    person: str = ""
    function: str = ""


@dataclass(frozen=True, kw_only=True)
class TouchpointText:
    """What is written down of a contact.

    organisation, function: of the counterpart, a public function; with a stakeholder both may be "".
    our_people: empty for the actor alone. ask_ids: asks of the campaign that were raised. response: what
    the counterpart said. follow_up_owner: person slug; "" for the actor. follow_up_on: Dutch day.
    """

    happened_on: date
    channel: str
    subject: str
    organisation: str = ""
    function: str = ""
    stakeholder_id: int | None = None
    campaign_id: int | None = None
    our_people: Sequence[OurPerson] = ()
    ask_ids: Sequence[int] = field(default_factory=tuple)
    response: str = ""
    follow_up: str = ""
    follow_up_on: date | None = None
    follow_up_owner: str = ""


def log_touchpoint(
    session: Session, desk: Desk, said: TouchpointText, *, actor: Actor, now: datetime
) -> Touchpoint:
    """Write down a contact; asks that were raised are "brought" from then on, the owner of what must
    happen next hears of it.

    Raises NotFound, NotAllowed, StepNotAllowed (the campaign rests) or InvalidInput ("unknown_channel",
    "subject_needed", "counterpart_needed", "date_in_future", "date_too_old", "contact_data",
    "too_many_people", "unknown_person", "ask_of_other_campaign", "follow_up_needed").
    """
    require(Right.LOG_TOUCHPOINT, roles_of(actor))
    dossier = _campaign(session, said.campaign_id, actor)
    row = Touchpoint(
        campaign_id=said.campaign_id,
        our_people=[],
        happened_on=said.happened_on,
        channel=Channel.MEETING,
        logged_by=actor.person,
        logged_at=now,
        surface=actor.surface.value,
    )
    _fill(session, desk, row, said, actor, now)
    session.add(row)
    session.flush()
    _raise_asks(session, row, said.ask_ids, now)
    _note(session, dossier, row, "log_touchpoint", actor, now)
    _tell_owner(session, desk, dossier, row, actor, now)
    return row


def edit_touchpoint(
    session: Session, desk: Desk, touchpoint_id: int, said: TouchpointText, *, actor: Actor, now: datetime
) -> Touchpoint:
    """Write a contact down differently: who logged it, or the secretariat. It stays in its campaign.

    Raises what log_touchpoint raises.
    """
    row = touchpoint_by_id(session, touchpoint_id)
    dossier = _for_change(session, row, actor)
    _fill(session, desk, row, said, actor, now)
    session.add(row)
    for link in session.scalars(select(TouchpointAsk).where(col(TouchpointAsk.touchpoint_id) == row.id)):
        session.delete(link)
    session.flush()
    _raise_asks(session, row, said.ask_ids, now)
    _note(session, dossier, row, "edit_touchpoint", actor, now)
    _tell_owner(session, desk, dossier, row, actor, now)
    return row


def remove_touchpoint(
    session: Session, desk: Desk, touchpoint_id: int, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take off a contact that was written down by mistake. Raises NotFound, NotAllowed or InvalidInput."""
    row = touchpoint_by_id(session, touchpoint_id)
    dossier = _for_change(session, row, actor)
    said = required_reason(reason)
    _note(session, dossier, row, "remove_touchpoint", actor, now, said)
    session.delete(row)
    session.flush()


def finish_follow_up(
    session: Session, desk: Desk, touchpoint_id: int, *, actor: Actor, now: datetime
) -> Touchpoint:
    """What had to happen after a contact was done: by its owner, who logged it, or the secretariat.

    Raises NotFound, NotAllowed or InvalidInput ("no_follow_up").
    """
    row = touchpoint_by_id(session, touchpoint_id)
    dossier = _for_change(session, row, actor, owner_may=True)
    if not row.follow_up or row.follow_up_done_at is not None:
        raise InvalidInput("no_follow_up", f"nothing is left to do after contact {touchpoint_id}")
    row.follow_up_done_at, row.follow_up_done_by = now, actor.person
    session.add(row)
    _note(session, dossier, row, "finish_follow_up", actor, now)
    return row


def read_touchpoint(session: Session, touchpoint_id: int, *, actor: Actor) -> Touchpoint:
    """A contact that somebody may see: that of a campaign he may see, or one that he logged or follows up,
    and for everybody inside the network one outside any campaign. Raises NotFound.
    """
    row = touchpoint_by_id(session, touchpoint_id)
    if actor.person in (row.logged_by, row.follow_up_owner):
        return row
    if row.campaign_id is not None:
        open_to_read(session, row.campaign_id, actor)
    if not has_right(Right.READ_HISTORY, roles_of(actor)):
        raise NotFound(f"there is no touchpoint {touchpoint_id}")
    return row


@dataclass(frozen=True, kw_only=True)
class TouchpointSearch:
    """What contacts to look for; empty values do not restrict. text: in subject, counterpart, response."""

    text: str = ""
    channel: str = ""
    campaign_id: int | None = None
    open_only: bool = False
    since: date | None = None
    limit: int = 50
    offset: int = 0


def find_touchpoints(session: Session, search: TouchpointSearch, *, actor: Actor) -> Sequence[Touchpoint]:
    """Contacts that somebody may see, newest first."""
    require_reading_contacts(actor)
    seen = select(col(Dossier.id)).where(visible_to(actor))
    query = select(Touchpoint).where(
        or_(
            col(Touchpoint.campaign_id).is_(None),
            col(Touchpoint.campaign_id).in_(seen),
            col(Touchpoint.logged_by) == actor.person,
        )
    )
    for word in search.text.split():
        fields = (Touchpoint.subject, Touchpoint.organisation, Touchpoint.function, Touchpoint.response)
        query = query.where(or_(*(col(part).icontains(word, autoescape=True) for part in fields)))
    if search.channel in {known.value for known in Channel}:
        query = query.where(col(Touchpoint.channel) == Channel(search.channel))
    if search.campaign_id is not None:
        query = query.where(col(Touchpoint.campaign_id) == search.campaign_id)
    if search.since is not None:
        query = query.where(col(Touchpoint.happened_on) >= search.since)
    if search.open_only:
        query = query.where(col(Touchpoint.follow_up) != "", col(Touchpoint.follow_up_done_at).is_(None))
    newest = query.order_by(col(Touchpoint.happened_on).desc(), col(Touchpoint.id).desc())
    return session.scalars(newest.offset(search.offset).limit(search.limit)).all()


def require_reading_contacts(actor: Actor) -> None:
    """Raises NotAllowed for who is no more than a partner."""
    require(Right.READ_HISTORY, roles_of(actor))


def raised_in(session: Session, touchpoint: Touchpoint) -> Sequence[Ask]:
    """The asks that were raised in a contact."""
    assert touchpoint.id is not None
    ids = asks_raised(session, [touchpoint.id]).get(touchpoint.id, [])
    return [ask_by_id(session, ask_id) for ask_id in ids]


# --- pieces ---------------------------------------------------------------------------------------


def _campaign(session: Session, campaign_id: int | None, actor: Actor) -> Dossier | None:
    if campaign_id is None:
        return None
    dossier = open_for_change(session, campaign_id, actor)
    campaign_of(session, campaign_id)
    require_on(session, dossier, actor, Right.LOG_TOUCHPOINT)
    if dossier.stage in RESTING:
        raise StepNotAllowed(f"campaign {dossier.number} is {dossier.stage}: first take it up again")
    return dossier


def _for_change(
    session: Session, row: Touchpoint, actor: Actor, *, owner_may: bool = False
) -> Dossier | None:
    """The campaign of a contact, locked, if there is one. Raises NotFound or NotAllowed."""
    is_own = actor.person == row.logged_by or (owner_may and actor.person == row.follow_up_owner)
    if row.campaign_id is None:
        if not is_own:
            require(Right.EDIT_TOUCHPOINT, roles_of(actor))
        return None
    if is_own and roles_of(actor):  # also when the campaign was made confidential since
        return locked_dossier(session, row.campaign_id)
    dossier = open_for_change(session, row.campaign_id, actor)
    require_on(session, dossier, actor, Right.EDIT_TOUCHPOINT)
    return dossier


def _fill(
    session: Session, desk: Desk, row: Touchpoint, said: TouchpointText, actor: Actor, now: datetime
) -> None:
    if said.channel not in {known.value for known in Channel}:
        raise InvalidInput("unknown_channel", f"found {said.channel!r}", field="channel")
    today = dutch_date(now)
    if said.happened_on > today:
        raise InvalidInput("date_in_future", f"{said.happened_on} is still to come", field="happened_on")
    if said.happened_on < today - timedelta(days=OLDEST_DAYS):
        raise InvalidInput("date_too_old", f"{said.happened_on} is long ago", field="happened_on")
    row.happened_on, row.channel = said.happened_on, Channel(said.channel)
    row.subject = _prose(said.subject, "subject")
    if not row.subject:
        raise InvalidInput("subject_needed", "expected what it was about", field="subject")
    row.response = _prose(said.response, "response")
    _set_counterpart(session, row, said)
    row.our_people = _our_people(session, desk, said, actor)
    _set_follow_up(session, desk, row, said, actor)


def _set_counterpart(session: Session, row: Touchpoint, said: TouchpointText) -> None:
    row.organisation = _line(said.organisation, "organisation")
    row.function = _line(said.function, "function")
    row.stakeholder_id = said.stakeholder_id
    if said.stakeholder_id is not None:
        known = stakeholder_by_id(session, said.stakeholder_id)
        row.organisation = row.organisation or known.organisation or known.party or known.committee
        row.function = row.function or known.function
    if not row.organisation and not row.function:
        raise InvalidInput("counterpart_needed", "expected an organisation or function", field="organisation")


def _our_people(session: Session, desk: Desk, said: TouchpointText, actor: Actor) -> list[dict[str, Any]]:
    people = list(said.our_people) or [OurPerson(person=actor.person)]
    if len(people) > MOST_PEOPLE:
        raise InvalidInput("too_many_people", f"expected at most {MOST_PEOPLE}", field="our_people")
    rows = []
    for one in people:
        if one.person and effective_person(session, desk.network, one.person) is None:
            raise InvalidInput("unknown_person", f"the network knows no {one.person!r}", field="our_people")
        rows.append({"person": one.person, "function": _line(one.function, "our_people")})
    return rows


def _set_follow_up(session: Session, desk: Desk, row: Touchpoint, said: TouchpointText, actor: Actor) -> None:
    follow_up = _prose(said.follow_up, "follow_up")
    if not follow_up and (said.follow_up_on is not None or said.follow_up_owner):
        raise InvalidInput("follow_up_needed", "expected what must happen", field="follow_up")
    owner = said.follow_up_owner or actor.person
    if follow_up and effective_person(session, desk.network, owner) is None:
        raise InvalidInput("unknown_person", f"the network knows no {owner!r}", field="follow_up_owner")
    if (follow_up, owner) != (row.follow_up, row.follow_up_owner):
        row.follow_up_done_at, row.follow_up_done_by = None, ""
    row.follow_up, row.follow_up_on = follow_up, said.follow_up_on if follow_up else None
    row.follow_up_owner = owner if follow_up else ""


def _line(text: str, field: str) -> str:
    said = one_line(text)[:300]
    if has_contact_data(said):
        raise InvalidInput("contact_data", f"{field} holds contact data", field=field)
    return said


def _prose(text: str, field: str) -> str:
    said = several_lines(text)[:LONGEST_FIELD]
    if has_contact_data(said):
        raise InvalidInput("contact_data", f"{field} holds contact data", field=field)
    return said


def _raise_asks(session: Session, row: Touchpoint, ask_ids: Sequence[int], now: datetime) -> None:
    assert row.id is not None
    for ask_id in dict.fromkeys(ask_ids):
        ask = ask_by_id(session, ask_id)
        if ask.campaign_id != row.campaign_id:
            raise InvalidInput("ask_of_other_campaign", f"ask {ask_id} is of another campaign", field="asks")
        session.add(TouchpointAsk(touchpoint_id=row.id, ask_id=ask_id))
        if ask.state in (AskState.DRAFT, AskState.ADOPTED):
            ask.state, ask.changed_at = AskState.BROUGHT, now
            session.add(ask)
    session.flush()


def _note(
    session: Session,
    dossier: Dossier | None,
    row: Touchpoint,
    action: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """No names and no words of the contact: a history cannot be changed, and those must be erasable."""
    assert row.id is not None
    raised: list[Json] = list(asks_raised(session, [row.id]).get(row.id, []))
    facts: dict[str, Json] = {
        "touchpoint": row.id,
        "channel": row.channel.value,
        "on": row.happened_on.isoformat(),
        "asks": raised,
    }
    if dossier is None:
        record(session, NETWORK, actor, action, now=now, reason=reason, facts=facts)
    else:
        note_change(session, dossier, actor, action, now=now, reason=reason, facts=facts)


def _tell_owner(
    session: Session, desk: Desk, dossier: Dossier | None, row: Touchpoint, actor: Actor, now: datetime
) -> None:
    """To who must do something after the contact, unless he wrote it down himself; all see it in their work.

    Outside a campaign it stands in the work of the owner alone.
    """
    if dossier is None or not row.follow_up or row.follow_up_owner in ("", actor.person):
        return
    audience = person_audience(row.follow_up_owner)
    tell(
        session,
        dossier,
        f"follow_up:{row.id}:{audience}",
        audience=audience,
        kind="touchpoint_follow_up",
        subject={"touchpoint_id": row.id},
        now=now,
        not_before=leaves_at(desk, dossier, now),
    )
