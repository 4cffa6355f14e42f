"""The part of CQL that saved queries use: comparisons of indexes with AND, OR, NOT and parentheses."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Record = dict[str, list[str]]
Test = Callable[[Record], bool]

_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<sign>>=|<=|==|=|>|<|\(|\))|(?P<word>[^\s()=<>"]+))'
)
_COMPARISONS = frozenset({"=", "==", "any", "all", "adj", "exact", ">=", "<=", ">", "<"})


class BadQuery(ValueError):
    """A query that the service would answer with a diagnostic."""


@dataclass(frozen=True, kw_only=True)
class CqlQuery:
    """test: whether a record is found. sorted_by: index, "" if unsorted."""

    test: Test
    sorted_by: str = ""


def parse_cql(text: str, indexes: Sequence[str]) -> CqlQuery:
    """Raises BadQuery for what cannot be understood, an unknown index included."""
    condition, _, order = text.partition(" sortBy ")
    reader = _Reader(tokens=_tokens(condition), indexes=frozenset(indexes))
    test = reader.either()
    if reader.left:
        raise BadQuery(f"Query syntax error near {reader.left[0]}")
    return CqlQuery(test=test, sorted_by=order.strip().partition("/")[0])


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while place < len(text.rstrip()):
        token = _TOKEN.match(text, place)
        if token is None:
            raise BadQuery(f"Query syntax error at {place}")
        found.append(token[0].strip())
        place = token.end()
    return found


@dataclass
class _Reader:
    tokens: list[str]
    indexes: frozenset[str]
    place: int = field(default=0)

    @property
    def left(self) -> list[str]:
        return self.tokens[self.place :]

    def either(self) -> Test:
        tests = [self.both()]
        while self._follows("OR"):
            tests.append(self.both())
        return lambda record: any(test(record) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self._follows("AND"):
            tests.append(self.one())
        return lambda record: all(test(record) for test in tests)

    def one(self) -> Test:
        if self._follows("NOT"):
            denied = self.one()
            return lambda record: not denied(record)
        if self._follows("("):
            inner = self.either()
            if not self._follows(")"):
                raise BadQuery("Query syntax error: a parenthesis is not closed")
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        if len(self.left) < 3:
            raise BadQuery("Query syntax error: the query ends too early")
        index, relation, term = self.left[:3]
        self.place += 3
        if index not in self.indexes:
            raise BadQuery(f"Unsupported index: {index}")
        if relation.lower() not in _COMPARISONS:
            raise BadQuery(f"Unsupported relation: {relation}")
        wanted = term.strip('"')
        return lambda record: any(_holds(value, relation.lower(), wanted) for value in record.get(index, []))

    def _follows(self, token: str) -> bool:
        if self.left and self.left[0].upper() == token:
            self.place += 1
            return True
        return False


def _holds(value: str, relation: str, wanted: str) -> bool:
    match relation:
        case "==" | "exact":
            return value == wanted
        case ">=" | "<=" | ">" | "<":
            order = (value > wanted) - (value < wanted)
            return {">=": order >= 0, "<=": order <= 0, ">": order > 0, "<": order < 0}[relation]
        case "any":
            return any(word in value.casefold() for word in wanted.casefold().split())
        case "all":
            return all(word in value.casefold() for word in wanted.casefold().split())
        case _:
            return wanted.casefold() in value.casefold()
