"""Moments in parliament that digests tell of, with a fixed number of questions."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from g40flow.domain.campaigns.hook_plan import StepStanding
from g40flow.domain.campaigns.hook_shown import HookShown
from g40flow.domain.digest.facts import HookDay
from g40flow.storage.dossier_tables import Dossier, DossierGroup
from g40flow.storage.hooks import accepted_hooks
from g40flow.storage.items import groups_of_items
from g40flow.use_cases.campaigns.hooks_reading import show_hooks
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.messages_about_dossiers import page_of

STILL_TO_DO = (StepStanding.AHEAD, StepStanding.SOON, StepStanding.TODAY)


def hook_days(session: Session, desk: Desk, now: datetime) -> Iterator[HookDay]:
    """Every day of the moments of dossiers that the whole network may know of."""
    rows = accepted_hooks(session)
    ids = {row.dossier_id for row in rows}
    query = select(Dossier).where(col(Dossier.id).in_(ids), col(Dossier.confidential).is_(False))
    dossiers = {dossier.id: dossier for dossier in session.scalars(query)}
    groups = _groups(session, ids)
    routed = groups_of_items(session, [row.item_id for row in rows if row.item_id is not None])
    for row, hook in zip(rows, show_hooks(session, desk, rows, now), strict=True):
        dossier = dossiers.get(row.dossier_id)
        if dossier is not None:
            to = tuple(routed.get(row.item_id or 0, ()))
            yield from _days(hook, dossier, tuple(groups.get(row.dossier_id, ())), to)


def _days(
    hook: HookShown, dossier: Dossier, groups: tuple[str, ...], routed_to: tuple[str, ...]
) -> Iterator[HookDay]:
    days = [(step.on, step.preparation.value) for step in hook.plan.steps if step.standing in STILL_TO_DO]
    for on, preparation in [*days, (hook.on, "")]:
        if on is not None:
            yield HookDay(
                hook_id=hook.hook_id,
                dossier_id=hook.dossier_id,
                kind=hook.kind.value,
                title=hook.title,
                number=dossier.number,
                path=f"/{page_of(dossier)}#momenten",
                groups=groups,
                routed_to=routed_to,
                on=on,
                at=None if preparation else hook.at,
                preparation=preparation,
            )


def _groups(session: Session, dossier_ids: set[int]) -> dict[int, list[str]]:
    """Groups that have a part, lead first."""
    query = (
        select(col(DossierGroup.dossier_id), col(DossierGroup.theme_group))
        .where(col(DossierGroup.dossier_id).in_(dossier_ids), col(DossierGroup.state) != "rejected")
        .order_by(col(DossierGroup.is_lead).desc(), col(DossierGroup.theme_group))
    )
    found: dict[int, list[str]] = {}
    for dossier_id, group in session.execute(query):
        found.setdefault(dossier_id, []).append(group)
    return found
