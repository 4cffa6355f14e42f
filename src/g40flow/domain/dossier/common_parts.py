"""What two sequences have in common, quick and readable for words and paragraphs of texts."""

from collections.abc import Hashable, Sequence

_MOST_CELLS = 40_000
"""Size up to which a part without a unique token is compared exactly; larger ones count as replaced."""


def common_positions(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of positions of tokens that both have, rising in both.

    Patience diff: what occurs once on both sides is paired first, then what lies between. This is
    quick and reads better than the longest common part of a text full of "de" and "het".
    """
    found: list[tuple[int, int]] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        i, i_end, j, j_end = waiting.pop()
        while i < i_end and j < j_end and old[i] == new[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and old[i_end - 1] == new[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            found.append((i_end, j_end))
        if i == i_end or j == j_end:
            continue
        anchors = _rising(_unique_in_both(old, new, (i, i_end, j, j_end)))
        if not anchors:
            found += _longest_common(old, new, (i, i_end, j, j_end))
            continue
        found += anchors
        for next_i, next_j in [*anchors, (i_end, j_end)]:
            waiting.append((i, next_i, j, next_j))
            i, j = next_i + 1, next_j + 1
    return sorted(found)


Part = tuple[int, int, int, int]
"""From and to in the old sequence, from and to in the new one."""


def _unique_in_both(old: Sequence[Hashable], new: Sequence[Hashable], part: Part) -> list[tuple[int, int]]:
    once_old = _once(old, *part[:2])
    once_new = _once(new, *part[2:])
    return [(at, once_new[token]) for token, at in once_old.items() if token in once_new]


def _once(tokens: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    """Where each token stands that occurs exactly once, in order."""
    places: dict[Hashable, int] = {}
    again: set[Hashable] = set()
    for at in range(start, end):
        if tokens[at] in places:
            again.add(tokens[at])
        places[tokens[at]] = at
    return {token: at for token, at in places.items() if token not in again}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest series of pairs that rises on both sides. pairs: rising on the first."""
    tops: list[int] = []  # position in `pairs` of the lowest end of a series of each length
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        low, high = 0, len(tops)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if pairs[tops[middle]][1] < j else (low, middle)
        before.append(tops[low - 1] if low else -1)
        tops[low : low + 1] = [at]
    found = []
    at = tops[-1] if tops else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _longest_common(old: Sequence[Hashable], new: Sequence[Hashable], part: Part) -> list[tuple[int, int]]:
    i, i_end, j, j_end = part
    rows, columns = i_end - i, j_end - j
    if rows * columns > _MOST_CELLS:
        return []
    longest = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            longest[row][column] = (
                longest[row + 1][column + 1] + 1
                if old[i + row] == new[j + column]
                else max(longest[row + 1][column], longest[row][column + 1])
            )
    found, row, column = [], 0, 0
    while row < rows and column < columns:
        if old[i + row] == new[j + column]:
            found.append((i + row, j + column))
            row, column = row + 1, column + 1
        elif longest[row + 1][column] >= longest[row][column + 1]:
            row += 1
        else:
            column += 1
    return found
