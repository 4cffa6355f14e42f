"""One table that says which handler is for what, and what people hear when it goes wrong."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from g40flow.bootstrap import App
from g40flow.domain.errors import DeliveryError, G40FlowError, InvalidInput
from g40flow.domain.items import Json
from g40flow.notify.slack_dialog import SlackDialog, TooLate
from g40flow.render.slack_views import SlackViews
from g40flow.slack_app.answers import Answer, Instead, Mistakes, Open, Say
from g40flow.slack_app.explaining import explanation_of
from g40flow.slack_app.payloads import Interaction, Kind
from g40flow.slack_app.people import SlackPeople
from g40flow.slack_app.turn import Handler, Turn

LINK = "open_"
"""How the action_id of every button begins that only follows a link; Slack tells us of it too."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Handlers by name. A name that is not here gets a kind answer, and a line in the log."""

    actions: Mapping[str, Handler] = field(default_factory=dict)
    submissions: Mapping[str, Handler] = field(default_factory=dict)
    commands: Mapping[str, Handler] = field(default_factory=dict)
    events: Mapping[str, Handler] = field(default_factory=dict)
    shortcuts: Mapping[str, Handler] = field(default_factory=dict)

    def __or__(self, other: "Table") -> "Table":
        return Table(
            actions={**self.actions, **other.actions},
            submissions={**self.submissions, **other.submissions},
            commands={**self.commands, **other.commands},
            events={**self.events, **other.events},
            shortcuts={**self.shortcuts, **other.shortcuts},
        )

    def handler(self, done: Interaction) -> Handler | None:
        """Who handles it; None for what nobody knows."""
        by_kind: Mapping[Kind, Mapping[str, Handler]] = {
            Kind.ACTION: self.actions,
            Kind.SUBMISSION: self.submissions,
            Kind.COMMAND: self.commands,
            Kind.EVENT: self.events,
            Kind.SHORTCUT: self.shortcuts,
        }
        return by_kind.get(done.kind, {}).get(done.name)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of it. turn: None if nothing was begun. error: unexpected, for the log and the row."""

    answer: Answer = None
    turn: Turn | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """Finds out who acts, lets the handler work, and turns errors into explanations."""

    app: App
    dialog: SlackDialog
    people: SlackPeople
    views: SlackViews
    table: Table

    def handle(self, done: Interaction) -> Outcome:
        """Do what was asked; every error has become an answer. Nothing is sent yet."""
        if done.kind is Kind.CLOSED or (done.kind is Kind.ACTION and done.name.startswith(LINK)):
            return Outcome()
        handler = self.table.handler(done)
        if handler is None:
            log.warning("nobody handles %s %s", done.kind, done.name)
            silent = done.kind in (Kind.EVENT, Kind.OPTIONS)
            return Outcome() if silent else Outcome(answer=Say(text=self.views.explanation("unknown")))
        try:
            turn = self._turn(done)
        except G40FlowError as error:
            return Outcome(answer=self._explain(done, error))
        try:
            return Outcome(answer=handler(turn), turn=turn)
        except G40FlowError as error:
            log.info("%s %s by %s: %s", done.kind, done.name, turn.actor.person, error)
            return Outcome(answer=self._explain(done, error), turn=turn)
        except Exception as error:
            log.exception("%s %s failed", done.kind, done.name)
            return Outcome(answer=Say(text=self.views.explanation("broken")), turn=turn, error=repr(error))

    def ack_of(self, done: Interaction, answer: Answer) -> dict[str, Json] | None:
        """The answer as it goes with the acknowledgement; None if it must be sent by itself."""
        if done.kind is Kind.COMMAND and isinstance(answer, Say):
            ack: dict[str, Json] = {"response_type": "ephemeral", "text": answer.text}
            return ack | ({"blocks": list(answer.blocks)} if answer.blocks else {})
        if done.kind is not Kind.SUBMISSION:
            return None
        match answer:
            case Mistakes(by_field=errors):
                return {"response_action": "errors", "errors": dict(errors)}
            case Instead(view=view):
                return {"response_action": "update", "view": view}
            case Open(view=view):
                return {"response_action": "push", "view": view}
            case Say(text=text) if not done.metadata.get("channel"):
                return {"response_action": "update", "view": self.views.notice(text)}
        return None

    def give(self, done: Interaction, answer: Answer) -> None:
        """Send what did not go with the acknowledgement. Raises DeliveryError."""
        match answer:
            case None | Mistakes():
                return
            case Say(text=text, blocks=blocks):
                self._say(done, text, blocks)
            case Open(view=view):
                self._open(done, view)
            case Instead(view=view):
                self.dialog.update_view(done.view_id, view)

    def late(self, done: Interaction) -> dict[str, Json] | None:
        """What goes with the acknowledgement when the work takes too long."""
        if done.kind is Kind.SUBMISSION:
            return {"response_action": "update", "view": self.views.notice(self.views.explanation("busy"))}
        return None

    def give_late(self, done: Interaction, answer: Answer) -> None:
        """Send what came after `late` was shown. Raises DeliveryError."""
        match answer:
            case Mistakes(by_field=errors):
                text = "\n".join(errors.values())
                self.dialog.update_view(done.view_id, self.views.notice(text))
            case Say(text=text):
                self.dialog.update_view(done.view_id, self.views.notice(text))
            case None:
                done_words = self.views.explanation("done_after_all")
                self.dialog.update_view(done.view_id, self.views.notice(done_words))
            case Open(view=view) | Instead(view=view):
                self.dialog.update_view(done.view_id, view)

    def _turn(self, done: Interaction) -> Turn:
        now = self.app.now()
        with self.app.database.reading() as session:
            actor = self.people.actor(session, done, now)
        return Turn(app=self.app, views=self.views, done=done, actor=actor, now=now)

    def _explain(self, done: Interaction, error: G40FlowError) -> Answer:
        if done.kind is Kind.SUBMISSION and isinstance(error, InvalidInput) and error.field in done.typed:
            return Mistakes(by_field={error.field: self.views.mistake(error.code)})
        text = explanation_of(self.views, error)
        if done.kind is Kind.SUBMISSION:
            typed = [value for value in done.typed.values() if isinstance(value, str) and " " in value]
            return Instead(view=self.views.notice(text, typed=typed))
        return None if done.kind is Kind.EVENT else Say(text=text)

    def _say(self, done: Interaction, text: str, blocks: tuple[dict[str, Json], ...]) -> None:
        if done.view_type and done.trigger_id and done.kind is Kind.ACTION:
            self._open(done, self.views.notice(text))
            return
        self.dialog.whisper(
            done.slack_user,
            text,
            channel=done.channel or str(done.metadata.get("channel", "")),
            thread=done.thread_ts or str(done.metadata.get("thread", "")),
            response_url=done.response_url,
            blocks=blocks,
        )

    def _open(self, done: Interaction, view: dict[str, Json]) -> None:
        show = self.dialog.push_view if done.view_type == "modal" else self.dialog.open_view
        try:
            show(done.trigger_id, view)
        except DeliveryError as error:
            log.warning("no window for %s: %s", done.name, error)
            text = self.views.explanation("too_late" if isinstance(error, TooLate) else "no_window")
            self.dialog.whisper(
                done.slack_user,
                text,
                channel=done.channel,
                thread=done.thread_ts,
                response_url=done.response_url,
            )
