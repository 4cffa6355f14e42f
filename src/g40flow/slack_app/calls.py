"""A short answer to a call for input, for who needs no page for it."""

from g40flow.domain.dossier.calls import AnswerKind, Reply
from g40flow.domain.errors import InvalidInput
from g40flow.domain.items import Json
from g40flow.slack_app.answers import Answer, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.storage.calls import answer_of_city, call_by_id
from g40flow.use_cases.calls.answer_call import answer_as_coordinator, open_for_city

LONGEST = 2_500


def ask_for_answer(turn: Turn) -> Answer:
    """The questions, and a field for what the city says."""
    call_id, city = _value(turn.done.value)
    with turn.reading() as session:
        seen = open_for_city(session, call_id, city, turn.actor, turn.now)
        call = call_by_id(session, call_id)
        answer = answer_of_city(session, call_id, city)
    if not seen.takes_answers:
        return Say(text=turn.views.explanation("call_over"))
    values = {
        "city": _city(turn, city),
        "title": call.title,
        "questions": [question["text"] for question in call.questions],
        "kind": "" if answer is None else str(answer.kind),
        "remark": "" if answer is None else answer.remark,
        "mention": answer is not None and answer.mention_dissent,
        "kinds": [kind.value for kind in AnswerKind],
        "most": LONGEST,
    }
    metadata: dict[str, Json] = {
        "call": call_id,
        "city": city,
        "seen": None if answer is None else answer.id,
        "channel": turn.done.channel,
    }
    return Open(view=turn.views.modal("call_answer", values, metadata=metadata))


def answer(turn: Turn) -> Answer:
    """Keep what the city says; what it answered on the page to single questions stays."""
    known = turn.done.metadata
    call_id, city = int(known["call"]), str(known["city"])
    kind = turn.done.text("kind")
    if kind not in {word.value for word in AnswerKind}:
        raise InvalidInput("missing", "no kind of answer", field="kind")
    with turn.writing() as session:
        before = answer_of_city(session, call_id, city)
        reply = Reply(
            kind=AnswerKind(kind),
            answers={} if before is None else before.answers,
            remark=turn.done.text("remark"),
            figures="" if before is None else before.figures,
            example="" if before is None else before.example,
            publish_example=before is not None and before.publish_example,
            mention_dissent="mention" in turn.done.chosen("mention"),
        )
        answer_as_coordinator(
            session,
            turn.app.desk,
            call_id,
            city,
            reply,
            actor=turn.actor,
            seen_answer=known["seen"],
            now=turn.now,
        )
    return Say(text=turn.views.confirmation("call_answered", city=_city(turn, city), answer=kind))


CALLS = Table(actions={"call_answer": ask_for_answer}, submissions={"call_answer": answer})


def _value(value: str) -> tuple[int, str]:
    number, _, city = value.partition(":")
    if not (number.isdecimal() and value.isascii() and len(value) < 100):
        raise InvalidInput("slack_value", f"no value of an invitation: {value!r}")
    return int(number), city


def _city(turn: Turn, slug: str) -> str:
    return next((city.name for city in turn.app.network.cities if city.slug == slug), slug)
