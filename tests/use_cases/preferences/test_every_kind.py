"""Every kind of message to people is about something that people choose about, or is always sent."""

from g40flow.bootstrap import build_app
from g40flow.domain.preferences import TOPICS, Topic, topic_of
from g40flow.resources import resource

NOT_FOR_PEOPLE = {
    "campaign_card",
    "dossier_card",
    "gathered",
    "item_card",
    "mail_bounced",
    "news_reply",
    "source_notice",
    "triage_card",
}
ALWAYS_SENT = {"sign_in_link", "personal_list", "passed_on", "standing_in"}


def test_every_kind_has_a_topic_or_goes_to_channels_or_is_always_sent() -> None:
    kinds = build_app({}).composer.kinds

    without = {kind for kind in kinds if topic_of(kind) is None}

    assert without == NOT_FOR_PEOPLE | ALWAYS_SENT


def test_every_topic_has_its_words_for_messages_and_pages() -> None:
    messages = (resource("templates") / "messages" / "_topics.jinja").read_text(encoding="utf-8")
    pages = (resource("templates") / "web" / "preference_parts.html").read_text(encoding="utf-8")

    assert [topic for topic in Topic if f'"{topic}":' not in messages] == []
    assert [topic for topic in Topic if pages.count(f'"{topic}":') != 2] == []
    assert list(TOPICS) == list(Topic)
