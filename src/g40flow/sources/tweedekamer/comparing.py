"""Our agenda beside that of OData, and reading by name what our copy lacks."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from g40flow.domain.coverage import Listed, Offer
from g40flow.domain.errors import SourceChanged
from g40flow.domain.instants import dutch_date
from g40flow.sources.contract import Comparison, ReadAgain, RecordReader
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer.affected import ACTIVITY
from g40flow.sources.tweedekamer.changed_lately import changed_lately
from g40flow.sources.tweedekamer.feed import FeedEntry, parse_entity
from g40flow.sources.tweedekamer.fields import TABLES, EntityTable, record_of
from g40flow.sources.tweedekamer.odata import ODataService, held_by_us, look_ahead
from g40flow.sources.tweedekamer.pages import Addresses

LOOK_AHEAD = timedelta(days=28)
"""How far ahead the agenda is compared; later ones are mostly without a day."""

DOOR = "de agenda in OData, vier weken vooruit"
CHANGES = "wat er de afgelopen week veranderde ({sets})"


def compare_agenda(
    service: ODataService | None, addresses: Addresses, stored: RecordReader, fetch: Fetcher, now: datetime
) -> Comparison:
    """The agenda of the coming weeks and the changes of the past one in OData, beside our copy.

    An activity that our copy has at another time counts as one that it lacks: we missed its change.
    service: None is left out.
    """
    if service is None:
        return Comparison(offer=Offer.NOTHING, door="")
    today = dutch_date(now)
    look = look_ahead(fetch, service, today, today + LOOK_AHEAD)
    changes = changed_lately(service, addresses, stored, fetch, today)
    agenda = (
        Listed(
            identifier=row["id"],
            item=ACTIVITY + row["id"],
            title=str(row.get("onderwerp") or row.get("nummer") or "")[:300],
            url=addresses.activity(str(row["nummer"]), plenary=False) if row.get("nummer") else "",
        )
        for row in look.rows
    )
    listed = {one.identifier: one for one in (*changes.listed, *agenda)}
    held = held_by_us(look, stored) | changes.held
    return Comparison.of_list(
        " en ".join([DOOR, *_other_door(service)]),
        listed.values(),
        held,
        signals=look.signals + changes.signals,
    )


def _other_door(service: ODataService) -> list[str]:
    return [CHANGES.format(sets=", ".join(service.changes))] if service.changes else []


def read_activities(missing: Collection[Listed], addresses: Addresses, fetch: Fetcher) -> Iterator[ReadAgain]:
    """The current state of each, asked for by its identifier; of whatever category it is."""
    for one in missing:
        url = addresses.entity(one.identifier)
        answer = fetch.get(url)
        if answer.status != 200:
            continue
        try:
            entry = parse_entity(answer.body, url)
            record = record_of(_table(entry), entry, url)
        except SourceChanged:
            continue
        if record.identifier == one.identifier:
            yield ReadAgain(identifier=one.identifier, records=(record,))


def _table(entry: FeedEntry) -> EntityTable:
    tables = (table for table in TABLES.values() if table.tag == entry.entity.tag)
    return next(tables, TABLES["Activiteit"])
