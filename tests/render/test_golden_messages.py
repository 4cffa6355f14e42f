"""Every message as people get it, beside a file that somebody has read and found good.

A missing file is written once and fails until it has been read; delete one to renew it.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from g40flow.domain.messages import Rendered
from g40flow.render.messages import MessageRenderer
from g40flow.resources import resource
from g40flow.sandbox.slack.validation import accept_message_blocks
from tests.render.deadline_views import deadline_messages
from tests.render.dossier_views import (
    call_messages,
    decision_messages,
    dossier_messages,
    interactive_cards,
)
from tests.render.views import (
    LEAD,
    TRIAGE,
    card_cases,
    gathered_cases,
    notice_cases,
    reply_cases,
    view_of,
)

GOLDEN = Path(__file__).parent / "golden"


def all_messages() -> Iterator[tuple[str, Rendered]]:
    """Every message of every kind, by the name of its files."""
    renderer = MessageRenderer(resource("templates"))
    for case, view in card_cases().items():
        yield f"item_card_{case}", renderer.item_card(view)
    for case in ("lead", "debate", "withdrawn", "hostile"):
        item = card_cases()[case].item
        yield f"triage_card_{case}", renderer.triage_card(view_of(item, base=TRIAGE))
    for case in ("lead_urgent", "extended", "withdrawn", "input_round", "debate_cancelled"):
        yield f"urgent_message_{case}", renderer.urgent_message(card_cases()[case])
    for case, (view, told) in reply_cases().items():
        yield f"news_reply_{case}", renderer.news_reply(view, told)
    for case in ("extended", "withdrawn", "cancelled"):
        yield f"followed_news_{case}", renderer.followed_news(*reply_cases()[case])
    for case, gathered in gathered_cases().items():
        yield f"gathered_{case}", renderer.gathered(gathered)
    for case, notice in notice_cases().items():
        yield f"source_notice_{case}", renderer.source_notice(notice)
    yield from deadline_messages()
    yield from dossier_messages()
    yield from call_messages()
    yield from decision_messages()
    yield from interactive_cards()


MESSAGES = dict(all_messages())


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_reads_as_it_was_found_good(name: str) -> None:
    rendered = MESSAGES[name]
    text = f"{rendered.summary}\n\n{rendered.text}\n"
    blocks = json.dumps(rendered.blocks, ensure_ascii=False, indent=1) + "\n"

    files = {GOLDEN / f"{name}.txt": text, GOLDEN / f"{name}.blocks.json": blocks}
    new = [path for path in files if not path.exists()]
    for path in new:
        path.write_text(files[path], encoding="utf-8")
    assert new == [], "written now: read them, and keep them if they are right"
    assert [path.read_text(encoding="utf-8") for path in files] == list(files.values())


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_message(name: str) -> None:
    accept_message_blocks(list(MESSAGES[name].blocks))


def test_no_file_is_left_of_a_message_that_is_gone() -> None:
    kept = {path.name.removesuffix(".txt").removesuffix(".blocks.json") for path in GOLDEN.iterdir()}

    assert kept - MESSAGES.keys() == set()


def test_rendering_twice_gives_the_same() -> None:
    renderer = MessageRenderer(resource("templates"))

    assert renderer.item_card(LEAD) == renderer.item_card(LEAD)
