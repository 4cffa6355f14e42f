"""Deadlines as messages tell of them, and a plan that changed: made up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from g40flow.domain.dossier.reminders import DeadlineShown, Urging
from g40flow.domain.dossier.shown import DossierShown, EntryShown, GroupLine
from g40flow.domain.dossier.workflow import Stage
from g40flow.render.deadline_messages import DeadlineRenderer
from g40flow.render.dossier_messages import DossierRenderer
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

DOSSIER = DossierShown(
    dossier_id=7,
    number="2026-014",
    title="Wet regie volkshuisvesting",
    stage="drafting",
    revision=4,
    confidential=False,
    urgent=False,
    groups=(GroupLine(slug="woningmarkt", name="Woningmarkt", is_lead=True, state="accepted"),),
    pen_holder="Ivo van Opzet",
    plan_on=date(2027, 1, 14),
    closes_on=date(2027, 1, 29),
    is_agreed=False,
    working_days_left=12,
    has_text=True,
    comments=0,
    call=None,
    round_is_open=False,
    round_closes_at=None,
    exceptions=(),
    today=date(2027, 1, 13),
    url="https://portal.example/dossiers/7",
)
HOSTILE_TITLE = (
    "<!channel> *Wet* <script>alert(1)</script> <https://kwaad.example|klik> & ~weg~ \u202egnp.exe"
)
HOSTILE_DOSSIER = replace(DOSSIER, title=HOSTILE_TITLE, pen_holder="<@U1> *Ivo*")
DUE = DeadlineShown(
    urging=Urging.STEP_DUE, stage=Stage.DRAFTING, day=date(2027, 1, 14), working_days=1, is_over=False
)
CHANGED = EntryShown(
    action="change_term",
    person="g40flow",
    is_automatic=True,
    reason="",
    at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    facts={
        "what": "extended",
        "old": "2027-01-29",
        "new": "2027-02-12",
        "changes": [{"stage": "submitted", "old": "2027-01-28", "new": "2027-02-11"}],
        "after_closing": [{"kind": "round", "id": 3, "closes_at": "2027-02-20T11:00:00+00:00"}],
    },
)


def deadline_messages() -> Iterator[Sample]:
    """Every message about a deadline."""
    renderer = DeadlineRenderer(resource("templates"), interactive=True)
    late = replace(DUE, urging=Urging.STEP_OVERDUE, working_days=-1)
    after = replace(DOSSIER, today=date(2027, 1, 15))
    last = replace(DUE, urging=Urging.CLOSING, day=date(2027, 1, 29), working_days=1)
    cases = {
        "step_due": (DOSSIER, DUE),
        "step_today": (replace(DOSSIER, today=DUE.day), replace(DUE, working_days=0)),
        "step_overdue": (after, late),
        "over": (after, replace(late, is_over=True)),
        "closing": (replace(DOSSIER, today=date(2027, 1, 28), working_days_left=1), last),
        "closing_in_weekend": (
            replace(DOSSIER, today=date(2027, 1, 29)),
            replace(last, day=date(2027, 1, 31), working_days=0),
        ),
        "hostile": (HOSTILE_DOSSIER, DUE),
        "missed": (
            replace(DOSSIER, today=date(2027, 2, 1), working_days_left=-1),
            replace(last, urging=Urging.MISSED, working_days=-1),
        ),
    }
    for case, (view, deadline) in cases.items():
        yield Sample("deadline_reminder", case, renderer.deadline_reminder(view, deadline))
    to_lead = replace(late, urging=Urging.ESCALATED_TO_LEAD)
    to_chair = replace(late, urging=Urging.ESCALATED_TO_CHAIR, working_days=-3)
    yield Sample("deadline_escalation", "lead", renderer.deadline_escalation(after, to_lead))
    yield Sample("deadline_escalation", "chair", renderer.deadline_escalation(after, to_chair))
    yield Sample(
        "deadline_escalation", "over", renderer.deadline_escalation(after, replace(to_lead, is_over=True))
    )
    later = replace(DOSSIER, closes_on=date(2027, 2, 12), working_days_left=22)
    of_dossiers = DossierRenderer(resource("templates"), interactive=True)
    yield Sample("term_notice", "extended", of_dossiers.term_notice(later, CHANGED))
