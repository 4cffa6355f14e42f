"""One message in all its forms, from one template: Slack blocks, plain text and HTML for mail."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment

from g40flow.domain.items import Json
from g40flow.domain.messages import MessagePicture, Rendered
from g40flow.render.mail import mail_html
from g40flow.render.markup import HTML, MRKDWN, PLAIN, environment
from g40flow.render.page import Page, plain_text, slack_blocks

Values = Mapping[str, Any]


class MessageForms:
    """Writes messages from templates/messages/.

    templates: the folder that holds messages/. interactive: people can act in Slack, so that the
    blocks have buttons for it; the other forms have links only.
    """

    def __init__(self, templates: Path, *, interactive: bool = False) -> None:
        self._mrkdwn = environment(templates, MRKDWN)
        self._mrkdwn.globals["interactive"] = interactive
        self._plain = environment(templates, PLAIN)
        self._plain.globals["interactive"] = False
        self._html = environment(templates, HTML)
        self._html.globals["interactive"] = False
        for form in (self._mrkdwn, self._plain, self._html):
            form.globals["by_mail"] = form is not self._mrkdwn  # in Slack the blocks are what is read

    def written(
        self,
        name: str,
        values: Values | Callable[[Environment], Values],
        *,
        to_channel: bool = False,
        change: str = "",
        private: bool = False,
        pictures: tuple[MessagePicture, ...] = (),
    ) -> Rendered:
        """The message of templates/messages/<name>.jinja; see Rendered for what is passed on.

        values: what the template shows; a function makes them for each form, where they have
        markup in them already.
        """
        of = values if callable(values) else lambda _: values
        in_text = _page(self._plain, name, of(self._plain))
        return Rendered(
            summary=in_text.summary_line,
            text=plain_text(in_text),
            blocks=slack_blocks(_page(self._mrkdwn, name, of(self._mrkdwn))),
            html=mail_html(_page(self._html, name, of(self._html))),
            to_channel=to_channel,
            change=change,
            private=private,
            url=_first_url(in_text),
            pictures=pictures,
        )

    def blocks(self, name: str, values: Callable[[Environment], Values]) -> tuple[dict[str, Json], ...]:
        """Only what Slack shows of a message, to see whether it fits."""
        return slack_blocks(_page(self._mrkdwn, name, values(self._mrkdwn)))


def _first_url(page: Page) -> str:
    rows = (part for part in page.parts if isinstance(part, list))
    return next((button.url for row in rows for button in row if button.url), "")


def _page(jinja: Environment, name: str, values: Values) -> Page:
    page = Page()
    jinja.get_template(f"messages/{name}.jinja").render(values, page=page)
    return page
