"""The rules of routing, to search in, with what each of them brings in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from g40flow.domain.dossier.rights import Right
from g40flow.domain.folding import fold
from g40flow.domain.network import ThemeGroup
from g40flow.domain.outside_text import one_line
from g40flow.domain.routing import RuleBook
from g40flow.domain.routing.rules import Role
from g40flow.storage.routing_figures import count_terms
from g40flow.web.actor import needs
from g40flow.web.item_lines import group_named
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter()

PER_PAGE = 50
DAYS = 90


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One term of one theme group. items: of which it was a reason, over the time that is counted."""

    group: ThemeGroup
    role: Role
    term: str
    items: int


@router.get("/routing/rules", dependencies=[needs(Right.READ_HISTORY)])
def rules(
    app: CurrentApp,
    pages: CurrentPages,
    q: Annotated[str, Query(max_length=100)] = "",
    group: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """Terms with how often they count, most often first."""
    text, now, book = one_line(q), app.now(), app.router.book
    with app.database.reading() as session:
        counts = count_terms(session, now - timedelta(days=DAYS))
    lines = [
        RuleLine(
            group=group_named(app.network, slug), role=role, term=term, items=counts.items[slug, role, term]
        )
        for slug, role, term in _terms(book)
        if group in ("", slug) and fold(text) in fold(term)
    ]
    lines.sort(key=lambda line: -line.items)
    paging = Paging(number=page, size=PER_PAGE).of(len(lines))
    weeks = 1.0 if counts.first_at is None else max(1.0, (now - counts.first_at) / timedelta(weeks=1))
    return pages.show(
        "routing_rules.html",
        here="routing",
        lines=lines[paging.offset : paging.offset + paging.size],
        paging=paging,
        filters={"q": text, "group": group},
        groups=[group_named(app.network, known.slug) for known in book.groups],
        routed=counts.routed[group] if group else counts.routed.total(),
        weeks=weeks,
        days=DAYS,
    )


def _terms(book: RuleBook) -> Iterator[tuple[str, Role, str]]:
    """(slug of the theme group, role, term), each once, in the order of the files."""
    for group in book.groups:
        for role, terms in (
            (Role.ACT, group.acts),
            (Role.STRONG, group.strong),
            (Role.CONTEXT, group.context),
            (Role.AGAINST, group.against),
        ):
            yield from ((group.slug, role, term) for term in dict.fromkeys(terms))
