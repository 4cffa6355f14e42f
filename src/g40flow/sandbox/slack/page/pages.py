"""The pages for people: every click is a form that works without scripts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.slack.addresses import base_address
from g40flow.sandbox.slack.deliveries import Deliveries
from g40flow.sandbox.slack.elements import find_element
from g40flow.sandbox.slack.interactions import NO_ANSWER, Interactions
from g40flow.sandbox.slack.methods.marks import valid_emoji
from g40flow.sandbox.slack.page.dutch_dates import clock_time, full_day, local_moment
from g40flow.sandbox.slack.page.emoji import QUICK_REACTIONS, emoji
from g40flow.sandbox.slack.page.forms import field_name, filled_in, press_value, pressed, value_of
from g40flow.sandbox.slack.page.screens import Screen, selected_values
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import Channel, View
from g40flow.sandbox.slack.workspace import Workspace

_HERE = Path(__file__).parent
_STATIC = {"style.css": "text/css", "live.js": "text/javascript", "icon.svg": "image/svg+xml"}
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
MODAL_WAIT_SECONDS = 0.4
EXPLANATIONS = {
    "action_not_found": "Deze knop hoort bij een eerdere versie van het bericht. Kijk hoe het nu is.",
    "message_not_found": "Dit bericht is er niet meer.",
    "view_not_found": "Dit venster is al gesloten.",
    "channel_not_found": "Dit kanaal is er niet, of deze persoon mag het niet zien.",
    "user_not_found": "Deze persoon bestaat niet in de werkruimte.",
    "user_deactivated": "Het account van deze persoon is uitgeschakeld.",
    "not_in_channel": "Deze persoon is geen lid van dit kanaal.",
    "dispatch_unknown_command": "Deze opdracht kent geen enkele app in de werkruimte.",
    "no_option": "Deze keuze staat niet in de lijst.",
    "already_reacted": "Deze reactie had deze persoon al gegeven.",
}


def templates() -> Environment:
    """The templates, escaping everything that is not marked as safe."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        field_name=field_name,
        press_value=press_value,
        selected_values=selected_values,
        emoji=emoji,
        quick_reactions=QUICK_REACTIONS,
    )
    return environment


