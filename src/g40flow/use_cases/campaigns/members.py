"""Members of committees as stakeholders: proposed from what the Chamber says, kept when a person wants one.

Only who is put on a map becomes a stakeholder. When the Chamber says that somebody left the seat, or takes
back what it said of him, the name goes and the stakeholder is offered no longer.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from g40flow.domain.actors import PROGRAM, Actor
from g40flow.domain.campaigns.words import StakeholderKind
from g40flow.domain.dossier.library import folded_words
from g40flow.domain.dossier.rights import Right
from g40flow.domain.errors import NotFound
from g40flow.domain.items import Json
from g40flow.storage.campaign_tables import Stakeholder
from g40flow.storage.campaigns import asks_of, campaign_of, stakeholder_by_id, stakeholders_of
from g40flow.storage.dossier_tables import DossierItem
from g40flow.storage.history import NETWORK, record
from g40flow.storage.hook_tables import HookTie, TieKind
from g40flow.storage.locks import take_turn
from g40flow.storage.parliament import seats_of
from g40flow.storage.parliament_tables import CommitteeSeatRow
from g40flow.storage.tables import Item
from g40flow.use_cases.campaigns.known_bodies import CHAMBER
from g40flow.use_cases.campaigns.stakeholders import StakeholderText, map_stakeholder, seed_stakeholders
from g40flow.use_cases.dossier.desk import Desk, open_for_change, require_on

SEAT = "seat:"
"""How the external key of a member begins."""


def suggested_members(session: Session, campaign_id: int) -> Sequence[CommitteeSeatRow]:
    """Who sits in the committees that a campaign has to do with, without those on its map."""
    mapped = {stakeholder.external_key for _, stakeholder in stakeholders_of(session, campaign_id)}
    committees = _committees_of(session, campaign_id)
    return [row for row in seats_of(session, sorted(committees)) if SEAT + row.key not in mapped]


def map_member(
    session: Session, desk: Desk, campaign_id: int, seat_key: str, *, actor: Actor, now: datetime
) -> Stakeholder:
    """Put a member of a committee on the map of a campaign, as the public office it is.

    Raises NotFound (also for a seat that is nobody's by now) or NotAllowed.
    """
    dossier = open_for_change(session, campaign_id, actor)
    campaign_of(session, campaign_id)
    require_on(session, dossier, actor, Right.EDIT_CAMPAIGN)
    seat = session.scalars(select(CommitteeSeatRow).where(col(CommitteeSeatRow.key) == seat_key)).first()
    if seat is None:
        raise NotFound(f"there is no seat {seat_key!r}")
    office = StakeholderText(
        kind=StakeholderKind.COMMITTEE_MEMBER,
        function=_function(seat),
        organisation=CHAMBER,
        holder=seat.holder,
        party=seat.party,
        committee=seat.committee,
        source=CHAMBER,
        external_key=SEAT + seat.key,
    )
    # The office is known from public data; that it is written down here is the work of the program.
    seed_stakeholders(session, desk, [office], actor=PROGRAM, now=now)
    query = select(Stakeholder).where(col(Stakeholder.external_key) == SEAT + seat.key)
    row = session.scalars(query.order_by(col(Stakeholder.id))).one()
    row.retired_at = None
    session.add(row)
    map_stakeholder(session, desk, campaign_id, row.id or 0, "unknown", actor=actor, now=now)
    return stakeholder_by_id(session, row.id or 0)


def refresh_members(session: Session, now: datetime) -> int:
    """Let kept members follow what the Chamber says; returns how many changed. Safe to repeat."""
    take_turn(session)  # two at once would write the same lines of history
    kept = session.scalars(
        select(Stakeholder).where(
            col(Stakeholder.external_key).startswith(SEAT, autoescape=True),
            col(Stakeholder.retired_at).is_(None),
        )
    ).all()
    keys = [row.external_key.removeprefix(SEAT) for row in kept]
    query = select(CommitteeSeatRow).where(col(CommitteeSeatRow.key).in_(keys))
    seats = {row.key: row for row in session.scalars(query)}
    return sum(_follow(session, row, seats.get(row.external_key.removeprefix(SEAT)), now) for row in kept)


def _follow(session: Session, row: Stakeholder, seat: CommitteeSeatRow | None, now: datetime) -> bool:
    before = (row.holder, row.party, row.function)
    if seat is None:
        row.holder, row.retired_at = "", now
    else:
        # A name that was erased on request stays erased.
        row.holder = seat.holder if row.holder else ""
        row.party, row.function = seat.party, _function(seat)
    if (row.holder, row.party, row.function) == before and row.retired_at is None:
        return False
    row.folded = folded_words(
        " ".join((row.function, row.organisation, row.holder, row.party, row.committee))
    )
    session.add(row)
    action = "retire_stakeholder" if seat is None else "edit_stakeholder"
    facts: dict[str, Json] = {"stakeholder": row.id, "kind": row.kind.value, "function": row.function}
    record(session, NETWORK, PROGRAM, action, now=now, facts=facts)
    return True


def _function(seat: CommitteeSeatRow) -> str:
    return f"{seat.function.lower()} {seat.committee}"


def _committees_of(session: Session, campaign_id: int) -> set[str]:
    """Committees of its items, of those it is tied to, and at whom its asks are aimed."""
    own = (
        select(col(Item.committee))
        .join(DossierItem, col(DossierItem.item_id) == col(Item.id))
        .where(col(DossierItem.dossier_id) == campaign_id)
    )
    tied = select(col(HookTie.value)).where(
        col(HookTie.dossier_id) == campaign_id, col(HookTie.kind) == TieKind.COMMITTEE
    )
    aimed = {
        stakeholder_by_id(session, ask.stakeholder_id).committee
        for ask in asks_of(session, campaign_id)
        if ask.stakeholder_id is not None
    }
    return (set(session.scalars(own)) | set(session.scalars(tied)) | aimed) - {""}
