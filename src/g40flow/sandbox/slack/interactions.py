"""What people do in Slack, carried through to the app and back to the screen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.definition import UserPart
from g40flow.sandbox.slack.deliveries import Deliveries, Outcome
from g40flow.sandbox.slack.elements import (
    STATELESS,
    chosen_state,
    find_element,
    mistakes_in,
    state_of,
)
from g40flow.sandbox.slack.methods.marks import react, unreact, valid_emoji
from g40flow.sandbox.slack.objects import message_object, user_object, view_object
from g40flow.sandbox.slack.payloads import Sender, action_of
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.response_urls import post_answer
from g40flow.sandbox.slack.state import App, Channel, Message, User, View
from g40flow.sandbox.slack.validation import accept_view
from g40flow.sandbox.slack.workspace import VIEWS_IN_A_STACK, Workspace

NO_ANSWER = "De app gaf niet op tijd antwoord. Probeer het later nog eens."
WRONG_ANSWER = "De app gaf een antwoord dat niet te verwerken is."
CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im", "mpim": "mpim"}
MESSAGE_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


@dataclass
class Interactions:
    """Every method is one thing that a person does. They raise Refused for what cannot be done.

    base_url: address of the stand-in with a slash at the end, for the response_urls.
    """

    workspace: Workspace
    clock: SandboxClock
    deliveries: Deliveries
    base_url: str

    # Finding things

    def person(self, name: str) -> User:
        """By id, name, address or real name. Raises Refused user_not_found, user_deactivated."""
        user = self.workspace.find_user(name)
        if user is None:
            raise Refused("user_not_found")
        if user.part.deleted:
            raise Refused("user_deactivated")
        return user

    def channel(self, name: str, person: User | None = None) -> Channel:
        """By id or name, also the direct conversation of `person` with the bot as "dm".

        Raises Refused channel_not_found, also for what the person cannot see.
        """
        if person is not None and name in ("dm", "im"):
            return self.direct_channel(self.first_app(), person)
        channel = self.workspace.find_channel(name)
        hidden = channel is not None and person is not None and channel.is_private
        if channel is None or (hidden and person is not None and person.id not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def message(self, channel: Channel, ts: str, person: User | None = None) -> Message:
        """A message that the person can see. Raises Refused message_not_found."""
        found = channel.messages.get(ts)
        if found is None:
            found = next((m for m in channel.ephemerals if m.ts == ts), None)
        if found is None or (found.only_for and person and found.only_for != person.id):
            raise Refused("message_not_found")
        return found

    def view(self, view_id: str, person: User | None = None) -> View:
        """An open modal or Home tab. Raises Refused view_not_found."""
        view = self.workspace.views.get(view_id)
        if view is None:
            view = next((h for h in self.workspace.homes.values() if h.id == view_id), None)
        if view is None or (person is not None and view.user_id != person.id):
            raise Refused("view_not_found")
        return view

    def first_app(self) -> App:
        """The app that commands and shortcuts go to if none is named."""
        return next(iter(self.workspace.apps.values()))

    def direct_channel(self, app: App, person: User) -> Channel:
        """The direct conversation of a person with an app, opened if need be."""
        now = self.clock.now()
        return self.workspace.direct_conversation([app.bot_user_id, person.id], now)[0]

    def _sender(self, app: App, person: User, now: datetime) -> Sender:
        return Sender(self.workspace, app, person, now, self.base_url)

    # Acting on elements

    async def act_in_message(
        self,
        person: User,
        channel: Channel,
        message: Message,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
    ) -> Json:
        """Press a button or choose an option in a message. value: what is chosen; None for a button."""
        with self.workspace.lock:
            now = self.clock.now()
            app = self._app_of(message)
            blocks = message.payload.get("blocks", [])
            block, element = find_element(blocks, action_id, block_id)
            filled_in = message.chosen.setdefault(person.id, {})
            action = self._act(block, element, value, filled_in, now)
            payload = self._sender(app, person, now).message_action(
                channel, message, state_of(blocks, filled_in), action
            )
        outcome = await self.deliveries.deliver(app, "interactive", payload)
        self._warn(f"{channel.id}/{message.ts}/{person.id}", outcome)
        return _report(outcome, payload)

    async def act_in_view(
        self, person: User, view: View, action_id: str, *, block_id: str | None = None, value: Any = None
    ) -> Json:
        """The same in a modal or Home tab."""
        with self.workspace.lock:
            now = self.clock.now()
            app = self.workspace.apps[view.app_id]
            block, element = find_element(view.content["blocks"], action_id, block_id)
            if block["type"] == "input" and not block.get("dispatch_action"):
                raise Refused("action_not_dispatched")
            action = self._act(block, element, value, view.values, now)
            payload = self._sender(app, person, now).view_action(
                view, state_of(view.content["blocks"], view.values), action
            )
        outcome = await self.deliveries.deliver(app, "interactive", payload)
        self._warn(view.id, outcome)
        return _report(outcome, payload)

    def _act(self, block: Json, element: Json, value: Any, filled_in: Json, now: datetime) -> Json:
        if element["type"] == "button":
            return action_of(block, element, None, now)
        state = chosen_state(element, value)
        if element["type"] not in STATELESS:
            filled_in.setdefault(block["block_id"], {})[element["action_id"]] = state
            self.workspace.touch()
        return action_of(block, element, state, now)

    def _app_of(self, message: Message) -> App:
        if message.app_id is None:
            raise Refused("action_not_found")
        return self.workspace.apps[message.app_id]

    async def suggestions(
        self, person: User, action_id: str, typed: str, *, view: View | None, message: Message | None
    ) -> list[Json]:
        """What an external select offers for the typed text; empty if the app does not answer."""
        with self.workspace.lock:
            app_id = view.app_id if view else message.app_id if message else None
            if app_id is None:
                raise Refused("action_not_found")
            app = self.workspace.apps[app_id]
            blocks = view.content["blocks"] if view else message.payload["blocks"] if message else []
            block, element = find_element(blocks, action_id, None)
            payload = self._sender(app, person, self.clock.now()).suggestion(block, element, typed, view)
        outcome = await self.deliveries.deliver(app, "options", payload, accepts_answer=True)
        answer = outcome.answer if isinstance(outcome.answer, dict) else {}
        grouped = [option for group in answer.get("option_groups", []) for option in group.get("options", [])]
        return [*answer.get("options", []), *grouped]

    # Modals

    def fill_in(self, view: View, values: Json) -> None:
        """Put values in the inputs of a view.

        values: {block_id: {action_id: value}}, or shorter {block_id: value} or {action_id: value}.
        Raises Refused: no_such_input, no_option.
        """
        with self.workspace.lock:
            inputs = _inputs(view)
            for name, given in values.items():
                nested = isinstance(given, dict) and name in inputs
                pairs = given.items() if nested and "value" not in given else [(None, given)]
                for action_id, value in pairs:
                    block_id, element = _input(inputs, name, action_id)
                    state = chosen_state(element, value)
                    view.values.setdefault(block_id, {})[element["action_id"]] = state
            self.workspace.touch()

    async def submit(self, person: User, view: View, values: Json) -> Json:
        """Submit a modal. What Slack's screen refuses itself is not sent to the app."""
        self.fill_in(view, values)
        with self.workspace.lock:
            state = state_of(view.content["blocks"], view.values)
            mistakes = mistakes_in(view.content["blocks"], state)
            if mistakes:
                return {"submitted": False, "closed": False, "errors": mistakes}
            app = self.workspace.apps[view.app_id]
            payload = self._sender(app, person, self.clock.now()).submission(view, state)
        outcome = await self.deliveries.deliver(app, "interactive", payload, accepts_answer=True)
        with self.workspace.lock:
            result = self._after_submission(view, outcome)
        return {"submitted": True, **_report(outcome, payload), **result}

    def _after_submission(self, view: View, outcome: Outcome) -> Json:
        self._warn(view.id, outcome)
        if not outcome.acked:
            return {"closed": False}
        answer = outcome.answer
        if answer is None:
            self.workspace.close_view(view)
            return {"closed": True}
        try:
            return self._obey(view, answer)
        except Refused as refusal:
            self.workspace.warnings[view.id] = WRONG_ANSWER
            self.workspace.touch()
            return {"closed": False, "invalid_answer": refusal.answer()}

    def _obey(self, view: View, answer: Json | str) -> Json:
        """Do what the app answered to a submission. Raises Refused for an answer that Slack rejects."""
        action = answer.get("response_action") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or (action is None and answer):
            raise Refused("invalid_response_action")
        if action is None:
            self.workspace.close_view(view)
            return {"closed": True}
        if action == "clear":
            self.workspace.close_stack(view)
        elif action == "errors":
            return {"closed": False, "response_action": action, "errors": _errors(view, answer)}
        elif action == "update":
            self.workspace.replace_view(view, accept_view(answer.get("view"), ("modal",)), self.clock.now())
            return {
                "closed": False,
                "response_action": action,
                "view": view_object(self.workspace, view),
            }
        elif action == "push":
            return {"closed": False, "response_action": action, "view": self._push(view, answer)}
        else:
            raise Refused("invalid_response_action")
        return {"closed": True, "response_action": action}

    def _push(self, view: View, answer: Json) -> Json:
        if len(self.workspace.stack(view.root_id)) >= VIEWS_IN_A_STACK:
            raise Refused("push_limit_reached")
        content = accept_view(answer.get("view"), ("modal",))
        app = self.workspace.apps[view.app_id]
        pushed = self.workspace.new_view(app, view.user_id, content, self.clock.now(), view)
        return view_object(self.workspace, pushed)

    async def close(self, person: User, view: View, *, all_views: bool = False) -> Json:
        """Close a modal with its button, or the whole stack with the cross."""
        with self.workspace.lock:
            if view.content["type"] != "modal":
                raise Refused("view_not_found")
            cleared = all_views or bool(view.content.get("clear_on_close"))
            stack = self.workspace.stack(view.root_id)
            closing = stack[::-1] if cleared else [v for v in stack[::-1] if v is view]
            app = self.workspace.apps[view.app_id]
            sender = self._sender(app, person, self.clock.now())
            payloads = [
                sender.closing(closed, cleared=cleared)
                for closed in closing
                if closed.content.get("notify_on_close")
            ]
            if cleared:
                self.workspace.close_stack(view)
            else:
                self.workspace.close_view(view)
        outcomes = [await self.deliveries.deliver(app, "interactive", payload) for payload in payloads]
        return {
            "closed": [v.id for v in closing],
            "notified": [o.reason for o in outcomes],
        }

    # Commands, shortcuts, Home

    async def command(self, person: User, channel: Channel, command: str, text: str) -> Json:
        """Run a slash command."""
        with self.workspace.lock:
            app = self._app_with("commands", command)
            payload = self._sender(app, person, self.clock.now()).command(command, text, channel)
        outcome = await self.deliveries.deliver(app, "slash_commands", payload, accepts_answer=True)
        shown: Message | None = None
        if outcome.acked and outcome.answer:
            answer = {"text": outcome.answer} if isinstance(outcome.answer, str) else outcome.answer
            with self.workspace.lock:
                shown = post_answer(self.workspace, app, channel, person.id, answer, self.clock.now())
        elif not outcome.acked:
            self._warn(f"{channel.id}/{person.id}", outcome)
        result = _report(outcome, payload)
        if shown is not None:
            result["message"] = message_object(channel, shown)
        return result

    async def shortcut(
        self, person: User, callback_id: str, channel: Channel | None = None, message: Message | None = None
    ) -> Json:
        """Use a shortcut: of a message if one is given, otherwise a global one."""
        with self.workspace.lock:
            app = self._app_with("shortcuts", callback_id)
            sender = self._sender(app, person, self.clock.now())
            if channel is not None and message is not None:
                payload = sender.message_shortcut(callback_id, channel, message)
            else:
                payload = sender.global_shortcut(callback_id)
        outcome = await self.deliveries.deliver(app, "interactive", payload)
        return _report(outcome, payload)

    def _app_with(self, kind: str, name: str) -> App:
        apps = list(self.workspace.apps.values())
        for app in apps:
            if name in getattr(app.part, kind):
                return app
        for app in apps:
            if not getattr(app.part, kind):
                return app
        raise Refused("dispatch_unknown_command" if kind == "commands" else "unknown_shortcut")

    async def open_home(self, person: User, app: App | None = None, tab: str = "home") -> Json:
        """Open the Home tab (or the messages tab) of an app."""
        with self.workspace.lock:
            opened = app or self.first_app()
            event: Json = {
                "type": "app_home_opened",
                "user": person.id,
                "channel": self.direct_channel(opened, person).id,
                "tab": tab,
            }
            home = self.workspace.homes.get((opened.id, person.id))
            if home is not None and tab == "home":
                event["view"] = view_object(self.workspace, home)
        return await self._tell(opened, "app_home_opened", event)

    # Conversations and people

    async def say(self, person: User, channel: Channel, text: str, thread_ts: str | None = None) -> Json:
        """Write a message."""
        with self.workspace.lock:
            if channel.is_archived:
                raise Refused("is_archived")
            if person.id not in channel.members:
                raise Refused("not_in_channel")
            payload: Json = {"user": person.id, "text": text}
            if thread_ts:
                payload["thread_ts"] = thread_ts
            message = self.workspace.post(channel, payload, self.clock.now(), app_id=None)
            channel.read_until[person.id] = message.ts
            shown = message_object(channel, message)
        event = {**shown, "channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
        for app in list(self.workspace.apps.values()):
            if app.bot_user_id in channel.members:
                await self._tell(app, MESSAGE_EVENTS[channel.kind], event)
                if f"<@{app.bot_user_id}>" in text and channel.kind != "im":
                    await self._tell(app, "app_mention", {**event, "type": "app_mention"})
        return {"channel": channel.id, "ts": message.ts, "message": shown}

    async def react(self, person: User, channel: Channel, message: Message, name: str, *, add: bool) -> Json:
        """Add or take away a reaction."""
        with self.workspace.lock:
            if not valid_emoji(name):
                raise Refused("invalid_name")
            (react if add else unreact)(message, name, person.id)
            self.workspace.touch()
            kind = "reaction_added" if add else "reaction_removed"
            event: Json = {
                "type": kind,
                "user": person.id,
                "reaction": name,
                "item": {"type": "message", "channel": channel.id, "ts": message.ts},
                "item_user": message.payload.get("user"),
            }
        for app in list(self.workspace.apps.values()):
            if app.bot_user_id in channel.members:
                await self._tell(app, kind, event)
        return {}

    async def add_person(self, part: UserPart) -> User:
        """Somebody joins the workspace. Raises InvalidWorkspace if the name is taken."""
        with self.workspace.lock:
            user = self.workspace.add_user(part, self.clock.now())
            self.workspace.touch()
        await self._tell_about(user, "team_join")
        return user

    async def change_person(self, user: User, changes: Json) -> None:
        """Deactivate somebody, or change a name, address or role."""
        with self.workspace.lock:
            user.part = UserPart.model_validate({**user.part.model_dump(), **changes})
            user.updated = int(self.clock.now().timestamp())
            self.workspace.touch()
        await self._tell_about(user, "user_change")

    async def enter(self, channel: Channel, user: User, inviter: User | None = None) -> None:
        """Somebody, or the bot, comes into a channel, also a private one."""
        with self.workspace.lock:
            if user.id in channel.members:
                raise Refused("already_in_channel")
            channel.members.append(user.id)
            self.workspace.touch()
        event: Json = {
            "type": "member_joined_channel",
            "user": user.id,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self.workspace.team_id,
        }
        if inviter is not None:
            event["inviter"] = inviter.id
        await self._tell_members(channel, "member_joined_channel", event)

    async def leave(self, channel: Channel, user: User) -> None:
        """Somebody leaves or is removed; an app is told that its bot was."""
        with self.workspace.lock:
            if user.id not in channel.members:
                raise Refused("not_in_channel")
            channel.members.remove(user.id)
            self.workspace.touch()
        if user.app_id is None:
            event = {"type": "member_left_channel", "user": user.id, "channel": channel.id}
            await self._tell_members(channel, "member_left_channel", event)
        else:
            kind = "group_left" if channel.is_private else "channel_left"
            await self._tell(self.workspace.apps[user.app_id], kind, {"type": kind, "channel": channel.id})

    async def _tell_members(self, channel: Channel, kind: str, event: Json) -> None:
        for app in list(self.workspace.apps.values()):
            if app.bot_user_id in channel.members:
                await self._tell(app, kind, event)

    async def _tell_about(self, user: User, kind: str) -> None:
        shown = user_object(self.workspace, user, self.clock.now(), with_email=True)
        for app in list(self.workspace.apps.values()):
            await self._tell(app, kind, {"type": kind, "user": shown})

    async def _tell(self, app: App, subscription: str, event: Json) -> Json:
        """An event, if the app is subscribed to it."""
        subscribed = {subscription, subscription.partition(".")[0]} & set(app.part.events)
        if not subscribed:
            return {"delivered": False, "reason": "not_subscribed"}
        outcome = await self.deliveries.deliver_event(app, event)
        return _report(outcome, event)

    def _warn(self, key: str, outcome: Outcome) -> None:
        """Show the person that nothing came of it, or take that away."""
        with self.workspace.lock:
            before = self.workspace.warnings.pop(key, None)
            if not outcome.acked:
                self.workspace.warnings[key] = NO_ANSWER
            if before or not outcome.acked:
                self.workspace.touch()


def _report(outcome: Outcome, payload: Json) -> Json:
    return {
        "delivered": outcome.acked,
        "acked": outcome.acked,
        "reason": outcome.reason,
        "transport": outcome.transport,
        "status": outcome.status,
        "answer": outcome.answer,
        "payload": payload,
    }


def _inputs(view: View) -> dict[str, dict[str, Json]]:
    """block_id → action_id → element, of everything in a view that keeps a state."""
    found: dict[str, dict[str, Json]] = {}
    for block_id, states in state_of(view.content["blocks"], {}).items():
        for action_id in states:
            _, element = find_element(view.content["blocks"], action_id, block_id)
            found.setdefault(block_id, {})[action_id] = element
    return found


def _input(inputs: dict[str, dict[str, Json]], name: str, action_id: str | None) -> tuple[str, Json]:
    if name in inputs:
        elements = inputs[name]
        if action_id is None:
            return name, next(iter(elements.values()))
        if action_id in elements:
            return name, elements[action_id]
    for block_id, elements in inputs.items():
        if action_id is None and name in elements:
            return block_id, elements[name]
    raise Refused("no_such_input", name=name)


def _errors(view: View, answer: Json) -> dict[str, str]:
    errors = answer.get("errors")
    inputs = {b["block_id"] for b in view.content["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refused("invalid_response_action_errors")
    return {str(block): str(text) for block, text in errors.items()}
