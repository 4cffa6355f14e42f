"""Our agenda beside that of OData, and reading by name what our copy lacks."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from g40flow.domain.coverage import Listed, Offer
from g40flow.domain.errors import SourceChanged
from g40flow.domain.instants import dutch_date
from g40flow.sources.contract import Comparison, ReadAgain, RecordReader
from g40flow.sources.fetch import Fetcher
from g40flow.sources.tweedekamer.affected import ACTIVITY
from g40flow.sources.tweedekamer.feed import parse_entity
from g40flow.sources.tweedekamer.fields import TABLES, record_of
from g40flow.sources.tweedekamer.odata import ODataService, held_by_us, look_ahead
from g40flow.sources.tweedekamer.pages import Addresses

LOOK_AHEAD = timedelta(days=28)
"""How far ahead the agenda is compared; later ones are mostly without a day."""

DOOR = "de agenda in OData, vier weken vooruit"


def compare_agenda(
    service: ODataService | None, addresses: Addresses, stored: RecordReader, fetch: Fetcher, now: datetime
) -> Comparison:
    """The agenda of the coming weeks as OData shows it, beside our copy. service: None is left out.

    An activity that our copy has at another time counts as one that it lacks: we missed its change.
    """
    if service is None:
        return Comparison(offer=Offer.NOTHING, door="")
    today = dutch_date(now)
    look = look_ahead(fetch, service, today, today + LOOK_AHEAD)
    listed = {
        row["id"]: Listed(
            identifier=row["id"],
            item=ACTIVITY + row["id"],
            title=str(row.get("onderwerp") or row.get("nummer") or "")[:300],
            url=addresses.activity(str(row["nummer"]), plenary=False) if row.get("nummer") else "",
        )
        for row in look.rows
    }
    held = held_by_us(look, stored)
    return Comparison(
        offer=Offer.LIST,
        door=DOOR,
        listed=tuple(listed.values()),
        held=held,
        theirs=len(listed),
        ours=len(held),
        signals=look.signals,
    )


def read_activities(missing: Collection[Listed], addresses: Addresses, fetch: Fetcher) -> Iterator[ReadAgain]:
    """The current state of each activity, asked for by its identifier."""
    for one in missing:
        url = addresses.entity(one.identifier)
        answer = fetch.get(url)
        if answer.status != 200:
            continue
        try:
            record = record_of(TABLES["Activiteit"], parse_entity(answer.body, url), url)
        except SourceChanged:
            continue
        if record.identifier == one.identifier:
            yield ReadAgain(identifier=one.identifier, records=(record,))
