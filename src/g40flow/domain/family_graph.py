"""Which items are one family: whatever is joined by a key, directly or through others.

The same items with the same keys give the same families, in whatever order they came.
"""

from collections.abc import Collection, Mapping, Sequence


def components(keys: Mapping[int, Collection[str]]) -> tuple[frozenset[int], ...]:
    """Items grouped by shared keys, transitively; the groups by their smallest item."""
    leader = {item: item for item in keys}
    bearer: dict[str, int] = {}
    for item in sorted(keys):
        for key in keys[item]:
            first = bearer.setdefault(key, item)
            one, other = _root(leader, item), _root(leader, first)
            leader[max(one, other)] = min(one, other)
    groups: dict[int, set[int]] = {}
    for item in keys:
        groups.setdefault(_root(leader, item), set()).add(item)
    return tuple(frozenset(groups[first]) for first in sorted(groups))


def heir(parts: Sequence[frozenset[int]]) -> frozenset[int]:
    """The part of a family that fell apart that goes on under its name: the largest, then the oldest."""
    return max(parts, key=lambda part: (len(part), -min(part)))


def _root(leader: dict[int, int], item: int) -> int:
    while leader[item] != item:
        leader[item] = leader[leader[item]]
        item = leader[item]
    return item
