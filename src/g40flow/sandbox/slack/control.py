"""The control interface for tests: JSON over HTTP under /sandbox/."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.addresses import base_address
from g40flow.sandbox.slack.definition import InvalidWorkspace, LimitsPart, RequestUrls, UserPart
from g40flow.sandbox.slack.deliveries import Deliveries
from g40flow.sandbox.slack.faults import FAULT_KINDS, Fault
from g40flow.sandbox.slack.interactions import Interactions
from g40flow.sandbox.slack.methods.sign_in import new_grant
from g40flow.sandbox.slack.objects import channel_object, message_object, user_object, view_object
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import App, Message, User, View
from g40flow.sandbox.slack.workspace import Workspace


@dataclass
class Control:
    """Every method answers one address; `given` is the JSON body together with the query."""

    workspace: Workspace
    clock: SandboxClock
    deliveries: Deliveries

    def routes(self) -> list[Route]:
        """All addresses, for the application."""
        post: dict[str, Callable[[Interactions, Json], Awaitable[Json]]] = {
            "press": self._press,
            "choose": self._choose,
            "options": self._options,
            "fill": self._fill,
            "submit": self._submit,
            "close": self._close,
            "command": self._command,
            "shortcut": self._shortcut,
            "open-home": self._open_home,
            "react": self._react,
            "unreact": partial(self._react, add=False),
            "say": self._say,
            "users": self._add_user,
            "users/change": self._change_user,
            "users/deactivate": self._deactivate,
            "channels": self._create_channel,
            "channels/archive": self._archive,
            "channels/invite": self._invite,
            "channels/remove": self._remove,
            "tokens/revoke": self._revoke,
            "clock": self._set_clock,
            "faults": self._add_fault,
            "rate-limits": self._rate_limits,
            "app": self._change_app,
            "sockets/disconnect": self._disconnect,
            "authorize": self._authorize,
            "reset": self._reset,
        }
        get: dict[str, Callable[[Json], Json]] = {
            "sees": self._sees,
            "calls": self._calls,
            "deliveries": self._deliveries,
            "clock": self._show_clock,
            "faults": self._show_faults,
            "workspace": self._show_workspace,
        }
        delete: dict[str, Callable[[], None]] = {
            "calls": self.workspace_calls_clear,
            "deliveries": self.workspace_deliveries_clear,
            "faults": self.faults_clear,
        }
        return [
            *(self._route(path, "POST", self._change(act)) for path, act in post.items()),
            *(self._route(path, "GET", self._show(look)) for path, look in get.items()),
            *(self._route(path, "DELETE", self._forget(forget)) for path, forget in delete.items()),
        ]

    def _route(self, path: str, method: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
        return Route(f"/sandbox/{path}", endpoint, methods=[method])

    def _change(
        self, act: Callable[[Interactions, Json], Awaitable[Json]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            people = Interactions(self.workspace, self.clock, self.deliveries, base_address(request))
            try:
                given = await _given(request)
                return JSONResponse({"ok": True, **await act(people, given)})
            except Refused as refusal:
                return JSONResponse(refusal.answer(), status_code=400)
            except (InvalidWorkspace, ValidationError) as error:
                return JSONResponse({"ok": False, "error": "invalid", "why": str(error)}, status_code=400)

        return endpoint

    def _show(self, look: Callable[[Json], Json]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                with self.workspace.lock:
                    self.workspace.post_due(self.clock.now())
                    return JSONResponse({"ok": True, **look(dict(request.query_params))})
            except Refused as refusal:
                return JSONResponse(refusal.answer(), status_code=400)

        return endpoint

    def _forget(self, forget: Callable[[], None]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(_: Request) -> Response:
            with self.workspace.lock:
                forget()
            return JSONResponse({"ok": True})

        return endpoint

    # What people do

    async def _press(self, people: Interactions, given: Json) -> Json:
        return await self._act(people, given, None)

    async def _choose(self, people: Interactions, given: Json) -> Json:
        for name in ("value", "values", "option", "date", "time", "user_chosen", "selected"):
            if name in given:
                return await self._act(people, given, given[name])
        raise Refused("missing_argument", name="value")

    async def _act(self, people: Interactions, given: Json, value: Any) -> Json:
        person = people.person(_need(given, "user"))
        action_id, block_id = _need(given, "action_id"), given.get("block_id")
        if "view_id" in given:
            view = people.view(str(given["view_id"]), person)
            return await people.act_in_view(person, view, action_id, block_id=block_id, value=value)
        channel = people.channel(_need(given, "channel"), person)
        message = people.message(channel, _ts(given), person)
        return await people.act_in_message(
            person, channel, message, action_id, block_id=block_id, value=value
        )

    async def _options(self, people: Interactions, given: Json) -> Json:
        person = people.person(_need(given, "user"))
        view = people.view(str(given["view_id"]), person) if "view_id" in given else None
        message: Message | None = None
        if view is None:
            channel = people.channel(_need(given, "channel"), person)
            message = people.message(channel, _ts(given), person)
        options = await people.suggestions(
            person, _need(given, "action_id"), str(given.get("value", "")), view=view, message=message
        )
        return {"options": options}

    async def _fill(self, people: Interactions, given: Json) -> Json:
        view = self._given_view(people, given)
        people.fill_in(view, _values(given))
        return {"view": view_object(self.workspace, view)}

    async def _submit(self, people: Interactions, given: Json) -> Json:
        view = self._given_view(people, given)
        return await people.submit(self._owner(people, view, given), view, _values(given))

    async def _close(self, people: Interactions, given: Json) -> Json:
        view = self._given_view(people, given)
        person = self._owner(people, view, given)
        return await people.close(person, view, all_views=bool(given.get("all", given.get("clear", False))))

    def _given_view(self, people: Interactions, given: Json) -> View:
        """By view_id, or the topmost modal of the user."""
        if "view_id" in given:
            return people.view(str(given["view_id"]))
        person = people.person(_need(given, "user"))
        own = [view for view in self.workspace.views.values() if view.user_id == person.id]
        if not own:
            raise Refused("view_not_found")
        return own[-1]

    def _owner(self, people: Interactions, view: View, given: Json) -> User:
        if "user" in given and people.person(str(given["user"])).id != view.user_id:
            raise Refused("view_not_found")
        return self.workspace.users[view.user_id]

    async def _command(self, people: Interactions, given: Json) -> Json:
        person = people.person(_need(given, "user"))
        channel = people.channel(str(given.get("channel", "dm")), person)
        command, _, rest = _need(given, "command").partition(" ")
        return await people.command(person, channel, command, str(given.get("text", rest)))

    async def _shortcut(self, people: Interactions, given: Json) -> Json:
        person = people.person(_need(given, "user"))
        callback_id = _need(given, "callback_id")
        if "channel" not in given:
            return await people.shortcut(person, callback_id)
        channel = people.channel(str(given["channel"]), person)
        return await people.shortcut(
            person, callback_id, channel, people.message(channel, _ts(given), person)
        )

    async def _open_home(self, people: Interactions, given: Json) -> Json:
        person = people.person(_need(given, "user"))
        return await people.open_home(person, tab=str(given.get("tab", "home")))

    async def _react(self, people: Interactions, given: Json, *, add: bool = True) -> Json:
        person = people.person(_need(given, "user"))
        channel = people.channel(_need(given, "channel"), person)
        name = str(given.get("name", given.get("reaction", "")))
        return await people.react(person, channel, people.message(channel, _ts(given), person), name, add=add)

    async def _say(self, people: Interactions, given: Json) -> Json:
        person = people.person(_need(given, "user"))
        channel = people.channel(_need(given, "channel"), person)
        return await people.say(person, channel, _need(given, "text"), given.get("thread_ts"))

    # Who there is

    async def _add_user(self, people: Interactions, given: Json) -> Json:
        user = await people.add_person(UserPart.model_validate(given))
        return {"user": user_object(self.workspace, user, self.clock.now(), with_email=True)}

    async def _change_user(self, people: Interactions, given: Json) -> Json:
        user = self._anybody(_need(given, "user"))
        await people.change_person(user, {name: v for name, v in given.items() if name != "user"})
        return {"user": user_object(self.workspace, user, self.clock.now(), with_email=True)}

    async def _deactivate(self, people: Interactions, given: Json) -> Json:
        user = self._anybody(_need(given, "user"))
        await people.change_person(user, {"deleted": True})
        return {"user": user_object(self.workspace, user, self.clock.now(), with_email=True)}

    def _anybody(self, name: str) -> User:
        user = self.workspace.find_user(name)
        if user is None:
            raise Refused("user_not_found")
        return user

    async def _create_channel(self, people: Interactions, given: Json) -> Json:
        name = _need(given, "name")
        members = [self._anybody(str(member)).id for member in given.get("members", [])]
        with self.workspace.lock:
            if self.workspace.find_channel(name):
                raise Refused("name_taken")
            creator = members[0] if members else next(iter(self.workspace.users))
            channel = self.workspace.create_channel(
                name, is_private=bool(given.get("is_private")), creator=creator, now=self.clock.now()
            )
            channel.members[:] = members
            return {"channel": channel_object(channel, None)}

    async def _archive(self, people: Interactions, given: Json) -> Json:
        channel = people.channel(_need(given, "channel"))
        channel.is_archived = bool(given.get("archived", True))
        self.workspace.touch()
        return {"channel": channel_object(channel, None)}

    async def _invite(self, people: Interactions, given: Json) -> Json:
        """user: the bot of the first app if left out."""
        channel = people.channel(_need(given, "channel"))
        await people.enter(channel, self._user_or_bot(given))
        return {"channel": channel_object(channel, None)}

    async def _remove(self, people: Interactions, given: Json) -> Json:
        """user: the bot of the first app if left out."""
        channel = people.channel(_need(given, "channel"))
        await people.leave(channel, self._user_or_bot(given))
        return {"channel": channel_object(channel, None)}

    def _user_or_bot(self, given: Json) -> User:
        name = str(given.get("user", "bot"))
        if name == "bot":
            return self.workspace.users[self._app(given).bot_user_id]
        return self._anybody(name)

    def _app(self, given: Json) -> App:
        name = given.get("app")
        apps = self.workspace.apps
        if name is not None and name not in apps:
            raise Refused("app_not_found")
        return apps[name] if name else next(iter(apps.values()))

    # How the stand-in behaves

    async def _revoke(self, people: Interactions, given: Json) -> Json:
        token = self.workspace.tokens.get(_need(given, "token"))
        if token is None:
            raise Refused("token_not_found")
        status = given.get("status", "revoked")
        if status not in ("active", "revoked", "expired"):
            raise Refused("invalid_status")
        token.status = status
        return {"status": token.status}

    async def _set_clock(self, people: Interactions, given: Json) -> Json:
        """set: ISO 8601 with zone or Unix seconds; advance: seconds."""
        moment = given.get("set", given.get("now"))
        if moment is not None:
            self.clock.set(_moment(moment))
        if "advance" in given:
            self.clock.advance(timedelta(seconds=float(given["advance"])))
        with self.workspace.lock:
            self.workspace.post_due(self.clock.now())
            self.workspace.touch()
        return self._show_clock({})

    async def _add_fault(self, people: Interactions, given: Json) -> Json:
        """kind, and the fields of Fault; `revoked_token` revokes at once."""
        kind = given.get("kind")
        if kind == "revoked_token":
            for token in self.workspace.tokens.values():
                if token.kind == "bot" and given.get("token") in (None, token.value):
                    token.status = "revoked"
            return {}
        unknown = set(given) - {field.name for field in fields(Fault)}
        if kind not in FAULT_KINDS or unknown:
            raise Refused("invalid_fault", known_kinds=FAULT_KINDS, unknown_fields=sorted(unknown))
        with self.workspace.lock:
            self.workspace.faults.add(Fault(**given))
        return self._show_faults({})

    async def _rate_limits(self, people: Interactions, given: Json) -> Json:
        with self.workspace.lock:
            current = self.workspace.limits.settings.model_dump()
            self.workspace.limits.change(LimitsPart.model_validate({**current, **given}))
        return {"rate_limits": self.workspace.limits.settings.model_dump()}

    async def _change_app(self, people: Interactions, given: Json) -> Json:
        """request_urls, socket_mode, events, redirect_urls, home_tab, messages_tab of an app.

        A new address for events is asked to give a challenge back first.
        """
        app = self._app(given)
        changes = {name: value for name, value in given.items() if name not in ("app", "verify")}
        allowed = {"request_urls", "socket_mode", "events", "redirect_urls", "home_tab", "messages_tab"}
        if unknown := set(changes) - allowed:
            raise Refused("unknown_fields", names=sorted(unknown))
        changed = app.part.model_copy(update=changes)
        verified: bool | None = None
        if "request_urls" in changes:
            urls = RequestUrls.model_validate(
                {**app.part.request_urls.model_dump(), **changes["request_urls"]}
            )
            changed.request_urls = urls
            if urls.events and given.get("verify", True) and urls.events != app.part.request_urls.events:
                verified = await self.deliveries.verify_address(app, urls.events)
                if not verified:
                    raise Refused("url_verification_failed")
        app.part = changed
        return {"app": changed.model_dump(exclude={"client_secret", "signing_secret"}), "verified": verified}

    async def _disconnect(self, people: Interactions, given: Json) -> Json:
        connections = self.deliveries.connections_of(self._app(given).id)
        for connection in connections:
            await self.deliveries.disconnect(connection, str(given.get("reason", "refresh_requested")))
        return {"disconnected": len(connections)}

    async def _authorize(self, people: Interactions, given: Json) -> Json:
        """A code, as if the person had agreed in the browser."""
        person = people.person(_need(given, "user"))
        scopes = given.get("scope", "openid email profile")
        with self.workspace.lock:
            grant = new_grant(
                self.workspace,
                self._app(given),
                person,
                self.clock.now(),
                redirect_uri=_need(given, "redirect_uri"),
                scopes=tuple(scopes.replace(",", " ").split()),
                nonce=given.get("nonce"),
            )
        return {"code": grant.code}

    async def _reset(self, people: Interactions, given: Json) -> Json:
        self.workspace.reset()
        return {}

    # What can be read

    def _sees(self, given: Json) -> Json:
        """Everything on the screen of one person."""
        user = self.workspace.find_user(_need(given, "user"))
        if user is None:
            raise Refused("user_not_found")
        wanted = given.get("channel")
        channels = []
        for channel in self.workspace.visible_channels(user.id):
            if wanted and wanted.removeprefix("#") not in (channel.id, channel.name):
                continue
            ephemerals = [m for m in channel.ephemerals if m.only_for == user.id]
            channels.append(
                {
                    **channel_object(channel, user.id),
                    "messages": [message_object(channel, m) for m in channel.messages.values()],
                    "ephemerals": [message_object(channel, m) for m in ephemerals],
                }
            )
        homes = [home for (_, owner), home in self.workspace.homes.items() if owner == user.id]
        views = [view for view in self.workspace.views.values() if view.user_id == user.id]
        return {
            "user": user.id,
            "channels": channels,
            "modals": [view_object(self.workspace, view) for view in views],
            "homes": [view_object(self.workspace, home) for home in homes],
            "warnings": {k: v for k, v in self.workspace.warnings.items() if self._concerns(k, user)},
        }

    def _concerns(self, key: str, user: User) -> bool:
        view = self.workspace.views.get(key)
        return key.endswith(f"/{user.id}") or (view is not None and view.user_id == user.id)

    def _calls(self, given: Json) -> Json:
        method, since = given.get("method"), int(given.get("since", 0))
        records = [
            {**asdict(r), "at": r.at.isoformat()}
            for r in self.workspace.calls
            if method in (None, r.method) and r.number > since
        ]
        return {"calls": records, "count": len(records)}

    def _deliveries(self, given: Json) -> Json:
        kind = given.get("kind")
        records = [
            {**asdict(r), "at": r.at.isoformat()} for r in self.workspace.deliveries if kind in (None, r.kind)
        ]
        return {"deliveries": records, "count": len(records)}

    def _show_clock(self, given: Json) -> Json:
        now = self.clock.now()
        return {"now": now.isoformat(), "unix": now.timestamp()}

    def _show_faults(self, given: Json) -> Json:
        return {"faults": [asdict(fault) for fault in self.workspace.faults.waiting]}

    def _show_workspace(self, given: Json) -> Json:
        now = self.clock.now()
        return {
            "team": self.workspace.definition.team.model_dump(),
            "apps": [
                {**app.part.model_dump(), "bot_user_id": app.bot_user_id, "bot_id": app.bot_id}
                for app in self.workspace.apps.values()
            ],
            "tokens": [
                {
                    **asdict(token),
                    "scopes": sorted(token.scopes),
                    "expires_at": token.expires_at.isoformat() if token.expires_at else None,
                }
                for token in self.workspace.tokens.values()
            ],
            "users": [
                user_object(self.workspace, user, now, with_email=True)
                for user in self.workspace.users.values()
            ],
            "channels": [
                {**channel_object(channel, None), "members": channel.members}
                for channel in self.workspace.channels.values()
            ],
            "rate_limits": self.workspace.limits.settings.model_dump(),
            "connections": {app: len(self.deliveries.connections_of(app)) for app in self.workspace.apps},
            "version": self.workspace.version,
        }

    def workspace_calls_clear(self) -> None:
        """Empty the log of calls."""
        self.workspace.calls.clear()

    def workspace_deliveries_clear(self) -> None:
        """Empty the log of deliveries."""
        self.workspace.deliveries.clear()

    def faults_clear(self) -> None:
        """Let nothing go wrong any more."""
        self.workspace.faults.clear()


async def _given(request: Request) -> Json:
    """Query and JSON body as one mapping. Raises Refused invalid_json."""
    body = await request.body()
    try:
        content = json.loads(body) if body.strip() else {}
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(content, dict):
        raise Refused("json_not_object")
    return {**request.query_params, **content}


def _need(given: Json, name: str) -> str:
    """A value that must be there. `user_id`, `channel_id` and the like are understood too."""
    value = given.get(name, given.get(f"{name}_id"))
    if value in (None, ""):
        raise Refused("missing_argument", name=name)
    return str(value)


def _ts(given: Json) -> str:
    for name in ("ts", "message_ts", "timestamp"):
        if given.get(name):
            return str(given[name])
    raise Refused("missing_argument", name="ts")


def _values(given: Json) -> Json:
    values = given.get("values", {})
    if not isinstance(values, dict):
        raise Refused("invalid_values")
    return values


def _moment(given: Any) -> datetime:
    try:
        if isinstance(given, int | float):
            return datetime.fromtimestamp(given, UTC)
        moment = datetime.fromisoformat(str(given))
    except (ValueError, OverflowError, OSError):
        raise Refused("invalid_moment") from None
    if moment.utcoffset() is None:
        raise Refused("invalid_moment", why="a time zone is needed")
    return moment
