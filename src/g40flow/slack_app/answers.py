"""What a handler can answer. Carrying it out is the dispatcher's work."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from g40flow.domain.items import Json

View = dict[str, Json]


@dataclass(frozen=True, kw_only=True)
class Say:
    """Words that only the person who acted sees. text: Slack's markup, safe already."""

    text: str
    blocks: tuple[dict[str, Json], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Open:
    """A modal; on top of the one in which the button stands."""

    view: View


@dataclass(frozen=True, kw_only=True)
class Mistakes:
    """A modal stays open and shows what is wrong. by_field: plain text per block of the modal."""

    by_field: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Instead:
    """Another modal in place of the one that was submitted or clicked in."""

    view: View


Answer = Say | Open | Mistakes | Instead | None
"""None: nothing needs to be said; a modal that was submitted closes."""
