"""The buttons of a card about an item."""

from dataclasses import dataclass

from g40flow.domain.actors import roles_of
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.errors import InvalidInput, NotFound
from g40flow.domain.items import Json
from g40flow.render.slack_views import Choice
from g40flow.slack_app.answers import Answer, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.storage.family_members import family_id_of, family_size, family_subject
from g40flow.storage.items import routings_of
from g40flow.storage.tables import Item
from g40flow.use_cases.act_on_item import (
    LONGEST_REASON,
    SHORTEST_REASON,
    send_item_to_groups,
    turn_item_down,
)
from g40flow.use_cases.dossier.follow import (
    follow_family_of,
    follow_item,
    is_following,
    unfollow_family,
    unfollow_item,
)
from g40flow.use_cases.dossier.open_dossier import AlreadyDossier
from g40flow.use_cases.dossier.take_up import take_up


@dataclass(frozen=True, kw_only=True)
class ItemButton:
    """What a button of a card carries. group: slug of the group whose card it is; "" for triage."""

    item_id: int
    group: str

    @classmethod
    def of(cls, value: str) -> "ItemButton":
        """Raises InvalidInput for what is no value of ours."""
        number, _, group = value.partition(":")
        if not number.isascii() or not number.isdecimal() or len(number) > 15:
            raise InvalidInput("slack_value", f"no value of a card: {value!r}")
        return cls(item_id=int(number), group=group)


def take_up_item(turn: Turn) -> Answer:
    """Open a dossier, or join the one that there is."""
    button = ItemButton.of(turn.done.value)
    try:
        with turn.writing() as session:
            dossier = take_up(session, turn.app.desk, button.item_id, actor=turn.actor, now=turn.now)
            number, dossier_id = dossier.number, dossier.id
    except AlreadyDossier as there_is:
        url = f"{turn.portal}/dossiers/{there_is.dossier_id}"
        return Say(text=turn.views.explanation("already_dossier", number=there_is.number, url=url))
    url = f"{turn.portal}/dossiers/{dossier_id}"
    return Say(text=turn.views.confirmation("taken_up", number=number, url=url))


def pass_on(turn: Turn) -> Answer:
    """Ask to which groups."""
    require(Right.CORRECT_ROUTING, roles_of(turn.actor))
    button = ItemButton.of(turn.done.value)
    row, seen = _item_with_groups(turn, button.item_id)
    groups = [Choice(group.slug, group.name) for group in turn.app.network.theme_groups]
    values = {
        "title": row.title,
        "groups": groups,
        "lead": seen[0] if seen else "",
        "others": seen[1:],
        "least": SHORTEST_REASON,
        "most": LONGEST_REASON,
    }
    return Open(view=turn.views.modal("item_pass_on", values, metadata=_metadata(turn, button, seen)))


def not_ours(turn: Turn) -> Answer:
    """Ask why it is not for this group."""
    require(Right.CORRECT_ROUTING, roles_of(turn.actor))
    button = ItemButton.of(turn.done.value)
    row, seen = _item_with_groups(turn, button.item_id)
    group = turn.app.network.group(button.group)
    if group is None or group.slug not in seen:
        name = button.group if group is None else group.name
        return Say(text=turn.views.explanation("not_routed_here", group=name))
    values = {
        "title": row.title,
        "group": group.name,
        "others": [turn.group_name(slug) for slug in seen if slug != group.slug],
        "least": SHORTEST_REASON,
        "most": LONGEST_REASON,
    }
    return Open(view=turn.views.modal("item_not_ours", values, metadata=_metadata(turn, button, seen)))


