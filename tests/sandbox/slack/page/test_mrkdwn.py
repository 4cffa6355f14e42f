"""mrkdwn as HTML: what it means, and that it does no harm."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from g40flow.sandbox.slack.page.mrkdwn import Reader

OUR_TAGS = re.compile(
    r"</?(?:strong|em|s|pre|code|b|br|blockquote|a|time)"
    r"(?: (?:class|href|datetime|target|rel)=\"[^\"<>]*\")*>"
)


class People:
    def user_name(self, user_id: str) -> str | None:
        return {"U1": "Anna <b>"}.get(user_id)

    def channel_name(self, channel_id: str) -> str | None:
        return {"C1": "algemeen"}.get(channel_id)


READER = Reader(People(), "Europe/Amsterdam", datetime(2026, 9, 1, 12, 0, tzinfo=UTC))
SEEN = int(datetime(2026, 9, 2, 8, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*vet* _schuin_ ~weg~", "<strong>vet</strong> <em>schuin</em> <s>weg</s>"),
        ("a*b*c 2 * 3 * 4 snake_case_name", "a*b*c 2 * 3 * 4 snake_case_name"),
        ("een\ntwee", "een<br>twee"),
        ("&gt; citaat\nverder", "<blockquote>citaat</blockquote>verder"),
        ("`*x* <b>`", "<code>*x* &lt;b&gt;</code>"),
        ("&amp;lt;b&amp;gt;", "&amp;lt;b&amp;gt;"),
        ("<@U1> <#C1>", '<b class="mention">@Anna &lt;b&gt;</b> <b class="mention">#algemeen</b>'),
        ("<!channel>", '<b class="mention everybody">@channel</b>'),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<javascript:alert(1)|klik>", "&lt;javascript:alert(1)|klik&gt;"),
        (":tada: :onbekend:", "🎉 :onbekend:"),
    ],
)
def test_what_a_text_looks_like(text: str, html: str) -> None:
    assert READER.mrkdwn(text) == html


def test_links_lead_out_without_telling_where_from() -> None:
    html = READER.mrkdwn("<https://example.nl/?a=1&amp;b=2|naam> en https://example.nl/x.")

    first, second = lxml_html.fragment_fromstring(html, create_parent=True).findall("a")
    assert (first.get("href"), first.text) == ("https://example.nl/?a=1&b=2", "naam")
    assert (second.get("href"), second.tail) == ("https://example.nl/x", ".")
    assert {link.get("rel") for link in (first, second)} == {"noopener noreferrer"}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{date_short_pretty} {time}", "morgen 10:00"),
        ("{date_long}", "woensdag 2 september 2026"),
        ("{date_num}", "02-09-2026"),
        ("{ago}", "over 20 uur"),
        ("{date_unknown}", "terugval"),
    ],
)
def test_dates_are_dutch_and_in_the_readers_zone(template: str, words: str) -> None:
    html = READER.mrkdwn(f"<!date^{SEEN}^{template}|terugval>")

    assert html == f'<time datetime="2026-09-02T08:00:00Z">{words}</time>'


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="<>|&;\"'`*_~\n\ue000\ue001 !@#^:/0aUhtps.javcript&gtlm{}", max_size=60))
def test_no_text_can_make_tags_of_its_own(text: str) -> None:
    html = str(READER.mrkdwn(text))

    assert "<" not in OUR_TAGS.sub("", html)
    for link in lxml_html.fragment_fromstring(html or "x", create_parent=True).iter("a"):
        assert str(link.get("href")).startswith(("https://", "http://", "mailto:", "tel:"))
