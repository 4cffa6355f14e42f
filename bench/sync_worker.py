"""One reading of a recorded feed: `python -m bench.sync_worker (product|floor) DATABASE_URL FEED_URL`.

Prints {"entries", "seconds", "processor_seconds"}; the seconds begin when everything is imported and
the database is ready.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
from lxml import etree
from sqlalchemy import Engine, MetaData, Table, insert

from g40flow.sources.fetch import Fetcher, FetchLimits
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.sources.tweedekamer.fields import STANDARD_CATEGORIES
from g40flow.storage import schema
from g40flow.storage.database import Database
from g40flow.use_cases.poll_source import poll_source

ATOM = "{http://www.w3.org/2005/Atom}"


def product(database: Database, feed: str) -> int:
    """A poll as it is in daily use, without the pause between requests."""
    limits = FetchLimits(interval=timedelta())
    with Fetcher(contact="bench@example.nl", allowed_hosts=["127.0.0.1"], limits=limits) as fetch:
        source = TweedeKamer(base_url=feed)
        return poll_source(database, source, fetch, clock=lambda: datetime.now(UTC), holder="bench").seen


def floor(database: Database, feed: str) -> int:
    """The same bytes into the same two tables: nothing is checked, compared, resumed or passed on."""
    ids = count(1)
    tables = MetaData()
    tables.reflect(database.engine, only=["record", "record_reference"])
    with httpx.Client(trust_env=False) as client:
        for category in STANDARD_CATEGORIES:
            for page in _pages(client, f"{feed}/SyncFeed/2.0/Feed?category={category}"):
                _insert(database.engine, tables.tables, page, ids)
    return next(ids) - 1


def _pages(client: httpx.Client, url: str | None) -> Iterator[etree._Element]:
    while url is not None:
        page = etree.fromstring(client.get(url).content)
        yield page
        first, _, _ = url.partition("/SyncFeed")
        _, _, path = next(
            (link.get("href", "") for link in page.iterchildren(ATOM + "link") if link.get("rel") == "next"),
            "",
        ).partition("/SyncFeed")
        url = f"{first}/SyncFeed{path}" if path else None


def _insert(engine: Engine, tables: dict[str, Table], page: etree._Element, ids: Iterator[int]) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    records, references = [], []
    for entry in page.iterchildren(ATOM + "entry"):
        content = entry.find(ATOM + "content")
        assert content is not None
        entity, id_ = content[0], next(ids)
        fields = {}
        for child in entity:
            name = etree.QName(child).localname
            if target := child.get("ref"):
                references.append({"record_id": id_, "relation": name, "identifier": target})
            elif child.text:
                fields[name] = child.text
        records.append(
            {
                "id": id_,
                "source": "tweedekamer",
                "entity": etree.QName(entity).localname,
                "identifier": entity.get("id"),
                "fingerprint": "",
                "fields": fields,
                "deleted": False,
                "updated_at": datetime.fromisoformat(entry.findtext(ATOM + "updated", "")),
                "first_seen_at": now,
                "last_seen_at": now,
                "changed_at": now,
            }
        )
    with engine.begin() as connection:
        if records:
            connection.execute(insert(tables["record"]), records)
        if references:
            connection.execute(insert(tables["record_reference"]), references)


def main() -> None:
    """Measure one of the two."""
    which, url, feed = sys.argv[1:]
    work: Callable[[Database, str], int] = {"product": product, "floor": floor}[which]
    database = Database(url)
    schema.upgrade(database)
    began, busy = time.perf_counter(), time.process_time()
    entries = work(database, feed)
    figures = {
        "entries": entries,
        "seconds": time.perf_counter() - began,
        "processor_seconds": time.process_time() - busy,
    }
    database.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
