"""Everything that Slack as an entry needs, wired together."""

from dataclasses import dataclass, replace

from pydantic import SecretStr

from g40flow import jobs
from g40flow.bootstrap import App
from g40flow.domain.errors import ConfigError
from g40flow.notify.slack import SlackTransport
from g40flow.notify.slack_dialog import SlackDialog
from g40flow.render.slack_views import SlackViews
from g40flow.resources import resource
from g40flow.slack_app.dispatch import Dispatcher
from g40flow.slack_app.handlers import handlers
from g40flow.slack_app.homes import Homes
from g40flow.slack_app.outbox import Courier
from g40flow.slack_app.people import SlackPeople
from g40flow.slack_app.receiver import ANSWER_WITHIN, Receiver
from g40flow.slack_app.waiting import home_view


@dataclass(frozen=True, kw_only=True)
class SlackApp:
    """The entry as a whole. receiver: takes what comes in, by whichever way."""

    dialog: SlackDialog
    receiver: Receiver
    homes: Homes

    def look_after(self) -> None:
        """What must be done now and then: what others left behind, and Home tabs that got old."""
        self.receiver.take_up_what_was_left()
        self.homes.renew_all_soon()


def _couriers(app: App, token: SecretStr, look_every: float | None) -> tuple[Courier, ...]:
    """One for what stands in Slack and one for what is new: a card follows a click at once, also while
    a hundred messages are on their way. Each has a transport of its own, which is for one thread.
    """
    transport = SlackTransport(token.get_secret_value(), base_url=app.settings.slack_base_url)

    def renew() -> None:
        replace(app.deliverer(), transports={**app.transports, "slack": transport}).renew_shown()

    return Courier(renew, every=look_every), Courier(lambda: jobs.deliver(app), every=look_every)


def build_slack_app(
    app: App, *, look_every: float | None = None, answer_within: float = ANSWER_WITHIN
) -> SlackApp:
    """Slack as an entry of this program. look_every: see Courier; answer_within: see Receiver.

    Raises ConfigError without a token.
    """
    token = app.settings.slack_bot_token
    if token is None:
        raise ConfigError("G40FLOW_SLACK_BOT_TOKEN: nodig om Slack te beantwoorden; zie docs/slack.md")
    views = SlackViews(resource("templates"))
    dialog = SlackDialog(token.get_secret_value(), base_url=app.settings.slack_base_url)
    people = SlackPeople(dialog, app.network)
    homes = Homes(app, dialog, people, lambda session, actor, now: home_view(app, views, session, actor, now))
    dispatcher = Dispatcher(app=app, dialog=dialog, people=people, views=views, table=handlers(homes))
    receiver = Receiver(
        app,
        dispatcher,
        homes=homes,
        couriers=_couriers(app, token, look_every),
        answer_within=answer_within,
    )
    return SlackApp(dialog=dialog, receiver=receiver, homes=homes)
