"""Pages from templates/web: one environment in which every value is escaped."""

from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from g40flow.bootstrap import App
from g40flow.domain.instants import dutch_date
from g40flow.resources import resource
from g40flow.web.assets import Assets
from g40flow.web.formats import FILTERS
from g40flow.web.links import address_with


class Pages:
    """Renders the pages of one portal."""

    def __init__(self, app: App, assets: Assets) -> None:
        self._app = app
        self._environment = Environment(
            loader=FileSystemLoader(resource("templates") / "web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(FILTERS)
        self._environment.globals.update(
            network=app.network, asset=assets.url, group_of=self._group_name, address_with=address_with
        )

    def show(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page. `here`: the part of the portal it belongs to, for the navigation; "" for none."""
        now = self._app.now()
        context = {"here": "", "now": now, "today": dutch_date(now), **values}
        return HTMLResponse(self._environment.get_template(template).render(context), status_code=status)

    def error(self, status: int, kind: str, back: str = "/") -> HTMLResponse:
        """A page that says what went wrong and what to do. kind: see templates/web/error.html."""
        return self.show("error.html", status=status, code=status, kind=kind, back=back)

    def _group_name(self, slug: str) -> str:
        group = self._app.network.group(slug)
        return slug if group is None else group.name
