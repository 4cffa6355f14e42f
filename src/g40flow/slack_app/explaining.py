"""Which explanation belongs to which error; the words are in templates/slack/explanations.jinja."""

from g40flow.domain.dossier.decisions import RoundClosed
from g40flow.domain.errors import (
    CallRefused,
    G40FlowError,
    GuardFailed,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
    StepNotAllowed,
)
from g40flow.render.slack_views import SlackViews
from g40flow.slack_app.people import Stranger

STRANGERS = {"unknown": "unknown_person"}


def explanation_of(views: SlackViews, error: G40FlowError) -> str:
    """Why it did not happen, for the person who tried, in Slack's markup."""
    match error:
        case Stranger():
            return views.explanation(STRANGERS.get(error.code, error.code))
        case StepNotAllowed(roles=()):
            return views.explanation("step_not_allowed", stage="")
        case NotAllowed():
            return views.explanation("not_allowed", roles=error.roles)
        case StaleVersion():
            return views.explanation("stale")
        case GuardFailed():
            return views.explanation("guards", guards=error.guards)
        case NotFound():
            return views.explanation("gone")
        case RoundClosed():
            return views.explanation("round_over", result=error.result)
        case CallRefused():
            return views.explanation("call_over")
        case InvalidInput():
            return views.explanation("invalid", words=views.mistake(error.code))
        case _:
            return views.explanation("other")
