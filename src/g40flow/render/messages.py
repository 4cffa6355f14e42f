"""Every message that g40flow sends, made from values and templates/messages/. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemDocument, ItemKind, Json
from g40flow.domain.messages import (
    GatheredView,
    ItemView,
    MailBounce,
    Rendered,
    SourceNotice,
    Told,
)
from g40flow.domain.news import URGENT, News
from g40flow.domain.outside_text import one_line
from g40flow.render.changes import ChangeValues, change_values
from g40flow.render.forms import MessageForms
from g40flow.render.links import safe_url
from g40flow.render.standing import ASKING, FELL_AWAY, Bucket, bucket_of, standing_of

LONGEST_TEXT = 4_000
"""Of the plain text of one item: what Slack takes in chat.update."""
LONGEST_LIST = 10_000
"""Of the plain text of a list, and of all text in blocks together: Slack documents no number for
that and refuses from about 11,000. Slack is never given the plain text of a list."""
MOST_BLOCKS = 50


@dataclass(frozen=True, kw_only=True)
class Detail:
    """How much of an item is shown, in characters and numbers. line: of anything in a list."""

    title: int
    summary: int
    explanation: int
    line: int
    lines: int
    documents: int


DETAILS = (
    Detail(title=250, summary=320, explanation=400, line=120, lines=5, documents=3),
    Detail(title=180, summary=160, explanation=250, line=70, lines=3, documents=2),
    Detail(title=120, summary=0, explanation=120, line=50, lines=2, documents=0),
)
"""From most to least; the first with which a message keeps all limits is taken."""
IN_A_LIST = Detail(title=110, summary=0, explanation=0, line=40, lines=2, documents=0)


CHANGES_WHAT_IS_ASKED = URGENT | {News.TERM_SET, News.RESULT_PUBLISHED}
"""News after which the question is put again; a new document changes nothing in it."""


@dataclass(frozen=True, kw_only=True)
class NewsLine:
    """One piece of news with its values. seen_at: aware UTC."""

    news: News
    values: ChangeValues
    seen_at: datetime


class MessageRenderer:
    """Makes finished messages.

    templates: the folder that holds messages/. interactive: people can act in Slack, so that the
    blocks have buttons for it.
    """

    def __init__(self, templates: Path, *, interactive: bool = False) -> None:
        self._forms = MessageForms(templates, interactive=interactive)

    def item_card(self, view: ItemView) -> Rendered:
        """A card in the channel of a theme group."""
        return self._about_item("item_card", view)

    def triage_card(self, view: ItemView) -> Rendered:
        """A card for the PA secretariat about an item that the router was not sure of."""
        return self._about_item("triage_card", view)

    def urgent_message(self, view: ItemView) -> Rendered:
        """A direct message to somebody who must act soon for the group.

        Where it cannot be edited, it is followed by another one when the date or the fate changes.
        """
        return self._about_item("urgent_message", view, change=_latest_urgent_news(view))

    def news_reply(self, view: ItemView, told: Told) -> Rendered:
        """A line in the thread of a card; what is urgent is shown in the channel as well."""
        urgent = bool(URGENT.intersection(told.news))
        values = {
            "latest_news": told.news,
            "told_lines": list(_news_lines([told])),
            "asks_again": bool(CHANGES_WHAT_IS_ASKED.intersection(told.news)),
            "to_channel": urgent,
        }
        return self._about_item("news_reply", view, values, to_channel=urgent)

    def followed_news(self, view: ItemView, told: Told) -> Rendered:
        """To somebody who follows the item: what changed."""
        return self._about_item("followed_news", view, {"told_lines": list(_news_lines([told]))})

    def sighting(self, view: ItemView) -> Rendered:
        """A line in the thread of a card: another publisher shows the same."""
        return self._about_item("sighting", view)

    def family_news(self, view: ItemView) -> Rendered:
        """To somebody who follows a family: what is new in it."""
        return self._about_item("family_news", view)

    def group_news(self, view: ItemView) -> Rendered:
        """To somebody who wants every new item of a theme group."""
        return self._about_item("group_news", view)

    def gathered(self, view: GatheredView) -> Rendered:
        """Several items, a line each, under what must happen with them."""
        for shown in range(len(view.items), -1, -1):
            rendered = self._forms.written("gathered", partial(_gathered_context, view=view, shown=shown))
            if _keeps_limits(rendered, LONGEST_LIST):
                return rendered
        raise ValueError(f"a gathered message without items breaks the limits: {rendered.text!r}")

    def source_notice(self, notice: SourceNotice) -> Rendered:
        """To the operators: a publisher is in trouble, recovered, or said something odd."""
        since_day = None if notice.since is None else dutch_date(notice.since)
        values = {"view": notice, "since_day": since_day}
        return self._forms.written("source_notice", values)

    def mail_bounced(self, bounce: MailBounce) -> Rendered:
        """To the operators: mail to somebody was refused for good."""
        values = {"view": bounce, "since_day": dutch_date(bounce.since)}
        return self._forms.written("mail_bounced", values)

    def _about_item(
        self,
        name: str,
        view: ItemView,
        values: Mapping[str, Any] | None = None,
        *,
        to_channel: bool = False,
        change: str = "",
    ) -> Rendered:
        for most in DETAILS:
            context = {**_item_context(view, most), **(values or {})}
            rendered = self._forms.written(name, context, to_channel=to_channel, change=change)
            if _keeps_limits(rendered):
                return rendered
        raise ValueError(f"{name} of item {view.item_id} breaks the limits of a message")


def _gathered_context(jinja: Environment, *, view: GatheredView, shown: int) -> dict[str, Any]:
    line = jinja.get_template("messages/_gathered_line.jinja")
    buckets: dict[Bucket, list[Markup]] = {bucket: [] for bucket in Bucket}
    for item in view.items[:shown]:
        # The template has escaped what it shows.
        words = Markup(line.render(_item_context(item, IN_A_LIST)).strip())  # noqa: S704
        buckets[bucket_of(item)].append(words)
    filled = [(bucket.value, lines) for bucket, lines in buckets.items() if lines]
    return {"view": view, "buckets": filled, "hidden": len(view.items) - shown}


def _item_context(view: ItemView, most: Detail) -> dict[str, Any]:
    """What the templates about one item may use."""
    item, standing = view.item, standing_of(view)
    is_told_of_lead = view.group is not None and not view.is_lead and view.other_groups
    return {
        "view": view,
        "most": most,
        "standing": standing.value,
        "asks": standing in ASKING,
        "fell_away": standing in FELL_AWAY,
        # A written round has a last day and nobody meets.
        "is_meeting": item.kind is ItemKind.ACTIVITY and item.closes_on is None,
        "latest_news": view.told[0].news if view.told else (),
        "lead_group": view.other_groups[0] if is_told_of_lead else None,
        "other_groups": [group.name for group in view.other_groups],
        "unlinked_documents": _unlinked(item.documents, most.documents),
        "other_terms": [term for term in view.terms if term not in view.explanation],
        "history_lines": list(_news_lines(view.told)),
        "page_url": item.url if safe_url(item.url) else view.portal_url,
    }


def _latest_urgent_news(view: ItemView) -> str:
    """When the last news came that asks for attention at once; "" if none did."""
    urgent = (told.seen_at.isoformat() for told in view.told if URGENT.intersection(told.news))
    return next(urgent, "")


def _unlinked(documents: Sequence[ItemDocument], linked: int) -> list[str]:
    """Titles of documents without a button: those after the first few, and those without address."""
    rest = [d for n, d in enumerate(documents) if n >= linked or safe_url(d.url) is None]
    return [document.title for document in rest if one_line(document.title)]


def _news_lines(told: Iterable[Told]) -> Iterator[NewsLine]:
    for change in told:
        values = change_values(change)
        for news in change.news:
            if news is not News.NEW:
                yield NewsLine(news=news, values=values, seen_at=change.seen_at)


def keeps_list_limits(rendered: Rendered) -> bool:
    """Whether Slack takes a list of this length."""
    return _keeps_limits(rendered, LONGEST_LIST)


def _keeps_limits(rendered: Rendered, longest_text: int = LONGEST_TEXT) -> bool:
    return (
        len(rendered.text) <= longest_text
        and len(rendered.blocks) <= MOST_BLOCKS
        and sum(map(len, texts_in(list(rendered.blocks)))) < LONGEST_LIST
    )


def texts_in(value: Json) -> Iterator[str]:
    """Every text in blocks that a reader or a screen reader meets."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
