"""What corrections tell about the quality of routing, and what they cannot tell."""

from dataclasses import dataclass

from g40flow.domain.routing.evaluation import Share

LEAST_TO_JUDGE = 10
"""Under so many (item, group) pairs a percentage would suggest more than is known."""


@dataclass(frozen=True, kw_only=True)
class CorrectedRoutings:
    """(item, group) pairs over some time. routed: by the router; taken_off: of those, by people.

    added: by people, because the router missed them.
    """

    routed: int
    taken_off: int
    added: int

    @property
    def right(self) -> int:
        """Pairs that nobody took off."""
        return self.routed - self.taken_off

    @property
    def precision(self) -> Share | None:
        """At most so much of what was routed was right, as if people saw every mistake.

        None when there is too little to say anything.
        """
        return _share(self.right, self.routed)

    @property
    def recall(self) -> Share | None:
        """At most so much of what should have been routed was, as if people saw every miss."""
        return _share(self.right, self.right + self.added)


def _share(part: int, whole: int) -> Share | None:
    return Share(part, whole) if whole >= LEAST_TO_JUDGE else None
