"""Which kinds of things a dossier has at all, so that a page asks no further for the many it has not."""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session, SQLModel

from g40flow.storage.database import asked_once
from g40flow.storage.dossier_tables import DecisionRound, DossierException, MemberCall, Submission
from g40flow.storage.hook_tables import Hook, HookTie
from g40flow.storage.outcome_tables import OutcomeProposal


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Of what there is at least one, in whatever state. ties: to parliament. outcomes: proposed."""

    exceptions: bool
    calls: bool
    rounds: bool
    submissions: bool
    hooks: bool
    ties: bool
    outcomes: bool


TABLES: dict[str, type[SQLModel]] = {
    "exceptions": DossierException,
    "calls": MemberCall,
    "rounds": DecisionRound,
    "submissions": Submission,
    "hooks": Hook,
    "ties": HookTie,
    "outcomes": OutcomeProposal,
}
"""By field of Holdings; each has a column dossier_id."""

_QUESTION = select(
    *(
        exists()
        .where(SQLModel.metadata.tables[str(table.__tablename__)].c.dossier_id == bindparam("id"))
        .label(name)
        for name, table in TABLES.items()
    )
)


def holdings_of(session: Session, dossier_id: int) -> Holdings:
    """What a dossier has, in one question; a page asks for it in several of its parts."""
    return asked_once(session, ("holdings", dossier_id), lambda: _holdings(session, dossier_id))


def _holdings(session: Session, dossier_id: int) -> Holdings:
    found = session.connection().execute(_QUESTION, {"id": dossier_id}).one()
    return Holdings(**{name: bool(is_there) for name, is_there in found._mapping.items()})
