"""Campaigns in Slack: writing a contact down from a card or the command, and finding what to say."""

from typing import Any

from g40flow.domain.actors import roles_of
from g40flow.domain.campaigns.words import Channel
from g40flow.domain.dossier.rights import Right, require
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.outside_text import several_lines, whole_number
from g40flow.slack_app.answers import Answer, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.dossiers import DossierButton
from g40flow.slack_app.turn import Turn
from g40flow.storage.campaigns import asks_of
from g40flow.storage.dossier_search import DossierSearch, search_dossiers
from g40flow.storage.dossiers import dossier_with_number
from g40flow.use_cases.campaigns.touchpoints import OurPerson, TouchpointText, log_touchpoint
from g40flow.use_cases.dossier.desk import open_to_read
from g40flow.use_cases.text.library import search_library

MOST_ASKS = 10
MOST_CAMPAIGNS = 99
SHOWN = 5
LONGEST = 2_000
LONGEST_SEARCH = 100


def ask_for_contact(turn: Turn) -> Answer:
    """The fields of a contact, for the campaign of the card."""
    return _contact_view(turn, DossierButton.of(turn.done.value).dossier_id)


def contact_by_command(turn: Turn, number: str) -> Answer:
    """The same from `/g40flow contact`, with the number of a campaign or without."""
    number = number.strip("#. ")[:20]
    if not number:
        return _contact_view(turn, None)
    with turn.reading() as session:
        found = dossier_with_number(session, number)
    if found is None or found.process != Process.CAMPAIGN:
        return Say(text=turn.views.explanation("no_such_campaign", number=number))
    return _contact_view(turn, found.id)


def keep_contact(turn: Turn) -> Answer:
    """Write the contact down."""
    done, known = turn.done, turn.done.metadata
    chosen = done.text("campaign")
    campaign_id = known.get("campaign") or (whole_number(chosen))
    follow_up = done.text("follow_up")
    said = TouchpointText(
        happened_on=done.day("happened_on") or dutch_date(turn.now),
        channel=done.text("how"),
        subject=done.text("subject"),
        organisation=done.text("organisation"),
        function=done.text("function"),
        campaign_id=campaign_id,
        our_people=_ours(turn),
        ask_ids=[number for one in done.chosen("asks") if (number := whole_number(one)) is not None],
        response=done.text("response"),
        follow_up=follow_up,
        follow_up_on=done.day("follow_up_on") if follow_up else None,
    )
    with turn.writing() as session:
        row = log_touchpoint(session, turn.app.desk, said, actor=turn.actor, now=turn.now)
        contact_id = row.id
    url = f"{turn.portal}/contacten/{contact_id}"
    return Say(text=turn.views.confirmation("contact_logged", url=url, follow_up=bool(follow_up)))


def find_position(turn: Turn, words: str) -> Answer:
    """Positions and core messages with these words, to be copied into a letter or a talk."""
    require(Right.READ_HISTORY, roles_of(turn.actor))
    words = words[:LONGEST_SEARCH]
    with turn.reading() as session:
        found = search_library(session, words)
    values = {
        "words": words,
        "entries": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "portal": turn.portal,
        "today": dutch_date(turn.now),
    }
    text, blocks = turn.views.page("position_found", values)
    return Say(text=text, blocks=blocks)


CAMPAIGNS = Table(actions={"contact_log": ask_for_contact}, submissions={"contact_log": keep_contact})


def _contact_view(turn: Turn, campaign_id: int | None) -> Answer:
    require(Right.LOG_TOUCHPOINT, roles_of(turn.actor))
    with turn.reading() as session:
        campaign = None if campaign_id is None else open_to_read(session, campaign_id, turn.actor)
        asks = [] if campaign_id is None else list(asks_of(session, campaign_id))[:MOST_ASKS]
        search = DossierSearch(process=Process.CAMPAIGN, limit=MOST_CAMPAIGNS)
        offered, _ = search_dossiers(session, turn.actor, search) if campaign is None else ([], 0)
    values: dict[str, Any] = {
        "campaign": None if campaign is None else f"{campaign.number} {campaign.title}",
        "campaigns": [(str(row.id), f"{row.number} {row.title}") for row in offered],
        "asks": [(str(ask.id), ask.wording) for ask in asks],
        "channels": [known.value for known in Channel],
        "today": dutch_date(turn.now).isoformat(),
        "most": LONGEST,
    }
    metadata: dict[str, Json] = {
        "campaign": campaign_id,
        "channel": turn.done.channel,
        "thread": turn.done.thread_ts,
    }
    return Open(view=turn.views.modal("contact_log", values, metadata=metadata))


def _ours(turn: Turn) -> list[OurPerson]:
    """Who was there of ours: the person himself unless he logs for others; each line is one of those."""
    others = [line for line in several_lines(turn.done.text("others")).split("\n") if line]
    on_behalf = "on_behalf" in turn.done.chosen("on_behalf") and bool(others)
    own = [] if on_behalf else [OurPerson(person=turn.actor.person)]
    return [*own, *(OurPerson(function=line) for line in others)]
