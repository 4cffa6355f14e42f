"""What people fill in: read, trimmed and checked, and kept as typed when it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse

from g40flow.domain.network import Network
from g40flow.domain.outside_text import one_line
from g40flow.storage.tables import Item

LONGEST_REASON = 500
Several = Annotated[Sequence[str], Form()]
"""The boxes that are ticked, or what is chosen in a list; `()` for none."""


def see_other(address: str) -> RedirectResponse:
    """Answer to a form that was taken: reloading the next page does not send it again."""
    return RedirectResponse(address, status_code=303)


@dataclass(frozen=True, kw_only=True)
class CorrectionForm:
    """Other groups for an item.

    groups: slugs, lead first. errors: per field the kind of mistake, words in templates/web/item.html.
    """

    groups: Sequence[str] = ()
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def lead(self) -> str:
        """Slug of the lead group; "" when it is for nobody."""
        return self.groups[0] if self.groups else ""

    @classmethod
    def of_routing(cls, groups: Sequence[str]) -> "CorrectionForm":
        """The form as it is first shown."""
        return cls(groups=groups)

    @classmethod
    def read(cls, network: Network, *, groups: Sequence[str], lead: str, reason: str) -> "CorrectionForm":
        """A group chosen as lead is chosen, ticked or not; without a lead the first one leads."""
        chosen = [group.slug for group in network.theme_groups if group.slug in groups or group.slug == lead]
        ordered = sorted(chosen, key=lambda slug: slug != lead)
        errors: dict[str, str] = {}
        if not {*groups, lead} <= {"", *(group.slug for group in network.theme_groups)}:
            errors["groups"] = "unknown"
        reason = one_line(reason)
        errors |= _text_errors(reason=(reason, LONGEST_REASON))
        return cls(groups=ordered, reason=reason, errors=errors)


@dataclass(frozen=True, kw_only=True)
class AgreedDeadlineForm:
    """Another last day to respond.

    closes_on: as typed, so that a mistake is shown back. day, seen_day: what it means; None for none.
    """

    closes_on: str = ""
    source: str = ""
    day: date | None = None
    seen_day: date | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_item(cls, row: Item) -> "AgreedDeadlineForm":
        """The form as it is first shown."""
        day = row.agreed_closes_on
        return cls(closes_on=day.isoformat() if day else "", source=row.agreed_closes_source)

    @classmethod
    def read(cls, *, closes_on: str, source: str, seen: str, remove: bool) -> "AgreedDeadlineForm":
        """remove: take the agreement back; day and source then do not count."""
        typed, source = one_line(closes_on), one_line(source)
        day, seen_day = typed_day(typed), typed_day(one_line(seen))
        if remove:
            return cls(seen_day=seen_day)
        errors: dict[str, str] = {}
        if day is None:
            errors["closes_on"] = "unreadable" if typed else "missing"
        errors |= _text_errors(source=(source, LONGEST_REASON))
        return cls(closes_on=typed, source=source, day=day, seen_day=seen_day, errors=errors)


@dataclass(frozen=True, kw_only=True)
class DecisionForm:
    """Yes or no to a proposed rule change.

    decision: "accept" or "refuse". seen: known items of which the person saw that they get worse.
    """

    decision: str = ""
    seen: Sequence[str] = ()
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, *, decision: str, seen: Sequence[str], reason: str) -> "DecisionForm":
        """Without one of the two decisions nothing is decided."""
        reason = one_line(reason)
        errors = _text_errors(reason=(reason, LONGEST_REASON))
        if decision not in ("accept", "refuse"):
            errors["decision"] = "unknown"
        return cls(decision=decision, seen=seen, reason=reason, errors=errors)


def _text_errors(**fields: tuple[str, int]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for name, (text, longest) in fields.items():
        if not text:
            errors[name] = "missing"
        elif len(text) > longest:
            errors[name] = "long"
    return errors


def typed_day(text: str) -> date | None:
    """A day as the browser sends it, "2026-03-13", or as people without a date field type it."""
    parts = text.replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
