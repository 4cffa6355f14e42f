"""`g40flow slack`: taking in what people do in Slack, and setting the app up. Imports happen inside."""

import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from g40flow.bootstrap import App

slack = typer.Typer(help="Slack: luisteren, en de app instellen.", no_args_is_help=True)


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version. config_dir: config/."""

    app: Callable[[], "App"]
    config_dir: Callable[[], Path]


WIRING = Wiring()

OUTBOX_EVERY_SECONDS = 2.0
"""So soon after an act in the portal its message in Slack follows."""


@slack.command()
def listen() -> None:
    """Luister naar Slack over Socket Mode, tot Ctrl-C."""
    from g40flow.config.logs import set_up_logging
    from g40flow.domain.errors import ConfigError
    from g40flow.slack_app.setting_up import build_slack_app
    from g40flow.slack_app.socket_mode import SocketModeListener
    from g40flow.slack_app.socket_mode import listen as take_what_comes

    app = WIRING.app()
    token = app.settings.slack_app_token
    if token is None:
        raise ConfigError(
            "G40FLOW_SLACK_APP_TOKEN: nodig om zonder openbaar adres te luisteren; zie docs/slack.md"
        )
    set_up_logging(app.settings)
    stop = Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    entry = build_slack_app(app, look_every=OUTBOX_EVERY_SECONDS)
    entry.receiver.take_up_what_was_left()
    listener = SocketModeListener(
        token.get_secret_value(), entry.receiver, base_url=app.settings.slack_base_url
    )
    typer.echo("Slack: luisteren. Stop met Ctrl-C.")
    take_what_comes(listener, entry.receiver, stop, entry.look_after)
    typer.echo("Slack: gestopt")


@slack.command()
def manifest(
    url: Annotated[
        str,
        typer.Option("--url", help="Adres van het portaal, als Slack het kan bereiken."),
    ] = "",
) -> None:
    """Toon het manifest om in Slack te plakken: voor Socket Mode, of met --url voor HTTP."""
    from g40flow.config.slack_manifest import manifest_text

    typer.echo(manifest_text(WIRING.config_dir(), url))
