"""What routes of the API share: numbers, cursors, pages, and answers that need not be sent again."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar, cast

from fastapi import Depends, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from g40flow.bootstrap import App

LARGEST_NUMBER = 2**31 - 1
"""Of an id in PostgreSQL."""

MOST_PER_PAGE = 100

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]
Limit = Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Entries per page")]
CursorText = Annotated[
    str, Query(max_length=40, description="`next` of the page before; leave out for the first")
]
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
"""PostgreSQL keeps no NUL, and no name has any of these."""

Word = Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)]

Row = TypeVar("Row")
Shown = TypeVar("Shown", bound=BaseModel)


class Answer(BaseModel):
    """What the API answers; new fields may be added in the same version."""

    model_config = ConfigDict(frozen=True)


class Body(BaseModel):
    """What the API is given. A field that is not known is refused: it is a typing mistake."""

    model_config = ConfigDict(extra="forbid")


class Page(Answer, Generic[Shown]):
    """Part of a long list, newest first. Entries that come in meanwhile change no page."""

    items: list[Shown]
    next: str | None = Field(description="Cursor of the next page; null on the last one")


def _app(request: Request) -> App:
    return cast(App, request.app.state.app)


TheApp = Annotated[App, Depends(_app)]


def page_of(
    rows: Sequence[Row], limit: int, show: Callable[[Row], Shown], number: Callable[[Row], int | None]
) -> Page[Shown]:
    """A page. rows: one more than the limit if there are more. number: what the list is ordered by."""
    shown = rows[:limit]
    more = len(rows) > limit and shown
    return Page(items=[show(row) for row in shown], next=_cursor(number(shown[-1]) or 0) if more else None)


def before(cursor: str) -> int | None:
    """Where a page begins; None for the first. Raises RequestValidationError."""
    if not cursor:
        return None
    try:
        kind, _, number = urlsafe_b64decode(cursor.encode() + b"==").decode().partition(":")
        found = int(number) if kind == "before" and number.isascii() and number.isdecimal() else 0
    except ValueError:
        found = 0
    if not 1 <= found <= LARGEST_NUMBER:
        raise RequestValidationError([{"loc": ("query", "cursor"), "type": "cursor_unusable"}])
    return found


def _cursor(number: int) -> str:
    return urlsafe_b64encode(f"before:{number}".encode()).rstrip(b"=").decode()


def tagged(request: Request, response: Response, shown: Shown) -> Shown | Response:
    """The answer with a mark of its content; nothing but the mark for who has it already."""
    mark = f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if mark in known or "*" in known:
        return Response(status_code=304, headers={"ETag": mark})
    response.headers["ETag"] = mark
    return shown
