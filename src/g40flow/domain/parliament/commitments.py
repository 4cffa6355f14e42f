"""What a member of the government promised the Chamber."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """A commitment (toezegging). by: the function of who made it, never a name. status: the publisher's word.

    made_in: identifier of the item (an activity) in which it was made, "" if not told.
    made_on, due_on: Dutch days, None if not told. withdrawn: the publisher took the record back.
    """

    identifier: str
    number: str
    text: str
    status: str
    by: str
    ministry: str
    made_in: str
    made_on: date | None = None
    due_on: date | None = None
    withdrawn: bool = False
