"""A past case as rows of the database: closed, with its outcome, to be found, and in the library.

Days of before stand in columns, as they are known. The history begins now, with who took it in and from
which file: nothing is written into the past of a chain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlmodel import Session

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import AskState
from g40flow.domain.dossier.library import folded_words
from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.dossier.words import DocumentType, GroupState, PositionKind
from g40flow.domain.dossier.workflow import Process, Stage
from g40flow.domain.imports.cases import PastCampaign, PastCase, PastPosition, PastResponse
from g40flow.domain.instants import dutch_instant
from g40flow.domain.items import Json
from g40flow.storage.campaign_tables import Ask, Campaign
from g40flow.storage.dossier_tables import (
    Dossier,
    DossierGroup,
    DossierPartner,
    LibraryPosition,
    Point,
    Submission,
)
from g40flow.storage.dossiers import next_number
from g40flow.storage.history import NETWORK, chain_of, record
from g40flow.use_cases.campaigns.coalition import slug_of
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.open_dossier import pillar_of

_NOON = time(12)
"""Files know the day of what happened and not the hour."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a case became: a dossier, an entry of the library, or both."""

    dossier_id: int | None = None
    position_id: int | None = None


@dataclass(kw_only=True)
class CaseWriter:
    """Writes cases in one transaction. label: what a type of document is called. origin: file and row.

    Numbers are given out here: nobody else can have them before the transaction ends.
    """

    session: Session
    desk: Desk
    actor: Actor
    now: datetime
    label: Callable[[str], str]
    _last: dict[int, int] = field(default_factory=dict)

    def write(self, case: PastCase, origin: dict[str, Json]) -> Written:
        """Write one case with its first line of history."""
        match case:
            case PastResponse():
                written = self._response(case)
            case PastCampaign():
                written = self._campaign(case)
            case PastPosition():
                position = self._position(
                    case.title, case.body, case.groups, case.source, case.adopted_on, case.kind, None
                )
                written = Written(position_id=position.id)
        chain = NETWORK if written.dossier_id is None else chain_of(written.dossier_id)
        facts: dict[str, Json] = {**origin, "reference": case.reference, "title": case.title}
        if written.position_id is not None:
            facts["position"] = written.position_id
        record(self.session, chain, self.actor, "import", now=self.now, facts=facts)
        return written

    # --- the kinds ----------------------------------------------------------------------------------

    def _response(self, case: PastResponse) -> Written:
        dossier = self._dossier(
            case.title,
            case.groups,
            Process.RESPONSE,
            case.document_type,
            opened_on=case.opened_on,
            closed_on=case.closed_on,
            adopted_on=case.adopted_on,
            lessons=case.lessons,
            last_day=case.last_day,
            agreed_last_day=case.agreed_last_day,
            response_type=case.response_type,
            no_response_code=case.no_response_code,
        )
        dossier_id = dossier.id or 0
        self._partners(dossier_id, case.partners)
        for place, point in enumerate(case.points, start=1):
            self.session.add(
                Point(
                    dossier_id=dossier_id,
                    position=place,
                    article=point.article,
                    problem=point.problem,
                    proposal=point.proposal,
                    outcome=point.outcome.value,
                    outcome_note=point.note,
                    outcome_source=point.source,
                    added_by=self.actor.person,
                    added_at=self.now,
                )
            )
        if case.handed_in_on is None:
            return Written(dossier_id=dossier_id)
        self._handed_in(dossier_id, case.handed_in_on, case.address)
        source = f"{self.label(case.document_type)} {dossier.number}"
        body = (
            case.summary or "\n\n".join(dict.fromkeys(point.problem for point in case.points)) or case.title
        )
        day = case.adopted_on or case.handed_in_on
        position = self._position(
            case.title, body, case.groups, source, day, PositionKind.POSITION, dossier_id
        )
        return Written(dossier_id=dossier_id, position_id=position.id)

    def _campaign(self, case: PastCampaign) -> Written:
        dossier = self._dossier(
            case.title,
            case.groups,
            Process.CAMPAIGN,
            CAMPAIGN_TYPES[case.campaign_type].document,
            opened_on=case.opened_on,
            closed_on=case.closed_on,
            adopted_on=case.adopted_on,
            lessons=case.lessons,
            last_day=case.decision_on,
        )
        dossier_id = dossier.id or 0
        self.session.add(
            Campaign(
                dossier_id=dossier_id,
                campaign_type=case.campaign_type,
                ask=case.ask,
                origin=case.origin,
                evaluation=case.evaluation,
            )
        )
        self._partners(dossier_id, case.partners)
        for place, ask in enumerate(case.asks, start=1):
            self.session.add(
                Ask(
                    campaign_id=dossier_id,
                    position=place,
                    wording=normalise_markdown(ask.wording).strip(),
                    target_kind=ask.target_kind,
                    target=ask.target,
                    priority=ask.priority,
                    source=ask.source,
                    state=AskState.BROUGHT,
                    result=ask.result.value,
                    result_note=ask.note,
                    result_source=ask.address,
                    result_by=self.actor.person,
                    result_at=_noon(ask.judged_on),
                    added_by=self.actor.person,
                    added_at=self.now,
                    changed_at=self.now,
                )
            )
        self.session.flush()
        return Written(dossier_id=dossier_id)

    # --- pieces -------------------------------------------------------------------------------------

    def _dossier(
        self,
        title: str,
        groups: Sequence[str],
        process: Process,
        document_type: DocumentType,
        *,
        opened_on: date,
        closed_on: date,
        adopted_on: date | None,
        lessons: str,
        last_day: date | None = None,
        agreed_last_day: date | None = None,
        response_type: str = "",
        no_response_code: str = "",
    ) -> Dossier:
        dossier = Dossier(
            number=self._number(opened_on.year),
            process=process.value,
            title=title,
            document_type=document_type.value,
            stage=Stage.CLOSED,
            stage_since=_noon(closed_on),
            lead_group=groups[0],
            pillar=pillar_of(self.desk, groups[0]),
            response_type=response_type,
            no_response_code=no_response_code,
            opens_on=opened_on if process is Process.RESPONSE else None,
            closes_on=last_day,
            agreed_closes_on=agreed_last_day,
            detected_on=opened_on,
            plan={},
            adopted_at=None if adopted_on is None else _noon(adopted_on),
            opened_at=_noon(opened_on),
            opened_by=self.actor.person,
            closed_at=_noon(closed_on),
            lessons=lessons,
            revision=1,
        )
        self.session.add(dossier)
        self.session.flush()
        for place, group in enumerate(groups):
            self.session.add(
                DossierGroup(
                    dossier_id=dossier.id or 0,
                    theme_group=group,
                    is_lead=place == 0,
                    state=GroupState.ACCEPTED,
                )
            )
        return dossier

    def _number(self, year: int) -> str:
        """The next number of the year in which a case began."""
        if year not in self._last:
            self._last[year] = int(next_number(self.session, year).partition("-")[2]) - 1
        self._last[year] += 1
        return f"{year}-{self._last[year]:03d}"

    def _partners(self, dossier_id: int, partners: Sequence[tuple[str, str]]) -> None:
        known = {slug or slug_of(name): "" if slug else name for slug, name in partners}
        for slug, name in known.items():
            if slug:
                self.session.add(DossierPartner(dossier_id=dossier_id, partner=slug, name=name))

    def _handed_in(self, dossier_id: int, day: date, address: str) -> None:
        self.session.add(
            Submission(
                dossier_id=dossier_id,
                version_hash="",
                choices={},
                prepared_by=self.actor.person,
                prepared_at=_noon(day),
                submitted_at=_noon(day),
                submitted_by=self.actor.person,
                public_url=address,
            )
        )

    def _position(
        self,
        title: str,
        body: str,
        groups: Sequence[str],
        source: str,
        adopted_on: date | None,
        kind: PositionKind,
        dossier_id: int | None,
    ) -> LibraryPosition:
        text = normalise_markdown(body).rstrip("\n")
        position = LibraryPosition(
            kind=kind.value,
            title=title,
            body=text,
            theme_groups=list(groups),
            source=source,
            adopted_on=adopted_on,
            folded=folded_words(f"{title} {text} {source}"),
            dossier_id=dossier_id,
            added_by=self.actor.person,
            added_at=self.now,
        )
        self.session.add(position)
        self.session.flush()
        return position


def _noon(day: date) -> datetime:
    return dutch_instant(day, _NOON)
