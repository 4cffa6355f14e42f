"""Plays consultations as the people of the example network work on them, from signal to submission.

Part of `g40flow demo`. Every act is a use case with the rights of the person who does it, at the
clock of the demo; nothing is put into the database behind the program's back. People and cities are
those of the example configuration, all made up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
from sqlmodel import Session, col, select

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, Surface
from g40flow.domain.dossier.calls import AnswerKind, Asked, Audience, Reply
from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.decisions import DecisionForm, Position, Result
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Role
from g40flow.storage.decisions import open_round_of
from g40flow.storage.dossier_tables import CallInvitation, Dossier, MemberCall
from g40flow.storage.dossiers import dossier_by_id, groups_of
from g40flow.storage.tables import Item
from g40flow.storage.texts import current_version
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.calls.answer_call import answer_by_link
from g40flow.use_cases.calls.manage_call import close_call
from g40flow.use_cases.calls.open_call import NewCall, Question, open_call
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.decisions.rounds import NewRound, close_round, open_round
from g40flow.use_cases.dossier.groups import accept, ask_group, reject
from g40flow.use_cases.dossier.plan import fix_plan
from g40flow.use_cases.dossier.settle import choose_response, name_pen_holder
from g40flow.use_cases.dossier.take_step import take_step
from g40flow.use_cases.dossier.take_up import take_up
from g40flow.use_cases.submission.checks import tick_check
from g40flow.use_cases.submission.form import FormChoices, prepare_submission
from g40flow.use_cases.submission.receipt import store_receipt
from g40flow.use_cases.text.comments import add_comment, dispose_comment
from g40flow.use_cases.text.points import PointText, add_point
from g40flow.use_cases.text.versions import write_version

PA_OFFICER, SECOND_OFFICER = "anna-testerink", "oscar-van-fictie"
LEAD, SECRETARY, PEN_HOLDER = "zeger-de-voorbeeld", "jasmijn-de-voorbeeld", "teun-papier"
OTHER_LEAD, MEMBER, PILLAR_CHAIR = "xandra-van-schets", "uma-van-karton", "lars-schijn"
BOARD_SECRETARY = "bram-bedacht"
BOARD = ("ines-de-modelle", "joost-proefsma", "lars-schijn", "mieke-van-fictie", "niels-van-schets")
GROUP, OTHER_GROUP = "woningmarkt", "wonen-welzijn-zorg"

T = TypeVar("T")
Tell = Callable[[str], None]
Work = Callable[[Session, Actor, datetime], T]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where the play is played. look: one round of the main job. tell: a line on screen."""

    app: App
    sandbox: httpx.Client
    look: Callable[[], None]
    tell: Tell

    def act(
        self,
        who: str,
        said: str,
        work: Callable[[Session, Actor, datetime], T],
        *,
        by: Surface = Surface.PORTAL,
    ) -> T:
        """Let somebody do one thing, in one transaction."""
        now = self.app.now()
        with self.app.database.writing() as session:
            actor = actor_for(session, self.app.network, who, surface=by, now=now)
            done = work(session, actor, now)
        self.tell(f"{actor.name}: {said}")
        return done

    def happen(self, event: str, **values: object) -> None:
        """Let something happen at a publisher, and look."""
        self.sandbox.post("/sandbox/events", json={"event": event, **values}).raise_for_status()
        self.look()

    def dossier(self, dossier_id: int) -> Dossier:
        """A dossier as it stands now."""
        with self.app.database.reading() as session:
            return dossier_by_id(session, dossier_id)

    def step(self, who: str, dossier_id: int, action: str, said: str, reason: str = "") -> None:
        """Let somebody take a step."""
        self.act(
            who,
            said,
            lambda session, actor, now: take_step(
                session,
                self.app.desk,
                dossier_id,
                action,
                actor=actor,
                seen_revision=None,
                reason=reason,
                now=now,
            ),
        )


