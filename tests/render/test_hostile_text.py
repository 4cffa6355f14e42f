"""Whatever a publisher writes, a message arrives, says the same in both forms, and harms nobody."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from g40flow.domain.items import ItemDocument, ItemKind, ItemStatus, SourceItem
from g40flow.domain.messages import GatheredView, ItemView, Rendered, SourceNotice, Told
from g40flow.domain.news import News
from g40flow.render.links import safe_url
from g40flow.render.messages import MessageRenderer
from g40flow.render.samples.items import CO_GROUP, FINANCIEN, LEAD, SEEN_AT, TODAY, TRIAGE, WELZIJN, told
from g40flow.resources import resource
from g40flow.sandbox.slack.validation import accept_message_blocks

RENDERER = MessageRenderer(resource("templates"))
# Without shrinking: a view is large, and the first one that fails tells enough.
QUICK = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

NASTY = st.sampled_from(
    [
        "<!channel>",
        "<@U0ANNA0001>",
        "<https://kwaad.example|Rijksoverheid>",
        "&&&&",
        "\u202e\u2066",
        "\x00\x1b[31m",
        "\n\n* _ ~ ` >",
        "{{ 7*7 }}{% raw %}",
        "\ud800",
        "é" * 50,
        "x" * 5_000,
        "&" * 2_000,
        "",
    ]
)
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=80)), max_size=4).map("".join)
URL = st.one_of(
    st.sampled_from(
        [
            "https://www.internetconsultatie.nl/x/b1",
            "javascript:alert(1)",
            "https://www.tweedekamer.nl@kwaad.example/",
            "http://[::1]/",
            "https://x.example/" + "a|b>" * 90,
            "https://x.example:999999/",
            "//kwaad.example",
        ]
    ),
    TEXT.map("https://www.internetconsultatie.nl/".__add__),
    TEXT,
)
DAYS = st.one_of(st.none(), st.integers(-30, 60).map(lambda n: TODAY + timedelta(days=n)))
DOCUMENTS = st.lists(st.builds(ItemDocument, title=TEXT, url=URL), max_size=6).map(tuple)
TEXTS = st.lists(TEXT, max_size=12).map(tuple)
CHANGES = st.builds(
    lambda news, days, urls: told(
        *news,
        closes_on=(_iso(days[0]), _iso(days[1])),
        starts_at=("2026-12-11T09:00:00+00:00", None),
        documents=([], [f"{title} <{url}>" for title, url in urls]),
        agenda=([title for title, _ in urls], []),
    ),
    st.lists(st.sampled_from(list(News)), max_size=4),
    st.tuples(DAYS, DAYS),
    st.lists(st.tuples(TEXT, URL), max_size=5),
)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


ITEMS = st.builds(
    SourceItem,
    source=st.sampled_from(["internetconsultatie", "tweedekamer", "eerstekamer"]),
    identifier=st.just("x"),
    kind=st.sampled_from(list(ItemKind)),
    kind_label=st.one_of(st.sampled_from(["AMvB", "Commissiedebat", "Inbreng verslag", "Motie"]), TEXT),
    title=TEXT,
    url=URL,
    status=st.sampled_from(list(ItemStatus)),
    number=st.one_of(st.none(), TEXT),
    summary=TEXT,
    closes_on=DAYS,
    opens_on=DAYS,
    starts_at=st.sampled_from([None, SEEN_AT, SEEN_AT + timedelta(days=9)]),
    ministry=TEXT,
    committee=TEXT,
    dossier_number=st.one_of(st.none(), TEXT),
    agenda=TEXTS,
    documents=DOCUMENTS,
)
VIEWS = st.builds(
    replace,
    st.sampled_from([LEAD, CO_GROUP, TRIAGE]),
    item=ITEMS,
    explanation=TEXT,
    terms=TEXTS,
    working_days_left=st.one_of(st.none(), st.integers(-30, 60)),
    agreed_closes_on=DAYS,
    agreed_closes_source=TEXT,
    urgent=st.booleans(),
    other_groups=st.lists(st.sampled_from([WELZIJN, FINANCIEN]), max_size=16).map(tuple),
    told=st.lists(CHANGES, max_size=7).map(tuple),
)


def texts_in(value: Any, *names: str) -> Iterator[str]:
    """The values of these properties, at any depth."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in names and isinstance(part, str):
                yield part
            else:
                yield from texts_in(part, *names)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_in(part, *names)


