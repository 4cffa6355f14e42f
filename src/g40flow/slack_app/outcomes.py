"""The buttons of a message about what may have come of an ask or a point."""

from g40flow.domain.errors import InvalidInput
from g40flow.slack_app.answers import Answer, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.use_cases.outcomes.link import OutcomeLink, dismiss_outcome, link_outcome, reopen_outcome


def link(turn: Turn) -> Answer:
    """Link it as proof to the ask or point that it touches most; a result is said in the portal."""
    proposal_id = _proposal(turn)
    with turn.writing() as session:
        link_outcome(session, turn.app.desk, proposal_id, OutcomeLink(), actor=turn.actor, now=turn.now)
    return Say(text=turn.views.confirmation("outcome_linked"))


def dismiss(turn: Turn) -> Answer:
    """It has nothing to do with the dossier."""
    proposal_id = _proposal(turn)
    with turn.writing() as session:
        dismiss_outcome(session, turn.app.desk, proposal_id, actor=turn.actor, now=turn.now)
    return Say(text=turn.views.confirmation("outcome_dismissed"))


def reopen(turn: Turn) -> Answer:
    """It has something to do with it after all."""
    proposal_id = _proposal(turn)
    with turn.writing() as session:
        reopen_outcome(session, turn.app.desk, proposal_id, actor=turn.actor, now=turn.now)
    return Say(text=turn.views.confirmation("outcome_reopened"))


OUTCOMES = Table(actions={"outcome_link": link, "outcome_dismiss": dismiss, "outcome_reopen": reopen})


def _proposal(turn: Turn) -> int:
    """Raises InvalidInput for what is no value of ours."""
    value = turn.done.value
    if not (value.isascii() and value.isdecimal() and len(value) <= 18):
        raise InvalidInput("slack_value", f"no value of a proposal: {value!r}")
    return int(value)
