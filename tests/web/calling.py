"""A call for input about housing in the portal, to answer, to run and to look at."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from g40flow.bootstrap import App
from g40flow.domain.actors import Surface
from g40flow.domain.dossier.calls import AnswerKind, Asked, Audience, Reply
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_instant
from g40flow.storage.calls import invitations_of
from g40flow.storage.dossier_tables import Dossier, Point
from g40flow.storage.dossiers import groups_of
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.calls.answer_call import answer_by_link
from g40flow.use_cases.calls.open_call import NewCall, Question, open_call
from g40flow.use_cases.dossier.open_dossier import open_dossier
from tests.web.signing_in import ANNA

SECRETARY, PEN_HOLDER = "jasmijn-de-voorbeeld", "karel-denkbeeld"
CITIES = ("almere", "delft", "zwolle")
CLOSES_AT = dutch_instant(date(2026, 12, 4), time(17))
HOSTILE = "<script>alert(1)</script>\u202e*x*"


def dossier_in_call(app: App, item_id: int) -> int:
    """A dossier about an item, at the stage of the call, with one point and no plan; returns its number."""
    with app.database.writing() as session:
        actor = actor_for(session, app.network, ANNA, surface=Surface.PORTAL, now=app.now())
        opened = open_dossier(session, app.desk, [item_id], actor=actor, now=app.now(), routed=True)
        assert opened.id is not None
        dossier = session.get_one(Dossier, opened.id)
        dossier.stage, dossier.pen_holder, dossier.lead_group = Stage.MEMBER_CALL, PEN_HOLDER, "woningmarkt"
        dossier.closes_on, dossier.plan = date(2026, 12, 18), {}
        for row in groups_of(session, opened.id):
            row.state = "accepted"
        session.add(
            Point(
                dossier_id=opened.id,
                position=1,
                article="3.1",
                problem="Er is geen geld.",
                added_by=PEN_HOLDER,
                added_at=app.now(),
            )
        )
        return opened.id


def call_in(app: App, dossier_id: int, *, cities: Sequence[str] = CITIES, **fields: Any) -> int:
    """Open a call; returns its number."""
    values: dict[str, Any] = {
        "title": "Wat kost de wet uw stad?",
        "questions": [
            Question(text="Wat kost dit uw stad?", help="Een schatting is genoeg."),
            Question(text="Wat moet er anders?"),
        ],
        "introduction": "Wij schrijven samen een reactie.\nHelp ons met feiten.",
        "asked": Asked(audience=Audience.CHOSEN, chosen=cities),
        "closes_at": CLOSES_AT,
        "despite_plan": True,
    }
    with app.database.writing() as session:
        actor = actor_for(session, app.network, SECRETARY, surface=Surface.PORTAL, now=app.now())
        opened = open_call(
            session,
            app.desk,
            app.call_links,
            dossier_id,
            NewCall(**(values | fields)),
            actor=actor,
            seen_revision=None,
            now=app.now(),
        )
        assert opened.id is not None
        return opened.id


def token_for(app: App, call: int, city: str) -> str:
    """The token of the newest link for a city."""
    with app.database.reading() as session:
        return app.call_links.token_of([i for i in invitations_of(session, call) if i.city == city][-1])


def coordinator_of(app: App, call: int, city: str) -> str:
    """Slug of who was invited for a city."""
    with app.database.reading() as session:
        return next(i.person for i in invitations_of(session, call) if i.city == city)


def answered(app: App, call: int, city: str, **fields: Any) -> None:
    """Let a city answer."""
    values: dict[str, Any] = {
        "kind": AnswerKind.INPUT,
        "answers": {"q1": f"In {city} kost het veel.", "q2": HOSTILE},
    }
    with app.database.writing() as session:
        answer_by_link(
            session,
            app.desk,
            token_for(app, call, city),
            Reply(**(values | fields)),
            seen_answer=None,
            now=app.now(),
        )


AFTER_CLOSING = CLOSES_AT + timedelta(minutes=1)
