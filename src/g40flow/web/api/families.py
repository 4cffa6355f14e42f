"""Families: what several publishers show of one proposal, letter or debate."""

from fastapi import APIRouter
from pydantic import Field

from g40flow.domain.errors import NotFound
from g40flow.storage.family_members import current_family, family_items, sources_of_family
from g40flow.storage.items import groups_of_items
from g40flow.web.api.asking import Answer, Number, TheApp
from g40flow.web.api.items import ItemShown, item_shown
from g40flow.web.api_caller import ApiCaller

router = APIRouter(tags=["families"])

MOST_ITEMS = 200


class FamilyShown(Answer):
    """Items that belong together. items: the newest of them, in the order of their days."""

    id: int = Field(description="Another one than asked for if that became part of this one")
    total: int
    sources: dict[str, int] = Field(description="How many items each publisher has")
    items: list[ItemShown]


@router.get("/families/{family_id}")
def read_family(family_id: Number, app: TheApp, caller: ApiCaller) -> FamilyShown:
    """One family, or the one that it became part of."""
    with app.database.reading() as session:
        family = current_family(session, family_id)
        if family is None or family.id is None:
            raise NotFound(f"there is no family {family_id}")
        rows, total = family_items(session, family.id, MOST_ITEMS)
        if not rows:
            raise NotFound(f"family {family_id} has no items left")
        groups = groups_of_items(session, [row.id for row in rows if row.id is not None])
        return FamilyShown(
            id=family.id,
            total=total,
            sources=sources_of_family(session, family.id),
            items=[item_shown(row, groups) for row in rows],
        )
