"""The gallery: a list with counts, and each example as Slack, mail and plain text show it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from g40flow.sandbox.slack.page.mrkdwn import Reader

MAY_ONLY_SHOW = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"
"""For an example of a mail: it can do nothing here, and its links lead nowhere."""

Example = Mapping[str, Any]
PARTS = frozenset({"kind", "case", "subject", "text", "html", "blocks"})


class _Nobody:
    """Examples mention nobody of a workspace."""

    def user_name(self, user_id: str) -> str | None:
        return None

    def channel_name(self, channel_id: str) -> str | None:
        return None


def gallery_routes(file: Path) -> list[Route]:
    """Pages for the examples in a file: a list of {"kind", "case", "subject", "text", "html", "blocks"}.

    Raises ValueError for a file that is not there, or holds something else.
    """
    pages = _Pages(_read(file))
    return [
        Route("/gallery", RedirectResponse("/gallery/")),
        Route("/gallery/", pages.overview),
        Route("/gallery/{kind}", pages.kind),
        Route("/gallery/{kind}/{case}/html", pages.html),
    ]


def _read(file: Path) -> Sequence[Example]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: geen voorbeelden van berichten: {error}") from error
    if not (isinstance(found, list) and all(_is_example(one) for one in found)):
        raise ValueError(f"{file}: verwacht bij elk voorbeeld {', '.join(sorted(PARTS))}")
    return tuple(found)


def _is_example(found: object) -> bool:
    return isinstance(found, dict) and found.keys() >= PARTS


class _Pages:
    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples

    async def overview(self, request: Request) -> Response:
        """Every kind, with how many examples there are."""
        counts = Counter(example["kind"] for example in self._examples)
        first = {example["kind"]: example for example in reversed(self._examples)}
        return _page("overview.html", counts=sorted(counts.items()), first=first, total=len(self._examples))

    async def kind(self, request: Request) -> Response:
        """Every example of one kind, in all its forms."""
        kind = request.path_params["kind"]
        examples = [example for example in self._examples if example["kind"] == kind]
        if not examples:
            raise HTTPException(404, "zo'n soort bericht is er niet")
        return _page("kind.html", kind=kind, examples=examples, reader=_READER)

    async def html(self, request: Request) -> Response:
        """The mail of one example, to stand in a frame."""
        wanted = (request.path_params["kind"], request.path_params["case"])
        found = next((e for e in self._examples if (e["kind"], e["case"]) == wanted), None)
        if found is None:
            raise HTTPException(404, "zo'n voorbeeld is er niet")
        return HTMLResponse(found["html"], headers={"Content-Security-Policy": MAY_ONLY_SHOW})


def _page(name: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(name).render(values))


_READER = Reader(_Nobody(), "Europe/Amsterdam", datetime(2026, 11, 23, tzinfo=UTC))
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["as_json"] = lambda value: json.dumps(value, ensure_ascii=False, indent=1)
