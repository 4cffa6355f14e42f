"""Routing: asking the router, keeping its answer with the reasons, and correcting it by people."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import or_, select
from sqlmodel import Session, col

from g40flow.domain.errors import NotFound
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import SourceItem
from g40flow.domain.network import Network
from g40flow.domain.routing import RoutableItem, Routing
from g40flow.render.routing_text import why, why_not
from g40flow.storage.items import read_item, routings_of, routings_of_items
from g40flow.storage.tables import Item, ItemRouting, RoutingCorrection, RoutingOrigin
from g40flow.use_cases.inherit_groups import Inheritance

GROUPS_IN_DOUBT = 2
"""Groups named to the person who must decide; more would be no help."""


class Router(Protocol):
    """Says for whom an item is."""

    def route(self, item: RoutableItem) -> Routing:
        """Pure: the same item gives the same routing."""


def routable(item: SourceItem, *, dossier_groups: Sequence[str], today_of: datetime) -> RoutableItem:
    """What the router sees of an item. today_of: stands in for the date of what has none."""
    return RoutableItem(
        id=item.identifier,
        title=item.title,
        summary=item.summary,
        kind=item.kind_label if item.kind.value != "consultation" else "Consultatie",
        source=item.source,
        type=item.kind_label if item.kind.value == "consultation" else "",
        committee=item.committee,
        following_committees=item.following_committees,
        ministry=item.ministry,
        themes=item.topics,
        agenda=item.agenda,
        document_titles=tuple(document.title for document in item.documents),
        dossier_groups=tuple(dossier_groups),
        suggested_groups=item.suggested_groups,
        home_groups=item.home_groups,
        date=item.published_on or dutch_date(item.starts_at or today_of),
    )


def routable_with_id(session: Session, identifier: str, now: datetime) -> RoutableItem | None:
    """What the router sees of a stored item; identifier: our number or the publisher's own."""
    query = select(Item).where(
        or_(
            col(Item.identifier) == identifier,
            col(Item.number) == identifier,
            col(Item.id) == (int(identifier) if identifier.isdecimal() and len(identifier) < 12 else -1),
        )
    )
    row = session.scalars(query.limit(1)).first()
    if row is None:
        return None
    return routable_row(session, row, now)


def routable_row(session: Session, row: Item, now: datetime) -> RoutableItem:
    """What the router sees of a stored item."""
    item = read_item(row)
    return routable(item, dossier_groups=Inheritance(session, [(row, item)]).of(row, item), today_of=now)


def route_items(
    session: Session,
    batch: Sequence[tuple[Item, SourceItem]],
    router: Router,
    network: Network,
    now: datetime,
) -> list[Routing]:
    """Ask the router about each item and keep its answers, which are returned in the same order.

    Groups are only added here: what a group was told is taken back by people, never by a machine.
    An item that a person routed stays as that person wanted. An item inherits from those before it.
    """
    inheritance = Inheritance(session, batch)
    known = routings_of_items(session, [row.id for row, _ in batch if row.id], also_withdrawn=True)
    routings: list[Routing] = []
    for row, item in batch:
        inherited = inheritance.of(row, item)
        routing = router.route(routable(item, dossier_groups=inherited, today_of=now))
        added = _keep(session, row, routing, known.get(row.id or 0, ()), network, now)
        inheritance.routed(row, added)
        routings.append(routing)
    return routings


def _keep(
    session: Session,
    row: Item,
    routing: Routing,
    known: Sequence[ItemRouting],
    network: Network,
    now: datetime,
) -> list[str]:
    """The groups that the item did not go to before."""
    assert row.id is not None
    row.routed_at, row.rule_version = now, routing.rule_version
    session.add(row)
    if any(kept.origin == RoutingOrigin.PERSON for kept in known):
        row.triage = False
        return []
    row.triage = routing.triage
    row.triage_reason = _doubt(routing, network) if routing.triage else ""
    present = {kept.theme_group for kept in known}
    added = [group for group in routing.groups if group not in present]
    for group in added:
        is_lead = group == routing.groups[0] and not known
        session.add(_routing_row(row.id, group, routing, network, now, is_lead=is_lead))
    return added


def _routing_row(
    item_id: int, group: str, routing: Routing, network: Network, now: datetime, *, is_lead: bool
) -> ItemRouting:
    reasons: list[dict[str, Any]] = [
        dict(vars(reason)) for reason in routing.reasons if reason.group in (group, "")
    ]
    return ItemRouting(
        item_id=item_id,
        theme_group=group,
        is_lead=is_lead,
        score=routing.scores.get(group, 0.0),
        reasons=reasons,
        explanation=why(routing, group, _name(network, group)),
        rule_version=routing.rule_version,
        routed_at=now,
    )


def _doubt(routing: Routing, network: Network) -> str:
    """Why a person must look: the groups that came nearest, and what spoke for and against them."""
    nearest = sorted(routing.scores, key=lambda slug: -routing.scores[slug])[:GROUPS_IN_DOUBT]
    heard = [slug for slug in nearest if slug in routing.groups or slug in routing.near_misses]
    if not heard:
        return "De router vond geen woord dat bij een themagroep hoort, en ook niets dat het uitsluit."
    sentences = (
        (why if slug in routing.groups else why_not)(routing, slug, _name(network, slug)) for slug in heard
    )
    return " ".join(sentences)


def _name(network: Network, slug: str) -> str:
    group = network.group(slug)
    return group.name if group else slug


def correct_routing(
    session: Session,
    item_id: int,
    groups: Sequence[str],
    *,
    person: str,
    reason: str,
    now: datetime,
) -> tuple[list[str], list[str]]:
    """Route an item as a person says, and keep that as a labelled example.

    groups: slugs, lead first; empty means that it is for nobody.
    Returns (groups added, groups taken off). Raises NotFound.
    """
    row = session.get(Item, item_id)
    if row is None:
        raise NotFound(f"there is no item {item_id}")
    current = {r.theme_group: r for r in routings_of(session, item_id, also_withdrawn=True)}
    old = [r.theme_group for r in routings_of(session, item_id)]
    seen = routable_row(session, row, now)
    session.add(
        RoutingCorrection(
            item_id=item_id,
            corrected_at=now,
            person=person,
            reason=reason,
            old_groups=old,
            new_groups=list(groups),
            example=_example(seen),
        )
    )
    for slug, kept in current.items():
        kept.withdrawn_at = None if slug in groups else (kept.withdrawn_at or now)
        kept.is_lead = bool(groups) and slug == groups[0]
        kept.origin = RoutingOrigin.PERSON
        session.add(kept)
    for slug in groups:
        if slug not in current:
            session.add(_persons_routing(item_id, slug, person, reason, now, is_lead=slug == groups[0]))
    row.triage = False
    session.add(row)
    session.flush()
    return [g for g in groups if g not in old], [g for g in old if g not in groups]


def _persons_routing(
    item_id: int, group: str, person: str, reason: str, now: datetime, *, is_lead: bool
) -> ItemRouting:
    because = f": {reason}" if reason else ""
    return ItemRouting(
        item_id=item_id,
        theme_group=group,
        is_lead=is_lead,
        score=1.0,
        reasons=[],
        explanation=f"Toegewezen door {person}{because}.",
        origin=RoutingOrigin.PERSON,
        rule_version="",
        routed_at=now,
    )


def _example(seen: RoutableItem) -> dict[str, Any]:
    example = asdict(seen)
    example["date"] = None if seen.date is None else seen.date.isoformat()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in example.items()}
