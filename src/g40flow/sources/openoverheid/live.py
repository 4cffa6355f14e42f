"""What open.overheid.nl shows at the points that are not documented."""

from collections.abc import Callable
from itertools import pairwise

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.sources.fetch import Fetcher
from g40flow.sources.markup import shown
from g40flow.sources.openoverheid.answers import Block, parse_block, parse_document, signals_of
from g40flow.sources.openoverheid.wanted import Wanted

_ADVICE = "Bekijk het adres in een browser en pas zo nodig de bron of config/sources.yaml aan."


def look_at(
    search: str, document: Callable[[str], str], wanted: Wanted, minimum: int, fetch: Fetcher
) -> list[Check]:
    """search: address of the first block. document: address of one by uuid. Never raises SourceError."""
    what = "open.overheid.nl geeft de laatst gewijzigde documenten"
    try:
        block = parse_block(fetch.get(search), "zoek")
    except SourceError as error:
        return [Check(what=what, ok=False, found=shown(str(error)), advice=_ADVICE)]
    enough = block.total >= minimum and not block.signals
    return [
        Check(
            what=what,
            ok=enough,
            found=f"{block.total} documenten, verwacht minstens {minimum}; {len(block.rows)} in dit blok",
            advice="" if enough else "Pas expected_minimum aan, of kijk waarom rijen onleesbaar zijn.",
        ),
        _order(block),
        _bodies(block, wanted),
        _one(block, document, wanted, fetch),
    ]


def _order(block: Block) -> Check:
    moments = [row.changed_at for row in block.rows]
    ordered = all(one >= other for one, other in pairwise(moments))
    return Check(
        what="Het blok staat op volgorde van wijziging, nieuwste eerst",
        ok=ordered,
        found="op volgorde" if ordered else "niet op volgorde",
        advice="" if ordered else "Zonder volgorde kan een wijziging gemist worden; meld dit.",
    )


def _bodies(block: Block, wanted: Wanted) -> Check:
    of_ours = sum(wanted.is_body(row.publisher) for row in block.rows)
    of_cities = sum(row.publisher.casefold().startswith("gemeente") for row in block.rows)
    return Check(
        what="Rijen noemen wie verantwoordelijk is",
        ok=all(row.publisher for row in block.rows),
        found=f"{of_ours} van gevolgde organisaties, {of_cities} van gemeenten, van {len(block.rows)}",
        advice="" if all(row.publisher for row in block.rows) else _ADVICE,
    )


def _one(block: Block, document: Callable[[str], str], wanted: Wanted, fetch: Fetcher) -> Check:
    what = "Een document heeft een titel, een soort en een informatiecategorie die we kennen"
    row = next((row for row in block.rows if wanted.is_body(row.publisher)), None)
    if row is None:
        return Check(what=what, ok=True, found="geen document van een gevolgde organisatie in dit blok")
    try:
        record = parse_document(fetch.get(document(row.uuid)), row.uuid)
    except SourceError as error:
        return Check(what=what, ok=False, found=shown(str(error)), advice=_ADVICE)
    odd = [signal.message for signal in signals_of(record)]
    kinds, categories = (record.fields.get(name, []) for name in ("documentsoorten", "informatiecategorieen"))
    return Check(
        what=what,
        ok=not odd and bool(categories),
        found=shown(f"{row.uuid}: {kinds}; {categories}; {'; '.join(odd)}"),
        advice="Vul de bekende waarden aan." if odd or not categories else "",
    )
