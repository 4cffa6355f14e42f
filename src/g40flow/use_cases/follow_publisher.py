"""What a publisher did is followed by the dossiers about it, and by those that aim at it as a moment."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.news import News
from g40flow.storage.tables import Item
from g40flow.use_cases.campaigns.hooks_following import follow_hooks
from g40flow.use_cases.dossier import recalculate
from g40flow.use_cases.dossier.desk import Desk


def follow_publisher(
    session: Session, desk: Desk, row: Item, news: tuple[News, ...], now: datetime
) -> frozenset[str]:
    """Let everything that rests on an item follow it, in this transaction.

    Returns the audiences that were told of it, each once, who need not hear of the item as well.
    """
    told = recalculate.follow_publisher(session, desk, row, news, now)
    return told | follow_hooks(session, desk, row, now, heard=told)
