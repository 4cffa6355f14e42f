"""Pages from templates/web: one environment in which every value is escaped."""

from collections.abc import Sequence
from contextvars import ContextVar
from copy import copy
from datetime import date, datetime
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from g40flow.bootstrap import App
from g40flow.domain.actors import AUTOMATIC, Actor, roles_of
from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.instants import dutch_date
from g40flow.render.compiled import CompiledTemplates
from g40flow.resources import resource
from g40flow.storage.access import names_of_people
from g40flow.web.assets import Assets
from g40flow.web.formats import FILTERS
from g40flow.web.links import address_with

_COMPILED = CompiledTemplates()
_MOMENT: ContextVar[tuple[datetime, date]] = ContextVar("moment of the page")
"""`now` and `today` of a page, for pieces that are imported without its context, and so made once for all."""


class Pages:
    """Renders the pages of one portal, for one viewer at a time."""

    def __init__(self, app: App, assets: Assets) -> None:
        self._app = app
        self._viewer: Actor | None = None
        self._configured = {person.slug: person.name for person in app.network.people}
        self._environment = Environment(
            loader=FileSystemLoader(resource("templates") / "web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
            auto_reload=False,  # or every part of every page asks the disk whether it changed
        )
        self._environment.filters.update(FILTERS)
        self._environment.globals.update(
            network=app.network,
            asset=assets.url,
            group_of=self._group_name,
            address_with=address_with,
            scope_name=app.network.scope_name,
            person_name=self._person_name,
            this_moment=lambda: _MOMENT.get()[0],
            this_day=lambda: _MOMENT.get()[1],
        )

    def compile_all(self) -> None:
        """Two seconds of work for all templates, that the first who asks for a page need not wait for."""
        for name in self._environment.list_templates(extensions=["html"]):
            self._environment.get_template(name)

    def seen_by(self, viewer: Actor | None) -> "Pages":
        """The same pages as somebody sees them; None: nobody is signed in."""
        seen = copy(self)
        seen._viewer = viewer
        return seen

    def may(self, right: str) -> bool:
        """Whether the viewer has a right at all, to leave out what would be refused anyway."""
        return self._viewer is not None and has_right(Right(right), roles_of(self._viewer))

    def show(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page. `here`: the part of the portal it belongs to, for the navigation; "" for none.

        Every page knows `actor` (the viewer, or None) and `may(right)`.
        """
        now = self._app.now()
        today = dutch_date(now)
        given = {"here": "", "now": now, "today": today, "actor": self._viewer, "may": self.may}
        before = _MOMENT.set((now, today))
        try:
            page = self._environment.get_template(template).render({**given, **values})
        finally:
            _MOMENT.reset(before)
        return HTMLResponse(page, status_code=status)

    def error(self, status: int, kind: str, back: str = "/", roles: Sequence[str] = ()) -> HTMLResponse:
        """A page that says what went wrong and what to do. kind: see templates/web/error.html.

        roles: who may do it, if that is what was wrong.
        """
        return self.show("error.html", status=status, code=status, kind=kind, back=back, roles=roles)

    def _group_name(self, slug: str) -> str:
        group = self._app.network.group(slug)
        return slug if group is None else group.name

    def _person_name(self, slug: str) -> str:
        """Without a question to the database for the people of the configuration, who are most."""
        if not slug or slug == AUTOMATIC:
            return slug
        if slug in self._configured:
            return self._configured[slug]
        with self._app.database.reading() as session:
            return names_of_people(session, self._app.network).get(slug, slug)
