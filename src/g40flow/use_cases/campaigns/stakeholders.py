"""Stakeholders: public functions and organisations that campaigns deal with, and where each stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.campaigns.privacy import has_contact_data
from g40flow.domain.campaigns.words import StakeholderKind
from g40flow.domain.dossier.library import folded_words, search_words
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line
from g40flow.storage.campaign_tables import CampaignStakeholder, Stakeholder
from g40flow.storage.campaigns import campaign_of, stakeholder_by_id
from g40flow.storage.history import NETWORK, record
from g40flow.use_cases.dossier.desk import Desk, note_change, open_for_change, require_on, required_reason
from g40flow.use_cases.messages_about_campaigns import stakeholder_name

STANCES = ("unknown", "ally", "neutral", "opposed")
LONGEST = 300
MOST_LOOKED_AT = 200


@dataclass(frozen=True, kw_only=True)
class StakeholderText:
    """What is kept of a stakeholder. function: "woordvoerder wonen". holder: who holds a public office, if
    that is public; never of anybody else. external_key: in the data it was taken from.
    """

    kind: str
    function: str
    organisation: str = ""
    holder: str = ""
    party: str = ""
    committee: str = ""
    theme_groups: Sequence[str] = ()
    source: str = ""
    external_key: str = ""


MAY_BE_NAMED = frozenset(
    {
        StakeholderKind.MINISTER,
        StakeholderKind.COMMITTEE_MEMBER,
        StakeholderKind.SPOKESPERSON,
        StakeholderKind.INFORMATEUR,
    }
)
"""Offices whose holder the public knows; of all others only the function is kept."""


def add_stakeholder(
    session: Session, desk: Desk, said: StakeholderText, *, actor: Actor, now: datetime
) -> Stakeholder:
    """Add a stakeholder.

    Raises NotAllowed or InvalidInput ("unknown_kind", "function_needed", "holder_not_public",
    "contact_data", "unknown_group").
    """
    require(Right.MANAGE_STAKEHOLDERS, roles_of(actor))
    row = _new(_checked(desk, said), actor, now)
    session.add(row)
    session.flush()
    record(session, NETWORK, actor, "add_stakeholder", now=now, facts=_facts(row))
    return row


def edit_stakeholder(
    session: Session, desk: Desk, stakeholder_id: int, said: StakeholderText, *, actor: Actor, now: datetime
) -> Stakeholder:
    """Say differently what a stakeholder is. Raises NotFound and what add_stakeholder raises."""
    require(Right.MANAGE_STAKEHOLDERS, roles_of(actor))
    row = stakeholder_by_id(session, stakeholder_id)
    _fill(row, _checked(desk, said))
    session.add(row)
    record(session, NETWORK, actor, "edit_stakeholder", now=now, facts=_facts(row))
    return row


def retire_stakeholder(
    session: Session, desk: Desk, stakeholder_id: int, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Offer a stakeholder no longer; contacts and asks keep it. Raises NotFound, NotAllowed or
    InvalidInput ("reason_needed")."""
    require(Right.MANAGE_STAKEHOLDERS, roles_of(actor))
    row, said = stakeholder_by_id(session, stakeholder_id), required_reason(reason)
    if row.retired_at is None:
        row.retired_at = now
        session.add(row)
        record(session, NETWORK, actor, "retire_stakeholder", now=now, reason=said, facts=_facts(row))


def find_stakeholders(
    session: Session, text: str = "", *, kind: str = "", group: str = "", limit: int = 200
) -> Sequence[Stakeholder]:
    """Stakeholders that hold every word of a text; "" for all. kind, group: "" for all. By kind, function."""
    query = select(Stakeholder).where(col(Stakeholder.retired_at).is_(None))
    for word in search_words(text):
        query = query.where(col(Stakeholder.folded).contains(word, autoescape=True))
    if kind in {known.value for known in StakeholderKind}:
        query = query.where(col(Stakeholder.kind) == StakeholderKind(kind))
    order = (col(Stakeholder.kind), col(Stakeholder.function), col(Stakeholder.id))
    found = session.scalars(query.order_by(*order).limit(limit)).all()
    return [row for row in found if not group or group in row.theme_groups]


def stakeholder_named(session: Session, text: str) -> Stakeholder:
    """The stakeholder of a name as pages show it, or the only one that holds every word of a text.

    Raises InvalidInput ("unknown_stakeholder", "several_stakeholders").
    """
    said = one_line(text)
    query = select(Stakeholder).order_by(col(Stakeholder.retired_at).is_not(None), col(Stakeholder.id))
    for word in search_words(said):
        query = query.where(col(Stakeholder.folded).contains(word, autoescape=True))
    found: Sequence[Stakeholder] = session.scalars(query.limit(MOST_LOOKED_AT)).all()
    exact = [row for row in found if stakeholder_name(row).casefold() == said.casefold()]
    offered: list[Stakeholder] = exact or [row for row in found if row.retired_at is None]
    if not said or not offered:
        raise InvalidInput("unknown_stakeholder", f"nobody is called {said!r}", field="stakeholder")
    if not exact and len(offered) > 1:
        raise InvalidInput("several_stakeholders", f"{len(offered)} hold {said!r}", field="stakeholder")
    return offered[0]


