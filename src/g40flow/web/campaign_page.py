"""What the page of a campaign shows: what every dossier has, and its asks, people, coalition and texts.

Parts with a module and a template of their own, templates/web/campaign/_<name>.html, are in CAMPAIGN_PARTS.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.bodies import Body
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import CampaignType, Channel, StakeholderKind, TargetKind
from g40flow.domain.dossier.words import DocumentType, PositionKind
from g40flow.domain.dossier.workflow import CAMPAIGN_WORK, Stage
from g40flow.domain.dossier.writing import Outcome
from g40flow.storage.campaign_tables import (
    Ask,
    AskEvidence,
    Campaign,
    CampaignStakeholder,
    Stakeholder,
    Touchpoint,
)
from g40flow.storage.campaigns import (
    asks_of,
    asks_raised,
    campaign_of,
    documents_of,
    evidence_of_asks,
    stakeholders_of,
    touchpoints_of,
)
from g40flow.storage.dossier_search import visible_to
from g40flow.storage.dossier_tables import Dossier, LibraryPosition
from g40flow.storage.texts import library_positions
from g40flow.use_cases.campaigns.asks import JUDGED_AT
from g40flow.use_cases.campaigns.stakeholders import STANCES, find_stakeholders
from g40flow.use_cases.decisions.adopt_by_body import bodies_for
from g40flow.use_cases.dossier.desk import open_to_read
from g40flow.use_cases.messages_about_campaigns import counterpart_of, stakeholder_name, target_of
from g40flow.web.campaign_members import members_part
from g40flow.web.dossier_page import ANSWERS, DossierPage, dossier_page
from g40flow.web.outcomes_part import outcomes_part, story_part
from g40flow.web.pages import Pages

LATEST_CONTACTS = 10
MOST_STAKEHOLDERS = 60
"""So many names are offered while somebody types one."""
MAY_WRITE = CAMPAIGN_WORK[CAMPAIGN_WORK.index(Stage.PREPARATION) :]
"""Stages at which further texts can be begun."""

CampaignPart = Callable[[Session, App, Dossier, Actor, datetime], Any]
CAMPAIGN_PARTS: Mapping[str, CampaignPart] = {
    "outcomes": outcomes_part,
    "story": story_part,
    "members": members_part,
}
"""By name, in the order of the page, after the contacts; None when there is nothing to show."""


@dataclass(frozen=True, kw_only=True)
class AskView:
    """An ask as it is shown. target: in words. contacts: how often it was raised."""

    row: Ask
    target: str
    evidence: Sequence[AskEvidence]
    contacts: int


@dataclass(frozen=True, kw_only=True)
class ContactView:
    """A contact as it is shown. counterpart: function and organisation. asks: positions of those raised."""

    row: Touchpoint
    counterpart: str
    asks: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class CampaignPage:
    """The page of a campaign for one viewer.

    page: what every dossier shows. asks, dropped: still asked, and asked no longer. more_contacts: how
    many there are besides those shown. position: the adopted position it rests on. bodies: for which the
    viewer can adopt the text. proposes: types of texts that are offered, those of its type first.
    offered_stakeholders: names to choose from; others are found by name. named_stakeholders: of asks, by id.
    """

    page: DossierPage
    row: Campaign
    asks: Sequence[AskView]
    dropped: Sequence[AskView]
    contacts: Sequence[ContactView]
    more_contacts: int
    documents: Sequence[Dossier]
    stakeholders: Sequence[tuple[CampaignStakeholder, Stakeholder, str]]
    offered_stakeholders: Sequence[str]
    named_stakeholders: Mapping[int, str]
    position: LibraryPosition | None
    positions: Sequence[LibraryPosition]
    core_messages: Sequence[LibraryPosition]
    bodies: Sequence[Body]
    proposes: Sequence[str]
    may_write: bool
    may_judge: bool
    parts: Mapping[str, Any]

    @property
    def knows_stakeholders(self) -> bool:
        """Whether there is any stakeholder to choose."""
        return bool(self.offered_stakeholders)

    @property
    def results(self) -> Mapping[str, int]:
        """How many asks have each result, words of Outcome; "" for those that were not judged."""
        found: dict[str, int] = {}
        for ask in self.asks:
            found[ask.row.result] = found.get(ask.row.result, 0) + 1
        return found


def campaign_page(
    session: Session, app: App, dossier_id: int, actor: Actor, now: datetime, *, searched: str = ""
) -> CampaignPage:
    """searched: see dossier_page. Raises NotFound, also for a campaign that the viewer may not know of."""
    open_to_read(session, dossier_id, actor)
    row = campaign_of(session, dossier_id)
    page = dossier_page(session, app, dossier_id, actor, now, searched=searched, chosen={row.lead})
    views = ask_views(session, dossier_id)
    contacts = contact_views(session, dossier_id, views) if page.is_inside else []
    library = library_positions(session)
    rules = CAMPAIGN_TYPES[row.campaign_type]
    others = [kind for kind in DocumentType if kind not in rules.proposes]
    return CampaignPage(
        page=page,
        row=row,
        asks=[view for view in views if view.row.state != "dropped"],
        dropped=[view for view in views if view.row.state == "dropped"],
        contacts=contacts[:LATEST_CONTACTS],
        more_contacts=max(0, len(contacts) - LATEST_CONTACTS),
        documents=[d for d in documents_of(session, dossier_id) if _sees(session, d, actor)],
        stakeholders=[(m, s, stakeholder_name(s)) for m, s in stakeholders_of(session, dossier_id)],
        offered_stakeholders=_offered_stakeholders(session, page),
        named_stakeholders=_names_of_stakeholders(session, {view.row.stakeholder_id for view in views}),
        position=None if row.position_id is None else session.get(LibraryPosition, row.position_id),
        positions=[one for one in library if one.kind == PositionKind.POSITION],
        core_messages=[one for one in library if one.kind == PositionKind.CORE_MESSAGE],
        bodies=bodies_for(session, app.desk, page.row, actor),
        proposes=[kind.value for kind in (*rules.proposes, *others)],
        may_write=page.row.stage in MAY_WRITE and "edit_campaign" in page.may,
        may_judge=page.row.stage in JUDGED_AT and "record_ask_result" in page.may,
        parts={name: part(session, app, page.row, actor, now) for name, part in CAMPAIGN_PARTS.items()},
    )


def ask_views(session: Session, campaign_id: int) -> list[AskView]:
    """Every ask of a campaign, those that are asked no longer too."""
    asks = asks_of(session, campaign_id, dropped=True)
    evidence = evidence_of_asks(session, [ask.id or 0 for ask in asks])
    contacts = touchpoints_of(session, campaign_id)
    raised = asks_raised(session, [contact.id or 0 for contact in contacts]).values()
    return [
        AskView(
            row=ask,
            target=target_of(session, ask),
            evidence=evidence.get(ask.id or 0, []),
            contacts=sum(ask.id in ids for ids in raised),
        )
        for ask in asks
    ]


def contact_views(session: Session, campaign_id: int, asks: Sequence[AskView]) -> list[ContactView]:
    """The contacts of a campaign, newest first."""
    rows = touchpoints_of(session, campaign_id)
    raised = asks_raised(session, [row.id or 0 for row in rows])
    place = {view.row.id: number for number, view in enumerate(asks, start=1)}
    return [
        ContactView(
            row=row,
            counterpart=counterpart_of(row),
            asks=[place[ask_id] for ask_id in raised.get(row.id or 0, []) if ask_id in place],
        )
        for row in rows
    ]


def show_campaign(
    dossier_id: int,
    app: App,
    pages: Pages,
    actor: Actor,
    *,
    status: int = 200,
    done: str = "",
    problem: Exception | None = None,
    searched: str = "",
) -> HTMLResponse:
    """The page of a campaign. problem: why what was asked was not done; nothing has changed then."""
    with app.database.reading() as session:
        campaign = campaign_page(session, app, dossier_id, actor, app.now(), searched=searched)
        return pages.show(
            "campaign.html",
            status=status,
            here="campaigns",
            campaign=campaign,
            page=campaign.page,
            done=done,
            problem=problem,
            guards=list(getattr(problem, "guards", ())),
            signature_answers=ANSWERS,
            **CHOICES,
        )


CHOICES: Mapping[str, Any] = {
    "campaign_types": [known.value for known in CampaignType],
    "target_kinds": [known.value for known in TargetKind],
    "stakeholder_kinds": [known.value for known in StakeholderKind],
    "channels": [known.value for known in Channel],
    "outcomes": [known.value for known in Outcome],
    "stances": STANCES,
    "campaign_work": [known.value for known in CAMPAIGN_WORK],
}
"""The closed lists that forms of campaigns offer."""


def _offered_stakeholders(session: Session, page: DossierPage) -> list[str]:
    """Those that the groups of the campaign deal with come first; in a large network not all."""
    groups = {row.theme_group for row in page.groups}
    found = sorted(find_stakeholders(session), key=lambda row: groups.isdisjoint(row.theme_groups))
    return sorted({stakeholder_name(row) for row in found[:MOST_STAKEHOLDERS]})


def _names_of_stakeholders(session: Session, ids: Collection[int | None]) -> dict[int, str]:
    rows = session.scalars(select(Stakeholder).where(col(Stakeholder.id).in_(set(ids) - {None})))
    return {row.id: stakeholder_name(row) for row in rows if row.id is not None}


def _sees(session: Session, dossier: Dossier, actor: Actor) -> bool:
    query = select(col(Dossier.id)).where(col(Dossier.id) == dossier.id, visible_to(actor))
    return session.scalars(query).first() is not None
