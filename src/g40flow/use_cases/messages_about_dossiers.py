"""What messages about dossiers say: the card of a group, and lines about what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session, col, select

from g40flow.domain.actors import AUTOMATIC, Surface, actor_on, may_see
from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.shown import CallLine, DossierShown, EntryShown, GroupLine
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Rendered
from g40flow.storage.access import effective_person, names_of_people
from g40flow.storage.calls import answers_of, calls_of
from g40flow.storage.decisions import count_open_comments, open_round_of
from g40flow.storage.dossier_tables import DecisionRound, Dossier, HistoryEntry
from g40flow.storage.dossiers import exceptions_of, groups_of, parties_of
from g40flow.storage.history import chain_of
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.decisions.ending import is_extensible
from g40flow.use_cases.dossier.desk import Desk


class DossierRenderer(Protocol):
    """Turns what is known of dossiers into finished Dutch messages. Pure."""

    def dossier_card(self, view: DossierShown, group: str) -> Rendered:
        """A card in the channel of a theme group. group: slug."""

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of a card about a dossier that became confidential."""

    def dossier_note(self, view: DossierShown, entry: EntryShown) -> Rendered:
        """A line to somebody who follows the dossier."""

    def term_notice(self, view: DossierShown, entry: EntryShown) -> Rendered:
        """To everybody involved: the term is another one."""


@dataclass(frozen=True, kw_only=True)
class DossierViews:
    """Reads dossiers as messages show them. portal_url: address of the portal, without a slash."""

    desk: Desk
    portal_url: str

    def dossier(self, session: Session, dossier_id: int, now: datetime) -> DossierShown:
        """A dossier as it stands now."""
        dossier = session.get_one(Dossier, dossier_id)
        names, today = names_of_people(session, self.desk.network), dutch_date(now)
        closes_on = dossier.agreed_closes_on or dossier.closes_on
        calendar = self.desk.calendars.working
        round_ = open_round_of(session, dossier_id)
        return DossierShown(
            dossier_id=dossier_id,
            number=dossier.number,
            title=dossier.title,
            stage=str(dossier.stage),
            revision=dossier.revision,
            confidential=dossier.confidential,
            urgent=dossier.urgent,
            groups=tuple(self._group_lines(session, dossier_id)),
            pen_holder=names.get(dossier.pen_holder, dossier.pen_holder),
            plan_on=_planned(dossier),
            closes_on=closes_on,
            is_agreed=dossier.agreed_closes_on is not None,
            working_days_left=None if closes_on is None else calendar.working_days_left(today, closes_on),
            has_text=dossier.current_version_id is not None,
            comments=count_open_comments(session, dossier_id),
            call=_open_call(session, dossier_id),
            round_is_open=round_ is not None,
            round_closes_at=None if round_ is None else round_.closes_at,
            exceptions=tuple(e.code for e in exceptions_of(session, dossier_id) if e.lifted_at is None),
            today=today,
            url=f"{self.portal_url}/{page_of(dossier)}",
            extensible=_extensible(session, dossier, round_, now),
        )

    def may_be_told(self, session: Session, dossier_id: int, audience: str, now: datetime) -> bool:
        """Whether an audience may (still) know of a dossier: a person by his rights, a channel unless
        it is confidential.
        """
        dossier = session.get_one(Dossier, dossier_id)
        kind, _, slug = audience.partition(":")
        if kind == "invitation":
            return True
        if kind != "person":
            return not dossier.confidential
        person = effective_person(session, self.desk.network, slug)
        if person is None:
            return False
        return may_see(actor_on(person, dutch_date(now), Surface.AUTOMATIC), parties_of(session, dossier))

    def _group_lines(self, session: Session, dossier_id: int) -> list[GroupLine]:
        lines = []
        for row in groups_of(session, dossier_id):
            known = self.desk.network.group(row.theme_group)
            lines.append(
                GroupLine(
                    slug=row.theme_group,
                    name=row.theme_group if known is None else known.name,
                    is_lead=row.is_lead,
                    state=str(row.state),
                    reason=row.reason,
                )
            )
        return lines


@dataclass(frozen=True, kw_only=True)
class MessagesAboutDossiers:
    """Makes messages about dossiers."""

    views: DossierViews
    renderer: DossierRenderer

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {
            "dossier_card": self._card,
            "dossier_note": self._note,
            "term_notice": self._term,
        }

    def _card(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """What has been posted stays, and says so when it may no longer be told here."""
        view = self.views.dossier(session, message.subject["dossier_id"], now)
        if self.views.may_be_told(session, view.dossier_id, message.audience, now):
            return self.renderer.dossier_card(view, str(message.subject.get("group", "")))
        return None if message.external_ts is None else self.renderer.dossier_hidden(view.number)

    def _note(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        return self._about_entry(session, message, now, is_term=False)

    def _term(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        return self._about_entry(session, message, now, is_term=True)

    def _about_entry(
        self, session: Session, message: Message, now: datetime, *, is_term: bool
    ) -> Rendered | None:
        view = self.views.dossier(session, message.subject["dossier_id"], now)
        entry = _entry(session, view.dossier_id, message.subject["sequence"])
        if entry is None or not self.views.may_be_told(session, view.dossier_id, message.audience, now):
            return None if message.external_ts is None else self.renderer.dossier_hidden(view.number)
        render = self.renderer.term_notice if is_term else self.renderer.dossier_note
        return render(view, entry)


def page_of(dossier: Dossier) -> str:
    """The page of a dossier or campaign in the portal, without a slash before it."""
    return f"{'campagnes' if dossier.process == Process.CAMPAIGN else 'dossiers'}/{dossier.id}"


def _entry(session: Session, dossier_id: int, sequence: int) -> EntryShown | None:
    query = select(HistoryEntry).where(
        col(HistoryEntry.chain) == chain_of(dossier_id), col(HistoryEntry.sequence) == sequence
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        return None
    return EntryShown(
        action=row.action,
        person=row.person_name,
        is_automatic=row.person == AUTOMATIC,
        reason=row.reason,
        at=row.at,
        facts=row.facts,
    )


def _extensible(session: Session, dossier: Dossier, round_: DecisionRound | None, now: datetime) -> str:
    if round_ is None or not is_extensible(session, dossier, round_, now):
        return ""
    return f"{round_.id}:{round_.version_hash}"


def _planned(dossier: Dossier) -> date | None:
    days = dossier.plan.get("days", [])
    found = next((day for day in days if day["stage"] == dossier.stage), None)
    return None if found is None else date.fromisoformat(found["latest_on"])


def _open_call(session: Session, dossier_id: int) -> CallLine | None:
    for call in calls_of(session, dossier_id):
        if call.state == CallState.OPEN and call.id is not None:
            answered = len(answers_of(session, call.id))
            return CallLine(
                title=call.title, answered=answered, asked=len(call.cities), closes_at=call.closes_at
            )
    return None
