"""The order in which the House's data became visible: what skiptokens point into."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from g40flow.sandbox.world.model import Entity

CATEGORIES = (
    *("Activiteit", "ActiviteitActor", "Agendapunt", "Besluit", "Commissie", "CommissieContactinformatie"),
    *("CommissieZetel", "CommissieZetelVastPersoon", "CommissieZetelVastVacature"),
    *("CommissieZetelVervangerPersoon", "CommissieZetelVervangerVacature", "Document", "DocumentActor"),
    *("DocumentVersie", "Fractie", "FractieZetel", "FractieZetelPersoon", "FractieZetelVacature"),
    *("Kamerstukdossier", "Persoon", "PersoonContactinformatie", "PersoonGeschenk", "PersoonLoopbaan"),
    *("PersoonNevenfunctie", "PersoonNevenfunctieInkomsten", "PersoonOnderwijs", "PersoonReis"),
    *("Reservering", "Stemming", "Toezegging", "Vergadering", "Verslag", "Zaak", "ZaakActor", "Zaal"),
)


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One entry. token: its own place. visible_at: `updated`, aware UTC."""

    token: int
    entity: Entity
    visible_at: datetime

    @property
    def next_token(self) -> int:
        """The skiptoken that follows this entry."""
        return self.token + 1


class Feed(Protocol):
    """What the SyncFeed pages are made from."""

    def page(self, category: str | None, token: int, limit: int) -> tuple[list[FeedEntry], bool]:
        """Entries from `token` on, in order, and whether more follow. category None mixes all."""

    def entry(self, guid: str) -> FeedEntry | None:
        """The current entry of one entity."""

    def newest(self) -> FeedEntry | None:
        """The last entry of all categories."""


@dataclass
class _Order:
    """Entries by token, and the rising tokens of each category; None holds those of all."""

    entries: dict[int, FeedEntry] = field(default_factory=dict)
    tokens: dict[str | None, list[int]] = field(default_factory=lambda: {None: []})

    def copy(self) -> "_Order":
        return _Order(dict(self.entries), {category: list(t) for category, t in self.tokens.items()})


class StoredFeed:
    """A feed kept in memory. An entity stands in it once: a change moves it to the end.

    first_token: of the first entry. Tokens rise by `step`, so that token - 1 is no entry.
    """

    def __init__(self, *, first_token: int = 31_400_000, step: int = 3) -> None:
        self._next = first_token
        self._step = step
        self._live = _Order()
        self._shown = self._live
        self._token_of: dict[str, int] = {}

    def put(self, entity: Entity, visible_at: datetime) -> FeedEntry:
        """Make a new or changed entity the last entry of the feed."""
        self._remove(entity.guid)
        entry = FeedEntry(token=self._next, entity=entity, visible_at=visible_at)
        self._next += self._step
        self._live.entries[entry.token] = entry
        self._token_of[entity.guid] = entry.token
        for category in (None, entity.category):
            self._live.tokens.setdefault(category, []).append(entry.token)
        return entry

    def put_all(self, entities: Iterable[tuple[Entity, datetime]]) -> None:
        """Put many in order of the moment at which they became visible."""
        for entity, visible_at in sorted(entities, key=lambda pair: pair[1]):
            self.put(entity, visible_at)

    def page(self, category: str | None, token: int, limit: int) -> tuple[list[FeedEntry], bool]:
        tokens = self._shown.tokens.get(category, [])
        begin = bisect_left(tokens, token)
        shown = tokens[begin : begin + limit]
        return [self._shown.entries[t] for t in shown], begin + len(shown) < len(tokens)

    def entry(self, guid: str) -> FeedEntry | None:
        token = self._token_of.get(guid)
        return None if token is None else self._live.entries[token]

    def newest(self) -> FeedEntry | None:
        tokens = self._shown.tokens[None]
        return self._shown.entries[tokens[-1]] if tokens else None

    def of(self, category: str) -> list[Entity]:
        """Every undeleted entity of a category, in feed order."""
        entities = (self._live.entries[token].entity for token in self._live.tokens.get(category, []))
        return [entity for entity in entities if not entity.deleted]

    def __len__(self) -> int:
        return len(self._live.entries)

    def copy(self) -> "StoredFeed":
        """The same feed, to be changed independently; not frozen."""
        made = StoredFeed(first_token=self._next, step=self._step)
        made._live = made._shown = self._live.copy()
        made._token_of = dict(self._token_of)
        return made

    def freeze(self) -> None:
        """From now on the pages show this moment, whatever happens: the feed is silently stale."""
        self._shown = self._live.copy()

    def thaw(self) -> None:
        self._shown = self._live

    @property
    def frozen(self) -> bool:
        return self._shown is not self._live

    def _remove(self, guid: str) -> None:
        token = self._token_of.pop(guid, None)
        if token is None:
            return
        category = self._live.entries.pop(token).entity.category
        for key in (None, category):
            tokens = self._live.tokens[key]
            del tokens[bisect_left(tokens, token)]
