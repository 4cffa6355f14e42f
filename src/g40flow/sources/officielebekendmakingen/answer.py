"""One answer of the search: how many there are, these records, where the next ones begin.

Elements are found by their name without namespace: namespaces differ between versions of the service.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from g40flow.domain.errors import SourceChanged
from g40flow.sources.markup import local_name, plain, read_xml, shown

LARGEST_ANSWER = 8 * 1024 * 1024
_PARTS = frozenset({"owmskern", "owmsmantel", "tpmeta"})
_IDENTIFIER = re.compile(r"[a-z]{1,6}(?:-[A-Za-z0-9().]{1,40}){1,8}")


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a field. scheme: the list it is from ("OVERHEID.Ministerie"), "" if none."""

    text: str
    scheme: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One record. fields: by element name, in order. links: address by manifestation ("pdf").

    identifier: "" for a record without a usable one.
    """

    identifier: str
    fields: Mapping[str, tuple[Value, ...]]
    page: str
    links: Mapping[str, str]

    def text(self, name: str) -> str:
        """The first value of a field; "" if there is none."""
        return next((value.text for value in self.fields.get(name, ())), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of a field, each once."""
        return tuple(dict.fromkeys(value.text for value in self.fields.get(name, ())))


@dataclass(frozen=True, kw_only=True)
class SearchAnswer:
    """total: of the whole query. next_position: None after the last page."""

    total: int
    found: tuple[Found, ...]
    next_position: int | None


def parse_answer(body: bytes, what: str) -> SearchAnswer:
    """Raises SourceChanged, also for a diagnostic (the service does not understand the query)."""
    root = read_xml(body, what, "searchRetrieveResponse", largest=LARGEST_ANSWER)
    if (message := _diagnostic(root)) is not None:
        raise SourceChanged(f"{what}: the search says: {shown(message)}")
    total = _number(_child_text(root, "numberOfRecords"), f"{what}: numberOfRecords")
    following = _child_text(root, "nextRecordPosition")
    records = [record for part in _named(root, "records") for record in _named(part, "record")]
    return SearchAnswer(
        total=total,
        found=tuple(_found(record) for record in records),
        next_position=_number(following, f"{what}: nextRecordPosition") if following else None,
    )


def _diagnostic(root: etree._Element) -> str | None:
    for element in root.iter("{*}diagnostic"):
        texts = [plain(element.findtext(f"{{*}}{name}") or "") for name in ("message", "details")]
        return ": ".join(text for text in texts if text) or "onbekend"
    return None


def _found(record: etree._Element) -> Found:
    fields: dict[str, list[Value]] = {}
    links: dict[str, str] = {}
    page = ""
    for element in record.iter():
        parent = element.getparent()
        within = local_name(parent) if parent is not None else ""
        name = local_name(element)
        if within in _PARTS and len(element) == 0:
            text = plain(element.text or "")
            if text:
                fields.setdefault(name, []).append(Value(text=text, scheme=str(element.get("scheme") or "")))
        elif within == "enrichedData" and name == "itemUrl":
            links.setdefault(str(element.get("manifestation") or ""), plain(element.text or ""))
        elif within == "enrichedData" and name == "preferredUrl":
            page = page or plain(element.text or "")
    identifier = next((value.text for value in fields.get("identifier", ())), "")
    return Found(
        identifier=identifier if _IDENTIFIER.fullmatch(identifier) else "",
        fields={name: tuple(values) for name, values in fields.items()},
        page=page,
        links=links,
    )


def _named(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in parent if local_name(child) == name)


def _child_text(parent: etree._Element, name: str) -> str:
    return next((plain(child.text or "") for child in _named(parent, name)), "")


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        raise SourceChanged(f"{what}: expected a number, found {shown(text)!r}")
    return int(text)
