"""Where an item stands: what decides whether something is still asked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.render.samples.items import CO_GROUP, CONSULTATION, DEBATE, LEAD, LETTER, TODAY, TRIAGE, view_of
from g40flow.render.standing import Bucket, Standing, bucket_of, standing_of

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("closes_on", "working_days_left", "standing"),
    [
        (YESTERDAY, -1, Standing.OVER),
        (YESTERDAY, 0, Standing.OVER),  # over a weekend no working day has passed
        (TODAY, 0, Standing.TODAY),
        (TOMORROW, 0, Standing.LAST_WORKING_DAY),
        (TOMORROW, 1, Standing.RUNNING),
        (None, None, Standing.UNDATED),
    ],
)
def test_an_open_consultation_stands_by_its_last_day(
    closes_on: date | None, working_days_left: int | None, standing: Standing
) -> None:
    view = view_of(replace(CONSULTATION, closes_on=closes_on), working_days_left)

    assert standing_of(view) is standing


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (ItemStatus.WITHDRAWN, Standing.WITHDRAWN),
        (ItemStatus.CANCELLED, Standing.CANCELLED),
        (ItemStatus.MOVED, Standing.MOVED),
        (ItemStatus.CLOSED, Standing.OVER),
        (ItemStatus.RESULT_PUBLISHED, Standing.RESULT),
        (ItemStatus.UNKNOWN, Standing.RUNNING),
    ],
)
def test_the_publisher_s_status_goes_before_the_date(status: ItemStatus, standing: Standing) -> None:
    assert standing_of(view_of(replace(CONSULTATION, status=status), 6)) is standing


@pytest.mark.parametrize(("agreed", "standing"), [(TOMORROW, Standing.RUNNING), (YESTERDAY, Standing.OVER)])
def test_an_agreed_last_day_keeps_a_closed_consultation_going(agreed: date, standing: Standing) -> None:
    closed = replace(CONSULTATION, status=ItemStatus.CLOSED, closes_on=YESTERDAY)

    assert standing_of(replace(view_of(closed, 1), agreed_closes_on=agreed)) is standing


def test_an_agreed_last_day_does_not_bring_back_what_was_withdrawn() -> None:
    withdrawn = replace(CONSULTATION, status=ItemStatus.WITHDRAWN)

    assert standing_of(replace(view_of(withdrawn), agreed_closes_on=TOMORROW)) is Standing.WITHDRAWN


def test_items_are_listed_under_what_must_happen() -> None:
    assert bucket_of(LEAD) is Bucket.DECIDE
    assert bucket_of(view_of(DEBATE)) is Bucket.INPUT
    assert bucket_of(view_of(LETTER, None)) is Bucket.INFORM
    assert bucket_of(CO_GROUP) is Bucket.INFORM
    assert bucket_of(TRIAGE) is Bucket.JUDGE
    assert bucket_of(view_of(replace(DEBATE, status=ItemStatus.CANCELLED))) is Bucket.INFORM
    for kind in (ItemKind.PUBLICATION, ItemKind.NEWS_ITEM):
        assert bucket_of(view_of(replace(LETTER, kind=kind), None)) is Bucket.INFORM
    others = {view.item.kind for view in (LEAD, view_of(DEBATE), view_of(LETTER))}
    assert others | {ItemKind.PUBLICATION, ItemKind.NEWS_ITEM} == set(ItemKind)
