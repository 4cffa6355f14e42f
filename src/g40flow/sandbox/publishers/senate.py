"""The pages of eerstekamer.nl that are read: agenda days, plenary meetings, lists of bills, votes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from g40flow.sandbox.clock import SandboxClock
from g40flow.sandbox.world import World
from g40flow.sandbox.world.model import AMSTERDAM
from g40flow.sandbox.world.senate import PHASES, Senate, in_words

VOTES_A_PAGE = 25
PREFIX = "/eerstekamer"
_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


def senate_routes(world: World, clock: SandboxClock) -> list[Route]:
    """Below /eerstekamer. Links in the pages begin at the root of the real site, which has no prefix."""
    site = _Site(world, clock)
    return [
        Route("/commissievergaderingen_op", site.committee_day),
        Route("/commissievergadering/{key}", site.meeting),
        Route("/menukeuze_plenair", site.next_sitting),
        Route("/plenaire_vergadering/{day}", site.sitting),
        Route("/commissies", site.committees),
        Route("/commissies/{key}", site.committee),
        Route("/wetsvoorstellen_bij_commissie", site.bills),
        Route("/wetsvoorstel/{slug}", site.bill),
        Route("/stemmingen_per_vergaderdag", site.votes),
    ]


class _Site:
    def __init__(self, world: World, clock: SandboxClock) -> None:
        self._world = world
        self._clock = clock

    @property
    def _senate(self) -> Senate:
        return self._world.contents.senate

    def committee_day(self, request: Request) -> Response:
        days = sorted({meeting.day for meeting in self._senate.meetings.values()})
        asked = request.query_params.get("key", "")
        day = next((d for d in days if _day_key(d) == asked), None) if asked else self._next(days)
        if day is None:
            return _not_found()
        meetings = sorted((m for m in self._senate.meetings.values() if m.day == day), key=lambda m: m.clock)
        return _page(
            "senate_day.html",
            title=f"Commissievergaderingen op {_weekday(day)} {in_words(day)}",
            meetings=meetings,
            committees=self._senate.committees,
            links=_links(days, day, lambda d: f"/commissievergaderingen_op?key={_day_key(d)}"),
            word="vergaderdag",
        )

    def meeting(self, request: Request) -> Response:
        meeting = self._senate.meetings.get(request.path_params["key"])
        if meeting is None:
            return _not_found()
        lines = [f"{point.reference}: {point.subject}. {point.decision}" for point in meeting.points]
        name = self._senate.committees[meeting.committee].name
        return _page("senate_text.html", title=f"Commissie voor {name}, {in_words(meeting.day)}", lines=lines)

    def next_sitting(self, request: Request) -> Response:
        day = self._next(sorted(self._senate.sittings))
        if day is None:
            return _not_found()
        return RedirectResponse(f"{PREFIX}/plenaire_vergadering/{day:%Y%m%d}", 302)

    def sitting(self, request: Request) -> Response:
        days = sorted(self._senate.sittings)
        day = next((d for d in days if f"{d:%Y%m%d}" == request.path_params["day"]), None)
        if day is None:
            return _not_found()
        return _page(
            "senate_sitting.html",
            title=f"{_weekday(day).capitalize()} {in_words(day)},  plenaire vergadering",
            blocks=self._senate.sittings[day],
            bills=self._senate.bills,
            links=_links(days, day, lambda d: f"/plenaire_vergadering/{d:%Y%m%d}"),
            word="vergadering",
        )

    def committees(self, request: Request) -> Response:
        return _page(
            "senate_committees.html", title="Commissies", committees=list(self._senate.committees.values())
        )

    def committee(self, request: Request) -> Response:
        committee = self._senate.committees.get(request.path_params["key"])
        if committee is None:
            return _not_found()
        return _page("senate_committee.html", title=f"Commissie voor {committee.name}", committee=committee)

    def bills(self, request: Request) -> Response:
        asked = request.query_params.get("key", "").removeprefix("vlijst")
        key = next((k for k in self._senate.committees if k.replace("_", "") == asked), "")
        committee = self._senate.committees.get(key)
        if committee is None:
            return _not_found()
        own = [bill for bill in self._senate.bills.values() if key in bill.committees]
        return _page(
            "senate_bills.html",
            title=f"Wetsvoorstellen bij commissie voor {committee.name} ({committee.abbreviation})",
            parts=[(phase, [bill for bill in own if bill.phase == i]) for i, phase in enumerate(PHASES)],
        )

    def bill(self, request: Request) -> Response:
        path = f"/wetsvoorstel/{request.path_params['slug']}"
        bill = next((bill for bill in self._senate.bills.values() if bill.path == path), None)
        if bill is None:
            return _not_found()
        return _page("senate_text.html", title=f"{bill.title} ({bill.number})", lines=[PHASES[bill.phase]])

    def votes(self, request: Request) -> Response:
        begin = int(request.query_params.get("start_006", "0"))
        every = sorted(self._senate.votes, key=lambda vote: vote.day, reverse=True)
        shown = every[begin : begin + VOTES_A_PAGE]
        days = list(dict.fromkeys(vote.day for vote in shown))
        following = begin + VOTES_A_PAGE
        return _page(
            "senate_votes.html",
            title="Stemmingen per vergaderdag",
            days=[(in_words(day), [vote for vote in shown if vote.day == day]) for day in days],
            bills=self._senate.bills,
            earlier=f"/stemmingen_per_vergaderdag?filter=alles&start_006={following}"
            if following < len(every)
            else None,
        )

    def _next(self, days: list[date]) -> date | None:
        """The first day from today on; after the last one the last."""
        today = self._clock.now().astimezone(AMSTERDAM).date()
        return next((day for day in days if day >= today), days[-1] if days else None)


def _links(days: list[date], day: date, address: Callable[[date], str]) -> dict[str, tuple[str, str] | None]:
    place = days.index(day)
    earlier, later = days[place - 1] if place else None, days[place + 1] if place + 1 < len(days) else None
    return {
        "eerder": (address(earlier), in_words(earlier)) if earlier else None,
        "later": (address(later), in_words(later)) if later else None,
    }


def _day_key(day: date) -> str:
    return f"vn1{day:%y%m%d}"


def _weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def _not_found() -> Response:
    return _page("senate_text.html", http_status=404, title="Pagina niet gevonden", lines=[])


def _page(template: str, *, http_status: int = 200, **values: object) -> Response:
    return HTMLResponse(_PAGES.get_template(template).render(**values), http_status)


_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")), autoescape=True, auto_reload=False
)
