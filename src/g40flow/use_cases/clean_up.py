"""Throwing away what is no longer needed, after its proof was kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.instants import dutch_date
from g40flow.storage.access import forget_old
from g40flow.storage.claims import forget_claims
from g40flow.storage.coverage import forget_looks, roll_up
from g40flow.storage.slack_interactions import forget_interactions

SIGN_INS_KEPT = timedelta(days=30)
"""Links and sessions that are over: long enough to find out how somebody came in."""

INTERACTIONS_KEPT = timedelta(days=7)
"""Slack delivers again within minutes; the rest is for finding mistakes."""


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What was kept in short and what was thrown away. days_kept: proofs of whole days, for ever."""

    days_kept: int = 0
    looks: int = 0
    sign_ins: int = 0
    slack_acts: int = 0
    claims: int = 0


def clean_up(session: Session, sources: Iterable[str], now: datetime, *, keep_looks: timedelta) -> Cleaned:
    """Keep the proof of every day that is over, then delete single looks older than keep_looks, and so on.

    sources: every publisher that is or was configured. Items, records, messages, the ledger of who was
    told what, and everything of dossiers stay: that is the network's memory.
    """
    names, today = list(sources), dutch_date(now)
    return Cleaned(
        days_kept=sum(roll_up(session, name, today, now) for name in names),
        looks=sum(forget_looks(session, name, dutch_date(now - keep_looks)) for name in names),
        sign_ins=forget_old(session, now - SIGN_INS_KEPT),
        slack_acts=forget_interactions(session, now - INTERACTIONS_KEPT),
        claims=forget_claims(session, now - INTERACTIONS_KEPT),
    )
