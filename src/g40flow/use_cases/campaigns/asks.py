"""The asks of a campaign: what the network wants of whom, why, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor
from g40flow.domain.campaigns.words import AskState, TargetKind
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.text import normalise_markdown
from g40flow.domain.dossier.workflow import FINAL, Stage
from g40flow.domain.dossier.writing import Outcome
from g40flow.domain.errors import InvalidInput, NotFound, StaleVersion, StepNotAllowed
from g40flow.domain.items import Json
from g40flow.domain.outside_text import one_line, several_lines
from g40flow.render.links import safe_url
from g40flow.storage.campaign_tables import Ask, AskEvidence
from g40flow.storage.campaigns import ask_by_id, asks_of, campaign_of, stakeholder_by_id
from g40flow.storage.dossier_tables import Dossier, HistoryEntry
from g40flow.storage.history import chain_of, history_of
from g40flow.storage.items import items_by_id
from g40flow.storage.texts import position_by_id
from g40flow.use_cases.campaigns.stakeholders import stakeholder_named
from g40flow.use_cases.dossier.desk import (
    Desk,
    note_change,
    open_for_change,
    open_to_read,
    require_on,
    required_reason,
)

LONGEST_FIELD = 4_000
PRIORITIES = (1, 2, 3)
JUDGED_AT = frozenset({Stage.RUNNING, Stage.DECISION_MOMENT, Stage.EVALUATION})
"""Stages at which something can have come of an ask."""


@dataclass(frozen=True, kw_only=True)
class AskText:
    """What an ask says. wording: Markdown. target: the function or body in words; with a stakeholder it
    may be "". source: the document it comes from, in words; source_dossier_id: if that is one of ours.
    library_id: the core message it was taken from. priority: 1 (must) to 3 (nice). stakeholder: its name,
    in place of its id; "" for none.
    """

    wording: str
    target_kind: str
    target: str = ""
    stakeholder_id: int | None = None
    stakeholder: str = ""
    priority: int = 2
    source: str = ""
    source_dossier_id: int | None = None
    library_id: int | None = None


def add_ask(
    session: Session, desk: Desk, campaign_id: int, said: AskText, *, actor: Actor, now: datetime
) -> Ask:
    """Add an ask after the others.

    Raises NotFound, NotAllowed, StepNotAllowed (the campaign is closed) or InvalidInput ("wording_needed",
    "unknown_target", "priority_needed").
    """
    dossier = _opened(session, campaign_id, actor)
    last = max((ask.position for ask in asks_of(session, campaign_id, dropped=True)), default=0)
    ask = Ask(
        campaign_id=campaign_id,
        position=last + 1,
        added_by=actor.person,
        added_at=now,
        changed_at=now,
        **_checked(session, said, actor),
    )
    session.add(ask)
    session.flush()
    note_change(session, dossier, actor, "add_ask", now=now, facts={"ask": ask.id, **_told(ask)})
    return ask


def ask_core_message(
    session: Session,
    desk: Desk,
    campaign_id: int,
    library_id: int,
    target_kind: str,
    *,
    target: str = "",
    actor: Actor,
    now: datetime,
) -> Ask:
    """Take an entry of the library as an ask, in its words and with its source.

    Raises what add_ask raises.
    """
    message = position_by_id(session, library_id)
    said = AskText(
        wording=message.body,
        target_kind=target_kind,
        target=target,
        source=f"{message.title} ({message.source})",
        library_id=library_id,
    )
    return add_ask(session, desk, campaign_id, said, actor=actor, now=now)


def edit_ask(
    session: Session,
    desk: Desk,
    ask_id: int,
    said: AskText,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Ask:
    """Say an ask differently; the history keeps what it said. One that was adopted is a draft again if
    its wording changes, until it is adopted once more.

    Raises what add_ask raises, and StaleVersion.
    """
    ask = ask_by_id(session, ask_id)
    dossier = _opened(session, ask.campaign_id, actor, seen_revision)
    before = _told(ask)
    for name, value in _checked(session, said, actor).items():
        setattr(ask, name, value)
    after = _told(ask)
    if before == after:
        return ask
    if before["wording"] != after["wording"] and ask.state is AskState.ADOPTED:
        ask.state = AskState.DRAFT
    ask.changed_at = now
    session.add(ask)
    changed: dict[str, Json] = {n: [before[n], after[n]] for n in after if before[n] != after[n]}
    note_change(session, dossier, actor, "edit_ask", now=now, facts={"ask": ask.id, "changed": changed})
    return ask


def order_asks(
    session: Session, desk: Desk, campaign_id: int, order: Sequence[int], *, actor: Actor, now: datetime
) -> None:
    """Put the asks in another order. order: the id of every ask that is still asked, once.

    Raises StaleVersion if there are other asks by now.
    """
    dossier = _opened(session, campaign_id, actor)
    asks = {ask.id: ask for ask in asks_of(session, campaign_id)}
    if sorted(order) != sorted(key for key in asks if key is not None):
        raise StaleVersion(f"expected the asks {sorted(order)}, found {sorted(map(str, asks))}")
    for position, key in enumerate(order, start=1):
        asks[key].position = position
        session.add(asks[key])
    note_change(session, dossier, actor, "order_asks", now=now, facts={"order": list(order)})


def raise_ask(
    session: Session, desk: Desk, campaign_id: int, ask_id: int, *, actor: Actor, now: datetime
) -> None:
    """Put an ask one place higher; the first stays where it is. Raises NotFound or NotAllowed."""
    order = [ask.id or 0 for ask in asks_of(session, campaign_id)]
    if ask_id not in order:
        raise NotFound(f"campaign {campaign_id} does not ask {ask_id}")
    if place := order.index(ask_id):
        order[place - 1], order[place] = order[place], order[place - 1]
        order_asks(session, desk, campaign_id, order, actor=actor, now=now)


def drop_ask(session: Session, desk: Desk, ask_id: int, *, reason: str, actor: Actor, now: datetime) -> Ask:
    """Ask something no longer. Raises NotFound, NotAllowed or InvalidInput ("reason_needed")."""
    ask = ask_by_id(session, ask_id)
    dossier = _opened(session, ask.campaign_id, actor)
    said = required_reason(reason)
    ask.state, ask.state_reason, ask.changed_at = AskState.DROPPED, said, now
    session.add(ask)
    note_change(session, dossier, actor, "drop_ask", now=now, reason=said, facts={"ask": ask.id})
    return ask


def set_ask_evidence(
    session: Session,
    desk: Desk,
    ask_id: int,
    city: str,
    text: str,
    *,
    source: str = "",
    publish: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what one city brings for an ask, in place of what it brought before; "" takes it off.

    Raises NotFound, NotAllowed or InvalidInput ("unknown_city").
    """
    ask = ask_by_id(session, ask_id)
    dossier = _opened(session, ask.campaign_id, actor)
    if city not in {known.slug for known in desk.network.cities}:
        raise InvalidInput("unknown_city", f"the network has no city {city!r}", field="city")
    query = select(AskEvidence).where(col(AskEvidence.ask_id) == ask_id, col(AskEvidence.city) == city)
    for row in session.scalars(query):
        session.delete(row)
    said = several_lines(text)[:LONGEST_FIELD]
    if said:
        row = AskEvidence(
            ask_id=ask_id,
            city=city,
            text=said,
            source=one_line(source)[:LONGEST_FIELD],
            publish=publish,
            added_by=actor.person,
            added_at=now,
        )
        session.add(row)
    session.flush()
    facts: dict[str, Json] = {"ask": ask_id, "city": city, "removed": not said, "publish": publish}
    note_change(session, dossier, actor, "set_ask_evidence", now=now, facts=facts)


