"""No change of an item goes unseen, and what did not change is no news."""

from dataclasses import fields, replace
from datetime import UTC, date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.items import ItemDocument, ItemKind, ItemStatus, SourceItem
from g40flow.domain.news import item_changes, news_of

QUICK = settings(derandomize=True, deadline=None)
TODAY = date(2026, 11, 23)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="<>"), max_size=8)
INSTANTS = st.datetimes(timezones=st.just(UTC))
DOCUMENTS = st.builds(ItemDocument, title=WORDS, url=WORDS)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(ItemKind),
    "status": st.sampled_from(ItemStatus),
    **dict.fromkeys(("published_on", "opens_on", "closes_on"), st.none() | st.dates()),
    **dict.fromkeys(("starts_at", "ends_at"), st.none() | INSTANTS),
    **dict.fromkeys(("following_committees", "topics", "agenda", "related"), st.lists(WORDS).map(tuple)),
    **dict.fromkeys(("number", "dossier_number", "replaced_by", "chain_id"), st.none() | WORDS),
    "documents": st.lists(DOCUMENTS, max_size=3).map(tuple),
}
ITEMS = st.builds(SourceItem, **{f.name: VALUES.get(f.name, WORDS) for f in fields(SourceItem)})


@QUICK
@given(ITEMS, st.data())
def test_every_field_that_changes_is_told_by_name_and_no_other(item: SourceItem, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([field.name for field in fields(SourceItem)]))
    after = replace(item, **{name: data.draw(VALUES.get(name, WORDS))})

    changed = [change.field for change in item_changes(item, after)]

    assert changed == ([] if after == item else [name])


@QUICK
@given(ITEMS)
def test_an_item_that_stays_the_same_is_no_news(item: SourceItem) -> None:
    assert item_changes(item, replace(item)) == []
    assert news_of(item, replace(item), TODAY) == ()


@QUICK
@given(ITEMS, ITEMS)
def test_news_is_only_told_of_items_that_changed(before: SourceItem, after: SourceItem) -> None:
    if news_of(before, after, TODAY):
        assert item_changes(before, after) != []
