"""Dossiers, calls and decisions as messages tell of them, in every situation that reads differently."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from g40flow.domain.dossier.shown import (
    CallLine,
    CallShown,
    DecisionShown,
    EntryShown,
    GroupLine,
)
from g40flow.render.dossier_messages import DossierRenderer
from g40flow.render.samples.deadlines import DOSSIER, HOSTILE_DOSSIER, HOSTILE_TITLE
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

HASH = "4f2a9c0e" * 8
CLOSES_AT = datetime(2027, 1, 18, 22, 59, 59, tzinfo=UTC)
ASKED = replace(
    DOSSIER,
    stage="routed",
    has_text=False,
    pen_holder="",
    groups=(
        GroupLine(slug="woningmarkt", name="Woningmarkt", is_lead=True, state="asked"),
        GroupLine(slug="financien", name="Financiën", is_lead=False, state="asked"),
        GroupLine(slug="europa", name="Europa", is_lead=False, state="rejected", reason="niets Europees"),
    ),
)
CALLING = replace(
    DOSSIER,
    stage="member_call",
    call=CallLine(title="Wat betekent dit?", answered=12, asked=41, closes_at=CLOSES_AT),
    exceptions=("dissent", "extended"),
    urgent=True,
    is_agreed=True,
)
CALL = CallShown(
    call_id=3,
    dossier=DOSSIER,
    title="Wat betekent de wet voor uw stad?",
    introduction="Wij verzamelen voorbeelden uit de praktijk.",
    questions=("Welk artikel raakt u het meest?", "Wat kost het?"),
    closes_at=CLOSES_AT,
    state="open",
    answered=12,
    asked=41,
    minimum=20,
    silent=tuple(f"Stad {number}" for number in range(1, 30)),
    counts={"input": 4, "support": 5, "no_remarks": 2, "dissent": 1},
    city="Almelo",
    city_slug="almelo",
    answer_url="https://portal.example/uitvraag/geheim",
)
ROUND = DecisionShown(
    round_id=5,
    dossier=replace(DOSSIER, stage="board_approval"),
    url="https://portal.example/decisions/5",
    form="written_round",
    question="Stellen we deze reactie vast?",
    version_number=3,
    version_hash=HASH,
    closes_at=CLOSES_AT,
    meeting_on=None,
    result="",
    reason="",
    answered=2,
    asked=6,
    counts={"approve": 1, "object": 1},
    is_met=False,
    is_over=False,
    is_stale=False,
    seat="kim-modelman",
    seat_name="",
    position="",
    dissents=("Almelo", "Breda"),
)
STEP = EntryShown(
    action="offer_for_review",
    person="Ivo van Opzet",
    is_automatic=False,
    reason="Klaar om mee te lezen",
    at=datetime(2027, 1, 12, 13, 5, tzinfo=UTC),
    facts={"from": "drafting", "to": "official_review"},
)


def dossier_messages() -> Iterator[Sample]:
    """Every message about a dossier."""
    renderer = DossierRenderer(resource("templates"), interactive=True)
    cards = {
        "asked_lead": (ASKED, "woningmarkt"),
        "asked_co_group": (ASKED, "financien"),
        "rejected": (ASKED, "europa"),
        "drafting": (replace(DOSSIER, comments=3), "woningmarkt"),
        "calling": (CALLING, "woningmarkt"),
        "at_the_board": (
            replace(DOSSIER, stage="board_approval", round_is_open=True, round_closes_at=CLOSES_AT),
            "woningmarkt",
        ),
        "closed": (replace(DOSSIER, stage="closed", plan_on=None), "woningmarkt"),
        "hostile": (HOSTILE_DOSSIER, "woningmarkt"),
    }
    for case, (view, group) in cards.items():
        yield Sample("dossier_card", case, renderer.dossier_card(view, group))
    yield Sample("dossier_card", "hidden", renderer.dossier_hidden("2026-014"))
    entries = {
        "step": STEP,
        "automatic": replace(
            STEP, action="adopt", is_automatic=True, reason="", facts={"to": "ready_to_submit"}
        ),
        "objection": replace(STEP, action="add_comment", facts={"objection": True}),
        "not_seen_public": replace(
            STEP, action="not_seen_public", is_automatic=True, reason="", facts={"submission": 3}
        ),
        "unknown": replace(STEP, action="iets_nieuws", reason="", facts={}),
        "hostile": replace(STEP, person="<@U1>", reason=HOSTILE_TITLE),
    }
    for case, entry in entries.items():
        yield Sample("dossier_note", case, renderer.dossier_note(DOSSIER, entry))


def call_messages() -> Iterator[Sample]:
    """Every message about a call for input."""
    renderer = DossierRenderer(resource("templates"), interactive=True)
    answered = replace(CALL, answer="support")
    closed = replace(CALL, state="closed", answer_url="")
    yield Sample("call_invitation", "open", renderer.call_invitation(CALL))
    yield Sample("call_invitation", "answered", renderer.call_invitation(answered))
    yield Sample("call_invitation", "closed", renderer.call_invitation(closed))
    yield Sample("call_invitation", "cancelled", renderer.call_invitation(replace(closed, state="cancelled")))
    yield Sample("call_reminder", "last_day", renderer.call_reminder(replace(CALL, level="last_day")))
    yield Sample("call_reminder", "answered", renderer.call_reminder(replace(answered, level="last_day")))
    yield Sample("call_escalation", "usual", renderer.call_escalation(CALL))
    yield Sample("call_closed", "usual", renderer.call_closed(closed))
    said = replace(CALL, answer="dissent", dissent="Wij vinden dit te ver gaan.")
    hostile = replace(CALL, title=HOSTILE_TITLE, introduction=HOSTILE_TITLE, questions=(HOSTILE_TITLE,))
    yield Sample("call_invitation", "hostile", renderer.call_invitation(hostile))
    yield Sample("call_dissent", "usual", renderer.call_dissent(said))
    yield Sample("call_dissent", "lifted", renderer.call_dissent(replace(CALL, answer="support")))


def decision_messages() -> Iterator[Sample]:
    """Every message about a decision."""
    renderer = DossierRenderer(resource("templates"), interactive=True)
    adopted = replace(
        ROUND,
        dossier=replace(DOSSIER, stage="ready_to_submit"),
        result="adopted",
        counts={"approve": 4, "abstain": 1},
        answered=5,
        position="approve",
    )
    requests = {
        "open": ROUND,
        "for_deputy": replace(ROUND, seat_name="Kim Modelman"),
        "decided": replace(ROUND, position="approve_with_changes"),
        "stale": replace(ROUND, is_stale=True),
        "over": replace(ROUND, is_over=True),
        "meeting": replace(ROUND, form="meeting", closes_at=None, meeting_on=date(2027, 1, 20)),
        "adopted": adopted,
        "hostile": replace(ROUND, dossier=HOSTILE_DOSSIER, question=HOSTILE_TITLE, reason=HOSTILE_TITLE),
        "held_over": replace(
            adopted,
            dossier=ROUND.dossier,
            result="held_over",
            meeting_on=date(2027, 1, 20),
            reason="Eerst met de VNG praten.",
        ),
    }
    for case, view in requests.items():
        yield Sample("approval_request", case, renderer.approval_request(view))
    yield Sample("approval_reminder", "open", renderer.approval_reminder(ROUND))
    yield Sample("approval_reminder", "answered", renderer.approval_reminder(requests["decided"]))
    until_now = datetime(2027, 1, 15, 16, tzinfo=UTC)
    for case, view in {"open": ROUND, "answered": requests["decided"], "adopted": adopted}.items():
        yield Sample(
            "round_extended", case, renderer.round_extended(view, until_now, "Eén lid is tot dinsdag ziek.")
        )
    moved = renderer.round_extended(requests["meeting"], date(2027, 1, 13), "De vergadering gaat niet door.")
    yield Sample("round_extended", "meeting", moved)
    ready = replace(ROUND, answered=6, counts={"approve": 5, "abstain": 1}, is_met=True)
    yield Sample("round_ready", "usual", renderer.round_ready(ready))
    yield Sample("decision_result", "adopted", renderer.decision_result(adopted))
    yield Sample("decision_result", "held_over", renderer.decision_result(requests["held_over"]))
    yield Sample(
        "adoption_voided", "usual", renderer.adoption_voided(DOSSIER, "Artikel 4 is opnieuw geschreven.")
    )
    yield Sample("ratification_due", "due", renderer.ratification_due(adopted, date(2027, 1, 20), ""))
    yield Sample(
        "ratification_due",
        "late",
        renderer.ratification_due(adopted, date(2026, 11, 20), "", is_late=True),
    )
    yield Sample(
        "ratification_due", "done", renderer.ratification_due(adopted, date(2027, 1, 20), "ratified")
    )