# --- what came of it ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AskResult:
    """What came of an ask. result: a word of Outcome. note: how that shows. source: an address.

    item_id, dossier_id: where it can be seen, if that is known here.
    """

    result: str
    note: str = ""
    source: str = ""
    item_id: int | None = None
    dossier_id: int | None = None


NEEDS_PROOF = frozenset({Outcome.ACHIEVED, Outcome.PARTLY, Outcome.NOT})
"""Whoever says so says how it shows."""


def record_ask_result(
    session: Session,
    desk: Desk,
    ask_id: int,
    said: AskResult,
    *,
    actor: Actor,
    seen_revision: int | None,
    now: datetime,
) -> Ask:
    """Write down what came of an ask, with the proof; it can be said differently as long as it is open.

    Raises NotFound, NotAllowed, StaleVersion, StepNotAllowed (nothing can have come of it yet) or
    InvalidInput ("outcome_needed", "proof_needed", "link_unusable").
    """
    ask = ask_by_id(session, ask_id)
    dossier = open_for_change(session, ask.campaign_id, actor, seen_revision=seen_revision)
    require_on(session, dossier, actor, Right.RECORD_ASK_RESULT)
    if dossier.stage not in JUDGED_AT:
        raise StepNotAllowed(f"nothing can have come of an ask at stage {dossier.stage}")
    if said.result not in {known.value for known in Outcome}:
        raise InvalidInput("outcome_needed", f"found {said.result!r}", field="result")
    note, address = several_lines(said.note)[:LONGEST_FIELD], said.source.strip()
    if address and not (address := safe_url(address) or ""):
        raise InvalidInput("link_unusable", f"not an address of a page: {said.source!r}", field="source")
    _require_known(session, said, actor)
    if said.result in NEEDS_PROOF and not note:
        raise InvalidInput("proof_needed", "expected how it shows", field="note")
    before = ask.result
    ask.result, ask.result_note, ask.result_source = said.result, note, address
    ask.result_item_id, ask.result_dossier_id = said.item_id, said.dossier_id
    ask.result_by, ask.result_at, ask.changed_at = actor.person, now, now
    session.add(ask)
    facts: dict[str, Json] = {
        "ask": ask.id,
        "result_before": before,
        "result": ask.result,
        "source": address,
        "item": said.item_id,
        "dossier": said.dossier_id,
    }
    note_change(session, dossier, actor, "record_ask_result", now=now, reason=one_line(note), facts=facts)
    return ask


