"""Whom a form offers: in a large network not everybody, or the page would be a telephone book."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from g40flow.domain.folding import fold
from g40flow.domain.network import Person, Role

MOST_OFFERED = 24
"""Each is offered in up to three lists of a page, which must stay under 100 kB."""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """(slug, name) of the people to choose from. are_all: False if others are found by name only.

    searched: the name that was looked for; "" for none. found: whether anybody has it.
    """

    people: Sequence[tuple[str, str]]
    are_all: bool
    searched: str = ""
    found: bool = False


def offer_people(
    people: Sequence[Person], *, chosen: Collection[str], scopes: Collection[str], searched: str = ""
) -> Offered:
    """Everybody of a small network; of a large one who was chosen, who is searched, and who is concerned.

    chosen: slugs, always offered. scopes: the groups and pillar concerned. searched: part of a name.
    Members of a group come after who leads something.
    """
    wanted = fold(searched.strip())

    def distance(person: Person) -> int:
        if person.slug in chosen:
            return 0
        if wanted and wanted in fold(person.name):
            return 1
        concerned = [held for held in person.roles if held.scope is None or held.scope in scopes]
        if not concerned:
            return 4
        return 3 if all(held.role is Role.THEME_GROUP_MEMBER for held in concerned) else 2

    nearest = sorted(people, key=distance)[: max(MOST_OFFERED, len(chosen))]
    offered = {person.slug for person in nearest}
    return Offered(
        people=[(person.slug, person.name) for person in people if person.slug in offered],
        are_all=len(people) <= len(nearest),
        searched=searched.strip(),
        found=bool(wanted) and any(wanted in fold(person.name) for person in people),
    )
