"""A button below a line of a digest goes once somebody did what it offers, wherever it was done.

Called by what changes dossiers and items, in the same transaction. Only messages in which a line reads
differently afterwards are renewed, and only those of the last two weeks; in an older one a late press is
answered by what the button does.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from g40flow.domain.digest.audiences import Audience
from g40flow.domain.digest.done import Done, Outcome, done_as_json
from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.words import GroupState
from g40flow.domain.dossier.workflow import FINAL, RESTING, Stage
from g40flow.domain.items import ItemStatus
from g40flow.domain.reach import Channel
from g40flow.storage.calls import answer_of_city, call_by_id
from g40flow.storage.decisions import round_by_id, seats_in_round, standing_positions
from g40flow.storage.digest_tables import DigestRow
from g40flow.storage.digests import digests_showing, messages_that_show
from g40flow.storage.dossier_tables import Dossier, DossierGroup, HistoryEntry
from g40flow.storage.dossiers import dossier_by_id, dossiers_about, items_of_dossier
from g40flow.storage.history import chain_of, latest_of
from g40flow.storage.items import groups_of_items
from g40flow.storage.messages import renew
from g40flow.storage.tables import Item, Message

FOLLOWED = timedelta(days=14)
"""So long a digest in Slack follows what is done about its lines."""

LATEST = 40
"""Lines of the history in which somebody's name is looked for."""

_FELL_AWAY = frozenset({ItemStatus.WITHDRAWN, ItemStatus.CANCELLED, ItemStatus.MOVED})


def follow_dossier(session: Session, dossier_id: int, now: datetime, *, whatever_age: bool = False) -> None:
    """Let digests say what was done in a dossier, and about its items.

    whatever_age: also of old digests, when what they say may not be known any more.
    """
    items = (f"item:{link.item_id}" for link in items_of_dossier(session, dossier_id))
    since = datetime.min.replace(tzinfo=now.tzinfo) if whatever_age else now - FOLLOWED
    _follow(session, {f"dossier:{dossier_id}", *items}, since, now)


def follow_item(session: Session, item_id: int, now: datetime) -> None:
    """Let digests say what became of an item."""
    _follow(session, {f"item:{item_id}"}, now - FOLLOWED, now)


@dataclass(frozen=True, kw_only=True)
class _Offer:
    """What a line offers to do. audience: of the digest. stage: of its dossier, when it was made."""

    key: str
    action: str
    value: str
    audience: Audience
    stage: str


def _follow(session: Session, subjects: Collection[str], since: datetime, now: datetime) -> None:
    read = [(row, list(_offers(row, subjects))) for row in digests_showing(session, subjects, since=since)]
    offering = [(row, offers) for row, offers in read if offers]
    if not offering:
        return
    look = _Look(session)
    became = {row.id: {offer.key: look.became_of(offer) for offer in offers} for row, offers in offering}
    for message in messages_that_show(session, [row for row, _ in offering]):
        before = message.subject.get("done", {})
        after = _after(before, became[message.subject["digest"]])
        if after != before:
            message.subject = {**message.subject, "done": after}
            if not _is_a_mail_that_left(message):
                renew(session, message, now)


def _after(before: Mapping[str, Any], became: Mapping[str, Done | None]) -> dict[str, Any]:
    """What a message says was done. Lines about other subjects stay as they are."""
    others = {key: said for key, said in before.items() if key not in became}
    return others | done_as_json({key: done for key, done in became.items() if done is not None})


def _is_a_mail_that_left(message: Message) -> bool:
    return message.transport == Channel.MAIL and message.external_ts is not None


def _offers(row: DigestRow, subjects: Collection[str]) -> Iterator[_Offer]:
    for part in row.content["parts"]:
        for line in part["lines"]:
            if line["key"] in subjects and line.get("act"):
                action, value = line["act"]
                yield _Offer(
                    key=line["key"],
                    action=action,
                    value=value,
                    audience=Audience.of(row.audience),
                    stage=line.get("stage", ""),
                )


@dataclass(frozen=True)
class _Look:
    """How things stand now. What several digests ask is asked once."""

    session: Session
    answers: dict[tuple[str, str, str, str], Done | None] = field(default_factory=dict)

    def became_of(self, offer: _Offer) -> Done | None:
        """None if it can still be done."""
        asked = (offer.action, offer.value, offer.audience.slug, offer.stage)
        if asked not in self.answers:
            look = _LOOKS.get(offer.action)
            self.answers[asked] = None if look is None else look(self.session, offer)
        return self.answers[asked]


