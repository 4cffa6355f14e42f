"""Deciding who is told what of an item, and writing it in the outbox with the fact itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from g40flow.config.calendar import Calendars
from g40flow.config.notifications import NotificationsConfig
from g40flow.domain.calendar import next_open_moment
from g40flow.domain.delivery import Form, plan_announcement, urgent_moment
from g40flow.domain.families import same_news
from g40flow.domain.instants import dutch_date, end_of_dutch_day
from g40flow.domain.items import ItemKind, SourceItem
from g40flow.domain.network import Network, Person
from g40flow.domain.news import URGENT, News, is_fresh, is_urgent, last_day_to_act
from g40flow.storage.access import effective_network, effective_people
from g40flow.storage.dossiers import followers_of_family, followers_of_item
from g40flow.storage.families import facts_of, messages_to_family, same_publications
from g40flow.storage.items import read_item, revisions_of, routings_of
from g40flow.storage.messages import (
    add_item,
    message_about,
    message_with_key,
    messages_about,
    renew,
    want_again,
    write_message,
)
from g40flow.storage.preferences import who_wants_each
from g40flow.storage.tables import Item, ItemRevision, ItemRouting, Message, MessageState
from g40flow.use_cases.digest.follow_acts import follow_item

TRIAGE = "triage"
CARDS = ("item_card", "triage_card")
STILL_STARTING = timedelta(hours=1)
"""So long after the message of the start has left, what the first reading finds is added to it."""


def group_audience(slug: str) -> str:
    """The audience that is one theme group."""
    return f"group:{slug}"


def person_audience(slug: str) -> str:
    """The audience that is one person."""
    return f"person:{slug}"


@dataclass(frozen=True, kw_only=True)
class Announcer:
    """Writes messages about items, by the rules of the network."""

    network: Network
    calendars: Calendars
    rules: NotificationsConfig

    def announce(
        self,
        session: Session,
        row: Item,
        item: SourceItem,
        news: tuple[News, ...],
        now: datetime,
        *,
        quietly: bool = False,
        heard: frozenset[str] = frozenset(),
    ) -> None:
        """Tell every audience of an item what it does not know yet; all of it at most once.

        An audience that was told before gets its message renewed and, if there is news, a line in
        its thread; one that was not is told now, unless the item is too old to be news.
        quietly: whoever is told now hears it in a gathered message, and nobody is disturbed.
        heard: audiences that hear of this news in another message; what they have on show is renewed.
        """
        assert row.id is not None
        told = list(messages_about(session, row.id, to_change=True))
        for message in told:
            renew(session, message, now)
            if message.audience not in heard:
                self._reply(session, message, row, item, news, now)
        if told:
            follow_item(session, row.id, now)
        known = {message.audience for message in told}
        self._tell_followers(session, row, item, news, now, known)
        routings = routings_of(session, row.id)
        self._tell_others(session, row, item, routings, news, now, known, quietly=quietly)

    def introduce(
        self,
        session: Session,
        row: Item,
        item: SourceItem,
        routings: Sequence[ItemRouting],
        now: datetime,
    ) -> None:
        """Tell of an item that was just stored, so that nobody can have heard of it."""
        self._tell_others(session, row, item, routings, (News.NEW,), now, set(), quietly=False)
        self._tell_family(session, row, item, now)

    def _tell_family(self, session: Session, row: Item, item: SourceItem, now: datetime) -> None:
        """A message to who follows the family about what is new in it, unless another publisher had it."""
        assert row.id is not None
        if row.first_read or not is_fresh(item, dutch_date(now), self.rules.news_rules()):
            return
        people = followers_of_family(session, row.id)
        if not people or same_publications(session, row):
            return
        urgent = self._is_urgent(item, (News.NEW,), now)
        for person in people:
            audience = person_audience(person)
            write_message(
                session,
                f"family:{row.id}:{audience}",
                audience=audience,
                kind="family_news",
                subject={"item": row.id},
                urgent=urgent,
                now=now,
                not_before=self._news_moment(item, now, urgent=urgent),
            )

    def _tell_others(
        self,
        session: Session,
        row: Item,
        item: SourceItem,
        routings: Sequence[ItemRouting],
        news: tuple[News, ...],
        now: datetime,
        known: set[str],
        *,
        quietly: bool,
    ) -> None:
        """Tell those that are not in `known`, unless the item is too old to be news."""
        if is_fresh(item, dutch_date(now), self.rules.news_rules()):
            self._tell_groups(session, row, item, routings, news, now, known, quietly=quietly)
            if row.triage and TRIAGE not in known and not self._mention(session, TRIAGE, row, item, now):
                self._tell(session, TRIAGE, row, item, news, now, urgent=False, quietly=quietly)

    def follow_correction(self, session: Session, row: Item, item: SourceItem, now: datetime) -> None:
        """Tell the groups to which a person sent an item, and renew what the others have on show.

        They get a card of their own whatever the age of the item: somebody asked for it. A message
        that was called off before it left is wanted again when its group is.
        """
        assert row.id is not None
        told = {message.audience: message for message in messages_about(session, row.id, to_change=True)}
        for message in told.values():
            renew(session, message, now)
        follow_item(session, row.id, now)
        urgent = self._is_urgent(item, (News.NEW,), now)
        for routing in routings_of(session, row.id):
            audience = group_audience(routing.theme_group)
            leaves = self._news_moment(item, now, urgent=urgent)
            if audience not in told:
                self._tell_with_card(session, audience, row, now, leaves, urgent=urgent)
            elif told[audience].state == MessageState.CANCELLED:
                want_again(session, told[audience], leaves)

    def _tell_with_card(
        self, session: Session, audience: str, row: Item, now: datetime, leaves: datetime, *, urgent: bool
    ) -> None:
        assert row.id is not None
        message = write_message(
            session,
            f"item:{row.id}:{audience}",
            audience=audience,
            kind="item_card",
            urgent=urgent,
            now=now,
            not_before=leaves,
        )
        add_item(session, message, row.id)

    def _tell_groups(
        self,
        session: Session,
        row: Item,
        item: SourceItem,
        routings: Sequence[ItemRouting],
        news: tuple[News, ...],
        now: datetime,
        known: set[str],
        *,
        quietly: bool,
    ) -> None:
        urgent = not quietly and self._is_urgent(item, (News.NEW, *news), now)
        for routing in routings:
            audience = group_audience(routing.theme_group)
            if audience in known:
                continue
            if self._mention(session, audience, row, item, now):
                continue
            self._tell(session, audience, row, item, news, now, urgent=urgent, quietly=quietly)
            if urgent and routing.is_lead and not _is_beginning(row, news):
                self._alert_people(session, row, item, routing.theme_group, now)
            if not _is_beginning(row, news):
                self._tell_readers(session, row, item, routing.theme_group, now)

    def _tell(
        self,
        session: Session,
        audience: str,
        row: Item,
        item: SourceItem,
        news: tuple[News, ...],
        now: datetime,
        *,
        urgent: bool,
        quietly: bool,
    ) -> None:
        assert row.id is not None
        beginning = _is_beginning(row, news)
        wants_card = audience == TRIAGE or self.rules.is_at_once(item.kind, item.kind_label)
        plan = plan_announcement(
            now=now,
            urgent=urgent,
            at_once=wants_card and not quietly,
            first_read=beginning,
            due_at=_due_at(item),
            hours=self.calendars.sending,
            calendar=self.calendars.working,
        )
        if plan.form is Form.CARD:
            kind = "triage_card" if audience == TRIAGE else "item_card"
            key, subject = f"item:{row.id}:{audience}", {}
        else:
            kind = "gathered"
            slot = _beginning_slot(session, audience, now) if beginning else plan.not_before.isoformat()
            key, subject = f"gathered:{audience}:{slot}", {"beginning": beginning}
        message = write_message(
            session,
            key,
            audience=audience,
            kind=kind,
            subject=subject,
            parent=self._told_before(session, row, audience) if plan.form is Form.CARD else None,
            urgent=urgent,
            now=now,
            not_before=plan.not_before,
        )
        add_item(session, message, row.id)
        renew(session, message, now)

    def _mention(self, session: Session, audience: str, row: Item, item: SourceItem, now: datetime) -> bool:
        """Whether the audience heard of this from another publisher: then it is a line below that.

        The message that they have then stands for this one too, and names its publisher. What asks
        something else, such as another last day, is news of its own. Below a list there is no line, and
        none at the start: what two publishers have shown for years is no news.
        """
        assert row.id is not None
        message = self._told_elsewhere(session, row, item, audience)
        if message is None:
            return False
        add_item(session, message, row.id)
        renew(session, message, now)
        if message.kind in CARDS and not row.first_read:
            write_message(
                session,
                f"seen:{row.id}:{audience}",
                audience=audience,
                kind="sighting",
                subject={"item": row.id},
                parent=message,
                now=now,
                not_before=self._news_moment(item, now, urgent=False),
            )
        return True

    def _told_elsewhere(self, session: Session, row: Item, item: SourceItem, audience: str) -> Message | None:
        """The message, not in a thread, in which this audience heard of it from another publisher."""
        if row.kind == ItemKind.ACTIVITY:
            return None
        for other in same_publications(session, row):
            assert other.id is not None
            message = message_about(session, other.id, audience)
            if message is None or message.state == MessageState.CANCELLED:
                continue
            if last_day_to_act(item) in (None, last_day_to_act(read_item(other))):
                return _thread_of(session, message)
        return None

    def _told_before(self, session: Session, row: Item, audience: str) -> Message | None:
        """The message in which this audience heard the same news of another item of the family.

        The card then goes in its thread. Activities are never the same news: each has its own day.
        """
        assert row.id is not None
        if row.kind == ItemKind.ACTIVITY:
            return None
        facts = facts_of(row)
        for member, message in messages_to_family(session, row.id, audience):
            if message.parent_id is None and same_news(facts, facts_of(member)):
                return message
        return None

    def _tell_readers(self, session: Session, row: Item, item: SourceItem, group: str, now: datetime) -> None:
        """A message of their own to who wants to hear of every new item of a group; once per item."""
        assert row.id is not None
        wanted = who_wants_each(session, group)
        if not wanted:
            return
        for person in effective_people(session, self.network):
            audience = person_audience(person.slug)
            is_wanted = wanted.get(person.slug)
            if is_wanted is None or not (is_wanted or has_part_in(person, group, dutch_date(now))):
                continue
            if message_about(session, row.id, audience) is None:  # nobody hears of it twice
                write_message(
                    session,
                    f"group_news:{row.id}:{audience}",
                    audience=audience,
                    kind="group_news",
                    subject={"item": row.id, "group": group},
                    now=now,
                    not_before=self._news_moment(item, now, urgent=False),
                )

    def _alert_people(self, session: Session, row: Item, item: SourceItem, group: str, now: datetime) -> None:
        """A direct message to those of the lead group who must act on what is urgent."""
        leaves = urgent_moment(now, _due_at(item), self.calendars.sending, self.calendars.working)
        network = effective_network(session, self.network)
        for role in self.rules.urgent_message_to:
            for person in network.holders(role, group, dutch_date(now)):
                audience = person_audience(person.slug)
                message = write_message(
                    session,
                    f"urgent:{row.id}:{audience}",
                    audience=audience,
                    kind="urgent_message",
                    subject={"group": group},
                    urgent=True,
                    now=now,
                    not_before=leaves,
                )
                assert row.id is not None
                if message_about(session, row.id, audience) is None:
                    add_item(session, message, row.id)

    def _reply(
        self,
        session: Session,
        message: Message,
        row: Item,
        item: SourceItem,
        news: tuple[News, ...],
        now: datetime,
    ) -> None:
        """A line in the thread of a message, for each change that is news."""
        revision = _latest_revision(session, row)
        if not news or News.NEW in news or revision is None or message.kind == "urgent_message":
            return
        urgent = bool(URGENT.intersection(news))
        write_message(
            session,
            f"news:{revision.id}:{message.audience}",
            audience=message.audience,
            kind="news_reply",
            subject={"revision": revision.id},
            parent=_thread_of(session, message),
            urgent=urgent,
            now=now,
            not_before=self._news_moment(item, now, urgent=urgent),
        )

    def _tell_followers(
        self,
        session: Session,
        row: Item,
        item: SourceItem,
        news: tuple[News, ...],
        now: datetime,
        known: set[str],
    ) -> None:
        """A message of their own about each change that is news, to who follows the item.

        known: audiences that have a message about the item, which shows the change already.
        """
        assert row.id is not None
        revision = _latest_revision(session, row)
        if not news or News.NEW in news or revision is None:
            return
        urgent = bool(URGENT.intersection(news))
        for person in followers_of_item(session, row.id):
            audience = person_audience(person)
            if audience not in known:
                write_message(
                    session,
                    f"news:{revision.id}:{audience}",
                    audience=audience,
                    kind="followed_news",
                    subject={"revision": revision.id},
                    urgent=urgent,
                    now=now,
                    not_before=self._news_moment(item, now, urgent=urgent),
                )

    def _news_moment(self, item: SourceItem, now: datetime, *, urgent: bool) -> datetime:
        hours, calendar = self.calendars.sending, self.calendars.working
        if urgent:
            return urgent_moment(now, _due_at(item), hours, calendar)
        return next_open_moment(now, hours, calendar)

    def _is_urgent(self, item: SourceItem, news: tuple[News, ...], now: datetime) -> bool:
        return is_urgent(item, news, dutch_date(now), self.calendars.working, self.rules.news_rules())


def has_part_in(person: Person, group: str, today: date) -> bool:
    """Whether somebody has any role in a theme group on a Dutch day."""
    return any(held.scope == group for held in person.roles if held.is_held_on(today))


def _beginning_slot(session: Session, audience: str, now: datetime) -> str:
    """All that is there at the start is one message; another one when the first left long before.

    Somebody who has read it would not see what is added to it.
    """
    slot = f"beginning:{dutch_date(now)}"
    first = message_with_key(session, f"gathered:{audience}:{slot}")
    if first is None or first.sent_at is None or now - first.sent_at < STILL_STARTING:
        return slot
    return f"{slot}T{now:%H}"


def _is_beginning(row: Item, news: tuple[News, ...]) -> bool:
    """Whether the item is told of because its publisher is read for the first time.

    What a later change brings to another group is news to that group, however old the item is.
    """
    return row.first_read and News.NEW in news


def _due_at(item: SourceItem) -> datetime | None:
    if item.starts_at is not None:
        return item.starts_at
    last_day = last_day_to_act(item)
    return None if last_day is None else end_of_dutch_day(last_day)


def _thread_of(session: Session, message: Message) -> Message:
    """The message in whose thread a reply belongs: replies to a reply go below what it replies to."""
    return message if message.parent_id is None else session.get_one(Message, message.parent_id)


def _latest_revision(session: Session, row: Item) -> ItemRevision | None:
    assert row.id is not None
    return next(iter(revisions_of(session, row.id)), None)
