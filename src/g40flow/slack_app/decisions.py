"""The buttons with which a member of the board, or a deputy, decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from g40flow.domain.dossier.decisions import NEEDS_COMMENT, Position
from g40flow.domain.errors import InvalidInput, StaleVersion
from g40flow.domain.items import Json
from g40flow.slack_app.answers import Answer, Instead, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Handler, Turn
from g40flow.storage.access import names_of_people
from g40flow.storage.decisions import round_by_id, seats_in_round, standing_positions, version_of
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.dossier.desk import open_to_read

LONGEST_COMMENT = 2_000
LONGEST_VALUE = 300


@dataclass(frozen=True, kw_only=True)
class RoundButton:
    """What a button of a request carries: the round, and the exact text that was on the card.

    member: slug of who is answered for; "" leaves that to the round.
    """

    round_id: int
    version_hash: str
    member: str = ""

    @classmethod
    def of(cls, value: str) -> "RoundButton":
        """Raises InvalidInput for what is no value of ours."""
        number, _, rest = value.partition(":")
        version_hash, _, member = rest.partition(":")
        if not (number.isdecimal() and value.isascii() and len(value) < LONGEST_VALUE):
            raise InvalidInput("slack_value", f"no value of a request: {value!r}")
        return cls(round_id=int(number), version_hash=version_hash, member=member)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member for whom somebody can answer. position: a word of Position, "" while there is none."""

    member: str
    name: str
    is_own: bool
    position: str


def _decide_at_once(position: Position) -> Handler:
    """For a position that says enough by itself; who can answer for several says for whom first."""

    def decide(turn: Turn) -> Answer:
        button = RoundButton.of(turn.done.value)
        with turn.reading() as session:
            must_choose = not button.member and len(_seats(turn, session, button)) > 1
        if must_choose:
            return _ask(turn, button, "round_decide", chosen=position)
        return _decide(turn, button, position, comment="", in_modal=False)

    return decide


def _ask_for_words(position: Position) -> Handler:
    """For a position that says nothing without words."""

    def ask(turn: Turn) -> Answer:
        return _ask(turn, RoundButton.of(turn.done.value), "position", chosen=position)

    return ask


def ask_for_position(turn: Turn) -> Answer:
    """All positions at once, for where there is no room for a button each."""
    return _ask(turn, RoundButton.of(turn.done.value), "round_decide")


def _ask(turn: Turn, button: RoundButton, name: str, *, chosen: Position | None = None) -> Answer:
    """A modal: "position" for the words of one position, "round_decide" for a choice of all."""
    with turn.reading() as session:
        round_ = round_by_id(session, button.round_id)
        dossier = open_to_read(session, round_.dossier_id, turn.actor)
        version = version_of(session, round_.version_id)
        seats = _seats(turn, session, button)
    if round_.version_hash != button.version_hash:
        return Say(text=turn.views.explanation("text_changed"))
    metadata: dict[str, Json] = {
        "round": button.round_id,
        "text": button.version_hash,
        "position": "" if chosen is None else chosen.value,
        "member": button.member,
        "channel": turn.done.channel,
    }
    values = {
        "positions": [position.value for position in Position],
        "position": "" if chosen is None else chosen.value,
        "question": round_.question,
        "number": dossier.number,
        "title": dossier.title,
        "version": version.number,
        "url": f"{turn.portal}/dossiers/{dossier.id}",
        "seats": [] if button.member or len(seats) < 2 else seats,
        "seat": _first_unanswered(seats),
        "most": LONGEST_COMMENT,
    }
    return Open(view=turn.views.modal(name, values, metadata=metadata))


def _seats(turn: Turn, session: Session, button: RoundButton) -> list[Seat]:
    names, person = names_of_people(session, turn.app.network), turn.actor.person
    taken = standing_positions(session, button.round_id)
    return [
        Seat(
            member=member,
            name=names.get(member, member),
            is_own=member == person,
            position=str(taken[member].position) if member in taken else "",
        )
        for member in seats_in_round(session, button.round_id, person)
    ]


def _first_unanswered(seats: Sequence[Seat]) -> str:
    return next((seat.member for seat in seats if not seat.position), seats[0].member if seats else "")


def decide_as_chosen(turn: Turn) -> Answer:
    """The position that was chosen, with or without words."""
    chosen = turn.done.text("position")
    if chosen not in {position.value for position in Position}:
        raise InvalidInput("missing", "no position", field="position")
    return _decide(turn, _button(turn), Position(chosen), comment=turn.done.text("comment"), in_modal=True)


def decide_with_words(turn: Turn) -> Answer:
    """The position, with what was written; it stays readable when it comes too late."""
    position = Position(str(turn.done.metadata["position"]))
    return _decide(turn, _button(turn), position, comment=turn.done.text("comment"), in_modal=True)


def _button(turn: Turn) -> RoundButton:
    """What a modal is about, with the member that was chosen in it."""
    known = turn.done.metadata
    member = turn.done.text("member") or str(known.get("member", ""))
    return RoundButton(round_id=int(known["round"]), version_hash=str(known["text"]), member=member)


def _decide(turn: Turn, button: RoundButton, position: Position, *, comment: str, in_modal: bool) -> Answer:
    try:
        with turn.writing() as session:
            take_position(
                session,
                turn.app.desk,
                button.round_id,
                position,
                seen_hash=button.version_hash,
                comment=comment,
                member=button.member,
                actor=turn.actor,
                now=turn.now,
            )
            names = names_of_people(session, turn.app.network)
            seats = seats_in_round(session, button.round_id, turn.actor.person)
    except StaleVersion:
        text = turn.views.explanation("text_changed")
        return Instead(view=turn.views.notice(text, typed=[comment])) if in_modal else Say(text=text)
    member = button.member or next(iter(seats), "")
    shown = "" if member == turn.actor.person else names.get(member, member)
    return Say(text=turn.views.confirmation("decided", position=position.value, member=shown))


DECISIONS = Table(
    actions={
        f"position_{position}": _ask_for_words(position)
        if position in NEEDS_COMMENT
        else _decide_at_once(position)
        for position in Position
    }
    | {"round_decide": ask_for_position},
    submissions={"position": decide_with_words, "round_decide": decide_as_chosen},
)
