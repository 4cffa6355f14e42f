"""Reading JSON of publishers, which may be broken or hostile: strict UTF-8, bounded size and depth."""

import json
from collections.abc import Iterator, Mapping
from typing import NoReturn

from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.domain.items import Json
from g40flow.sources.fetch import Page
from g40flow.sources.markup import check_text, cut, plain, shown

LARGEST = 8 * 1024 * 1024
DEEPEST = 40


def read_json(page: Page, what: str) -> dict[str, Json]:
    """The object on a page. Raises SourceChanged, or SourceUnavailable for half an answer."""
    if page.status != 200:
        raise SourceChanged(f"{what}: expected status 200, found {page.status}")
    check_text(page.body, what, largest=LARGEST)
    text = page.body.decode("utf-8").strip()
    if not text:
        raise SourceUnavailable(f"{what}: an empty answer")
    if text.startswith("<"):
        raise SourceChanged(f"{what}: expected JSON, found a page that begins with {shown(text[:40])}")
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise SourceChanged(f"{what}: nested too deeply") from error
    except ValueError as error:
        if not text.endswith(("}", "]")):
            raise SourceUnavailable(f"{what}: cut off after {len(page.body)} bytes") from error
        raise SourceChanged(f"{what}: not JSON ({shown(str(error))})") from error
    if not isinstance(value, dict):
        raise SourceChanged(f"{what}: expected an object, found {type(value).__name__}")
    if _depth(value) > DEEPEST:
        raise SourceChanged(f"{what}: nested too deeply")
    return value


def part(value: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """An object within an object; an empty one if it is not there."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def parts(value: Mapping[str, Json], name: str) -> Iterator[Mapping[str, Json]]:
    """The objects of a list within an object; none if it is not there."""
    found = value.get(name)
    if isinstance(found, list):
        yield from (entry for entry in found if isinstance(entry, dict))


def words(value: Mapping[str, Json], name: str) -> str:
    """Text as one plain line; "" for anything else."""
    found = value.get(name)
    return cut(plain(found)) if isinstance(found, str) else ""


def texts(value: Mapping[str, Json], name: str) -> tuple[str, ...]:
    """The texts of a list, each as one plain line, empty ones left out."""
    found = value.get(name)
    lines = (
        (cut(plain(entry)) for entry in found if isinstance(entry, str)) if isinstance(found, list) else ()
    )
    return tuple(line for line in lines if line)


def whole(value: Mapping[str, Json], name: str) -> int | None:
    """A whole number, also when it is written as 18805.0; None for anything else."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    if isinstance(found, float) and not (found.is_integer() and abs(found) < 2**53):
        return None
    return int(found)


def filled(fields: Mapping[str, Json]) -> dict[str, Json]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no value")


def _depth(value: object) -> int:
    """Without recursion: the answer may be deeper than our stack."""
    deepest, waiting = 0, [(value, 1)]
    while waiting and deepest <= DEEPEST:
        found, depth = waiting.pop()
        if isinstance(found, dict | list):
            deepest = max(deepest, depth)
            inner = found.values() if isinstance(found, dict) else found
            waiting.extend((entry, depth + 1) for entry in inner)
    return deepest
