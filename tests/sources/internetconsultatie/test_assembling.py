from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.items import ItemKind, ItemStatus, Json, PublisherRecord
from g40flow.sources.contract import Batch, StreamState
from g40flow.sources.internetconsultatie import Internetconsultatie
from tests.sources.memory_records import MemoryRecords

NOW = datetime(2026, 7, 20, 8, tzinfo=UTC)
SOURCE = Internetconsultatie(
    base_url="https://www.internetconsultatie.nl",
    expected_minimum=1,
    reread_open_after=timedelta(hours=24),
    reread_closed_after=timedelta(days=7),
)
RECORD_FIELDS = [
    "titel",
    "adres",
    "gegevens",
    "onderwerpen",
    "labels",
    "samenvatting",
    "koppen",
    "documenten",
]
ROW_FIELDS = ["einddatum", "startdatum", "departementen", "organisatie"]
NAMES = st.sampled_from([*RECORD_FIELDS, *ROW_FIELDS, "nummer", "soort", "Status", "Einddatum consultatie"])
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("17-08-2026"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def stored(*records: PublisherRecord) -> MemoryRecords:
    memory = MemoryRecords()
    memory.apply(Batch(records=records, state=StreamState(), seen=len(records)), NOW)
    return memory


@settings(derandomize=True, deadline=None)
@given(
    st.dictionaries(NAMES, VALUES, max_size=8),
    st.dictionaries(NAMES, VALUES, max_size=8),
    st.booleans(),
    st.booleans(),
)
def test_whatever_was_stored_makes_an_item_or_none(
    row: dict[str, Json], page: dict[str, Json], row_gone: bool, page_gone: bool
) -> None:
    records = stored(
        PublisherRecord(entity="lijstregel", identifier="plan", fields=row, deleted=row_gone),
        PublisherRecord(entity="consultatie", identifier="plan", fields=page, deleted=page_gone),
    )

    item = SOURCE.assemble("plan", records, NOW)

    if item is None:
        assert not any(isinstance(f.get("titel"), str) and f["titel"] for f in (row, page))
    else:
        assert item.kind is ItemKind.CONSULTATION
        assert item.title
        assert all(isinstance(topic, str) for topic in item.topics)


def test_a_row_alone_makes_an_item_until_its_page_was_read() -> None:
    records = stored(
        PublisherRecord(
            entity="lijstregel",
            identifier="plan",
            fields={
                "titel": "Plan",
                "startdatum": "06-07-2026",
                "einddatum": "17-08-2026",
                "departementen": ["VRO", "BZK"],
            },
        )
    )

    item = SOURCE.assemble("plan", records, NOW)

    assert item is not None
    assert (item.title, item.ministry, item.kind_label) == ("Plan", "VRO, BZK", "")
    assert item.status is ItemStatus.OPEN
    assert item.url == "https://www.internetconsultatie.nl/plan"


def test_the_last_day_counts_until_its_end_in_the_netherlands() -> None:
    records = stored(
        PublisherRecord(
            entity="lijstregel", identifier="plan", fields={"titel": "Plan", "einddatum": "25-10-2026"}
        )
    )

    def status(hour: int, minute: int) -> ItemStatus:
        item = SOURCE.assemble("plan", records, datetime(2026, 10, 25, hour, minute, tzinfo=UTC))
        assert item is not None
        return item.status

    assert status(22, 59) is ItemStatus.OPEN  # the clock went back that night: midnight is 23:00 UTC
    assert status(23, 0) is ItemStatus.CLOSED
