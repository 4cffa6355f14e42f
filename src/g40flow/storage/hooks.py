"""Reading hooks, what ties dossiers to parliament, and what is coming there."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnExpressionArgument, func, or_, select
from sqlmodel import Session, col

from g40flow.domain.campaigns.hook_matching import Upcoming
from g40flow.domain.campaigns.hooks import HookStanding, HookState, Situation, kind_of_activity
from g40flow.domain.dossier.workflow import OPEN
from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date, dutch_instant
from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.storage.database import chunks, kept_notes
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.family_tables import FamilyMember
from g40flow.storage.hook_tables import Hook, HookChange, HookTie
from g40flow.storage.items import read_item
from g40flow.storage.tables import Item

STILL_TO_COME = (HookStanding.PLANNED, HookStanding.UNDATED)

_COMMITTEES = "known_committees"


def hook_by_id(session: Session, hook_id: int) -> Hook:
    """Raises NotFound."""
    found = session.get(Hook, hook_id)
    if found is None:
        raise NotFound(f"there is no hook {hook_id}")
    return found


def hooks_of(session: Session, dossier_id: int, *, dismissed: bool = False) -> Sequence[Hook]:
    """The hooks of a dossier by day, those without one last. dismissed: also those that do not count."""
    query = select(Hook).where(col(Hook.dossier_id) == dossier_id)
    if not dismissed:
        query = query.where(col(Hook.state) != HookState.DISMISSED)
    return session.scalars(query.order_by(*_by_day())).all()


def accepted_hooks(session: Session, dossier_ids: Collection[int] | None = None) -> Sequence[Hook]:
    """Hooks that count and are still to come, of open dossiers, by day.

    dossier_ids: None for those of every dossier.
    """
    query = (
        select(Hook)
        .join(Dossier, col(Dossier.id) == col(Hook.dossier_id))
        .where(
            col(Hook.state) == HookState.ACCEPTED,
            col(Hook.standing).in_(STILL_TO_COME),
            col(Dossier.stage).in_(list(OPEN)),
        )
    )
    if dossier_ids is not None:
        query = query.where(col(Hook.dossier_id).in_(dossier_ids))
    return session.scalars(query.order_by(*_by_day())).all()


def hooks_on_item(session: Session, item_id: int) -> Sequence[Hook]:
    """The hooks of open dossiers that an activity is, dismissed ones left out, by dossier."""
    query = (
        select(Hook)
        .join(Dossier, col(Dossier.id) == col(Hook.dossier_id))
        .where(
            col(Hook.item_id) == item_id,
            col(Hook.state) != HookState.DISMISSED,
            col(Dossier.stage).in_(list(OPEN)),
        )
    )
    return session.scalars(query.order_by(col(Hook.dossier_id), col(Hook.id))).all()


def hooks_to_follow(session: Session) -> Sequence[Hook]:
    """Every hook of an open dossier that is not over, of which more may be known by now."""
    query = (
        select(Hook)
        .join(Dossier, col(Dossier.id) == col(Hook.dossier_id))
        .where(
            col(Hook.state) != HookState.DISMISSED,
            col(Hook.standing) != HookStanding.HELD,
            col(Dossier.stage).in_(list(OPEN)),
        )
    )
    return session.scalars(query.order_by(col(Hook.dossier_id), col(Hook.id))).all()


def hook_with_key(session: Session, dossier_id: int, key: str) -> Hook | None:
    """The hook of a dossier with this key; None if there is none."""
    query = select(Hook).where(col(Hook.dossier_id) == dossier_id, col(Hook.key) == key)
    return session.scalars(query).one_or_none()


def changes_of_hooks(session: Session, hook_ids: Collection[int]) -> dict[int, list[HookChange]]:
    """What happened to some moments, by hook, newest first."""
    if not hook_ids:
        return {}
    query = select(HookChange).where(col(HookChange.hook_id).in_(hook_ids))
    found: dict[int, list[HookChange]] = {}
    for row in session.scalars(query.order_by(col(HookChange.id).desc())):
        found.setdefault(row.hook_id, []).append(row)
    return found


def ties_of(session: Session, dossier_id: int) -> Sequence[HookTie]:
    """What a dossier is tied to by hand."""
    query = select(HookTie).where(col(HookTie.dossier_id) == dossier_id)
    return session.scalars(query.order_by(col(HookTie.kind), col(HookTie.value))).all()


def known_committees(session: Session, now: datetime) -> Sequence[str]:
    """Committees that items name, by name; a new one may be missing for an hour."""
    kept = kept_notes(session)
    if kept is None:
        return _read_committees(session)
    until, names = kept.get(_COMMITTEES, (now, ()))
    if until <= now:
        names = _read_committees(session)
        kept[_COMMITTEES] = (now + timedelta(hours=1), names)
    return tuple(names)


def _read_committees(session: Session) -> Sequence[str]:
    """Each time the next one in the index, and not all items."""
    names = select(func.min(Item.committee).label("name")).where(col(Item.committee) > "").cte(recursive=True)
    following = select(func.min(Item.committee)).where(col(Item.committee) > names.c.name).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    return session.scalars(select(names.c.name).where(names.c.name.is_not(None)).order_by(names.c.name)).all()


def situation_kept(hook: Hook) -> Situation:
    """How a moment stood when it was last looked at."""
    return Situation(standing=hook.standing, on=hook.moment_on, at=hook.moment_at)


# --- what is coming -------------------------------------------------------------------------------


def successor_of(session: Session, row: Item) -> Item:
    """The activity that took the place of one, and so on; itself if none did or it is not known yet."""
    seen = {row.id}
    while (heir := row.facts.get("replaced_by")) is not None:
        query = select(Item).where(col(Item.source) == row.source, col(Item.identifier) == heir)
        found = session.scalars(query).one_or_none()
        if found is None or found.id in seen:
            break
        seen.add(found.id)
        row = found
    return row


def upcoming_activities(session: Session, today: date) -> list[Upcoming]:
    """Activities that are planned and not over, with what ties them to dossiers, by id."""
    begin = dutch_instant(today, time(0))
    starts, opens, closes = col(Item.starts_at), col(Item.opens_on), col(Item.closes_on)
    undated = starts.is_(None) & opens.is_(None) & closes.is_(None)
    query = select(Item).where(
        col(Item.kind) == ItemKind.ACTIVITY.value,
        col(Item.status).in_([ItemStatus.PLANNED.value, ItemStatus.OPEN.value]),
        or_(starts >= begin, (opens >= today) & starts.is_(None), closes >= today, undated),
    )
    rows = session.scalars(query.order_by(col(Item.id))).all()
    known = [(row, item, kind) for row in rows if (kind := kind_of_activity(item := read_item(row)))]
    numbers = _dossier_numbers(session, [item for _, item, _ in known])
    families = families_of(session, [row.id for row, _, _ in known if row.id is not None])
    return [
        Upcoming(
            item_id=row.id or 0,
            item_key=(item.source, item.identifier),
            kind=kind,
            title=item.title,
            on=item.closes_on or (dutch_date(item.starts_at) if item.starts_at else item.opens_on),
            agenda=item.agenda,
            committees=tuple(name for name in (item.committee, *item.following_committees) if name),
            cases=frozenset((item.source, case) for case in item.related),
            dossier_numbers=frozenset(
                number
                for number in (
                    item.dossier_number,
                    *(numbers.get((item.source, case)) for case in item.related),
                )
                if number
            ),
            families=families.get(row.id or 0, frozenset()),
        )
        for row, item, kind in known
    ]


def families_of(session: Session, item_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The families of some items; those without are left out."""
    query = select(FamilyMember).where(col(FamilyMember.item_id).in_(item_ids))
    return {row.item_id: frozenset({row.family_id}) for row in session.scalars(query)}


def _dossier_numbers(session: Session, items: Iterable[SourceItem]) -> dict[tuple[str, str], str]:
    """Parliamentary dossiers of the cases on agendas, by (source, identifier) of the case."""
    wanted: dict[str, set[str]] = {}
    for item in items:
        wanted.setdefault(item.source, set()).update(item.related)
    found: dict[tuple[str, str], str] = {}
    for source, identifiers in wanted.items():
        for chunk in chunks(sorted(identifiers)):
            query = select(col(Item.identifier), col(Item.dossier_number)).where(
                col(Item.source) == source,
                col(Item.identifier).in_(chunk),
                col(Item.dossier_number).is_not(None),
            )
            found |= {(source, identifier): number or "" for identifier, number in session.execute(query)}
    return found


def _by_day() -> tuple[ColumnExpressionArgument[Any], ...]:
    return (
        col(Hook.moment_on).is_(None),
        col(Hook.moment_on),
        col(Hook.moment_at),
        col(Hook.id),
    )
