"""The first draft of a text, filled with what the network knows already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.config.positions import SeedPosition
from g40flow.domain.actors import Actor, may_see
from g40flow.domain.campaigns.words import TargetKind
from g40flow.domain.dossier.library import Subject, subject_of, touching
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.writing import Origin
from g40flow.domain.errors import InvalidInput
from g40flow.domain.outside_text import one_line
from g40flow.render.first_draft import (
    Draft,
    DraftAnswer,
    DraftDay,
    DraftEvidence,
    DraftPoint,
    DraftPosition,
    DraftWriter,
)
from g40flow.storage.access import effective_network
from g40flow.storage.campaign_tables import Ask
from g40flow.storage.campaigns import asks_of, evidence_of_asks
from g40flow.storage.dossier_tables import (
    CallAnswer,
    Dossier,
    LibraryPosition,
    Point,
    PointEvidence,
    TextVersion,
)
from g40flow.storage.dossiers import dossier_by_id, groups_of, parties_of, partners_of
from g40flow.storage.plans import kept_plan
from g40flow.storage.submissions import subject_of as item_of
from g40flow.storage.tables import Item
from g40flow.storage.texts import (
    call_answers_of,
    consultation_answers,
    current_version,
    evidence_of,
    library_positions,
    points_of,
    published_questions,
)
from g40flow.use_cases.dossier.desk import Desk, open_for_change, open_to_read, require_on
from g40flow.use_cases.text.library import seed_library
from g40flow.use_cases.text.versions import write_version


def first_draft(
    session: Session,
    desk: Desk,
    writer: DraftWriter,
    dossier_id: int,
    *,
    actor: Actor,
    seeds: Sequence[SeedPosition] = (),
    note: str = "",
    now: datetime,
) -> TextVersion:
    """Write the first version of a text from the template of its document type.

    It holds the questions of the consultation, the points with what cities bring, and earlier positions
    that touch the same subject. What a city does not want to be named with stays out.
    seeds: positions of the configuration that the library may not have yet.
    Raises NotFound, NotAllowed, StepNotAllowed, or InvalidInput ("text_exists").
    """
    dossier = open_for_change(session, dossier_id, actor)
    require_on(session, dossier, actor, Right.WRITE_VERSION)
    if current_version(session, dossier) is not None:
        raise InvalidInput("text_exists", f"dossier {dossier.number} has a text already")
    seed_library(session, seeds, now)
    markdown = writer.write(dossier.document_type, draft_of(session, desk, dossier))
    return write_version(
        session,
        desk,
        dossier_id,
        markdown,
        actor=actor,
        seen_version="",
        note=note,
        origin=Origin.TEMPLATE,
        now=now,
    )


def earlier_positions(session: Session, dossier_id: int, *, actor: Actor) -> list[LibraryPosition]:
    """Positions of the library that touch the subject of a dossier. Raises NotFound."""
    dossier = open_to_read(session, dossier_id, actor)
    return touching(library_positions(session), _subject(session, dossier))


@dataclass(frozen=True, kw_only=True)
class Insertable:
    """What can be taken over into a text. key: "ask:3" or "library:4". kind: "ask" or of PositionKind."""

    key: str
    kind: str
    title: str
    markdown: str


def insertable(session: Session, dossier_id: int, *, actor: Actor) -> list[Insertable]:
    """Asks of the campaign, core messages and positions of the library, those of its groups first.

    Raises NotFound.
    """
    dossier = open_to_read(session, dossier_id, actor)
    groups = {row.theme_group for row in groups_of(session, dossier_id)}
    library = library_positions(session)
    library.sort(key=lambda entry: not groups.intersection(entry.theme_groups))
    asks = [
        Insertable(key=f"ask:{ask.id}", kind="ask", title=ask.wording, markdown=ask.wording)
        for ask in (_asks(session, dossier) if _sees_campaign(session, dossier, actor) else ())
    ]
    return asks + [
        Insertable(key=f"library:{entry.id}", kind=entry.kind, title=entry.title, markdown=entry.body)
        for entry in library
    ]


def draft_of(session: Session, desk: Desk, dossier: Dossier) -> Draft:
    """What a first draft is filled with."""
    assert dossier.id is not None
    network = effective_network(session, desk.network)
    item = item_of(session, dossier.id)
    groups = [row for row in groups_of(session, dossier.id) if row.state != "rejected"]
    names = {group.slug: group.name for group in network.theme_groups}
    cities = {city.slug: city.name for city in network.cities}
    writer = network.person(dossier.pen_holder)
    positions = touching(library_positions(session), _subject(session, dossier))
    evidence, kept = evidence_of(session, dossier.id), kept_plan(dossier)
    return Draft(
        title=dossier.title,
        organisation=desk.rules.submission.organisation,
        cities=len(cities),
        subject="" if item is None else item.title,
        address="" if item is None else item.url,
        sender="" if item is None else item.ministry,
        closes_on=dossier.agreed_closes_on or dossier.closes_on,
        groups=[names.get(row.theme_group, row.theme_group) for row in groups],
        partners=[row.name or row.partner.upper() for row in partners_of(session, dossier.id)],
        pen_holder="" if writer is None else writer.name,
        questions=_questions(session, dossier.id, item),
        points=[
            *(_point(p, evidence.get(p.id or 0, []), cities) for p in points_of(session, dossier.id)),
            *_points_of_asks(session, dossier, cities),
        ],
        positions=[_position(position) for position in positions],
        answers=[_answer(answer, cities) for answer in call_answers_of(session, dossier.id)],
        addressee=_addressee(session, dossier),
        plan=[] if kept is None else [DraftDay(day.stage, day.latest_on) for day in kept.plan.days],
    )


# --- pieces ---------------------------------------------------------------------------------------


def _questions(session: Session, dossier_id: int, item: Item | None) -> list[str]:
    """Those of the form as people filled them in; before that, what the consultation's page asks."""
    known = [row.question for row in consultation_answers(session, dossier_id)]
    return known or ([] if item is None else published_questions(session, item))