def play_response(stage: Stage) -> int:
    """One consultation from signal to submission, with what can come between; returns the dossier's id."""
    item_id = _publish(
        stage,
        slug="regiewoningbouw",
        title="Wet regie op de woningbouw in stedelijke regio’s",
        intro="Gemeenten stellen samen een volkshuisvestingsprogramma vast voor betaalbare woningen.",
    )
    dossier_id = _begin(stage, item_id)
    call_id = _ask_cities(stage, dossier_id)
    _answer(stage, call_id, "zwolle", AnswerKind.INPUT, "Wij missen geld voor drie fte per regio.")
    _answer(stage, call_id, "delft", AnswerKind.SUPPORT, "Eens met de lijn.")
    _answer(
        stage,
        call_id,
        "ede",
        AnswerKind.DISSENT,
        "Ede wil geen verplichte verdeling in de regio.",
    )
    stage.tell("De minister verlengt de termijn met twee weken.")
    stage.happen("extend_consultation", slug="regiewoningbouw", calendar_days=14)
    _end_call(stage, dossier_id, call_id)
    _write(stage, dossier_id, FIRST_TEXT, "Eerste versie")
    stage.step(PEN_HOLDER, dossier_id, "offer_for_review", "biedt het concept aan voor afstemming")
    _comment_and_dispose(stage, dossier_id)
    stage.step(
        SECRETARY,
        dossier_id,
        "send_back",
        "geeft het concept terug: het punt over geld mist",
        reason="Het punt van Zwolle over de uitvoeringskosten mist nog.",
    )
    _write(stage, dossier_id, SECOND_TEXT, "Punt over uitvoeringskosten toegevoegd")
    stage.step(PEN_HOLDER, dossier_id, "offer_for_review", "biedt de tweede versie aan")
    stage.step(SECRETARY, dossier_id, "agree_officially", "rondt de ambtelijke afstemming af")
    stage.step(LEAD, dossier_id, "agree_politically", "is bestuurlijk akkoord; het gaat naar het bestuur")
    _decide(stage, dossier_id)
    _submit(stage, dossier_id)
    return dossier_id


def leave_open(stage: Stage) -> tuple[int, int]:
    """Two dossiers for whoever tries the demo: one in its call for input, one before the board.

    Returns their ids in that order.
    """
    calling = _begin(
        stage,
        _publish(
            stage,
            slug="prestatieafspraken",
            title="Besluit prestatieafspraken woningbouw met woningcorporaties",
            intro="Gemeenten en woningcorporaties spreken af hoeveel sociale huurwoningen er komen.",
        ),
    )
    _ask_cities(stage, calling)
    deciding = _begin(
        stage,
        _publish(
            stage,
            slug="betaalbarehuurtwee",
            title="Wijziging van de Wet betaalbare huur (handhaving door gemeenten)",
            intro="Gemeenten krijgen meer bevoegdheden voor toezicht op middenhuur en sociale huur.",
        ),
    )
    _end_call(stage, deciding, _ask_cities(stage, deciding))
    _write(stage, deciding, THIRD_TEXT, "Eerste versie")
    stage.step(PEN_HOLDER, deciding, "offer_for_review", "biedt het concept aan voor afstemming")
    stage.step(SECRETARY, deciding, "agree_officially", "rondt de ambtelijke afstemming af")
    stage.step(LEAD, deciding, "agree_politically", "is bestuurlijk akkoord; het gaat naar het bestuur")
    _ask_board(stage, deciding)
    return calling, deciding


def _publish(stage: Stage, *, slug: str, title: str, intro: str) -> int:
    stage.tell(f"Nieuwe consultatie: {title}")
    stage.happen("new_consultation", slug=slug, title=title, intro=intro, kind="Wet", working_days=25)
    with stage.app.database.reading() as session:
        item: Item = session.scalars(select(Item).where(col(Item.title) == title)).one()
    assert item.id is not None
    return item.id


def _begin(stage: Stage, item_id: int) -> int:
    desk = stage.app.desk
    dossier = stage.act(
        LEAD,
        "pakt de consultatie op vanuit Slack",
        lambda session, actor, now: take_up(session, desk, item_id, actor=actor, now=now),
        by=Surface.SLACK,
    )
    assert dossier.id is not None
    dossier_id = dossier.id
    _other_groups(stage, dossier_id)
    _settle(stage, dossier_id)
    return dossier_id


