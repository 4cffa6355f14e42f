"""The table of everything that people can do in Slack."""

from g40flow.slack_app.absence import ABSENCE
from g40flow.slack_app.answers import Answer
from g40flow.slack_app.calls import CALLS
from g40flow.slack_app.campaigns import CAMPAIGNS
from g40flow.slack_app.commands import COMMANDS
from g40flow.slack_app.decisions import DECISIONS
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.dossiers import DOSSIERS
from g40flow.slack_app.homes import Homes
from g40flow.slack_app.hooks import HOOKS
from g40flow.slack_app.items import ITEMS
from g40flow.slack_app.outcomes import OUTCOMES
from g40flow.slack_app.preferences import PREFERENCES
from g40flow.slack_app.rounds import ROUNDS
from g40flow.slack_app.turn import Turn


def handlers(homes: Homes) -> Table:
    """Every handler by name."""

    def open_home(turn: Turn) -> Answer:
        if turn.done.value in ("", "home"):
            homes.open(turn.done.slack_user, turn.actor)
        return None

    own = Table(events={"app_home_opened": open_home})
    of_work = ITEMS | DOSSIERS | DECISIONS | ROUNDS | CALLS | CAMPAIGNS | HOOKS | OUTCOMES
    return of_work | PREFERENCES | ABSENCE | COMMANDS | own
