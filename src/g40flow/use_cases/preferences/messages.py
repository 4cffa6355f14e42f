"""What messages say that follow from choices: lists, what is passed on, and who stands in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Rendered
from g40flow.domain.network import Network
from g40flow.domain.personal_lists import ListLine, PassedOn, PersonalList, StandingIn, StoodIn
from g40flow.domain.preferences import Gathering, topic_of
from g40flow.storage.access import names_of_people
from g40flow.storage.access_tables import RoleGrant
from g40flow.storage.decisions import round_by_id
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.preference_tables import AbsenceRow
from g40flow.storage.preferences import messages_gathered_in
from g40flow.storage.tables import Message
from g40flow.use_cases.compose_messages import Compose
from g40flow.use_cases.preferences.absence import STANDING_IN, decided_meanwhile
from g40flow.use_cases.preferences.courtesy import PASSED_ON, PERSONAL_LIST

MOST_LINES = 25


class PreferenceRenderer(Protocol):
    """Turns what follows from choices into finished Dutch messages. Pure."""

    def personal_list(self, view: PersonalList) -> Rendered:
        """Several messages to one person in one."""

    def passed_on(self, view: PassedOn) -> Rendered:
        """To a deputy: what somebody who is away got and nobody else."""

    def standing_in(self, view: StandingIn) -> Rendered:
        """To a deputy: for whom, when, and in which roles."""


@dataclass(frozen=True, kw_only=True)
class MessagesOfChoice:
    """Makes messages that follow from choices.

    compose: makes the messages that are told as lines. may_be_told: whether an audience may (still) know
    of a dossier. portal_url: address of the portal, without a slash.
    """

    network: Network
    renderer: PreferenceRenderer
    compose: Compose
    may_be_told: Callable[[Session, int, str, datetime], bool]
    portal_url: str

    @property
    def kinds(self) -> Mapping[str, Compose]:
        """How each kind of message is made."""
        return {
            PERSONAL_LIST: self._list,
            PASSED_ON: self._passed_on,
            STANDING_IN: self._standing_in,
        }

    def _list(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """What has nothing to say any more is no line, and a list without lines is not sent."""
        assert message.id is not None
        gathered = messages_gathered_in(session, message.id)
        composed = (self._line(session, one, one.audience, now) for one in gathered)
        said = [line for line, _ in filter(None, composed)]
        stood_in = tuple(self._stood_in(session, message, now))
        if not said and not stood_in:
            return None
        view = PersonalList(
            gathering=Gathering(message.subject["gathering"]),
            lines=tuple(said[:MOST_LINES]),
            stood_in=stood_in,
            more=max(0, len(said) - MOST_LINES),
            today=dutch_date(now),
            portal_url=self.portal_url,
            preferences_url=f"{self.portal_url}/voorkeuren",
        )
        return self.renderer.personal_list(view)

    def _line(
        self, session: Session, message: Message, audience: str, now: datetime
    ) -> tuple[ListLine, bool] | None:
        """(a message as a line for an audience, whether it is for no other eyes); None if nothing is left
        to say, or the audience may not know of it.
        """
        dossier_id = message.subject.get("dossier_id")
        if dossier_id is not None and not self.may_be_told(session, dossier_id, audience, now):
            return None
        values = {name: getattr(message, name) for name in Message.model_fields} | {"audience": audience}
        rendered = self.compose(session, Message(**values), now)
        if rendered is None:
            return None
        topic = topic_of(message.kind, message.subject)
        line = ListLine(topic=topic, summary=rendered.summary, url=rendered.url, at=message.created_at)
        return line, rendered.private

    def _stood_in(self, session: Session, message: Message, now: datetime) -> list[StoodIn]:
        """What others decided for somebody during the absence that a list is about."""
        row = session.get(AbsenceRow, message.subject.get("absence_id", 0))
        if row is None:
            return []
        names, found = names_of_people(session, self.network), []
        for position in decided_meanwhile(session, row):
            round_ = round_by_id(session, position.round_id)
            if not self.may_be_told(session, round_.dossier_id, message.audience, now):
                continue
            dossier = session.get_one(Dossier, round_.dossier_id)
            found.append(
                StoodIn(
                    number=dossier.number,
                    title=dossier.title,
                    position=position.position,
                    deputy_name=names.get(position.decided_by, position.decided_by),
                    at=position.at,
                    url=f"{self.portal_url}/board/{position.round_id}",
                )
            )
        return found

    def _passed_on(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        """The deputy is told only what he may know himself, and nothing that is for the other's eyes."""
        first = session.get(Message, message.subject["message_id"])
        found = None if first is None else self._line(session, first, message.audience, now)
        if found is None and message.external_ts is None:
            return None
        nothing = ListLine(topic=None, summary="", url=f"{self.portal_url}/work", at=message.created_at)
        line, is_private = found or (nothing, False)
        if is_private:
            line = replace(line, url=nothing.url)  # the link is the other's own
        away = message.subject["away"]
        view = PassedOn(
            line=line,
            away_name=names_of_people(session, self.network).get(away, away),
            away_until=date.fromisoformat(message.subject["until"]),
            today=dutch_date(now),
        )
        return self.renderer.passed_on(view)

    def _standing_in(self, session: Session, message: Message, now: datetime) -> Rendered | None:
        row = session.get_one(AbsenceRow, message.subject["absence_id"])
        is_over = row.ended_at is not None
        if is_over and message.external_ts is None:
            return None
        grants = (session.get_one(RoleGrant, grant_id) for grant_id in row.grants)
        view = StandingIn(
            away_name=names_of_people(session, self.network).get(row.person, row.person),
            from_on=row.from_on,
            until_on=row.until_on,
            roles=tuple((g.role.value, self.network.scope_name(g.scope) if g.scope else "") for g in grants),
            is_over=is_over,
            today=dutch_date(now),
            url=f"{self.portal_url}/work",
        )
        return self.renderer.standing_in(view)
