"""For whom a digest is, and who may read it afterwards."""

from dataclasses import dataclass
from enum import StrEnum

from g40flow.domain.actors import Actor, roles_of
from g40flow.domain.dossier.rights import Right, has_right


class AudienceKind(StrEnum):
    """The kinds of digests; each has moments of its own."""

    THEME_GROUP = "theme_group"
    PILLAR = "pillar"
    DAILY_BOARD = "daily_board"
    PA_STAFF = "pa_staff"
    NETWORK = "network"
    PERSON = "person"


ONE_OF_MANY = frozenset({AudienceKind.THEME_GROUP, AudienceKind.PILLAR, AudienceKind.PERSON})
"""Kinds with more than one audience, told apart by a slug."""

_RIGHTS = {
    AudienceKind.THEME_GROUP: Right.READ,
    AudienceKind.NETWORK: Right.READ,
    AudienceKind.PILLAR: Right.READ_BOARD_DIGEST,
    AudienceKind.DAILY_BOARD: Right.READ_BOARD_DIGEST,
    AudienceKind.PA_STAFF: Right.READ_STAFF_DIGEST,
}


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who a digest is for. slug: of the theme group, pillar or person; "" for the other kinds."""

    kind: AudienceKind
    slug: str = ""

    def __post_init__(self) -> None:
        if bool(self.slug) != (self.kind in ONE_OF_MANY):
            raise ValueError(
                f"expected a slug for {sorted(ONE_OF_MANY)} only, found {self.kind} {self.slug!r}"
            )

    @property
    def key(self) -> str:
        """ "theme_group:woningmarkt", "daily_board": how the audience is kept."""
        return f"{self.kind}:{self.slug}" if self.slug else self.kind.value

    @classmethod
    def of(cls, key: str) -> "Audience":
        """The audience with this key. Raises ValueError for what is none."""
        kind, _, slug = key.partition(":")
        return cls(kind=AudienceKind(kind), slug=slug)


def may_read(actor: Actor, audience: Audience) -> bool:
    """Whether somebody may read the digests of an audience; of a person only that person."""
    if actor.is_automatic:
        return True
    if audience.kind is AudienceKind.PERSON:
        return actor.person == audience.slug
    return has_right(_RIGHTS[audience.kind], roles_of(actor))
