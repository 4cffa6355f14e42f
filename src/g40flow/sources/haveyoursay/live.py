"""What Have your say shows at the points that are not documented."""

from collections.abc import Callable

from g40flow.domain.checks import Check
from g40flow.domain.errors import SourceError
from g40flow.sources.fetch import Fetcher
from g40flow.sources.haveyoursay.answers import ListPage, parse_detail, parse_list
from g40flow.sources.haveyoursay.assembling import Names
from g40flow.sources.json_page import parts, words
from g40flow.sources.markup import shown

_ADVICE = "Bekijk het adres in een browser; pas zo nodig de bron aan of zet hem uit."


def look_at(
    address: str,
    initiative: Callable[[str], str],
    names: Names,
    fetch: Fetcher,
    *,
    expected: tuple[int, int],
) -> list[Check]:
    """address: of the first page of open initiatives. expected: the fewest and the most that are open.

    Never raises SourceError.
    """
    what = "De lijst van open initiatieven heeft de bekende vorm"
    try:
        page = parse_list(fetch.get(address), 0)
    except SourceError as error:
        return [Check(what=what, ok=False, found=shown(str(error)), advice=_ADVICE)]
    return [
        _form(what, page),
        _count(page, expected),
        _filter(page),
        _codes(page, names),
        _titles(page),
        _one(page, initiative, fetch),
    ]


def _form(what: str, page: ListPage) -> Check:
    return Check(
        what=what,
        ok=bool(page.open) and not page.signals,
        found=f"{page.total} in totaal, {len(page.open)} open op de eerste pagina",
        advice="; ".join(signal.message for signal in page.signals[:3]),
    )


def _count(page: ListPage, expected: tuple[int, int]) -> Check:
    fewest, most = expected
    ok = fewest <= page.total <= most
    return Check(
        what="Er staan zoveel initiatieven open als verwacht",
        ok=ok,
        found=f"{page.total}, verwacht {fewest} tot {most}",
        advice="" if ok else "Stel expected_minimum of most_open bij in config/sources.yaml.",
    )


def _filter(page: ListPage) -> Check:
    ok = page.others == 0
    return Check(
        what="Het filter feedbackStatus=OPEN werkt",
        ok=ok,
        found=f"{page.total} initiatieven, {page.others} op de eerste pagina zijn niet open",
        advice="" if ok else "Er wordt op status nagekeken; dit kost meer verzoeken maar er mist niets.",
    )


def _codes(page: ListPage, names: Names) -> Check:
    acts = {str(record.fields.get("foreseenActType", "")) for record in page.open} - {"", *names.acts}
    topics: set[str] = set()
    for record in page.open:
        found = record.fields.get("topics")
        topics |= set(found) - set(names.topics) if isinstance(found, dict) else set()
    unknown = sorted(acts | topics)
    return Check(
        what="Soorten en onderwerpen hebben een Nederlandse naam",
        ok=not unknown,
        found=f"onbekend: {shown(', '.join(unknown))}" if unknown else "alle bekend",
        advice="Vul act_types en topics aan in config/sources.yaml." if unknown else "",
    )


def _titles(page: ListPage) -> Check:
    dutch = sum("NL" in titles for r in page.open if isinstance(titles := r.fields.get("titels"), dict))
    return Check(
        what="Initiatieven hebben een Nederlandse titel",
        ok=True,
        found=f"{dutch} van {len(page.open)}; de andere staan in het Engels in g40flow",
    )


def _one(page: ListPage, initiative: Callable[[str], str], fetch: Fetcher) -> Check:
    what = "Een initiatief heeft publicaties"
    if not page.open:
        return Check(what=what, ok=True, found="er is er geen open")
    identifier = page.open[0].identifier
    try:
        detail = parse_detail(fetch.get(initiative(identifier)), identifier)
    except SourceError as error:
        return Check(what=what, ok=False, found=shown(str(error)), advice=_ADVICE)
    kinds = [words(publication, "type") for publication in parts(detail.fields, "publications")]
    return Check(what=what, ok=bool(kinds), found=shown(f"{identifier}: {', '.join(kinds)}"))
