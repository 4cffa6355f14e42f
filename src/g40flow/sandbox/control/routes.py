"""What can be asked of the sandbox itself: its state, its log, its events and its script."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.events import EVENTS, TOPICS, BadEvent, Event, EventValue, Scene, play
from g40flow.sandbox.world import ScriptStep, World, read_script
from g40flow.sandbox.world.faults import FAULT_KINDS, PUBLISHERS, fault_label
from g40flow.sandbox.world.feed import StoredFeed
from g40flow.sandbox.world.model import AMSTERDAM

SHOWN_REQUESTS = 12
SHOWN_HAPPENINGS = 8
VALUE_LABELS = {
    "slug": "Consultatie",
    "key": "Sleutel",
    "title": "Titel",
    "intro": "Samenvatting",
    "kind": "Soort",
    "sender": "Afzender",
    "place": "Plaats",
    "by": "Afzender (codes)",
    "working_days": "Sluit over zoveel werkdagen",
    "calendar_days": "Aantal dagen",
    "themes": "Thema's (met ; ertussen)",
    "topics": "Onderwerpen (met ; ertussen)",
    "page": "Pagina daarna (closed of gone)",
    "committee": "Commissie (sleutel)",
    "following": "Volgcommissies (sleutels)",
    "present": "Bewindspersonen (codes)",
    "in_days": "Over zoveel dagen",
    "clock": "Tijd",
    "agenda": "Agendapunten (met ; ertussen)",
    "days": "Dagen later",
    "hours": "Uren later",
    "only_in_title": "Alleen in de titel",
    "case": "Zaak (sleutel, mag leeg)",
    "dossier": "Dossier (sleutel, mag leeg)",
    "appreciation": "Oordeel van het kabinet",
    "count": "Aantal",
    "moment": "Datum en tijd",
    "bill": "Nummer van het wetsvoorstel",
    "round": "Waarvoor de inbreng is",
    "result": "Uitslag (Aangenomen of Verworpen)",
    "voted_for": "Fracties voor (met ; ertussen)",
    "voted_against": "Fracties tegen (met ; ertussen)",
    "in_favour": "Fracties voor (met ; ertussen)",
    "absent": "Fracties afwezig (met ; ertussen)",
    "roll_call": "Hoofdelijk",
    "group": "Fractie",
    "activity": "Activiteit (sleutel)",
    "text": "Tekst",
    "due": "Uiterlijk (jjjj-mm-dd, mag leeg)",
    "feed": "Pad van de feed",
    "on": "Aan",
    "number": "Nummer",
    "about": "Omschrijving",
    "category": "Categorie",
    "marks": "Kenmerken (met ; ertussen)",
    "dutch": "Nederlandse titel",
    "act": "Soort handeling (code)",
    "proposal": "Voorstel, zoals COM(2026)123",
}


def control_routes(
    world: World,
    clock: SandboxClock,
    *,
    with_slack: bool = False,
    with_mail: bool = False,
    with_gallery: bool = False,
) -> list[Route]:
    """with_slack, with_mail, with_gallery: whether the page links to these."""
    pages = {"/slack/": ("Slack", with_slack), "/mail/": ("Mail", with_mail)}
    pages["/gallery/"] = ("Voorbeelden van berichten", with_gallery)
    stand_ins = [(address, name) for address, (name, is_there) in pages.items() if is_there]
    control = _Control(world, clock, stand_ins)
    return [
        Route("/", control.page),
        Route("/state", control.state),
        Route("/log", control.log),
        Route("/events", control.known_events),
        Route("/events", control.play_event, methods=["POST"]),
        Route("/script", control.script),
        Route("/script/next", control.play_next, methods=["POST"]),
        Route("/reset", control.reset, methods=["POST"]),
    ]


class _Control:
    def __init__(self, world: World, clock: SandboxClock, stand_ins: list[tuple[str, str]]) -> None:
        self._world = world
        self._scene = Scene(world, clock)
        self._stand_ins = stand_ins
        self._script = read_script()

    async def page(self, request: Request) -> Response:
        return self._page(error=None, status=200)

    async def state(self, request: Request) -> Response:
        return JSONResponse(self._state())

    async def log(self, request: Request) -> Response:
        """Requests that reached a publisher, oldest first; ?since=N leaves out the first N."""
        since = request.query_params.get("since", "0")
        if not since.isdecimal():
            return JSONResponse({"error": "since is een getal"}, 400)
        rows = [
            {
                "method": seen.method,
                "path": seen.path,
                "status": seen.status,
                "at": seen.at.isoformat(),
                "fault": seen.fault,
                "user_agent": seen.user_agent,
            }
            for seen in list(self._world.requests)[int(since) :]
        ]
        return JSONResponse(rows)

    async def known_events(self, request: Request) -> Response:
        return JSONResponse([_described(event) for event in EVENTS.values()])

    async def play_event(self, request: Request) -> Response:
        try:
            values = await _values(request)
            name = str(values.pop("event", ""))
        except ValueError as error:
            return self._refusal(request, str(error))
        return self._answer(request, lambda: {"happened": play(self._scene, name, values)})

    async def script(self, request: Request) -> Response:
        done = self._world.script_position
        rows = [
            {"title": step.title, "watch": step.watch, "played": i < done}
            for i, step in enumerate(self._script)
        ]
        return JSONResponse({"position": done, "steps": rows})

    async def play_next(self, request: Request) -> Response:
        return self._answer(request, self._play_next)

    async def reset(self, request: Request) -> Response:
        def again() -> dict[str, Any]:
            self._world.reset()
            return {"happened": "De oefenwereld staat weer zoals aan het begin"}

        return self._answer(request, again)

    def _play_next(self) -> dict[str, Any]:
        """Raises BadEvent when the script is over."""
        position = self._world.script_position
        if position >= len(self._script):
            raise BadEvent("het script is uitgespeeld; begin opnieuw met /sandbox/reset")
        step = self._script[position]
        told = [play(self._scene, *_named(values)) for values in step.events]
        self._world.script_position = position + 1
        return {"step": position + 1, "of": len(self._script), "title": step.title, "happened": told}

    def _answer(self, request: Request, act: Callable[[], dict[str, Any]]) -> Response:
        """JSON for programs; back to the page for forms."""
        try:
            told = act()
        except BadEvent as error:
            return self._refusal(request, str(error))
        page = f"{request.scope.get('root_path', '')}/"
        return RedirectResponse(page, 303) if _is_form(request) else JSONResponse(told)

    def _refusal(self, request: Request, message: str) -> Response:
        if _is_form(request):
            return self._page(error=message, status=400)
        return JSONResponse({"error": message}, 400)

    def _state(self) -> dict[str, Any]:
        world, today = self._world, self._scene.today
        feed = world.feed
        newest = feed.newest()
        every = world.consultations.values()
        return {
            "now": self._scene.now.isoformat(),
            "validators": world.validators,
            "script_position": world.script_position,
            "script_length": len(self._script),
            "requests": len(world.requests),
            "internetconsultatie": {
                "open": sum(item.is_open(today) for item in every),
                "all": len(world.consultations),
                "faults": _faults(world, "internetconsultatie"),
            },
            "tweedekamer": {
                "entries": len(feed) if isinstance(feed, StoredFeed) else None,
                "last_token": newest.token if newest else None,
                "frozen": isinstance(feed, StoredFeed) and feed.frozen,
                "faults": _faults(world, "tweedekamer"),
            },
            "others": [
                {"publisher": name, "label": label, "faults": _faults(world, name)}
                for name, label in PUBLISHERS.items()
                if name not in {"internetconsultatie", "tweedekamer"}
            ],
        }

    def _page(self, *, error: str | None, status: int) -> Response:
        world = self._world
        now = self._scene.now.astimezone(AMSTERDAM)
        text = _PAGES.get_template("page.html").render(
            error=error,
            now=now,
            now_shown=_long_moment(now),
            state=self._state(),
            names=PUBLISHERS,
            condition=_condition,
            value_label=_value_label,
            fault_kinds=FAULT_KINDS,
            script=self._script,
            next_step=_at(self._script, world.script_position),
            topics=_by_topic(),
            consultations=[c for c in world.consultations.values() if not c.gone],
            activities=[a for a in world.contents.activities.values() if a.status == "Gepland"],
            happened=list(world.happened)[: -SHOWN_HAPPENINGS - 1 : -1],
            requests=list(world.requests)[: -SHOWN_REQUESTS - 1 : -1],
            today=self._scene.today,
            stand_ins=self._stand_ins,
        )
        return HTMLResponse(text, status)


def _faults(world: World, publisher: str) -> list[dict[str, Any]]:
    return [
        {"kind": fault.kind, "where": fault.where, "left": left}
        for fault, left in world.faults.on()
        if fault.publisher == publisher
    ]


def _condition(publisher: Mapping[str, Any]) -> str:
    """What a publisher does now, in Dutch."""
    parts = ["staat stil"] if publisher.get("frozen") else []
    for fault in publisher["faults"]:
        left = f" (nog {fault['left']}×)" if fault["left"] else ""
        parts.append(fault_label(fault["kind"]) + left)
    return ", ".join(parts) or "werkt"


def _value_label(event: Event, value: EventValue) -> str:
    if value.name == "key" and event.name.endswith(("_activity", "_point")) and event.name != "new_activity":
        return "Activiteit"
    if value.name == "slug" and event.name.startswith(("new", "hostile")):
        return "Adres (slug)"
    return VALUE_LABELS[value.name]


def _by_topic() -> list[tuple[str, list[Event]]]:
    """Dutch heading and the events below it; troubles have a form of their own."""
    return [
        (label, [event for event in EVENTS.values() if event.topic == topic])
        for topic, label in TOPICS.items()
        if topic != "trouble"
    ]


def _described(event: Event) -> dict[str, Any]:
    return {
        "event": event.name,
        "label": event.label,
        "topic": event.topic,
        "values": {value.name: value.default for value in event.values},
    }


def _named(values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """An event of the script as name and values."""
    return values["event"], {key: value for key, value in values.items() if key != "event"}


def _at(steps: list[ScriptStep], position: int) -> ScriptStep | None:
    return steps[position] if position < len(steps) else None


async def _values(request: Request) -> dict[str, Any]:
    """The values of a JSON body or a form; empty form fields count as not given.

    Raises ValueError for a body that is neither.
    """
    if _is_form(request):
        form = await request.form()
        return {key: value for key, value in form.items() if value != ""}
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("verwacht een JSON-object met event en waarden")  # noqa: TRY004 - one catcher
    return body


def _is_form(request: Request) -> bool:
    return "form" in request.headers.get("content-type", "")


def _long_moment(now: datetime) -> str:
    days = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
    months = (
        *("januari", "februari", "maart", "april", "mei", "juni", "juli"),
        *("augustus", "september", "oktober", "november", "december"),
    )
    return f"{days[now.weekday()]} {now.day} {months[now.month - 1]} {now.year}, {now:%H:%M}"


_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, auto_reload=False)
_PAGES.filters |= {
    "clock": lambda moment: moment.astimezone(AMSTERDAM).strftime("%H:%M:%S"),
    "day": lambda day: day.strftime("%d-%m-%Y"),
}
