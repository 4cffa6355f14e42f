"""The buttons of a card about a dossier."""

from dataclasses import dataclass

from g40flow.domain.dossier.words import NoResponseCode
from g40flow.domain.errors import InvalidInput
from g40flow.domain.items import Json
from g40flow.slack_app.answers import Answer, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.texts import current_version
from g40flow.use_cases.dossier.desk import open_to_read
from g40flow.use_cases.dossier.follow import follow_dossier, is_following, unfollow_dossier
from g40flow.use_cases.dossier.groups import accept, reject
from g40flow.use_cases.dossier.take_step import ELSEWHERE, possible_steps, take_step
from g40flow.use_cases.text.comments import LONGEST_COMMENT, add_comment

LONGEST_REASON = 1_000


@dataclass(frozen=True, kw_only=True)
class DossierButton:
    """What a button of a card carries. revision: that is on the card. group: slug, "" for no group."""

    dossier_id: int
    revision: int
    group: str

    @classmethod
    def of(cls, value: str) -> "DossierButton":
        """Raises InvalidInput for what is no value of ours."""
        number, revision, group = (*value.split(":"), "", "")[:3]
        if not (number.isdecimal() and revision.isdecimal() and len(value) < 200 and value.isascii()):
            raise InvalidInput("slack_value", f"no value of a card: {value!r}")
        return cls(dossier_id=int(number), revision=int(revision), group=group)


def accept_for_group(turn: Turn) -> Answer:
    """The group takes part."""
    button = DossierButton.of(turn.done.value)
    with turn.writing() as session:
        accept(
            session,
            turn.app.desk,
            button.dossier_id,
            button.group,
            actor=turn.actor,
            seen_revision=None,  # who takes part does not depend on what else changed
            now=turn.now,
        )
    return Say(text=turn.views.confirmation("accepted", group=turn.group_name(button.group)))


def ask_why_not(turn: Turn) -> Answer:
    """Ask why the group does not take part."""
    button = DossierButton.of(turn.done.value)
    dossier = _read(turn, button.dossier_id)
    values = {
        "number": dossier.number,
        "title": dossier.title,
        "group": turn.group_name(button.group),
        "is_lead": dossier.lead_group == button.group,
        "most": LONGEST_REASON,
    }
    return Open(view=turn.views.modal("dossier_reject", values, metadata=_metadata(turn, button)))


def reject_for_group(turn: Turn) -> Answer:
    """The group does not take part."""
    known = turn.done.metadata
    with turn.writing() as session:
        reject(
            session,
            turn.app.desk,
            int(known["dossier"]),
            str(known["group"]),
            reason=turn.done.text("reason"),
            actor=turn.actor,
            seen_revision=None,
            now=turn.now,
        )
    return Say(text=turn.views.confirmation("rejected", group=turn.group_name(str(known["group"]))))


def show_steps(turn: Turn) -> Answer:
    """Which steps the person can take, and what the others wait for."""
    button = DossierButton.of(turn.done.value)
    with turn.reading() as session:
        dossier = open_to_read(session, button.dossier_id, turn.actor)
        steps = possible_steps(session, dossier, turn.actor, turn.now)
    here = [possible for possible in steps if possible.step.action not in ELSEWHERE]
    ready = [possible for possible in here if possible.is_open]
    values = {
        "number": dossier.number,
        "title": dossier.title,
        "stage": str(dossier.stage),
        "url": f"{turn.portal}/dossiers/{dossier.id}",
        "ready": [possible.step.action for possible in ready],
        "waiting": [possible for possible in here if not possible.is_open],
        "codes": [code.value for code in NoResponseCode],
        "asks_code": any(possible.step.action == "decide_no_response" for possible in ready),
        "most": LONGEST_REASON,
    }
    if not here:
        return Say(text=turn.views.explanation("no_steps"))
    # The revision as it is now, since these are the steps of now.
    metadata = {**_metadata(turn, button), "revision": dossier.revision}
    return Open(view=turn.views.modal("dossier_steps", values, metadata=metadata))


