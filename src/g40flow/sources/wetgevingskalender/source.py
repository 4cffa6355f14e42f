"""The calendar of legislation as a source: the fiches of the Keten-IDs that we know of, and no others."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from g40flow.domain.checks import Check
from g40flow.domain.errors import NotFound, SourceChanged, SourceError
from g40flow.domain.items import PublisherRecord, SourceItem
from g40flow.sources.contract import Batch, RecordReader, Signal, StreamState
from g40flow.sources.fetch import Fetcher, Page
from g40flow.sources.markup import shown
from g40flow.sources.wetgevingskalender.fiche import FICHE, ROOT, item_of, parse_fiche, signals_of, wgk

STREAM = "fiches"
WHERE_THE_ROOT_STANDS = 3_000
ODD_IN_A_ROW = 3
"""Then it is the site that changed, not a fiche."""


class Wetgevingskalender:
    """Fulfils contract.Source. No list of all laws is known, so it asks by number.

    followed: the Keten-IDs (digits) that other publishers named, or that the configuration names.
    """

    name = "wetgevingskalender"
    streams: tuple[str, ...] = (STREAM,)

    def __init__(self, *, base_url: str, followed: Callable[[], Collection[str]]) -> None:
        self._base = base_url.rstrip("/")
        self._followed = followed

    @property
    def first_address(self) -> str:
        """The site."""
        return f"{self._base}/"

    def read(
        self, stream: str, state: StreamState, stored: RecordReader, fetch: Fetcher, now: datetime
    ) -> Iterator[Batch]:
        """A batch per fiche, in the order of their numbers; state.cursor is the last one that was read.

        Raises SourceUnavailable when the site refuses programs: nothing more is asked until the next look.
        """
        if stream != STREAM:
            raise NotFound(f"{self.name}: expected the stream {STREAM}, found {stream!r}")
        done = int(state.cursor) if state.cursor and state.cursor.isdecimal() else 0
        chains = sorted({int(chain) for chain in self._followed() if chain.isdecimal()})
        waiting = [chain for chain in chains if chain > done]
        odd = 0
        for number in waiting:
            is_last = number == waiting[-1]
            records, signals = self._fiche(str(number), stored, fetch)
            odd = odd + 1 if any(signal.code == "odd_fiche" for signal in signals) else 0
            if odd >= ODD_IN_A_ROW:
                raise SourceChanged(f"{self.name}: {odd} fiches in a row are odd, last: {signals[0].message}")
            yield Batch(
                records=records,
                state=replace(
                    state,
                    cursor=None if is_last else str(number),
                    completed_at=now if is_last else state.completed_at,
                ),
                seen=len(records),
                more=not is_last,
                signals=signals,
            )
        if not waiting and done:
            yield Batch(records=(), state=replace(state, cursor=None, completed_at=now), seen=0)

    def item_identifiers(self, records: Collection[PublisherRecord], stored: RecordReader) -> set[str]:
        """The fiches."""
        return {record.identifier for record in records}

    def read_ahead(self, identifiers: Collection[str], stored: RecordReader) -> None:
        """Ask at once for these fiches."""
        stored.get_many(FICHE, identifiers)

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        """The law with this Keten-ID."""
        kept = stored.get(FICHE, identifier)
        return None if kept is None or not kept.record.fields else item_of(self.name, self._base, kept)

    def live_checks(self, fetch: Fetcher) -> list[Check]:
        """Whether programs are let in, and three fiches."""
        chains = sorted((chain for chain in self._followed() if chain.isdecimal()), key=int, reverse=True)
        if not chains:
            what = "De Wetgevingskalender geeft fiches"
            return [Check(what=what, ok=True, found="er is nog geen Keten-ID bekend om naar te vragen")]
        return [self._look_at(chain, fetch) for chain in islice(chains, 3)]

    def _look_at(self, chain: str, fetch: Fetcher) -> Check:
        what = f"De fiche van {wgk(chain)} is te lezen"
        try:
            page = fetch.get(self._address(chain))
            if not _is_fiche(page):
                found = f"status {page.status}, {page.content_type or 'zonder type'}"
                return Check(what=what, ok=False, found=shown(found), advice="Is het nummer er (nog)?")
            record = parse_fiche(page.body, chain)
        except SourceError as error:
            advice = "Laat de bron uit staan als de site programma's weigert."
            return Check(what=what, ok=False, found=shown(str(error)), advice=advice)
        odd = [signal.message for signal in signals_of(record)]
        fields = record.fields
        return Check(
            what=what,
            ok=not odd,
            found=shown(
                f"{fields.get('status')}, {fields.get('fase')}, {fields.get('soort')} {'; '.join(odd)}"
            ),
            advice="Vul de bekende woorden aan." if odd else "",
        )

    def _fiche(
        self, chain: str, stored: RecordReader, fetch: Fetcher
    ) -> tuple[tuple[PublisherRecord, ...], tuple[Signal, ...]]:
        """A number without a fiche is told once; one that had a fiche is deleted."""
        page = fetch.get(self._address(chain))
        if not _is_fiche(page):
            if stored.get(FICHE, chain) is not None and page.status in (404, 410):
                return (PublisherRecord(entity=FICHE, identifier=chain, deleted=True),), ()
            code = "no_fiche" if page.status in (404, 410) else "odd_fiche"
            message = f"{wgk(chain)}: geen fiche, status {page.status}"
            return (), (Signal(code=code, subject=chain, message=message),)
        try:
            record = parse_fiche(page.body, chain)
        except SourceChanged as error:
            return (), (Signal(code="odd_fiche", subject=chain, message=str(error)),)
        return (record,), tuple(signals_of(record))

    def _address(self, chain: str) -> str:
        return f"{self._base}/Regeling/{wgk(chain)}/xml"


def _is_fiche(page: Page) -> bool:
    return page.status == 200 and ROOT.encode() in page.body[:WHERE_THE_ROOT_STANDS]
