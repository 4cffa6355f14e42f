"""Dossiers with a term, for tests of plans and deadlines."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from g40flow.config.calendar import load_calendars
from g40flow.config.network import load_network
from g40flow.config.workflow import load_workflow
from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.dossier.words import GroupState
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import ItemKind, ItemStatus, SourceItem
from g40flow.resources import resource
from g40flow.storage.dossier_tables import Dossier, DossierGroup, DossierItem
from g40flow.storage.items import write_item
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.desk import Desk
from tests.conftest import MONDAY

CONFIG = resource("config")
NETWORK = load_network(CONFIG)
DESK = Desk(network=NETWORK, calendars=load_calendars(CONFIG), rules=load_workflow(CONFIG))
TODAY = dutch_date(MONDAY)
CLOSES = date(2027, 1, 29)
LEAD, CO = "woningmarkt", "duurzaamheid"
PA, SECRETARY, OTHER_SECRETARY = "anna-testerink", "jasmijn-de-voorbeeld", "femke-schijn"
PEN_HOLDER = "ivo-van-opzet"


def acting(slug: str, now: datetime = MONDAY) -> Actor:
    """Somebody of the network, in the portal."""
    person = NETWORK.person(slug)
    assert person is not None
    return actor_on(person, dutch_date(now), Surface.PORTAL)


def a_dossier(
    session: Session,
    *,
    stage: Stage = Stage.RESPONSE_DECISION,
    closes_on: date | None = CLOSES,
    items: tuple[Item, ...] = (),
    opens_on: date | None = TODAY,
    number: str = "2026-001",
    **more: Any,
) -> int:
    """A dossier of two groups that accepted, and its id."""
    values: dict[str, Any] = {
        "pen_holder": PEN_HOLDER,
        "stage_since": MONDAY,
        "detected_on": opens_on or TODAY,
        "opened_at": MONDAY,
        "opened_by": PA,
        **more,
    }
    dossier = Dossier(
        number=number,
        title="Wet regie volkshuisvesting",
        stage=stage,
        lead_group=LEAD,
        pillar="fysiek",
        opens_on=opens_on,
        closes_on=closes_on,
        plan={},
        **values,
    )
    session.add(dossier)
    session.flush()
    assert dossier.id is not None
    for group in (LEAD, CO):
        session.add(
            DossierGroup(
                dossier_id=dossier.id,
                theme_group=group,
                is_lead=group == LEAD,
                state=GroupState.ACCEPTED,
            )
        )
    for item in items:
        assert item.id is not None
        session.add(DossierItem(dossier_id=dossier.id, item_id=item.id))
    session.flush()
    return dossier.id


def an_item(
    session: Session,
    *,
    identifier: str = "WGK1",
    title: str = "Wet regie volkshuisvesting",
    closes_on: date | None = CLOSES,
    status: ItemStatus = ItemStatus.OPEN,
    opens_on: date | None = TODAY,
) -> Item:
    """A consultation as it is stored."""
    row = Item(
        source="internetconsultatie",
        identifier=identifier,
        kind=ItemKind.CONSULTATION.value,
        status=status.value,
        first_read=False,
        first_seen_at=MONDAY,
        changed_at=MONDAY,
        facts={},
    )
    write_item(row, consultation(identifier, title, closes_on, status, opens_on))
    session.add(row)
    session.flush()
    return row


def consultation(
    identifier: str, title: str, closes_on: date | None, status: ItemStatus, opens_on: date | None
) -> SourceItem:
    """What the publisher says of a consultation."""
    return SourceItem(
        source="internetconsultatie",
        identifier=identifier,
        kind=ItemKind.CONSULTATION,
        kind_label="Wet",
        title=title,
        url=f"https://consultatie.example/{identifier}",
        status=status,
        published_on=opens_on,
        opens_on=opens_on,
        closes_on=closes_on,
    )


def days_later(days: int, now: datetime = MONDAY) -> datetime:
    """The same hour, so many calendar days later."""
    return now + timedelta(days=days)
