"""Theme groups that an item takes over from what it belongs with."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from g40flow.domain.families import inherited_groups
from g40flow.domain.items import SourceItem
from g40flow.storage.families import members_of_families
from g40flow.storage.items import groups_of_items, items_replaced_by
from g40flow.storage.tables import Item


class Inheritance:
    """What a batch of items inherits while they are routed one after the other."""

    def __init__(self, session: Session, batch: Sequence[tuple[Item, SourceItem]]) -> None:
        """Read at once what the whole batch needs; what is routed later must be told by `routed`."""
        self._members = members_of_families(session, [row.id for row, _ in batch if row.id])
        self._replaced = items_replaced_by(session, [item for _, item in batch])
        others = {id_ for ids in (*self._members.values(), *self._replaced.values()) for id_ in ids}
        self._groups = groups_of_items(session, sorted(others))

    def of(self, row: Item, item: SourceItem) -> list[str]:
        """Groups of the items that this one replaces, then of its family, most often first."""
        replaced = self._groups_of(self._replaced.get((item.source, item.identifier), ()))
        family = inherited_groups(self._groups_of(self._members.get(row.id or 0, ())))
        return list(dict.fromkeys([*(group for groups in replaced for group in groups), *family]))

    def routed(self, row: Item, groups: Iterable[str]) -> None:
        """An item of the batch goes to these groups as well from now on."""
        self._groups.setdefault(row.id or 0, []).extend(groups)

    def _groups_of(self, ids: Iterable[int]) -> list[tuple[str, ...]]:
        return [tuple(self._groups[id_]) for id_ in ids if id_ in self._groups]