def _subject(session: Session, dossier: Dossier) -> Subject:
    assert dossier.id is not None
    item: Item | None = item_of(session, dossier.id)
    about_item = () if item is None else (item.title, item.summary)
    points = (point.problem for point in points_of(session, dossier.id))
    groups = (row.theme_group for row in groups_of(session, dossier.id) if row.state != "rejected")
    return subject_of((dossier.title, *about_item, *points), groups)


def _sees_campaign(session: Session, dossier: Dossier, actor: Actor) -> bool:
    """A campaign can be confidential and a text of it not."""
    if dossier.campaign_id is None:
        return True
    return may_see(actor, parties_of(session, dossier_by_id(session, dossier.campaign_id)))


def _asks(session: Session, dossier: Dossier) -> Sequence[Ask]:
    """What the campaign asks that this text is of, or is itself; nothing for a text of no campaign."""
    return asks_of(session, dossier.campaign_id or dossier.id or 0)


_GOES_TO: Mapping[str, TargetKind] = {
    DocumentType.LETTER_MINISTER: TargetKind.MINISTER,
    DocumentType.LETTER_CHAMBER: TargetKind.COMMITTEE,
}
"""Whom a letter goes to, if the campaign asks something of one."""


def _addressee(session: Session, dossier: Dossier) -> str:
    """The function or body that a letter goes to, if all asks of its kind name the same one."""
    wanted = _GOES_TO.get(dossier.document_type)
    asks = _asks(session, dossier) if wanted is not None else ()
    named = {one_line(ask.target) for ask in asks if ask.target_kind is wanted and ask.target}
    return named.pop() if len(named) == 1 else ""


def _points_of_asks(session: Session, dossier: Dossier, cities: Mapping[str, str]) -> list[DraftPoint]:
    asks = _asks(session, dossier)
    evidence = evidence_of_asks(session, [ask.id or 0 for ask in asks])
    return [
        DraftPoint(
            article="",
            problem=ask.wording,
            proposal="",
            proposed_wording="",
            priority=ask.priority,
            evidence=[
                DraftEvidence(cities.get(e.city, e.city), e.text, e.publish)
                for e in evidence.get(ask.id or 0, [])
            ],
        )
        for ask in asks
    ]


def _point(point: Point, evidence: Sequence[PointEvidence], cities: Mapping[str, str]) -> DraftPoint:
    return DraftPoint(
        article=point.article,
        problem=point.problem,
        proposal=point.proposal,
        proposed_wording=point.proposed_wording,
        priority=point.priority,
        evidence=[DraftEvidence(cities.get(e.city, e.city), e.text, e.publish) for e in evidence],
    )


def _position(position: LibraryPosition) -> DraftPosition:
    return DraftPosition(
        title=position.title,
        body=position.body,
        source=position.source,
        adopted_on=position.adopted_on,
    )


def _answer(answer: CallAnswer, cities: Mapping[str, str]) -> DraftAnswer:
    said = answer.remark or " ".join(str(text) for text in answer.answers.values() if text)
    return DraftAnswer(cities.get(answer.city, answer.city), answer.kind, said)