def map_stakeholder(
    session: Session,
    desk: Desk,
    campaign_id: int,
    stakeholder: int | str,
    stance: str,
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Put a stakeholder on the map of a campaign, or say that it stands elsewhere by now.

    stakeholder: id, or name. Raises NotFound, NotAllowed or InvalidInput ("unknown_stance",
    "unknown_stakeholder", "several_stakeholders").
    """
    dossier = open_for_change(session, campaign_id, actor)
    campaign_of(session, campaign_id)
    require_on(session, dossier, actor, Right.EDIT_CAMPAIGN)
    if isinstance(stakeholder, str):
        stakeholder_id = stakeholder_named(session, stakeholder).id or 0
    else:
        stakeholder_id = stakeholder_by_id(session, stakeholder).id or 0
    if stance not in STANCES:
        raise InvalidInput("unknown_stance", f"expected one of {STANCES}, found {stance!r}", field="stance")
    row = session.get(CampaignStakeholder, (campaign_id, stakeholder_id)) or CampaignStakeholder(
        campaign_id=campaign_id, stakeholder_id=stakeholder_id, added_by=actor.person, added_at=now
    )
    before, row.stance, row.note = row.stance, stance, one_line(note)[:LONGEST]
    session.add(row)
    session.flush()
    facts: dict[str, Json] = {"stakeholder": stakeholder_id, "stance_before": before, "stance": stance}
    note_change(session, dossier, actor, "map_stakeholder", now=now, facts=facts)


def unmap_stakeholder(
    session: Session, desk: Desk, campaign_id: int, stakeholder_id: int, *, actor: Actor, now: datetime
) -> None:
    """Take a stakeholder off the map of a campaign. Raises NotFound or NotAllowed."""
    dossier = open_for_change(session, campaign_id, actor)
    campaign_of(session, campaign_id)
    require_on(session, dossier, actor, Right.EDIT_CAMPAIGN)
    row = session.get(CampaignStakeholder, (campaign_id, stakeholder_id))
    if row is not None:
        session.delete(row)
        session.flush()
        facts: dict[str, Json] = {"stakeholder": stakeholder_id}
        note_change(session, dossier, actor, "unmap_stakeholder", now=now, facts=facts)


def seed_stakeholders(
    session: Session, desk: Desk, seeds: Iterable[StakeholderText], *, actor: Actor, now: datetime
) -> int:
    """Add those that were never there, by their external key; says how many. What people changed stays."""
    if not actor.is_automatic:
        require(Right.MANAGE_STAKEHOLDERS, roles_of(actor))
    wanted = {seed.external_key: seed for seed in seeds if seed.external_key}
    query = select(col(Stakeholder.external_key)).where(col(Stakeholder.external_key).in_(wanted))
    known = set(session.scalars(query))
    for key, seed in wanted.items():
        if key not in known:
            row = Stakeholder(
                kind=StakeholderKind.OTHER, theme_groups=[], added_by=actor.person, added_at=now
            )
            _fill(row, _checked(desk, seed))
            session.add(row)
    session.flush()
    return len(wanted.keys() - known)


# --- pieces ---------------------------------------------------------------------------------------


def _checked(desk: Desk, said: StakeholderText) -> StakeholderText:
    if said.kind not in {known.value for known in StakeholderKind}:
        raise InvalidInput("unknown_kind", f"found {said.kind!r}", field="kind")
    lines = {
        name: one_line(getattr(said, name))[:LONGEST]
        for name in ("function", "organisation", "holder", "party", "committee", "source", "external_key")
    }
    if not lines["function"]:
        raise InvalidInput("function_needed", "expected a public function", field="function")
    if lines["holder"] and StakeholderKind(said.kind) not in MAY_BE_NAMED:
        raise InvalidInput("holder_not_public", f"a {said.kind} has no public holder", field="holder")
    for name in ("function", "organisation", "holder"):
        if has_contact_data(lines[name]):
            raise InvalidInput("contact_data", f"{name} holds contact data", field=name)
    if unknown := [slug for slug in said.theme_groups if desk.network.group(slug) is None]:
        raise InvalidInput("unknown_group", f"the network has no group {unknown}", field="theme_groups")
    return StakeholderText(kind=said.kind, theme_groups=tuple(dict.fromkeys(said.theme_groups)), **lines)


def _new(said: StakeholderText, actor: Actor, now: datetime) -> Stakeholder:
    kind = StakeholderKind(said.kind)
    row = Stakeholder(kind=kind, theme_groups=[], added_by=actor.person, added_at=now)
    _fill(row, said)
    return row


def _fill(row: Stakeholder, said: StakeholderText) -> None:
    row.kind = StakeholderKind(said.kind)
    row.function, row.organisation, row.holder = said.function, said.organisation, said.holder
    row.party, row.committee, row.source = said.party, said.committee, said.source
    row.external_key, row.theme_groups = said.external_key, list(said.theme_groups)
    words = (said.function, said.organisation, said.holder, said.party, said.committee)
    row.folded = folded_words(" ".join(words))


def _facts(row: Stakeholder) -> dict[str, Json]:
    """No names: a history cannot be changed, and a name must be erasable."""
    return {"stakeholder": row.id, "kind": row.kind.value, "function": row.function}
