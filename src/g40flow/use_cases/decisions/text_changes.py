"""What a new text does to a decision: a decision is about one exact text."""

from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.dossier.decisions import Result
from g40flow.domain.dossier.words import ExceptionCode
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.items import Json
from g40flow.storage.decisions import open_round_of
from g40flow.storage.dossier_tables import DecisionRound, Dossier, TextVersion
from g40flow.use_cases.decisions.ending import end_open_round, void_adoption
from g40flow.use_cases.dossier.desk import Desk, note_change
from g40flow.use_cases.dossier.exceptions import lift_noted, note_exception

EDITORIAL = "editorial"
"""Kind of a version that says the same in other words; every other kind is another text."""


def text_changed(
    session: Session,
    desk: Desk,
    dossier: Dossier,
    version: TextVersion,
    kind: str,
    actor: Actor,
    now: datetime,
) -> None:
    """A dossier that is open for change got a new version.

    kind: "editorial" keeps the decision and is logged; anything else ends the open round without a
    result, and takes an adoption back as long as the text was not sent.
    """
    assert dossier.id is not None
    session.flush()
    round_ = open_round_of(session, dossier.id)
    if kind == EDITORIAL:
        _keep_decision(session, dossier, round_, version, actor, now)
        return
    reason = version.note or f"v{version.number}"
    end_open_round(session, desk, dossier, Result.VOID, actor=actor, now=now, reason=reason)
    if dossier.adopted_hash and dossier.stage == Stage.READY_TO_SUBMIT:
        void_adoption(session, desk, dossier, actor=actor, now=now, reason=reason)


def _keep_decision(
    session: Session,
    dossier: Dossier,
    round_: DecisionRound | None,
    version: TextVersion,
    actor: Actor,
    now: datetime,
) -> None:
    """Round and adoption go on with the new text; which text they were about stays in the history."""
    if round_ is not None:
        facts: dict[str, Json] = {"round": round_.id, "old": round_.version_hash, "new": version.content_hash}
        assert version.id is not None
        round_.version_id, round_.version_hash = version.id, version.content_hash
        session.add(round_)
        _log(session, dossier, version, facts, actor, now)
    if dossier.adopted_hash and dossier.stage == Stage.READY_TO_SUBMIT:
        changed: dict[str, Json] = {
            "old": dossier.adopted_hash,
            "new": version.content_hash,
            "kind": EDITORIAL,
        }
        dossier.adopted_hash = version.content_hash
        code = ExceptionCode.POST_ADOPTION_CHANGE
        note_exception(session, dossier, code, actor=actor, now=now, note=version.note, facts=changed)
        _log(session, dossier, version, changed, actor, now)
        lift_noted(session, dossier, code, actor=actor, now=now)


def _log(
    session: Session,
    dossier: Dossier,
    version: TextVersion,
    facts: dict[str, Json],
    actor: Actor,
    now: datetime,
) -> None:
    note_change(
        session,
        dossier,
        actor,
        "editorial_change",
        now=now,
        version_hash=version.content_hash,
        reason=version.note,
        facts=facts,
    )