def history_of_ask(session: Session, ask: Ask) -> list[HistoryEntry]:
    """What happened to one ask, oldest first."""
    entries = history_of(session, chain_of(ask.campaign_id))
    return [entry for entry in entries if _is_about(entry.facts, ask.id)]


# --- pieces ---------------------------------------------------------------------------------------


def _is_about(facts: Mapping[str, Json], ask_id: int | None) -> bool:
    asks = facts.get("asks")
    return facts.get("ask") == ask_id or (isinstance(asks, list) and ask_id in asks)


def _opened(session: Session, campaign_id: int, actor: Actor, seen_revision: int | None = None) -> Dossier:
    dossier = open_for_change(session, campaign_id, actor, seen_revision=seen_revision)
    campaign_of(session, campaign_id)
    require_on(session, dossier, actor, Right.EDIT_ASKS)
    if dossier.stage in FINAL:
        raise StepNotAllowed(f"campaign {dossier.number} is {dossier.stage}: its asks stay as they are")
    return dossier


def _checked(session: Session, said: AskText, actor: Actor) -> dict[str, Any]:
    wording = normalise_markdown(said.wording[:LONGEST_FIELD]).strip()
    if not wording:
        raise InvalidInput("wording_needed", "expected the wording, found nothing", field="wording")
    if said.target_kind not in {known.value for known in TargetKind}:
        raise InvalidInput("unknown_target", f"found {said.target_kind!r}", field="target_kind")
    if said.priority not in PRIORITIES:
        raise InvalidInput("priority_needed", f"found {said.priority!r}", field="priority")
    stakeholder_id = said.stakeholder_id
    if stakeholder_id is not None:
        stakeholder_by_id(session, stakeholder_id)
    elif said.stakeholder:
        stakeholder_id = stakeholder_named(session, said.stakeholder).id
    if said.source_dossier_id is not None:
        open_to_read(session, said.source_dossier_id, actor)
    return {
        "wording": wording,
        "target_kind": TargetKind(said.target_kind),
        "target": one_line(said.target)[:300],
        "stakeholder_id": stakeholder_id,
        "priority": said.priority,
        "source": one_line(said.source)[:LONGEST_FIELD],
        "source_dossier_id": said.source_dossier_id,
        "library_id": said.library_id,
    }


def _told(ask: Ask) -> dict[str, Json]:
    """What the history keeps of an ask: functions and words, never people."""
    return {
        "wording": ask.wording,
        "target_kind": ask.target_kind.value,
        "target": ask.target,
        "stakeholder": ask.stakeholder_id,
        "priority": ask.priority,
        "source": ask.source,
        "library": ask.library_id,
    }


def _require_known(session: Session, said: AskResult, actor: Actor) -> None:
    """The proof must be there, and be for the actor's eyes."""
    if said.item_id is not None and said.item_id not in items_by_id(session, [said.item_id]):
        raise NotFound(f"there is no item {said.item_id}")
    if said.dossier_id is not None:
        open_to_read(session, said.dossier_id, actor)
