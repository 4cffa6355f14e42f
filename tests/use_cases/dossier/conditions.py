"""Makes each condition of a step hold, or fail, for a dossier in the database."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.workflow import Guard
from g40flow.storage.dossier_tables import (
    ChecklistTick,
    Comment,
    DecisionRound,
    Dossier,
    DossierException,
    DossierPartner,
    MemberCall,
    Point,
    Submission,
)
from g40flow.storage.dossiers import groups_of
from g40flow.storage.guards import current_hash
from tests.use_cases.dossier.world import World

Put = Callable[[World, Session, Dossier], None]
HasDossier = MemberCall | Comment | DecisionRound | ChecklistTick | Submission | DossierException | Point
TEXT = "# Reactie\n\nDe G40 vraagt ruimte.\n"


def make(world: World, dossier_id: int, guard: Guard, *, hold: bool) -> None:
    """Change the database so that a condition holds, or does not."""
    if guard in NEEDS_TEXT and world.read(dossier_id).current_version_id is None:
        world.text(dossier_id, TEXT)
    with world.writing() as session:
        _PUT[guard, hold](world, session, session.get_one(Dossier, dossier_id))


NEEDS_TEXT = {
    Guard.TEXT_WRITTEN, Guard.ADOPTED, Guard.COMMENTS_DISPOSED, Guard.NO_OPEN_OBJECTION, Guard.NO_OPEN_ROUND,
    Guard.CHECKLIST_SIGNED, Guard.RECEIPT_STORED, Guard.LINK_STORED, Guard.SIGNATURES_COMPLETE,
}  # fmt: skip


def fields(**values: Any) -> Put:
    """Set columns of the dossier."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        for name, value in values.items():
            setattr(dossier, name, value)

    return put


def none_of(table: type[HasDossier]) -> Put:
    """No row of a table for this dossier."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        session.execute(delete(table).where(col(table.dossier_id) == dossier.id))

    return put


def group_states(state: str) -> Put:
    """Every group says the same."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        for row in groups_of(session, dossier.id or 0):
            row.state = state

    return put


def call(state: str) -> Put:
    """One call for input."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        none_of(MemberCall)(world, session, dossier)
        session.add(
            MemberCall(
                dossier_id=dossier.id or 0, questions=[], theme_groups=[], cities=[], opened_at=world.now,
                term_since=world.now,
                opened_by="x", closes_at=world.now, state=state,
            )
        )  # fmt: skip

    return put


def open_comment(*, objection: bool) -> Put:
    """A comment that nobody dealt with."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        session.add(
            Comment(
                dossier_id=dossier.id or 0, version_id=dossier.current_version_id or 0, body="?", author="x",
                objection=objection, created_at=world.now,
            )
        )  # fmt: skip

    return put


def dispose_comments(world: World, session: Session, dossier: Dossier) -> None:
    """A comment that was dealt with."""
    none_of(Comment)(world, session, dossier)
    session.add(
        Comment(
            dossier_id=dossier.id or 0, version_id=dossier.current_version_id or 0, body="?", author="x",
            objection=True, created_at=world.now, disposition="revised",
        )
    )  # fmt: skip


def open_round(world: World, session: Session, dossier: Dossier) -> None:
    """A round of the board that is not over."""
    session.add(
        DecisionRound(
            dossier_id=dossier.id or 0, version_id=dossier.current_version_id or 0,
            version_hash=current_hash(session, dossier), form="meeting", rule={}, opened_at=world.now,
            opened_by="x",
        )
    )  # fmt: skip


def adopt(world: World, session: Session, dossier: Dossier) -> None:
    """The board adopted the text as it is."""
    dossier.adopted_hash = current_hash(session, dossier)


def signature(state: str, hash_: str = "") -> Put:
    """A partner under a joint letter."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        row = session.get(DossierPartner, (dossier.id, "g4"))
        row = row or DossierPartner(dossier_id=dossier.id or 0, partner="g4")
        row.state, row.signed_hash = state, hash_ or current_hash(session, dossier)
        session.add(row)

    return put


def tick(people: tuple[str, str]) -> Put:
    """Every check, the last one by the second person."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        none_of(ChecklistTick)(world, session, dossier)
        for check in Check:
            session.add(
                ChecklistTick(
                    dossier_id=dossier.id or 0, check_code=check, ticked_at=world.now,
                    version_hash=current_hash(session, dossier),
                    person=people[check is Check.SECOND_PERSON],
                )
            )  # fmt: skip

    return put


