"""What the interface behind the website answers: pages of initiatives, and one initiative."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from g40flow.domain.errors import SourceChanged
from g40flow.domain.items import Json, PublisherRecord
from g40flow.sources.contract import Signal
from g40flow.sources.fetch import Page
from g40flow.sources.json_page import filled, part, parts, read_json, whole, words
from g40flow.sources.markup import cut, lines_of, shown

ROW = "initiatief"
DETAIL = "publicaties"
OPEN = "OPEN"
STATUSES = frozenset({OPEN, "CLOSED", "UPCOMING", "DISABLED"})
LANGUAGES = ("NL", "EN")
MOST_PUBLICATIONS, MOST_FILES = 60, 40
BRUSSELS = ZoneInfo("Europe/Brussels")
"""Not said by the publisher; its officials and its closing times are there."""

_MOMENT = re.compile(r"\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)
_HIGHEST = 10**9


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """open: records of the initiatives that take feedback. others: how many of the page do not.

    total: what the publisher counts for the whole list. last: whether there is no further page.
    """

    open: tuple[PublisherRecord, ...]
    others: int
    total: int
    last: bool
    signals: tuple[Signal, ...] = ()

    @property
    def shown(self) -> int:
        """Rows of this page that could be read."""
        return len(self.open) + self.others


def parse_list(page: Page, number: int) -> ListPage:
    """Raises SourceChanged when it is no page of initiatives, or none of them can be read."""
    what = f"list page {number}"
    answer = read_json(page, what)
    result = part(answer, "initiativeResultDtoPage")
    content, total, last = result.get("content"), whole(result, "totalElements"), result.get("last")
    if not isinstance(content, list) or total is None or not isinstance(last, bool):
        found = shown(", ".join(result) or ", ".join(answer))
        raise SourceChanged(f"{what}: expected content, totalElements and last, found {found}")
    taken: list[PublisherRecord] = []
    signals: list[Signal] = []
    others = 0
    for entry in content:
        row = entry if isinstance(entry, dict) else {}
        record, odd = _row(row)
        signals.extend(odd)
        if record is not None and record.fields["receivingFeedbackStatus"] == OPEN:
            taken.append(record)
        elif record is not None:
            others += 1
    if content and not taken and not others:
        raise SourceChanged(f"{what}: none of {len(content)} rows can be read: {signals[0].message}")
    return ListPage(open=tuple(taken), others=others, total=total, last=last, signals=tuple(signals))


def _row(row: Mapping[str, Json]) -> tuple[PublisherRecord | None, list[Signal]]:
    identifier = whole(row, "id")
    if identifier is None or not 0 < identifier < _HIGHEST:
        text = shown(str(row.get("id")))
        return None, [_signal("odd_row", text, f"initiatief zonder bruikbaar id: {text}")]
    titles = _titles(row)
    if not titles:
        return None, [_signal("odd_row", str(identifier), f"initiatief {identifier} heeft geen titel")]
    current = next((s for s in parts(row, "currentStatuses") if s.get("isCurrent") is True), {})
    status = words(current, "receivingFeedbackStatus") or words(row, "receivingFeedbackStatus")
    fields: dict[str, Json] = {
        "titels": dict(titles),
        "reference": words(row, "reference"),
        "foreseenActType": words(row, "foreseenActType"),
        "initiativeStatus": words(row, "initiativeStatus"),
        "frontEndStage": words(current, "frontEndStage"),
        "receivingFeedbackStatus": status,
        "feedbackStartDate": words(current, "feedbackStartDate"),
        "feedbackEndDate": words(current, "feedbackEndDate"),
        "topics": {
            code: words(topic, "label") for topic in parts(row, "topics") if (code := words(topic, "code"))
        },
    }
    kept = filled(fields) | {"receivingFeedbackStatus": status}
    return PublisherRecord(entity=ROW, identifier=str(identifier), fields=kept), list(
        _odd(str(identifier), fields)
    )


def _titles(row: Mapping[str, Json]) -> dict[str, Json]:
    titles: dict[str, Json] = {}
    for entry in parts(row, "initiativeTranslations"):
        language, text = words(entry, "language").upper(), words(entry, "value")
        if words(entry, "field") == "SHORT_TITLE" and language in LANGUAGES and text:
            titles[language] = text
    if (own := words(row, "shortTitle")) and "EN" not in titles:
        titles["EN"] = own
    return dict(sorted(titles.items()))


def _odd(identifier: str, fields: Mapping[str, Json]) -> Iterator[Signal]:
    status = str(fields["receivingFeedbackStatus"])
    if status not in STATUSES:
        yield _signal(
            "unknown_status", shown(status) or "leeg", f"onbekende status: {shown(status) or 'geen'}"
        )
    for name in ("feedbackStartDate", "feedbackEndDate"):
        text = str(fields[name])
        if (text or (name == "feedbackEndDate" and status == OPEN)) and moment(text) is None:
            message = f"initiatief {identifier}: onleesbare datum bij {name}: {shown(text) or 'leeg'}"
            yield _signal("unreadable_date", f"{identifier} {name}", message)


def parse_detail(page: Page, identifier: str) -> PublisherRecord:
    """What is published with an initiative. Counts of feedback are left out: they change every hour.

    Raises SourceChanged, also for the shell of the website that other addresses give.
    """
    answer = read_json(page, f"initiative {identifier}")
    if not isinstance(answer.get("publications"), list):
        found = shown(", ".join(answer))
        raise SourceChanged(f"initiative {identifier}: expected publications, found {found}")
    publications = [_publication(entry) for entry in parts(answer, "publications")][:MOST_PUBLICATIONS]
    areas = [words(area, "label") or words(area, "code") for area in parts(answer, "policyAreas")]
    fields: dict[str, Json] = {
        "dossierSummary": lines_of(cut(str(answer.get("dossierSummary") or ""))),
        "dg": words(answer, "dg"),
        "policyAreas": [area for area in areas if area],
        "publications": list(publications),
    }
    return PublisherRecord(entity=DETAIL, identifier=identifier, fields=filled(fields))


def _publication(entry: Mapping[str, Json]) -> dict[str, Json]:
    number = whole(entry, "id")
    return filled(
        {
            "id": number,
            "type": words(entry, "type"),
            "reference": words(entry, "reference"),
            "title": words(entry, "title"),
            "publishedDate": words(entry, "publishedDate"),
            "endDate": words(entry, "endDate"),
            "receivingFeedbackStatus": words(entry, "receivingFeedbackStatus"),
            "attachments": [_file(file) for file in parts(entry, "attachments")][:MOST_FILES],
        }
    )


def _file(file: Mapping[str, Json]) -> Json:
    name = words(file, "title") or words(file, "fileName") or words(file, "ersFileName")
    return filled(
        {
            "id": whole(file, "id"),
            "name": name,
            "type": words(file, "type"),
            "language": words(file, "language"),
        }
    )


def moment(text: str) -> datetime | None:
    """Aware UTC, from "2026/09/28 23:59:59" in Brussels; None if it is something else."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        local = datetime.fromisoformat(text.replace("/", "-")).replace(tzinfo=BRUSSELS)
    except ValueError:
        return None
    return local.astimezone(UTC)


def last_day(text: str) -> date | None:
    """The last day on which feedback is taken. What ends at midnight ends with the day before."""
    end = moment(text)
    return None if end is None else (end - timedelta(seconds=1)).astimezone(BRUSSELS).date()


def first_day(text: str) -> date | None:
    """The day on which something began, in Brussels."""
    begin = moment(text)
    return None if begin is None else begin.astimezone(BRUSSELS).date()


def _signal(code: str, subject: str, message: str) -> Signal:
    return Signal(code=code, subject=subject, message=message)
