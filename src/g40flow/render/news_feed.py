"""Items for a theme group as Atom (RFC 4287), written with templates/feeds/news.xml. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from g40flow.domain.instants import dutch_date, require_aware
from g40flow.domain.outside_text import cut, one_line
from g40flow.render import dutch
from g40flow.render.links import safe_url

LONGEST_TITLE, LONGEST_TEXT = 250, 600


@dataclass(frozen=True, kw_only=True)
class NewsEntry:
    """One item that goes to the group.

    groups: names, lead first. reason: why it goes to the group that reads this, one sentence that
    names the group, "" when a person sent it; also_for: the names of the others.
    last_day: to act, Dutch; starts_at, ends_at: of an activity; None if there is none.
    status: a word of ItemStatus.
    published_at: when the group got it; updated_at: when it last changed.
    """

    item_id: int
    title: str
    kind_label: str
    number: str
    summary: str
    status: str
    groups: Sequence[str]
    reason: str
    also_for: Sequence[str]
    last_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    url: str
    published_at: datetime
    updated_at: datetime


class NewsWriter:
    """Writes. portal_url: of this installation, no slash at the end. host: makes identities unique."""

    def __init__(self, templates: Path, *, portal_url: str, host: str) -> None:
        self._portal_url, self._host = portal_url, host
        environment = Environment(
            loader=FileSystemLoader([templates / "feeds", templates / "web"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(
            instant=_instant,
            one_line=one_line,
            cut=lambda text, limit: cut(one_line(text), limit),
            safe_url=safe_url,
            long_day=dutch.long_day,
            long_moment=dutch.long_moment,
        )
        self._template = environment.get_template("news.xml")

    def feed(
        self, subject: str, name: str, entries: Sequence[NewsEntry], *, address: str, made_at: datetime
    ) -> bytes:
        """The whole feed.

        subject: stable, such as "group/wonen". name: as shown. entries: newest first. address: where the
        feed itself is read. made_at: since when there is a feed; its age as long as it is empty.
        """
        updated = max((entry.updated_at for entry in entries), default=made_at)
        written = self._template.render(
            host=self._host,
            portal_url=self._portal_url,
            subject=subject,
            name=name,
            entries=entries,
            address=address,
            updated=updated,
            today=dutch_date(updated),
            longest_title=LONGEST_TITLE,
            longest_text=LONGEST_TEXT,
        )
        return written.encode()


def _instant(moment: datetime) -> str:
    """RFC 3339, in UTC."""
    return require_aware(moment).replace(microsecond=0).isoformat().replace("+00:00", "Z")