def mrkdwn_in(rendered: Rendered) -> list[str]:
    return [block["text"] for block in _text_objects(list(rendered.blocks)) if block["type"] == "mrkdwn"]


def _text_objects(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text"):
            yield value
        for part in value.values():
            yield from _text_objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from _text_objects(part)


LINK = re.compile(r"<(?P<url>https?://[^<>|\s]+)\|(?P<label>[^<>|]*)>")
ENTITY = re.compile(r"&(?:amp|lt|gt);")


def assert_sound(rendered: Rendered) -> None:
    """Slack takes it, nobody is notified by it, and the plain text says the same."""
    for block in accept_message_blocks([dict(block) for block in rendered.blocks]):
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    assert sum(map(len, texts_in(rendered.blocks, "text", "url", "accessibility_label"))) < 10_000
    assert 0 < len(rendered.summary) <= 300
    assert "\n" not in rendered.summary
    for text in mrkdwn_in(rendered):
        without_links = LINK.sub(lambda found: found["label"], text)
        assert "<" not in without_links
        assert ">" not in without_links
        assert "&" not in ENTITY.sub("", without_links)
        assert all(safe_url(found["url"].replace("&amp;", "&")) for found in LINK.finditer(text))
    for url in texts_in(rendered.blocks, "url"):
        assert safe_url(url) == url
        assert url in rendered.text
    shown = rendered.summary + rendered.text + json.dumps(rendered.blocks, ensure_ascii=False)
    assert all(character.isprintable() or character == "\n" for character in shown)


@QUICK
@given(VIEWS)
def test_cards_of_any_item_are_sound(view: ItemView) -> None:
    for render in (RENDERER.item_card, RENDERER.triage_card, RENDERER.urgent_message):
        rendered = render(view)

        assert_sound(rendered)
        assert len(rendered.text) <= 4_000


@QUICK
@given(VIEWS, CHANGES)
def test_replies_about_any_change_are_sound(view: ItemView, change: Told) -> None:
    rendered = RENDERER.news_reply(view, change)

    assert_sound(rendered)
    assert len(rendered.text) <= 4_000


@QUICK
@given(st.lists(VIEWS, max_size=4), st.integers(1, 12), st.booleans())
def test_lists_of_any_items_are_sound(views: list[ItemView], times: int, beginning: bool) -> None:
    gathered = GatheredView(
        group=WELZIJN,
        beginning=beginning,
        items=tuple(views * times)[:40],
        more=3,
        overview_url="http://127.0.0.1:8040/items",
        today=TODAY,
    )

    rendered = RENDERER.gathered(gathered)

    assert_sound(rendered)


@QUICK
@given(TEXT, TEXT, TEXT, st.booleans())
def test_notices_about_any_source_are_sound(source: str, code: str, message: str, recovered: bool) -> None:
    notice = SourceNotice(
        source=source,
        code=code,
        message=message,
        recovered=recovered,
        since=SEEN_AT,
        portal_url="http://127.0.0.1:8040/sources",
    )

    assert_sound(RENDERER.source_notice(notice))


@pytest.mark.parametrize("status", [ItemStatus.WITHDRAWN, ItemStatus.CANCELLED, ItemStatus.CLOSED])
@pytest.mark.parametrize("view", [LEAD, CO_GROUP, TRIAGE])
def test_nothing_is_asked_about_what_is_over(status: ItemStatus, view: ItemView) -> None:
    rendered = RENDERER.item_card(replace(view, item=replace(view.item, status=status)))

    assert "Gevraagd" not in rendered.text
    assert "Ter kennis" not in rendered.text
    assert "hoeven niets meer te doen" in rendered.text


def test_buttons_of_one_message_differ_in_action() -> None:
    rendered = RENDERER.item_card(LEAD)

    actions = list(texts_in(rendered.blocks, "action_id"))

    assert len(actions) == len(set(actions)) == 5


def test_a_very_long_item_keeps_what_matters_most() -> None:
    long_words = "Wet " * 2_000
    item = replace(LEAD.item, title=long_words, summary=long_words, agenda=(long_words,) * 50)
    view = replace(LEAD, item=item, explanation=long_words, terms=(long_words,) * 5)

    rendered = RENDERER.item_card(view)

    assert "Gevraagd (jullie zijn trekker):" in rendered.text
    assert "Reageren tot en met: donderdag 17 december 2026 (nog 6 werkdagen)" in rendered.text
    assert "https://www.internetconsultatie.nl/urgentie/b1" in rendered.text