def _taken_up(session: Session, offer: _Offer) -> Done | None:
    number, _, group = offer.value.partition(":")
    item_id = int(number)
    for dossier in dossiers_about(session, item_id):
        if not dossier.confidential and dossier.stage != Stage.MERGED:
            return Done(
                outcome=Outcome.TAKEN_UP,
                by=_who(session, dossier, lambda entry: entry.action in ("open", "add_item")),
                number=dossier.number,
                path=f"/dossiers/{dossier.id}",
            )
    item = session.get_one(Item, item_id)
    if item.status in _FELL_AWAY:
        return Done(outcome=Outcome.FELL_AWAY)
    if group and group not in groups_of_items(session, [item_id]).get(item_id, []):
        return Done(outcome=Outcome.NOT_OURS)
    return None


def _group_answered(session: Session, offer: _Offer) -> Done | None:
    number, _, group = offer.value.split(":")
    dossier = dossier_by_id(session, int(number))
    part = session.get(DossierGroup, (dossier.id, group))
    if part is None:
        return Done(outcome=Outcome.NOT_OURS)
    if part.state == GroupState.ASKED:
        is_over = dossier.stage in FINAL | RESTING
        return Done(outcome=Outcome.MOVED_ON, stage=dossier.stage) if is_over else None
    outcome = Outcome.ACCEPTED if part.state == GroupState.ACCEPTED else Outcome.REJECTED

    def answered(entry: HistoryEntry) -> bool:
        return entry.action in ("accept", "reject") and entry.facts.get("group") == group

    return Done(outcome=outcome, by=_who(session, dossier, answered))


def _moved_on(session: Session, offer: _Offer) -> Done | None:
    dossier = dossier_by_id(session, int(offer.value.partition(":")[0]))
    if dossier.stage == offer.stage:
        return None
    by = _who(session, dossier, lambda entry: entry.facts.get("to") == dossier.stage)
    return Done(outcome=Outcome.MOVED_ON, stage=dossier.stage, by=by)


def _decided(session: Session, offer: _Offer) -> Done | None:
    """For all seats of the reader, own or as a deputy. What was decided is not said."""
    round_id = int(offer.value.partition(":")[0])
    round_, standing = round_by_id(session, round_id), standing_positions(session, round_id)
    seats = seats_in_round(session, round_id, offer.audience.slug)
    if seats and all(seat in standing for seat in seats):

        def took_position(entry: HistoryEntry) -> bool:
            said = entry.facts
            return (
                entry.action == "take_position"
                and said.get("round") == round_id
                and said.get("member") in seats
            )

        dossier = dossier_by_id(session, round_.dossier_id)
        return Done(outcome=Outcome.DECIDED, by=_who(session, dossier, took_position))
    return None if round_.closed_at is None else Done(outcome=Outcome.ROUND_OVER)


def _answered(session: Session, offer: _Offer) -> Done | None:
    number, _, city = offer.value.partition(":")
    call = call_by_id(session, int(number))
    if call.state == CallState.CANCELLED:
        return Done(outcome=Outcome.CALL_CANCELLED)
    if answer_of_city(session, int(number), city) is not None:

        def answered(entry: HistoryEntry) -> bool:
            said = entry.facts
            is_answer = entry.action in ("answer_call", "copy_answer")
            return is_answer and said.get("call") == call.id and said.get("city") == city

        dossier = dossier_by_id(session, call.dossier_id)
        return Done(outcome=Outcome.ANSWERED, by=_who(session, dossier, answered))
    return None if call.state == CallState.OPEN else Done(outcome=Outcome.CALL_OVER)


_LOOKS: dict[str, Callable[[Session, _Offer], Done | None]] = {
    "item_take_up": _taken_up,
    "dossier_accept": _group_answered,
    "dossier_steps": _moved_on,
    "round_decide": _decided,
    "call_answer": _answered,
}
"""What shows whether an act of a line was done; the same acts that have a button."""


def _who(session: Session, dossier: Dossier, did_it: Callable[[HistoryEntry], bool]) -> str:
    """Name of who did something last in a dossier; "" if it was the program, or long ago."""
    assert dossier.id is not None
    found = next((e for e in latest_of(session, chain_of(dossier.id), LATEST) if did_it(e)), None)
    return "" if found is None or found.surface == "automatic" else found.person_name
