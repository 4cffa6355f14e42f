"""The buttons with which a member of the board decides."""

from dataclasses import dataclass

from g40flow.domain.dossier.decisions import NEEDS_COMMENT, Position
from g40flow.domain.errors import InvalidInput, StaleVersion
from g40flow.domain.items import Json
from g40flow.slack_app.answers import Answer, Instead, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Handler, Turn
from g40flow.storage.decisions import round_by_id, version_of
from g40flow.use_cases.decisions.positions import take_position
from g40flow.use_cases.dossier.desk import open_to_read

LONGEST_COMMENT = 2_000


@dataclass(frozen=True, kw_only=True)
class RoundButton:
    """What a button of a request carries: the round, and the exact text that was on the card."""

    round_id: int
    version_hash: str

    @classmethod
    def of(cls, value: str) -> "RoundButton":
        """Raises InvalidInput for what is no value of ours."""
        number, _, version_hash = value.partition(":")
        if not (number.isdecimal() and value.isascii() and len(value) < 100):
            raise InvalidInput("slack_value", f"no value of a request: {value!r}")
        return cls(round_id=int(number), version_hash=version_hash)


def _decide_at_once(position: Position) -> Handler:
    """For a position that says enough by itself."""

    def decide(turn: Turn) -> Answer:
        button = RoundButton.of(turn.done.value)
        return _decide(turn, button, position, comment="", in_modal=False)

    return decide


def _ask_for_words(position: Position) -> Handler:
    """For a position that says nothing without words."""

    def ask(turn: Turn) -> Answer:
        button = RoundButton.of(turn.done.value)
        with turn.reading() as session:
            round_ = round_by_id(session, button.round_id)
            dossier = open_to_read(session, round_.dossier_id, turn.actor)
            version = version_of(session, round_.version_id)
        if round_.version_hash != button.version_hash:
            return Say(text=turn.views.explanation("text_changed"))
        metadata: dict[str, Json] = {
            "round": button.round_id,
            "text": button.version_hash,
            "position": position.value,
            "channel": turn.done.channel,
        }
        values = {
            "position": position.value,
            "number": dossier.number,
            "title": dossier.title,
            "version": version.number,
            "url": f"{turn.portal}/dossiers/{dossier.id}",
            "most": LONGEST_COMMENT,
        }
        return Open(view=turn.views.modal("position", values, metadata=metadata))

    return ask


def ask_for_position(turn: Turn) -> Answer:
    """All positions at once, for where there is no room for a button each."""
    button = RoundButton.of(turn.done.value)
    with turn.reading() as session:
        round_ = round_by_id(session, button.round_id)
        dossier = open_to_read(session, round_.dossier_id, turn.actor)
        version = version_of(session, round_.version_id)
    if round_.version_hash != button.version_hash:
        return Say(text=turn.views.explanation("text_changed"))
    metadata: dict[str, Json] = {
        "round": button.round_id,
        "text": button.version_hash,
        "channel": turn.done.channel,
    }
    values = {
        "positions": [position.value for position in Position],
        "question": round_.question,
        "number": dossier.number,
        "title": dossier.title,
        "version": version.number,
        "url": f"{turn.portal}/dossiers/{dossier.id}",
        "most": LONGEST_COMMENT,
    }
    return Open(view=turn.views.modal("round_decide", values, metadata=metadata))


def decide_as_chosen(turn: Turn) -> Answer:
    """The position that was chosen, with or without words."""
    known, chosen = turn.done.metadata, turn.done.text("position")
    if chosen not in {position.value for position in Position}:
        raise InvalidInput("missing", "no position", field="position")
    button = RoundButton(round_id=int(known["round"]), version_hash=str(known["text"]))
    return _decide(turn, button, Position(chosen), comment=turn.done.text("comment"), in_modal=True)


def decide_with_words(turn: Turn) -> Answer:
    """The position, with what was written; it stays readable when it comes too late."""
    known = turn.done.metadata
    button = RoundButton(round_id=int(known["round"]), version_hash=str(known["text"]))
    return _decide(
        turn, button, Position(str(known["position"])), comment=turn.done.text("comment"), in_modal=True
    )


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
                actor=turn.actor,
                now=turn.now,
            )
    except StaleVersion:
        text = turn.views.explanation("text_changed")
        return Instead(view=turn.views.notice(text, typed=[comment])) if in_modal else Say(text=text)
    return Say(text=turn.views.confirmation("decided", position=position.value, member=""))


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