def submit_pass_on(turn: Turn) -> Answer:
    """Route the item as was chosen."""
    known = turn.done.metadata
    lead, others = turn.done.text("lead"), turn.done.chosen("others")
    chosen = [*filter(None, [lead]), *(slug for slug in others if slug != lead)]
    if any(turn.app.network.group(slug) is None for slug in chosen):
        raise InvalidInput("groups_missing", f"unknown group in {chosen}", field="lead")
    with turn.writing() as session:
        send_item_to_groups(
            session,
            turn.app.announcer,
            int(known["item"]),
            chosen,
            seen_groups=list(known["seen"]),
            actor=turn.actor,
            reason=turn.done.text("reason"),
            now=turn.now,
        )
    names = [turn.group_name(slug) for slug in chosen]
    return Say(text=turn.views.confirmation("passed_on", groups=names))


def submit_not_ours(turn: Turn) -> Answer:
    """Take the group off."""
    known = turn.done.metadata
    with turn.writing() as session:
        turn_item_down(
            session,
            turn.app.announcer,
            int(known["item"]),
            str(known["group"]),
            seen_groups=list(known["seen"]),
            actor=turn.actor,
            reason=turn.done.text("reason"),
            now=turn.now,
        )
    return Say(text=turn.views.confirmation("turned_down", group=turn.group_name(str(known["group"]))))


def follow(turn: Turn) -> Answer:
    """Let the person hear of it; who follows already is offered the way out."""
    button = ItemButton.of(turn.done.value)
    with turn.writing() as session:
        known = is_following(session, turn.actor.person, f"item:{button.item_id}")
        follow_item(session, button.item_id, actor=turn.actor, now=turn.now)
        family_id = family_id_of(session, button.item_id)
        total = 0 if family_id is None else family_size(session, family_id)
        follows_all = family_id is not None and is_following(
            session, turn.actor.person, family_subject(family_id)
        )
    if not known:
        offer = {"value": f"{button.item_id}:", "total": total, "follows_all": follows_all}
        text, blocks = turn.views.page("follows_now", offer)
        return Say(text=text, blocks=blocks)
    values = {"action": "item_unfollow", "value": str(button.item_id)}
    text, blocks = turn.views.page("follows_already", values)
    return Say(text=text, blocks=blocks)


def follow_family(turn: Turn) -> Answer:
    """Let the person hear of everything that belongs with the item."""
    button = ItemButton.of(turn.done.value)
    with turn.writing() as session:
        family_id = follow_family_of(session, button.item_id, actor=turn.actor, now=turn.now)
    url = f"{turn.portal}/families/{family_id}"
    return Say(text=turn.views.confirmation("family_followed", url=url))


def leave_family(turn: Turn) -> Answer:
    """Let the person hear of the family of an item no more."""
    button = ItemButton.of(turn.done.value)
    with turn.writing() as session:
        family_id = family_id_of(session, button.item_id)
        if family_id is not None:
            unfollow_family(session, family_id, actor=turn.actor)
    return Say(text=turn.views.confirmation("family_unfollowed"))


def unfollow(turn: Turn) -> Answer:
    """Let the person hear of it no more."""
    button = ItemButton.of(turn.done.value)
    with turn.writing() as session:
        unfollow_item(session, button.item_id, actor=turn.actor)
    return Say(text=turn.views.confirmation("unfollowed"))


ITEMS = Table(
    actions={
        "item_take_up": take_up_item,
        "item_pass_on": pass_on,
        "item_not_ours": not_ours,
        "item_follow": follow,
        "item_unfollow": unfollow,
        "family_follow": follow_family,
        "family_unfollow": leave_family,
    },
    submissions={"item_pass_on": submit_pass_on, "item_not_ours": submit_not_ours},
)


def _item_with_groups(turn: Turn, item_id: int) -> tuple[Item, list[str]]:
    with turn.reading() as session:
        row = session.get(Item, item_id)
        if row is None:
            raise NotFound(f"there is no item {item_id}")
        return row, [routing.theme_group for routing in routings_of(session, item_id)]


def _metadata(turn: Turn, button: ItemButton, seen: list[str]) -> dict[str, Json]:
    shown: list[Json] = list(seen)
    return {
        "item": button.item_id,
        "group": button.group,
        "seen": shown,
        "channel": turn.done.channel,
        "thread": turn.done.thread_ts,
    }