@dataclass
class Pages:
    """All pages of one workspace."""

    workspace: Workspace
    clock: SandboxClock
    deliveries: Deliveries

    def __post_init__(self) -> None:
        self._templates = templates()

    def routes(self) -> list[BaseRoute]:
        """All addresses, for the application."""
        person, channel = "/sandbox/slack/{user}", "/sandbox/slack/{user}/{channel}"
        return [
            Route("/", self._page(self._people)),
            Route("/sandbox/slack", self._page(self._people)),
            Route("/sandbox/slack/static/{name}", self._static),
            Route("/sandbox/slack/pictures/{user}.svg", self._picture),
            Route("/sandbox/slack/files/{file}", self._file),
            Route("/sandbox/slack/version", self._version),
            Route("/sandbox/slack/switch", self._page(self._switch)),
            Route(f"{person}", self._page(self._start)),
            Route(f"{person}/home", self._page(self._home)),
            Route(f"{person}/home", self._page(self._open_home), methods=["POST"]),
            Route(f"{person}/modal/{{view}}", self._page(self._modal)),
            Route(f"{person}/modal/{{view}}/act", self._page(self._act_in_view), methods=["POST"]),
            Route(f"{person}/modal/{{view}}/submit", self._page(self._submit), methods=["POST"]),
            Route(f"{person}/modal/{{view}}/close", self._page(self._close), methods=["POST"]),
            Route(channel, self._page(self._channel)),
            Route(f"{channel}/say", self._page(self._say), methods=["POST"]),
            Route(f"{channel}/{{ts}}/act", self._page(self._act_in_message), methods=["POST"]),
            Route(f"{channel}/{{ts}}/follow", self._page(self._follow)),
            Route(f"{channel}/{{ts}}/react", self._page(self._react), methods=["POST"]),
            Route(f"{channel}/{{ts}}/shortcut", self._page(self._shortcut), methods=["POST"]),
        ]

    def _page(
        self, answer: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                with self.workspace.lock:
                    self.workspace.post_due(self.clock.now())
                response = await answer(request)
            except Refused as refusal:
                response = self._refused(request, refusal)
            response.headers.update(HEADERS)
            return response

        return endpoint

    # Reading

    async def _people(self, request: Request) -> Response:
        with self.workspace.lock:
            now = self.clock.now()
            screens = [Screen(self.workspace, person, now) for person in self.workspace.people()]
            screens.sort(key=lambda s: (-s.unread_altogether(), s.person.real_name))
            return self._render("people.html", request, screens=screens)

    async def _switch(self, request: Request) -> Response:
        """The chooser of people; stays in the same channel where possible."""
        user, channel = request.query_params.get("user", ""), request.query_params.get("channel", "")
        person = self._interactions(request).person(user)
        known = self.workspace.channels.get(channel)
        visible = known is not None and (not known.is_private or person.id in known.members)
        return self._to(request, person.id, channel if visible else "")

    async def _start(self, request: Request) -> Response:
        """The first channel with something new, or the first one."""
        screen = self._screen(request)
        entries = screen.entries(None)
        unread = [entry for entry in entries if entry.unread]
        first = next(iter(unread or entries), None)
        if first is None:
            return self._to(request, screen.person.id, "home")
        return self._to(request, screen.person.id, first.channel.id)

    async def _channel(self, request: Request) -> Response:
        people = self._interactions(request)
        with self.workspace.lock:
            screen = self._screen(request)
            channel = people.channel(request.path_params["channel"], screen.person)
            days = screen.days(channel)
            entries = screen.entries(channel)
            screen.mark_read(channel)
            return self._render(
                "channel.html",
                request,
                screen=screen,
                channel=channel,
                days=days,
                entries=entries,
                members=[screen.user_name(member) or member for member in channel.members],
                is_member=screen.person.id in channel.members,
                notice=request.query_params.get("notice"),
                command_warning=self.workspace.warnings.get(f"{channel.id}/{screen.person.id}"),
                shortcuts=[s for app in self.workspace.apps.values() for s in app.part.shortcuts],
                commands=[c for app in self.workspace.apps.values() for c in app.part.commands],
            )

    async def _home(self, request: Request) -> Response:
        with self.workspace.lock:
            screen = self._screen(request)
            app = self._interactions(request).first_app()
            return self._render(
                "home.html",
                request,
                screen=screen,
                entries=screen.entries(None),
                app_name=self.workspace.users[app.bot_user_id].real_name,
                view=screen.home(app),
                notice=request.query_params.get("notice"),
            )

    async def _modal(self, request: Request) -> Response:
        screen, view = self._given_view(request)
        return self._show_modal(request, screen, view, {}, status=200)

    def _show_modal(
        self, request: Request, screen: Screen, view: View, errors: dict[str, str], *, status: int
    ) -> Response:
        with self.workspace.lock:
            return self._render(
                "modal.html",
                request,
                status=status,
                screen=screen,
                entries=screen.entries(None),
                view=view,
                errors=errors,
                warning=self.workspace.warnings.get(view.id),
                back=request.query_params.get("back", ""),
                depth=[v.id for v in self.workspace.stack(view.root_id)].index(view.id) + 1
                if view.id in self.workspace.views
                else 1,
            )

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            return PlainTextResponse("niet gevonden", status_code=404)
        return FileResponse(_HERE / "static" / name, media_type=_STATIC[name], headers=HEADERS)

    async def _picture(self, request: Request) -> Response:
        """The initials of a person, as the picture that a sign-in hands over."""
        user = self.workspace.users.get(request.path_params["user"])
        initials = "".join(word[0] for word in user.real_name.split()[:2] if word.isalpha()) if user else "?"
        drawing = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" role="img">'
            '<rect width="72" height="72" rx="8" fill="#154273"/>'
            '<text x="36" y="46" font-family="sans-serif" font-size="28" fill="#fff" '
            f'text-anchor="middle">{initials.upper()}</text></svg>'
        )
        return Response(drawing, media_type="image/svg+xml", headers=HEADERS)

    async def _file(self, request: Request) -> Response:
        """A picture that an app uploaded, as a message shows it."""
        with self.workspace.lock:
            file = self.workspace.files.get(request.path_params["file"])
            content = None if file is None else file.content
        if content is None or not content.startswith(b"\x89PNG"):
            return Response("no such picture", status_code=404)
        return Response(content, media_type="image/png", headers=HEADERS)

    async def _version(self, request: Request) -> Response:
        with self.workspace.lock:
            self.workspace.post_due(self.clock.now())
            return JSONResponse({"version": self.workspace.version}, headers=HEADERS)

    # Doing

    async def _act_in_message(self, request: Request) -> Response:
        people = self._interactions(request)
        screen = self._screen(request)
        channel = people.channel(request.path_params["channel"], screen.person)
        message = people.message(channel, request.path_params["ts"], screen.person)
        async with request.form() as form:
            block_id, action_id, option = pressed(form)
            blocks = message.payload.get("blocks", [])
            block, element = find_element(blocks, action_id, block_id)
            value = option if option is not None else value_of(form, block, element, screen.person.part.tz)
        before = screen.open_modal()
        report = await people.act_in_message(
            screen.person, channel, message, action_id, block_id=block_id, value=value
        )
        await self._await_modal(screen, before, report)
        return self._after_action(request, screen, before, channel, message.ts)

    async def _follow(self, request: Request) -> Response:
        """A button with an address: tell the app, then go there."""
        people = self._interactions(request)
        screen = self._screen(request)
        channel = people.channel(request.path_params["channel"], screen.person)
        message = people.message(channel, request.path_params["ts"], screen.person)
        block_id, action_id = request.query_params.get("block", ""), request.query_params.get("action", "")
        _, element = find_element(message.payload.get("blocks", []), action_id, block_id)
        address = str(element.get("url", ""))
        if not address.startswith(("https://", "http://")):
            raise Refused("action_not_found")
        self.deliveries.in_background(
            people.act_in_message(screen.person, channel, message, action_id, block_id=block_id)
        )
        return RedirectResponse(address, status_code=303)

    async def _act_in_view(self, request: Request) -> Response:
        people = self._interactions(request)
        screen, view = self._given_view(request)
        async with request.form() as form:
            block_id, action_id, option = pressed(form)
            blocks = view.content["blocks"]
            people.fill_in(view, filled_in(form, blocks, screen.person.part.tz))
            block, element = find_element(blocks, action_id, block_id)
            value = option if option is not None else value_of(form, block, element, screen.person.part.tz)
        before = screen.open_modal()
        report = await people.act_in_view(screen.person, view, action_id, block_id=block_id, value=value)
        await self._await_modal(screen, before, report)
        if view.content["type"] == "home":
            return self._after_action(request, screen, before, None, "")
        modal = screen.open_modal()
        return self._to(request, screen.person.id, f"modal/{modal.id}" if modal else "")

    async def _submit(self, request: Request) -> Response:
        people = self._interactions(request)
        screen, view = self._given_view(request)
        async with request.form() as form:
            values = filled_in(form, view.content["blocks"], screen.person.part.tz)
        result = await people.submit(screen.person, view, values)
        if result.get("errors"):
            return self._show_modal(request, screen, view, result["errors"], status=422)
        return self._after_modal(request, screen)

    async def _close(self, request: Request) -> Response:
        people = self._interactions(request)
        screen, view = self._given_view(request)
        await people.close(screen.person, view, all_views="all" in request.query_params)
        return self._after_modal(request, screen)

    def _after_modal(self, request: Request, screen: Screen) -> Response:
        back = request.query_params.get("back", "")
        modal = screen.open_modal()
        if modal is not None:
            return self._to(request, screen.person.id, f"modal/{modal.id}", back=back)
        known = back in self.workspace.channels or back == "home"
        return self._to(request, screen.person.id, back if known else "")

    async def _await_modal(self, screen: Screen, before: View | None, report: Json) -> None:
        """Give the app a moment to open a modal after it acknowledged."""
        waited = 0.0
        while report["acked"] and screen.open_modal() is before and waited < MODAL_WAIT_SECONDS:
            await asyncio.sleep(0.05)
            waited += 0.05

    def _after_action(
        self, request: Request, screen: Screen, before: View | None, channel: Channel | None, ts: str
    ) -> Response:
        """Back to where the person was, or to the modal that the app opened."""
        modal = screen.open_modal()
        back = channel.id if channel else "home"
        if modal is not None and modal is not before:
            return self._to(request, screen.person.id, f"modal/{modal.id}", back=back)
        return self._to(request, screen.person.id, back, anchor=f"m-{ts}" if ts else "")

    async def _say(self, request: Request) -> Response:
        people = self._interactions(request)
        screen = self._screen(request)
        channel = people.channel(request.path_params["channel"], screen.person)
        async with request.form() as form:
            text = str(form.get("text", "")).strip()
            thread_ts = str(form.get("thread_ts", "")) or None
        if not text:
            return self._to(request, screen.person.id, channel.id)
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            before = screen.open_modal()
            report = await people.command(screen.person, channel, command, rest.strip())
            await self._await_modal(screen, before, report)
            return self._after_action(request, screen, before, channel, "")
        said = await people.say(screen.person, channel, _typed(text), thread_ts)
        return self._to(request, screen.person.id, channel.id, anchor=f"m-{thread_ts or said['ts']}")

    async def _react(self, request: Request) -> Response:
        people = self._interactions(request)
        screen = self._screen(request)
        channel = people.channel(request.path_params["channel"], screen.person)
        message = people.message(channel, request.path_params["ts"], screen.person)
        async with request.form() as form:
            name = str(form.get("name", ""))
        mine = any(r["mine"] for r in screen.reactions(message) if r["name"] == name)
        if valid_emoji(name):
            await people.react(screen.person, channel, message, name, add=not mine)
        return self._to(request, screen.person.id, channel.id, anchor=f"m-{message.ts}")

    async def _shortcut(self, request: Request) -> Response:
        people = self._interactions(request)
        screen = self._screen(request)
        channel = people.channel(request.path_params["channel"], screen.person)
        message = people.message(channel, request.path_params["ts"], screen.person)
        async with request.form() as form:
            callback_id = str(form.get("callback_id", ""))
        before = screen.open_modal()
        report = await people.shortcut(screen.person, callback_id, channel, message)
        await self._await_modal(screen, before, report)
        return self._after_action(request, screen, before, channel, message.ts)

    async def _open_home(self, request: Request) -> Response:
        people = self._interactions(request)
        screen = self._screen(request)
        report = await people.open_home(screen.person)
        failed = not report.get("delivered") and report.get("reason") != "not_subscribed"
        return self._to(request, screen.person.id, "home", notice="geen-antwoord" if failed else "")

    # Shared

    def _interactions(self, request: Request) -> Interactions:
        return Interactions(self.workspace, self.clock, self.deliveries, base_address(request))

    def _screen(self, request: Request) -> Screen:
        person = self._interactions(request).person(request.path_params["user"])
        return Screen(self.workspace, person, self.clock.now())

    def _given_view(self, request: Request) -> tuple[Screen, View]:
        screen = self._screen(request)
        return screen, self._interactions(request).view(request.path_params["view"], screen.person)

    def _to(self, request: Request, user_id: str, rest: str, *, anchor: str = "", **query: str) -> Response:
        """Go to a page of a person after a form was handled."""
        asked = urlencode({name: value for name, value in query.items() if value})
        address = f"{_base(request)}sandbox/slack/{user_id}" + (f"/{rest}" if rest else "")
        address += (f"?{asked}" if asked else "") + (f"#{anchor}" if anchor else "")
        return RedirectResponse(address, status_code=303)

    def _refused(self, request: Request, refusal: Refused) -> Response:
        why = EXPLANATIONS.get(refusal.error, f"Slack weigert dit: {refusal.error}.")
        status = 404 if refusal.error.endswith("not_found") else 409
        return self._render("refused.html", request, status=status, why=why)

    def _render(self, template: str, request: Request, *, status: int = 200, **values: Any) -> Response:
        now = self.clock.now()
        moment = local_moment(now.timestamp(), "Europe/Amsterdam")
        common: Json = {
            "base": _base(request),
            "team": self.workspace.definition.team.name,
            "version": self.workspace.version,
            "all_people": sorted(self.workspace.people(), key=lambda u: u.real_name),
            "clock": f"{full_day(moment.date())}, {clock_time(moment)}",
            "no_answer": NO_ANSWER,
        }
        html = self._templates.get_template(template).render(**common, **values)
        return HTMLResponse(html, status_code=status)


def _typed(text: str) -> str:
    """What somebody typed, as Slack stores it: the three characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _base(request: Request) -> str:
    """The path of the stand-in with a slash at the end; links are relative to the host."""
    return f"{request.scope.get('root_path', '')}/"
