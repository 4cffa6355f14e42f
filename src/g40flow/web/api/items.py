"""Items: what publishers published, as it was assembled and routed."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from g40flow.domain.errors import NotFound
from g40flow.domain.items import ItemKind, ItemStatus
from g40flow.storage.dossier_search import visible_dossiers_about
from g40flow.storage.family_members import family_id_of
from g40flow.storage.items import groups_of_items
from g40flow.storage.keyed_pages import ItemFilter, items_before
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.follow import follow_item, unfollow_item
from g40flow.web.api.asking import (
    NO_CONTROLS,
    Answer,
    CursorText,
    Limit,
    Number,
    Page,
    TheApp,
    Word,
    before,
    page_of,
    tagged,
)
from g40flow.web.api_caller import ApiCaller

router = APIRouter(tags=["items"])


class ItemShown(Answer):
    """One item. groups: slugs, lead first."""

    id: int
    source: str
    identifier: str
    kind: str
    kind_label: str
    number: str | None
    title: str
    url: str
    status: str
    published_on: date | None
    opens_on: date | None
    closes_on: date | None
    agreed_closes_on: date | None
    starts_at: datetime | None
    ministry: str
    committee: str
    first_seen_at: datetime
    changed_at: datetime
    groups: list[str]


class WholeItem(ItemShown):
    """One item with its summary and the dossiers about it that one may see.

    family_id: of what belongs with it, see /families/{id}; null while it is alone.
    """

    summary: str
    family_id: int | None
    dossier_ids: list[int]


@router.get("/items")
def list_items(
    app: TheApp,
    caller: ApiCaller,
    q: Annotated[
        str, Query(max_length=200, pattern=NO_CONTROLS, description="Words that must all occur")
    ] = "",
    source: Word = "",
    kind: ItemKind | None = None,
    status: ItemStatus | None = None,
    group: Word = "",
    limit: Limit = 25,
    cursor: CursorText = "",
) -> Page[ItemShown]:
    """Items, the newest first."""
    wanted = ItemFilter(words=q, source=source, kind=kind or "", status=status or "", group=group)
    with app.database.reading() as session:
        rows = items_before(session, wanted, before(cursor), limit + 1)
        groups = groups_of_items(session, [row.id for row in rows if row.id is not None])
    return page_of(rows, limit, lambda row: item_shown(row, groups), lambda row: row.id)


@router.get("/items/{item_id}", response_model=WholeItem)
def read_item(item_id: Number, app: TheApp, caller: ApiCaller, request: Request, response: Response) -> Any:
    """One item."""
    with app.database.reading() as session:
        row = session.get(Item, item_id)
        if row is None:
            raise NotFound(f"there is no item {item_id}")
        dossiers = visible_dossiers_about(session, caller.actor, item_id)
        shown = WholeItem(
            **item_shown(row, groups_of_items(session, [item_id])).model_dump(),
            summary=row.summary,
            family_id=family_id_of(session, item_id),
            dossier_ids=[dossier.id for dossier in dossiers if dossier.id is not None],
        )
    return tagged(request, response, shown)


@router.put("/items/{item_id}/follow", status_code=204)
def put_follow(item_id: Number, app: TheApp, caller: ApiCaller) -> None:
    """Hear of the dossiers about an item."""
    with app.database.writing() as session:
        follow_item(session, item_id, actor=caller.actor, now=app.now())


@router.delete("/items/{item_id}/follow", status_code=204)
def delete_follow(item_id: Number, app: TheApp, caller: ApiCaller) -> None:
    """Hear no more of the dossiers about an item."""
    with app.database.writing() as session:
        unfollow_item(session, item_id, actor=caller.actor)


def item_shown(row: Item, groups: dict[int, list[str]]) -> ItemShown:
    """One item with its groups, of those of several items."""
    values = {name: getattr(row, name) for name in ItemShown.model_fields if name != "groups"}
    return ItemShown(**values, groups=groups.get(row.id or 0, []))
