"""Every message as people get it, beside a file that somebody has read and found good.

`python -m tests.render.golden_files` writes the files anew.
"""

from collections import Counter
from dataclasses import replace

import html5lib
import pytest

from g40flow.bootstrap import build_app
from g40flow.domain.messages import Footing
from g40flow.domain.preferences import Topic
from g40flow.notify.slack_pictures import with_files
from g40flow.render.mail import MailFrame
from g40flow.render.messages import MessageRenderer
from g40flow.render.samples.items import LEAD
from g40flow.resources import resource
from g40flow.sandbox.slack.validation import accept_message_blocks
from tests.render.golden_files import FOLDER, as_files, messages, samples

FRAME = MailFrame(resource("templates"))
FOOTING = Footing(
    topics=tuple(Topic),
    unsubscribe_url="https://portal.example/afmelden/1.abc",
    preferences_url="https://portal.example/voorkeuren",
)


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_a_message_reads_as_it_was_found_good(name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")

    assert as_files()[name] == expected, "renewed by: python -m tests.render.golden_files"


def test_every_kind_of_message_has_a_sample_and_no_file_is_left_of_one_that_is_gone() -> None:
    kinds = build_app({}).composer.kinds

    assert {sample.kind for sample in samples()} == kinds
    assert {path.stem for path in FOLDER.iterdir()} == kinds


def test_no_two_samples_have_the_same_name() -> None:
    names = Counter((sample.kind, sample.case) for sample in samples())

    assert [name for name, count in names.items() if count > 1] == []


def test_slack_takes_every_message() -> None:
    for rendered in messages().values():
        files = {picture.cid: "F0123456789" for picture in rendered.pictures}
        accept_message_blocks(with_files(rendered, files))
        accept_message_blocks(with_files(rendered, {}))


def test_every_message_has_every_form() -> None:
    incomplete = [n for n, m in messages().items() if not (m.summary and m.text and m.html and m.blocks)]

    assert incomplete == []


def test_every_mail_is_valid_html_with_and_without_a_footing() -> None:
    strict = html5lib.HTMLParser(strict=True)
    for rendered in messages().values():
        strict.parse(FRAME.html(replace(rendered, footing=FOOTING)))
    strict.parse(FRAME.html(messages()["item_card_hostile"]))


def test_rendering_twice_gives_the_same() -> None:
    renderer = MessageRenderer(resource("templates"))

    assert renderer.item_card(LEAD) == renderer.item_card(LEAD)
