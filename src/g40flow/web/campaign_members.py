"""What the page of a campaign shows of members of the committees that it has to do with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.parliament_tables import CommitteeSeatRow
from g40flow.use_cases.campaigns.members import suggested_members
from g40flow.use_cases.dossier.desk import roles_on


@dataclass(frozen=True, kw_only=True)
class MembersPart:
    """Members that can be put on the map, by committee."""

    by_committee: Sequence[tuple[str, Sequence[CommitteeSeatRow]]]


def members_part(
    session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime
) -> MembersPart | None:
    """None for who may not change the map, and while no member is known."""
    assert dossier.id is not None
    if not has_right(Right.EDIT_CAMPAIGN, roles_on(session, dossier, actor)):
        return None
    found: dict[str, list[CommitteeSeatRow]] = {}
    for row in suggested_members(session, dossier.id):
        found.setdefault(row.committee, []).append(row)
    return MembersPart(by_committee=list(found.items())) if found else None