def _other_groups(stage: Stage, dossier_id: int) -> None:
    """One other group joins, asked or not; whoever else was asked says no."""
    desk = stage.app.desk
    with stage.app.database.reading() as session:
        asked = [group.theme_group for group in groups_of(session, dossier_id) if group.state == "asked"]
    if OTHER_GROUP not in asked:
        stage.act(
            PA_OFFICER,
            "vraagt ook Wonen, Welzijn en Zorg",
            lambda session, actor, now: ask_group(
                session, desk, dossier_id, OTHER_GROUP, actor=actor, seen_revision=None, now=now
            ),
        )
    stage.act(
        OTHER_LEAD,
        "doet mee namens Wonen, Welzijn en Zorg",
        lambda session, actor, now: accept(
            session, desk, dossier_id, OTHER_GROUP, actor=actor, seen_revision=None, now=now
        ),
        by=Surface.SLACK,
    )
    for group in asked:
        if group != OTHER_GROUP:
            _reject(stage, dossier_id, group)


def _reject(stage: Stage, dossier_id: int, group: str) -> None:
    today = dutch_date(stage.app.now())
    lead = stage.app.network.holders(Role.THEME_GROUP_LEAD, group, today)[0]
    stage.act(
        lead.slug,
        "doet niet mee, met een reden",
        lambda session, actor, now: reject(
            session,
            stage.app.desk,
            dossier_id,
            group,
            reason="Wij volgen het, maar hebben geen eigen punt.",
            actor=actor,
            seen_revision=None,
            now=now,
        ),
        by=Surface.SLACK,
    )


def _settle(stage: Stage, dossier_id: int) -> None:
    desk = stage.app.desk
    stage.act(
        LEAD,
        "kiest voor een gezamenlijke reactie van de themagroepen",
        lambda session, actor, now: choose_response(
            session,
            desk,
            dossier_id,
            "joint_groups",
            actor=actor,
            seen_revision=_revision(session, dossier_id),
            now=now,
        ),
    )
    stage.act(
        LEAD,
        "wijst de penvoerder aan",
        lambda session, actor, now: name_pen_holder(
            session,
            desk,
            dossier_id,
            PEN_HOLDER,
            actor=actor,
            seen_revision=_revision(session, dossier_id),
            now=now,
        ),
    )
    stage.act(
        LEAD,
        "stelt de planning vast, teruggerekend vanaf de sluitingsdag",
        lambda session, actor, now: fix_plan(
            session, desk, dossier_id, actor=actor, seen_revision=_revision(session, dossier_id), now=now
        ),
    )


def _ask_cities(stage: Stage, dossier_id: int) -> int:
    desk, links = stage.app.desk, stage.app.call_links
    stage.step(LEAD, dossier_id, "call_members", "wil eerst de steden horen")
    new = NewCall(
        title="Wat betekent dit voor uw stad?",
        questions=[
            Question(text="Wat betekent dit voorstel voor uw stad?"),
            Question(
                text="Welke wijziging is voor u het belangrijkst?", help="Noem als het kan het artikel."
            ),
        ],
        asked=Asked(audience=Audience.ALL),
        closes_at=stage.app.now() + timedelta(days=7),
    )
    call = stage.act(
        SECRETARY,
        "vraagt alle 41 steden om inbreng",
        lambda session, actor, now: open_call(
            session, desk, links, dossier_id, new, actor=actor, seen_revision=None, now=now
        ),
    )
    assert call.id is not None
    return call.id