def take_chosen_step(turn: Turn) -> Answer:
    """Take the step that was chosen."""
    known = turn.done.metadata
    facts: dict[str, Json] = {}
    if code := turn.done.text("code"):
        facts["code"] = code
    with turn.writing() as session:
        dossier = take_step(
            session,
            turn.app.desk,
            int(known["dossier"]),
            turn.done.text("step"),
            actor=turn.actor,
            seen_revision=int(known["revision"]),
            reason=turn.done.text("reason"),
            facts=facts,
            now=turn.now,
        )
        number, stage = dossier.number, str(dossier.stage)
    return Say(text=turn.views.confirmation("step_taken", number=number, stage=stage))


def ask_for_comment(turn: Turn) -> Answer:
    """A field for a remark on the text as it is now."""
    button = DossierButton.of(turn.done.value)
    with turn.reading() as session:
        dossier = open_to_read(session, button.dossier_id, turn.actor)
        version = current_version(session, dossier)
    if version is None:
        return Say(text=turn.views.explanation("no_text_yet"))
    values = {
        "number": dossier.number,
        "title": dossier.title,
        "version": version.number,
        "url": f"{turn.portal}/dossiers/{dossier.id}",
        "most": min(LONGEST_COMMENT, 3_000),
    }
    metadata = {**_metadata(turn, button), "text": version.content_hash}
    return Open(view=turn.views.modal("dossier_comment", values, metadata=metadata))


def comment(turn: Turn) -> Answer:
    """Keep the remark, on the very text that was read."""
    known, objection = turn.done.metadata, "objection" in turn.done.chosen("objection")
    with turn.writing() as session:
        add_comment(
            session,
            turn.app.desk,
            int(known["dossier"]),
            turn.done.text("body"),
            actor=turn.actor,
            seen_version=str(known["text"]),
            quote=turn.done.text("quote"),
            objection=objection,
            now=turn.now,
        )
    return Say(text=turn.views.confirmation("commented", objection=objection))


def follow(turn: Turn) -> Answer:
    """Let the person hear of every step; who follows already is offered the way out."""
    button = DossierButton.of(turn.done.value)
    with turn.writing() as session:
        known = is_following(session, turn.actor.person, f"dossier:{button.dossier_id}")
        follow_dossier(session, button.dossier_id, actor=turn.actor, now=turn.now)
    if not known:
        return Say(text=turn.views.confirmation("followed"))
    values = {"action": "dossier_unfollow", "value": turn.done.value}
    text, blocks = turn.views.page("follows_already", values)
    return Say(text=text, blocks=blocks)


def unfollow(turn: Turn) -> Answer:
    """Let the person hear of it no more."""
    button = DossierButton.of(turn.done.value)
    with turn.writing() as session:
        unfollow_dossier(session, button.dossier_id, actor=turn.actor)
    return Say(text=turn.views.confirmation("unfollowed"))


DOSSIERS = Table(
    actions={
        "dossier_accept": accept_for_group,
        "dossier_reject": ask_why_not,
        "dossier_steps": show_steps,
        "dossier_comment": ask_for_comment,
        "dossier_follow": follow,
        "dossier_unfollow": unfollow,
    },
    submissions={
        "dossier_reject": reject_for_group,
        "dossier_steps": take_chosen_step,
        "dossier_comment": comment,
    },
)


def _read(turn: Turn, dossier_id: int) -> Dossier:
    with turn.reading() as session:
        return open_to_read(session, dossier_id, turn.actor)


def _metadata(turn: Turn, button: DossierButton) -> dict[str, Json]:
    return {
        "dossier": button.dossier_id,
        "group": button.group,
        "channel": turn.done.channel,
        "thread": turn.done.thread_ts,
    }