def submission(**values: Any) -> Put:
    """The text was prepared for handing in."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        kept = select(Submission).where(col(Submission.dossier_id) == dossier.id)
        found = session.exec(kept).one_or_none()
        row = found or Submission(
            dossier_id=dossier.id or 0, version_hash=current_hash(session, dossier), choices={},
            prepared_by="x", prepared_at=world.now,
        )  # fmt: skip
        for name, value in ({"submitted_at": world.now} | values).items():
            setattr(row, name, value)
        session.add(row)

    return put


def personal_data(world: World, session: Session, dossier: Dossier) -> None:
    """Personal data was found."""
    session.add(
        DossierException(
            dossier_id=dossier.id or 0,
            code="personal_data_found",
            raised_at=world.now,
            raised_by="x",
            facts={},
        )
    )


def point(outcome: str) -> Put:
    """One point with its outcome."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        none_of(Point)(world, session, dossier)
        session.add(
            Point(dossier_id=dossier.id or 0, position=1, outcome=outcome, added_by="x", added_at=world.now)
        )

    return put


def window(hours: int) -> Put:
    """The objection window ends so many hours from now."""

    def put(world: World, session: Session, dossier: Dossier) -> None:
        dossier.objection_until = world.now + timedelta(hours=hours)

    return put


PASSED, TO_COME = date(2026, 11, 20), date(2027, 1, 29)
_PUT: Mapping[tuple[Guard, bool], Put] = {
    (Guard.LEAD_NAMED, True): fields(lead_group="woningmarkt"),
    (Guard.LEAD_NAMED, False): fields(lead_group=""),
    (Guard.LEAD_ACCEPTED, True): group_states("accepted"),
    (Guard.LEAD_ACCEPTED, False): group_states("rejected"),
    (Guard.GROUPS_ANSWERED, True): group_states("accepted"),
    (Guard.GROUPS_ANSWERED, False): group_states("asked"),
    (Guard.RESPONSE_CHOSEN, True): fields(response_type="own"),
    (Guard.RESPONSE_CHOSEN, False): fields(response_type="support_vng"),
    (Guard.PEN_HOLDER_NAMED, True): fields(pen_holder="jasmijn-de-voorbeeld"),
    (Guard.PEN_HOLDER_NAMED, False): fields(pen_holder=""),
    (Guard.PLAN_FIXED, True): fields(plan={"fixed_at": "2026-11-23T09:00:00+00:00"}),
    (Guard.PLAN_FIXED, False): fields(plan={}),
    (Guard.URGENT, True): fields(urgent=True),
    (Guard.URGENT, False): fields(urgent=False),
    (Guard.CALL_CLOSED, True): call("closed"),
    (Guard.CALL_CLOSED, False): call("open"),
    (Guard.NO_OPEN_CALL, True): none_of(MemberCall),
    (Guard.NO_OPEN_CALL, False): call("open"),
    (Guard.TEXT_WRITTEN, True): fields(),
    (Guard.TEXT_WRITTEN, False): fields(current_version_id=None),
    (Guard.COMMENTS_DISPOSED, True): dispose_comments,
    (Guard.COMMENTS_DISPOSED, False): open_comment(objection=False),
    (Guard.NO_OPEN_OBJECTION, True): dispose_comments,
    (Guard.NO_OPEN_OBJECTION, False): open_comment(objection=True),
    (Guard.NO_OPEN_ROUND, True): none_of(DecisionRound),
    (Guard.NO_OPEN_ROUND, False): open_round,
    (Guard.ADOPTED, True): adopt,
    (Guard.ADOPTED, False): fields(adopted_hash="f" * 64),
    (Guard.SIGNATURES_COMPLETE, True): signature("signed"),
    (Guard.SIGNATURES_COMPLETE, False): signature("signed", "e" * 64),
    (Guard.CHECKLIST_SIGNED, True): tick(("anna-testerink", "bram-bedacht")),
    (Guard.CHECKLIST_SIGNED, False): tick(("anna-testerink", "anna-testerink")),
    (Guard.RECEIPT_STORED, True): submission(receipt_note="ontvangen"),
    (Guard.RECEIPT_STORED, False): none_of(Submission),
    (Guard.NO_PERSONAL_DATA, True): none_of(DossierException),
    (Guard.NO_PERSONAL_DATA, False): personal_data,
    (Guard.TERM_OPEN, True): fields(closes_on=TO_COME),
    (Guard.TERM_OPEN, False): fields(closes_on=PASSED),
    (Guard.TERM_PASSED, True): fields(closes_on=PASSED),
    (Guard.TERM_PASSED, False): fields(closes_on=TO_COME),
    (Guard.LINK_STORED, True): submission(public_url="https://example.nl/1"),
    (Guard.LINK_STORED, False): submission(public_url=""),
    (Guard.OUTCOMES_KNOWN, True): point("partly"),
    (Guard.OUTCOMES_KNOWN, False): point(""),
    (Guard.OBJECTION_WINDOW_OPEN, True): window(+1),
    (Guard.OBJECTION_WINDOW_OPEN, False): window(-1),
    (Guard.OBJECTION_WINDOW_OVER, True): window(-1),
    (Guard.OBJECTION_WINDOW_OVER, False): window(+1),
}