def _answer(stage: Stage, call_id: int, city: str, kind: AnswerKind, text: str) -> None:
    """By the personal link, as somebody without an account."""
    now = stage.app.now()
    with stage.app.database.writing() as session:
        query = select(CallInvitation).where(
            col(CallInvitation.call_id) == call_id, col(CallInvitation.city) == city
        )
        invitation = session.scalars(query).first()
        call = session.get(MemberCall, call_id)
        assert invitation is not None
        assert call is not None
        token = stage.app.call_links.token_of(invitation)
        remark = text if kind is AnswerKind.DISSENT else ""
        reply = Reply(kind=kind, answers={call.questions[0]["key"]: text}, remark=remark)
        answer_by_link(session, stage.app.desk, token, reply, seen_answer=None, now=now)
    stage.tell(f"{city.capitalize()} ({KINDS[kind]}): {text}")


KINDS = {AnswerKind.INPUT: "inbreng", AnswerKind.SUPPORT: "steun", AnswerKind.DISSENT: "afwijkend standpunt"}


def _end_call(stage: Stage, dossier_id: int, call_id: int) -> None:
    stage.act(
        SECRETARY,
        "sluit de uitvraag",
        lambda session, actor, now: close_call(
            session, stage.app.desk, call_id, actor=actor, seen_revision=None, now=now
        ),
    )
    stage.act(
        PEN_HOLDER,
        "maakt het eerste punt",
        lambda session, actor, now: add_point(
            session,
            stage.app.desk,
            dossier_id,
            PointText(
                article="Artikel 2",
                problem="De taak komt zonder geld.",
                proposal="Vergoed de uitvoering volgens artikel 108 van de Gemeentewet.",
                priority=1,
            ),
            actor=actor,
            now=now,
        ),
    )


def _write(stage: Stage, dossier_id: int, text: str, note: str) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> None:
        before = current_version(session, dossier_by_id(session, dossier_id))
        write_version(
            session,
            stage.app.desk,
            dossier_id,
            text,
            actor=actor,
            seen_version="" if before is None else before.content_hash,
            note=note,
            now=now,
        )

    stage.act(PEN_HOLDER, f"schrijft: {note.lower()}", write)


def _comment_and_dispose(stage: Stage, dossier_id: int) -> None:
    desk = stage.app.desk

    def comment(session: Session, actor: Actor, now: datetime) -> int:
        version = current_version(session, dossier_by_id(session, dossier_id))
        assert version is not None
        made = add_comment(
            session,
            desk,
            dossier_id,
            "Kan het aantal woningen erbij?",
            actor=actor,
            seen_version=version.content_hash,
            now=now,
        )
        session.flush()
        assert made.id is not None
        return made.id

    comment_id = stage.act(MEMBER, "vraagt of het aantal woningen erbij kan", comment)
    stage.act(
        SECRETARY,
        "neemt de opmerking niet over, met een reden",
        lambda session, actor, now: dispose_comment(
            session,
            desk,
            dossier_id,
            comment_id,
            "rejected",
            actor=actor,
            reason="Het aantal staat in de bijlage van het ministerie.",
            now=now,
        ),
    )


def _ask_board(stage: Stage, dossier_id: int) -> int:
    def ask(session: Session, actor: Actor, now: datetime) -> int:
        version = current_version(session, dossier_by_id(session, dossier_id))
        assert version is not None
        made = open_round(
            session,
            stage.app.desk,
            dossier_id,
            NewRound(form=DecisionForm.WRITTEN_ROUND, question="Stelt het bestuur deze reactie vast?"),
            seen_hash=version.content_hash,
            actor=actor,
            now=now,
        )
        session.flush()
        assert made.id is not None
        return made.id

    return stage.act(BOARD_SECRETARY, "opent een schriftelijke ronde van het bestuur", ask)


def _decide(stage: Stage, dossier_id: int) -> None:
    round_id = _ask_board(stage, dossier_id)
    for number, member in enumerate(BOARD[:4]):
        surface = (Surface.SLACK, Surface.PORTAL, Surface.SLACK, Surface.MAIL_LINK)[number]

        def decide(session: Session, actor: Actor, now: datetime) -> None:
            round_ = open_round_of(session, dossier_id)
            assert round_ is not None
            take_position(
                session,
                stage.app.desk,
                round_id,
                Position.APPROVE,
                seen_hash=round_.version_hash,
                actor=actor,
                now=now,
            )

        stage.act(member, f"akkoord ({SURFACES[surface]})", decide, by=surface)
    stage.act(
        BOARD_SECRETARY,
        "sluit de ronde: vastgesteld op precies deze tekst",
        lambda session, actor, now: close_round(
            session, stage.app.desk, round_id, result=Result.ADOPTED, actor=actor, now=now
        ),
    )


