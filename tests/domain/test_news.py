from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.items import ItemDocument, ItemKind, ItemStatus, SourceItem
from g40flow.domain.news import News, NewsRules, is_fresh, is_urgent, item_changes, news_of

TODAY = date(2026, 11, 23)
FIRST_SEEN = datetime(2026, 11, 23, 8, tzinfo=UTC)
RULES = NewsRules()
CONSULTATION = SourceItem(
    source="internetconsultatie",
    identifier="wet",
    kind=ItemKind.CONSULTATION,
    kind_label="Wet",
    title="Wet",
    url="https://publisher.example/wet",
    status=ItemStatus.OPEN,
    published_on=TODAY,
    closes_on=date(2026, 12, 14),
)
DEBATE = replace(
    CONSULTATION,
    kind=ItemKind.ACTIVITY,
    status=ItemStatus.PLANNED,
    closes_on=None,
    starts_at=datetime(2026, 12, 2, 9, tzinfo=UTC),
    agenda=("Brief",),
)
REPORT = ItemDocument(title="Verslag", url="https://publisher.example/wet/document/1")


@pytest.mark.parametrize(
    ("before", "change", "news"),
    [
        (CONSULTATION, {"closes_on": date(2026, 12, 28)}, (News.EXTENDED,)),
        (CONSULTATION, {"closes_on": date(2026, 12, 7)}, (News.SHORTENED,)),
        (replace(CONSULTATION, closes_on=None), {"closes_on": date(2026, 12, 7)}, (News.TERM_SET,)),
        (CONSULTATION, {"status": ItemStatus.WITHDRAWN}, (News.WITHDRAWN,)),
        (CONSULTATION, {"status": ItemStatus.CLOSED}, ()),
        (replace(CONSULTATION, status=ItemStatus.CLOSED), {"status": ItemStatus.OPEN}, (News.REOPENED,)),
        (CONSULTATION, {"status": ItemStatus.RESULT_PUBLISHED}, (News.RESULT_PUBLISHED,)),
        (CONSULTATION, {"documents": (REPORT,)}, (News.DOCUMENT_ADDED,)),
        (replace(CONSULTATION, documents=(REPORT,)), {"documents": ()}, ()),
        (CONSULTATION, {"title": "Wet (verbeterd)"}, ()),
        (DEBATE, {"starts_at": datetime(2026, 12, 9, 9, tzinfo=UTC)}, (News.RESCHEDULED,)),
        (DEBATE, {"starts_at": None}, (News.RESCHEDULED,)),
        (DEBATE, {"status": ItemStatus.CANCELLED}, (News.CANCELLED,)),
        (DEBATE, {"status": ItemStatus.MOVED, "replaced_by": "activiteit:2"}, (News.REPLACED,)),
        (DEBATE, {"agenda": ("Brief", "Nota")}, (News.AGENDA_CHANGED,)),
        (DEBATE, {}, ()),
    ],
)
def test_what_of_a_change_is_news(
    before: SourceItem, change: dict[str, object], news: tuple[News, ...]
) -> None:
    after = replace(before, **change)  # type: ignore[arg-type]

    assert news_of(before, after, TODAY) == news
    assert [changed.field for changed in item_changes(before, after)] == sorted(change)


@pytest.mark.parametrize(
    ("agenda", "minutes", "news"),
    [
        (("Brief", "Nota"), -60, ()),
        (("Brief", "Nota"), 5, ()),
        (("Brief", "Nota"), 6, (News.AGENDA_CHANGED,)),
        (("Brief", "Nota"), None, (News.AGENDA_CHANGED,)),
        (("Nota",), -60, (News.AGENDA_CHANGED,)),
    ],
)
def test_what_was_on_the_agenda_when_an_activity_was_first_seen_is_no_change_of_it(
    agenda: tuple[str, ...], minutes: int | None, news: tuple[News, ...]
) -> None:
    since = None if minutes is None else FIRST_SEEN + timedelta(minutes=minutes)
    after = replace(DEBATE, agenda=agenda, agenda_since=since)

    assert news_of(DEBATE, after, TODAY, FIRST_SEEN) == news


def test_what_else_changed_is_told_though_the_agenda_was_read_late() -> None:
    after = replace(DEBATE, starts_at=None, agenda=("Brief", "Nota"), agenda_since=FIRST_SEEN)

    assert news_of(DEBATE, after, TODAY, FIRST_SEEN) == (News.RESCHEDULED,)


def test_since_when_an_agenda_is_shown_is_no_fact_of_an_item() -> None:
    after = replace(DEBATE, agenda_since=FIRST_SEEN)

    assert after == DEBATE
    assert item_changes(DEBATE, after) == []


@pytest.mark.parametrize(
    ("item", "fresh"),
    [
        (CONSULTATION, True),
        (replace(CONSULTATION, closes_on=date(2026, 11, 22)), False),
        (replace(CONSULTATION, status=ItemStatus.WITHDRAWN), False),
        (DEBATE, True),
        (replace(DEBATE, starts_at=datetime(2026, 11, 20, 9, tzinfo=UTC)), False),
        (replace(DEBATE, starts_at=None), True),
        (replace(DEBATE, starts_at=None, published_on=date(2026, 10, 1)), False),
        (replace(DEBATE, starts_at=None, published_on=None), False),
    ],
)
def test_what_is_over_or_old_is_stored_but_not_told(item: SourceItem, fresh: bool) -> None:
    assert is_fresh(item, TODAY, RULES) is fresh


@pytest.mark.parametrize(
    ("item", "news", "urgent"),
    [
        (replace(CONSULTATION, closes_on=date(2026, 12, 4)), News.NEW, True),  # nine working days
        (replace(CONSULTATION, closes_on=date(2026, 12, 7)), News.NEW, False),  # ten
        (CONSULTATION, News.EXTENDED, True),
        (CONSULTATION, News.DOCUMENT_ADDED, False),
        (DEBATE, News.NEW, False),
        (DEBATE, News.RESCHEDULED, True),
    ],
)
def test_what_is_told_at_once(item: SourceItem, news: News, urgent: bool) -> None:
    assert is_urgent(item, (news,), TODAY, WorkingCalendar(), RULES) is urgent
