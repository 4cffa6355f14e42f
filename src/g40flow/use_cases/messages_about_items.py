"""What messages about items say: cards, direct messages, gathered lists and replies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, TypedDict

from sqlmodel import Session

from g40flow.config.calendar import Calendars
from g40flow.config.notifications import NotificationsConfig
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import FieldChange
from g40flow.domain.messages import DossierMark, GatheredView, ItemView, Rendered, Sighting, Told
from g40flow.domain.network import Network, ThemeGroup
from g40flow.domain.news import News, is_urgent, last_day_to_act
from g40flow.render.routing_text import taken_off
from g40flow.storage.access import names_of_people
from g40flow.storage.dossiers import dossiers_about
from g40flow.storage.families import once, same_publications
from g40flow.storage.family_members import family_id_of, family_size
from g40flow.storage.items import is_taken_off, items_by_id, read_item, revisions_of, routings_of
from g40flow.storage.messages import items_of
from g40flow.storage.preferences import wants_plain_words
from g40flow.storage.tables import Item, ItemRevision, ItemRouting, Message
from g40flow.use_cases.compose_messages import Compose


class FamilyMark(TypedDict):
    """What an ItemView says of the family."""

    family_url: str
    family_items: int


MOST_TERMS = 5
"""Words shown as reason; the portal shows all."""


class ItemRenderer(Protocol):
    """Turns what is known of items into finished Dutch messages. Pure."""

    def item_card(self, view: ItemView) -> Rendered:
        """A card in the channel of a theme group."""

    def triage_card(self, view: ItemView) -> Rendered:
        """A card for the PA secretariat about an item that the router was not sure of."""

    def urgent_message(self, view: ItemView) -> Rendered:
        """A direct message to somebody who must act soon."""

    def gathered(self, view: GatheredView) -> Rendered:
        """Several items, a line each."""

    def news_reply(self, view: ItemView, told: Told) -> Rendered:
        """A line in the thread of a card: what changed."""

    def followed_news(self, view: ItemView, told: Told) -> Rendered:
        """To somebody who follows the item: what changed."""

    def sighting(self, view: ItemView) -> Rendered:
        """A line in the thread of a card: another publisher shows the same."""

    def family_news(self, view: ItemView) -> Rendered:
        """To somebody who follows a family: what is new in it."""

    def group_news(self, view: ItemView) -> Rendered:
        """To somebody who wants every new item of a theme group."""


@dataclass(frozen=True, kw_only=True)
class MessagesAboutItems:
    """Makes messages about items. portal_url: address of the portal, without a slash."""

    network: Network
    calendars: Calendars
    rules: NotificationsConfig
    renderer: ItemRenderer
    portal_url: str

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        render = self.renderer
        return {
            "item_card": self._card(render.item_card),
            "triage_card": self._card(render.triage_card),
            "urgent_message": self._card(render.urgent_message),
            "gathered": self._gathered,
            "news_reply": self._about_revision(render.news_reply),
            "followed_news": self._about_revision(render.followed_news),
            "sighting": self._about_item(render.sighting),
            "family_news": self._about_item(render.family_news),
            "group_news": self._about_item(render.group_news),
        }

    def view(self, session: Session, row: Item, group: ThemeGroup | None, now: datetime) -> ItemView:
        """One item as one group (or nobody in particular) is told of it."""
        assert row.id is not None
        item, today = read_item(row), dutch_date(now)
        routings = routings_of(session, row.id)
        mine = next((r for r in routings if group is not None and r.theme_group == group.slug), None)
        last_day = row.agreed_closes_on or last_day_to_act(item)
        calendar = self.calendars.working
        return ItemView(
            item_id=row.id,
            item=item,
            group=group,
            is_lead=mine is not None and mine.is_lead,
            other_groups=self._others(routings, group),
            explanation=self._explanation(session, row, group, mine),
            terms=_terms(mine),
            today=today,
            working_days_left=None if last_day is None else calendar.working_days_left(today, last_day),
            agreed_closes_on=row.agreed_closes_on,
            agreed_closes_source=row.agreed_closes_source,
            urgent=is_urgent(item, (News.NEW,), today, calendar, self.rules.news_rules()),
            first_seen_at=row.first_seen_at,
            told=tuple(_told(revision) for revision in revisions_of(session, row.id) if revision.news),
            portal_url=f"{self.portal_url}/items/{row.id}",
            dossier=self._dossier(session, row.id),
            sightings=self._sightings(session, row),
            **self._family(session, row.id),
        )

    def _sightings(self, session: Session, row: Item) -> tuple[Sighting, ...]:
        return tuple(
            Sighting(
                source=other.source,
                kind_label=other.kind_label,
                url=other.url,
                portal_url=f"{self.portal_url}/items/{other.id}",
            )
            for other in same_publications(session, row)
        )

    def _family(self, session: Session, item_id: int) -> FamilyMark:
        family_id = family_id_of(session, item_id)
        total = 0 if family_id is None else family_size(session, family_id)
        if total < 2:
            return {"family_url": "", "family_items": 0}
        return {"family_url": f"{self.portal_url}/families/{family_id}", "family_items": total}

    def _dossier(self, session: Session, item_id: int) -> DossierMark | None:
        """A confidential dossier is not mentioned, nor one that was merged into another."""
        known = (d for d in dossiers_about(session, item_id) if not d.confidential)
        dossier = next((d for d in known if d.stage is not Stage.MERGED), None)
        if dossier is None:
            return None
        names = names_of_people(session, self.network)
        return DossierMark(
            number=dossier.number,
            stage=dossier.stage.value,
            opened_by=names.get(dossier.opened_by, ""),
            portal_url=f"{self.portal_url}/dossiers/{dossier.id}",
        )

    def _explanation(
        self, session: Session, row: Item, group: ThemeGroup | None, mine: ItemRouting | None
    ) -> str:
        if mine is not None:
            return mine.explanation
        if group is None:
            return row.triage_reason if row.triage else ""
        assert row.id is not None
        return taken_off(group.name) if is_taken_off(session, row.id, group.slug) else ""

    def _card(self, render: Callable[[ItemView], Rendered]) -> Compose:
        def compose(session: Session, message: Message, now: datetime) -> Rendered | None:
            row = _own(message, self._wanted_items(session, message))
            if row is None:
                return None
            view = self.view(session, row, self._group(message), now)
            plain = wants_plain_words(session, message.audience)
            return render(replace(view, in_plain_words=plain))

        return compose

    def _gathered(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        rows, group = once(self._wanted_items(session, message)), self._group(message)
        if not rows:
            return None
        shown = rows[: self.rules.lines_per_gathered_message]
        return self.renderer.gathered(
            GatheredView(
                group=group,
                beginning=bool(message.subject.get("beginning")),
                items=tuple(self.view(session, row, group, now) for row in shown),
                more=len(rows) - len(shown),
                overview_url=f"{self.portal_url}/items" + (f"?group={group.slug}" if group else ""),
                today=dutch_date(now),
            )
        )

    def _about_item(self, render: Callable[[ItemView], Rendered]) -> Compose:
        def compose(session: Session, message: Message, now: datetime) -> Rendered | None:
            row = session.get(Item, message.subject["item"])
            if row is None:
                return None
            view = self.view(session, row, self._group(message), now)
            return render(replace(view, in_plain_words=wants_plain_words(session, message.audience)))

        return compose

    def _about_revision(self, render: Callable[[ItemView, Told], Rendered]) -> Compose:
        def compose(session: Session, message: Message, now: datetime) -> Rendered | None:
            revision = session.get(ItemRevision, message.subject["revision"])
            row = None if revision is None else session.get(Item, revision.item_id)
            if revision is None or row is None:
                return None
            return render(self.view(session, row, self._group(message), now), _told(revision))

        return compose

    def _wanted_items(self, session: Session, message: Message) -> list[Item]:
        """The items of a message. Before it is posted, without those taken off its group since.

        What people have seen does not vanish: it then says that it is no longer for them.
        """
        rows, group = self._items(session, message), self._group(message)
        if group is None or message.external_ts is not None:
            return rows
        return [row for row in rows if not is_taken_off(session, row.id or 0, group.slug)]

    def _items(self, session: Session, message: Message) -> list[Item]:
        """The items of a message, those with the nearest last day first."""
        assert message.id is not None
        rows = items_by_id(session, items_of(session, message.id)).values()
        return sorted(rows, key=lambda row: (last_day_to_act(read_item(row)) or date.max, row.id or 0))

    def _group(self, message: Message) -> ThemeGroup | None:
        slug = message.subject.get("group") or message.audience.removeprefix("group:")
        return self.network.group(slug)

    def _others(self, routings: Sequence[ItemRouting], group: ThemeGroup | None) -> tuple[ThemeGroup, ...]:
        groups = (self.network.group(routing.theme_group) for routing in routings)
        return tuple(other for other in groups if other is not None and other != group)


def _own(message: Message, rows: Sequence[Item]) -> Item | None:
    """The item that a card was written for; it may stand for the same at other publishers too."""
    number = message.key.split(":")[1]
    return next((row for row in rows if str(row.id) == number), rows[0] if rows else None)


def _terms(routing: ItemRouting | None) -> tuple[str, ...]:
    reasons = [] if routing is None else routing.reasons
    speaking = (reason["quote"] or reason["term"] for reason in reasons if reason["weight"] > 0)
    return tuple(dict.fromkeys(speaking))[:MOST_TERMS]


def _told(revision: ItemRevision) -> Told:
    return Told(
        news=tuple(News(word) for word in revision.news),
        changes=tuple(FieldChange(**change) for change in revision.changes),
        seen_at=revision.seen_at,
    )
