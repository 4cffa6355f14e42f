"""Tables of what Chambers decided and who sits in them; none of it is an item.

votes:   VoteRow, VoteSubject, VoteShare
others:  CommitmentRow, GroupRow, GroupSize, CommitteeSeatRow

They are made of the records of a publisher, in the transaction that stores these, and can be made again.
Columns named *_at hold aware UTC instants, *_on Dutch calendar dates.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from g40flow.domain.parliament.votes import Chamber, Choice, Method, Result
from g40flow.storage.columns import Table, instant, long_text, part_of, word

# --- votes --------------------------------------------------------------------------------------


class VoteRow(Table, table=True):
    """One vote, see domain.parliament.votes.RecordedVote. words: of the Chamber.

    changed_at: when what it says last became something else.
    """

    __tablename__ = "recorded_vote"
    __table_args__ = (UniqueConstraint("source", "identifier"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    identifier: str
    chamber: Chamber = word(Chamber)
    method: Method = word(Method)
    stated: Result = word(Result)
    words: str = long_text()
    held_on: date | None = None
    withdrawn: bool = False
    fingerprint: str
    first_seen_at: datetime = instant()
    changed_at: datetime = instant(index=True)


class VoteSubject(Table, table=True):
    """An item that was voted on, by its identifier: it may be stored later than the vote."""

    __tablename__ = "vote_subject"
    vote_id: int = part_of("recorded_vote", primary_key=True)
    item_identifier: str = Field(primary_key=True, index=True)


class VoteShare(Table, table=True):
    """What one group voted, or so many of its members. size, members: None as in VoteLine."""

    __tablename__ = "vote_share"
    vote_id: int = part_of("recorded_vote", primary_key=True)
    position: int = Field(primary_key=True)
    group_key: str
    party: str
    choice: Choice = word(Choice)
    size: int | None = None
    members: int | None = None
    mistake: bool = False


# --- others -------------------------------------------------------------------------------------


class CommitmentRow(Table, table=True):
    """What a member of the government promised, see domain.parliament.commitments.Commitment."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("source", "identifier"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    identifier: str
    number: str = ""
    text: str = long_text()
    status: str = ""
    made_by: str = ""
    ministry: str = ""
    made_in: str = Field(default="", index=True)
    made_on: date | None = None
    due_on: date | None = None
    withdrawn: bool = False
    first_seen_at: datetime = instant()
    changed_at: datetime = instant(index=True)


class GroupRow(Table, table=True):
    """A parliamentary group as it is now. seats: None if not told, 0 if it is over."""

    __tablename__ = "parliamentary_group"
    key: str = Field(primary_key=True)
    source: str
    chamber: Chamber = word(Chamber, index=True)
    abbreviation: str
    name: str = ""
    seats: int | None = None
    active_from: date | None = None
    active_until: date | None = None


class GroupSize(Table, table=True):
    """How many seats a group had from a day on: the day on which we saw it first."""

    __tablename__ = "parliamentary_group_size"
    group_key: str = Field(primary_key=True)
    seen_on: date = Field(primary_key=True)
    seats: int


class CommitteeSeatRow(Table, table=True):
    """A seat of a standing committee and who holds that public office today.

    Whoever leaves the seat, or is taken back by the publisher, disappears from here with the next look.
    """

    __tablename__ = "committee_seat"
    source: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    committee: str = Field(index=True)
    holder: str
    party: str = ""
    function: str = ""
