"""Pictures of messages as files in Slack, which image blocks show.

A file is uploaded before the message that shows it, and shared with nobody: a message that is sent again
shows it again, and what was uploaded for a message that never came can be seen by the app only.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_sdk import WebClient

from g40flow.domain.items import Json
from g40flow.domain.messages import MessagePicture, Rendered
from g40flow.domain.outside_text import cut, escape_mrkdwn, one_line
from g40flow.notify.slack_calls import SlackCalls, SlackRefused

REMEMBERED = 256
"""Drawings of which the file is used again: the same digest goes to many people."""

LONGEST_TEXT = 2_900
NOT_READY = "invalid_blocks"
"""What Slack says of a block with a file that it has not looked at yet, and of any other wrong block."""

log = logging.getLogger(__name__)


class SlackPictures:
    """Uploads drawings, each once in the life of the process.

    draw: makes a PNG of an SVG; None: messages go without pictures, and say their words instead.
    """

    def __init__(self, client: WebClient, calls: SlackCalls, draw: Callable[[str], bytes] | None) -> None:
        self._client = client
        self._calls = calls
        self._draw = draw
        self._files: OrderedDict[str, str] = OrderedDict()

    def uploaded(self, rendered: Rendered) -> dict[str, str]:
        """Ids of files in Slack by the cid of a picture; of none if Slack takes no files of ours.

        Raises DeliveryError for what passes.
        """
        if self._draw is None:
            return {}
        try:
            return {picture.cid: self._file_of(picture) for picture in _shown(rendered)}
        except SlackRefused as refusal:
            log.warning("a message goes without its pictures: %s", refusal)
            return {}

    def _file_of(self, picture: MessagePicture) -> str:
        assert self._draw is not None
        known = self._files.get(picture.cid)
        if known is not None:
            self._files.move_to_end(picture.cid)
            return known
        answer = self._calls.run(
            self._client.files_upload_v2,
            f"het beeld {picture.name}",
            filename=f"{picture.name}.png",
            title=cut(one_line(picture.heading), 200),
            alt_txt=cut(one_line(picture.words), 1_000),
            content=self._draw(picture.svg),
        )
        files: Sequence[Mapping[str, Any]] = answer["files"]
        self._files[picture.cid] = str(files[0]["id"])
        if len(self._files) > REMEMBERED:
            self._files.popitem(last=False)
        return self._files[picture.cid]


def with_files(rendered: Rendered, files: Mapping[str, str]) -> list[dict[str, Json]]:
    """The blocks, every picture with its file; one without a file is told in words."""
    words = {picture.cid: picture for picture in rendered.pictures}
    return [_with_file(block, files, words) for block in rendered.blocks]


def _with_file(
    block: dict[str, Json], files: Mapping[str, str], pictures: Mapping[str, MessagePicture]
) -> dict[str, Json]:
    cid = _cid_of(block)
    if cid is None or cid not in pictures:
        return block
    if cid in files:
        return {**block, "slack_file": {"id": files[cid]}}
    heading, words = pictures[cid].heading, pictures[cid].words
    text = f"*{escape_mrkdwn(one_line(heading))}*\n{cut(one_line(words), LONGEST_TEXT, escape_mrkdwn)}"
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}, "expand": True}


def _shown(rendered: Rendered) -> list[MessagePicture]:
    """The pictures that its blocks name: a long digest shows them in its last message only."""
    named = {_cid_of(block) for block in rendered.blocks}
    return [picture for picture in rendered.pictures if picture.cid in named]


def _cid_of(block: Mapping[str, Json]) -> str | None:
    file = block.get("slack_file")
    return str(file.get("id")) if block.get("type") == "image" and isinstance(file, dict) else None
