"""Pictures for people who would rather look than read: values in, SVG out. Pure.

A picture is made in two steps. A function of its own module says where everything stands, and
`Pictures` draws that with templates/pictures/:

    drawing = timeline(terms, today)                          # g40flow.render.timeline_picture
    drawing = coverage(sources, days)                         # g40flow.render.coverage_picture
    drawing = weeks(groups, mondays)                          # g40flow.render.weeks_picture
    drawing = bars("groepen", "Reacties", rows, head="Groep") # g40flow.render.bars_picture
    picture = app.pictures.timeline(drawing)                  # a Picture, on paper: fixed colours
    picture = app.pictures.timeline(drawing, Ink.PAGE)        # for a page: follows light and dark
    image = png(picture.svg)                                  # bytes, for mail and Slack

g40flow.use_cases.pictures finds the values: `open_terms`, `source_days` and `items_per_week`.
Where a picture is shown, `picture.words` is its alternative text (the `alt` of an image in mail, the
`alt_text` of a Slack block) and `picture.table` holds the same as a table: it is shown with the picture
or right after it. In a page the SVG stands in the HTML as it is; it needs no style attribute, which
the portal forbids. Every value from outside is escaped.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from g40flow.domain.outside_text import cut, one_line
from g40flow.render import bars_picture, dutch, support_picture
from g40flow.render.bars_picture import Bars
from g40flow.render.coverage_picture import Coverage
from g40flow.render.plan_picture import PlanPicture
from g40flow.render.support_picture import SupportDrawing
from g40flow.render.timeline_picture import Timeline
from g40flow.render.weeks_picture import Weeks

LONGEST_LABEL = 34
"""Characters of a name that fit to the left of a row."""

PIXELS_PER_UNIT = 2
"""Of a PNG: sharp on a good screen, and still small enough for a mailbox."""


class Ink(Enum):
    """The colours of a picture."""

    PAPER = {  # a picture of its own, on white
        "paper": "#ffffff",
        "text": "#18262d",
        "quiet": "#51616a",
        "line": "#d9ddd6",
        "bar": "#0b5c7d",
        "track": "#e8f0f2",
        "bad": "#98201f",
    }
    PAGE = {  # inside a page: the colours of its style sheet, light or dark; "" draws no ground
        "paper": "",
        "text": "currentColor",
        "quiet": "var(--quiet)",
        "line": "var(--line)",
        "bar": "var(--link)",
        "track": "var(--tint)",
        "bad": "var(--bad)",
    }


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture. words: alternative text of one or two sentences. table: the same facts, as HTML."""

    svg: Markup
    words: str
    table: Markup


class Pictures:
    """Draws. templates: the folder that holds pictures/ and web/ (for the labels)."""

    def __init__(self, templates: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([templates / "pictures", templates / "web"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            short_day=dutch.short_day, long_day=dutch.long_day, day_and_month=_day_and_month, label=_label
        )
        self._environment.filters["number"] = dutch.number
        self._environment.globals["plural"] = dutch.counted

    def timeline(self, drawing: Timeline, ink: Ink = Ink.PAPER) -> Picture:
        """Open dossiers against their deadlines."""
        return self._draw("timeline.html", drawing, ink, drawing.room.width)

    def coverage(self, drawing: Coverage, ink: Ink = Ink.PAPER) -> Picture:
        """Whether every publisher was looked at on every day."""
        return self._draw("coverage.html", drawing, ink, drawing.room.width)

    def weeks(self, drawing: Weeks, ink: Ink = Ink.PAPER) -> Picture:
        """Items per group per week."""
        return self._draw("weeks.html", drawing, ink, drawing.room.width)

    def bars(self, drawing: Bars, ink: Ink = Ink.PAPER) -> Picture:
        """Numbers beside each other."""
        return self._draw("bars.html", drawing, ink, bars_picture.WIDTH)

    def support(self, drawing: SupportDrawing, ink: Ink = Ink.PAPER) -> Picture:
        """Where the groups of a Chamber stand on an ask."""
        return self._draw("support.html", drawing, ink, support_picture.WIDTH)

    def plan(self, drawing: PlanPicture, ink: Ink = Ink.PAPER) -> Picture:
        """The plan of one dossier; its table is on the page of the dossier, with the arithmetic."""
        return self._draw("plan.html", drawing, ink, 740)

    def _draw(self, template: str, drawing: Any, ink: Ink, width: int) -> Picture:
        macros: Any = self._environment.get_template(template).module
        svg: Markup = macros.svg(drawing, ink.value, width)  # macros give Markup, with all values escaped
        words: Markup = macros.words(drawing)
        table: Markup = macros.table(drawing)
        return Picture(svg=svg.strip(), words=one_line(words.unescape()), table=table.strip())


def size_of(svg: str) -> tuple[int, int]:
    """(width, height) of a picture on paper, in CSS pixels. Raises ValueError for one without a size."""
    found = _SIZE.match(svg)
    if found is None:
        raise ValueError(f"expected a picture with a size, found {svg[:120]!r}")
    return int(found[1]), int(found[2])


_SIZE = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)"')


def png(svg: str) -> bytes:
    """A picture as PNG, two pixels to a unit of the drawing, on white.

    With a sans-serif letter of this machine if it has one, else with the letter that comes with typst.
    """
    page = b'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("picture.svg")'
    sources: Any = {"main.typ": page, "picture.svg": svg.encode()}
    # A unit of a drawing is a CSS pixel, of which 96 go to an inch.
    made: bytes = typst.compile(sources, format="png", ppi=96 * PIXELS_PER_UNIT, font_paths=_letters())
    return made


@lru_cache(maxsize=1)
def _letters() -> typst.Fonts:
    # Looking for letters takes longer than drawing.
    return typst.Fonts(include_system_fonts=True)


def _day_and_month(day: date) -> str:
    """ "23 nov": for the edge of a picture, where every day is a Monday."""
    return dutch.short_day(day, day).partition(" ")[2]


def _label(text: str, most: int = LONGEST_LABEL) -> str:
    """As much of a name as there is room for."""
    return cut(one_line(text), most)
