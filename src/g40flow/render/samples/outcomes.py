"""What may have come of asks as messages tell of it: made up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from g40flow.domain.outcomes.shown import OutcomeShown, OutcomeTold, shown_vote
from g40flow.domain.outcomes.words import OutcomeKind, ProposalState
from g40flow.domain.parliament.votes import Chamber, Choice, Method, RecordedVote, Result, VoteLine
from g40flow.render.outcome_messages import OutcomeRenderer
from g40flow.render.samples.campaigns import RUNNING
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

_SIZES = {"Partij Roos": 40, "Partij Iep": 35, "Linde & Es": 45, "Wilg": 30}
VOTE = RecordedVote(
    identifier="b1",
    chamber=Chamber.HOUSE,
    subjects=("zaak:m1",),
    method=Method.BY_GROUP,
    stated=Result.ADOPTED,
    words="Aangenomen.",
    lines=tuple(
        VoteLine(
            key=name, party=name, choice=Choice.AGAINST if name == "Linde & Es" else Choice.FOR, size=size
        )
        for name, size in _SIZES.items()
    ),
    held_on=date(2027, 1, 12),
)
_MISTAKEN = replace(
    VOTE,
    stated=Result.REJECTED,
    words="Verworpen. (60-90)",
    lines=(replace(VOTE.lines[0], mistake=True), *VOTE.lines[1:]),
)
MOTION = OutcomeShown(
    proposal_id=12,
    kind=OutcomeKind.MOTION,
    state=ProposalState.OPEN,
    title="Motie van het lid Van Opzet over automatische uitkering van het sociaal minimum",
    url="https://kamer.example/moties/12",
    reasons=(
        ("family", "Wet proactieve dienstverlening SZW"),
        ("touches", "sociaal minimum, automatisch"),
    ),
    target="Keer het sociaal minimum automatisch uit",
    target_number=1,
    is_ask=True,
    page="https://portal.example/campagnes/7#uitkomst-12",
)
COMMITMENT = replace(
    MOTION,
    kind=OutcomeKind.COMMITMENT,
    title="De minister stuurt voor de zomer een brief over het sociaal minimum.",
    reasons=(("dossier_number", "36500-XV"), ("touches", "sociaal minimum")),
    commitment_by="Minister van Sociale Zaken en Werkgelegenheid",
    commitment_status="Openstaand",
    due_on=date(2027, 7, 1),
)


def outcome_messages() -> Iterator[Sample]:
    """Every message about an outcome."""
    renderer = OutcomeRenderer(resource("templates"), interactive=True)
    voted = replace(MOTION, vote=shown_vote(VOTE))
    told = OutcomeTold(dossier=RUNNING, outcome=MOTION, others=2)
    yield Sample("outcome_proposal", "motion", renderer.outcome_proposal(told))
    linked = replace(
        voted, state=ProposalState.LINKED, decided_by="Ivo van Opzet", linked_to=(MOTION.target,)
    )
    yield Sample("outcome_proposal", "linked", renderer.outcome_proposal(replace(told, outcome=linked)))
    gone = replace(MOTION, state=ProposalState.DISMISSED, decided_by="Ivo van Opzet")
    yield Sample("outcome_proposal", "dismissed", renderer.outcome_proposal(replace(told, outcome=gone)))
    promised = replace(told, outcome=COMMITMENT, others=0)
    yield Sample("outcome_proposal", "commitment", renderer.outcome_proposal(promised))
    yield Sample("outcome_change", "voted", renderer.outcome_change(replace(told, outcome=voted)))
    corrected = replace(MOTION, vote=shown_vote(_MISTAKEN), corrections=1)
    yield Sample(
        "outcome_change", "corrected", renderer.outcome_change(replace(told, outcome=corrected, number=1))
    )