def _submit(stage: Stage, dossier_id: int) -> None:
    """Two people check; sending itself is done by hand at the site, and the receipt is kept."""
    app, adopted = stage.app, stage.dossier(dossier_id).adopted_hash
    rules = app.desk.rules.submission
    choices = FormChoices(publish=True, organisation=rules.organisation, place=rules.place)
    stage.act(
        PA_OFFICER,
        "zet de indiening klaar",
        lambda session, actor, now: prepare_submission(
            session, app.desk, app.documents, dossier_id, choices, actor=actor, seen_version=adopted, now=now
        ),
    )
    for check in Check:
        who = SECOND_OFFICER if check is Check.SECOND_PERSON else PA_OFFICER
        _tick(stage, dossier_id, check, who)
    stage.act(
        PA_OFFICER,
        "bewaart het ontvangstbewijs",
        lambda session, actor, now: store_receipt(
            session,
            app.desk,
            dossier_id,
            actor=actor,
            seen_version=adopted,
            sent_at=now,
            note="Bevestiging op het scherm na verzenden.",
            now=now,
        ),
    )
    stage.step(PA_OFFICER, dossier_id, "submit", "meldt dat de reactie is ingediend")
    stage.happen("publish_response", slug="regiewoningbouw", sender=rules.organisation, place=rules.place)


def _tick(stage: Stage, dossier_id: int, check: Check, who: str) -> None:
    app, adopted = stage.app, stage.dossier(dossier_id).adopted_hash
    stage.act(
        who,
        f"vinkt af: {CHECKS[check]}",
        lambda session, actor, now: tick_check(
            session, app.desk, app.documents, dossier_id, check, actor=actor, seen_version=adopted, now=now
        ),
    )


CHECKS = {
    Check.FINAL_PDF: "de PDF is de vastgestelde tekst",
    Check.NO_PERSONAL_DATA: "geen persoonsgegevens",
    Check.ORGANISATION: "organisatie en plaats",
    Check.PUBLICATION_CHOICE: "keuze voor openbaarheid",
    Check.ANSWERS_MATCH: "antwoorden kloppen met de PDF",
    Check.COPIES_PLANNED: "afschriften gepland",
    Check.SECOND_PERSON: "een tweede persoon heeft meegekeken",
}

SURFACES = {Surface.SLACK: "Slack", Surface.PORTAL: "portaal", Surface.MAIL_LINK: "link in een mail"}


def _revision(session: Session, dossier_id: int) -> int:
    revision: int = dossier_by_id(session, dossier_id).revision
    return revision


FIRST_TEXT = """\
# Reactie van het G40 Stedennetwerk op de Wet regie op de woningbouw in stedelijke regio’s

De steden steunen meer regie op de woningbouw. Zij vragen het kabinet om drie verbeteringen.

## Samen per regio

Laat gemeenten in een regio zelf afspreken hoe zij betaalbare woningen verdelen.

## Tempo

Geef steden de ruimte om bouwplannen en netcapaciteit samen te plannen.
"""

SECOND_TEXT = (
    FIRST_TEXT
    + """
## Geld voor de uitvoering

Vergoed de kosten van de uitvoering volgens artikel 108 van de Gemeentewet, ongeveer drie fte per regio.
"""
)

THIRD_TEXT = """\
# Reactie van het G40 Stedennetwerk op de wijziging van de Wet betaalbare huur

De steden willen toezicht kunnen houden op betaalbare huur, en vragen om geld en gegevens daarvoor.

## Gegevens

Geef gemeenten toegang tot de huurprijzen die verhuurders al aan de Belastingdienst opgeven.
"""
