"""Slack as a channel for messages."""

import json
import time
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from slack_sdk import WebClient

from g40flow.domain.instants import require_aware
from g40flow.domain.messages import Posted, Rendered
from g40flow.domain.outside_text import cut, escape_mrkdwn, one_line
from g40flow.notify.contract import Address
from g40flow.notify.pace import Pace
from g40flow.notify.slack_calls import SlackCalls, SlackRefused
from g40flow.notify.slack_directory import Place, SlackDirectory
from g40flow.notify.slack_pictures import NOT_READY, SlackPictures, with_files

SLACK = "https://slack.com/api/"
EVENT_TYPE = "g40flow"
LONGEST_TEXT = 4_000
"""chat.update refuses more."""
JUST_BEFORE = timedelta(minutes=5)
"""How far our clock may be ahead of Slack's without a message being overlooked."""
POSTS_A_MINUTE = 300
"""In all channels together. Slack says "several hundred" and keeps the number to itself; when it refuses
sooner, its answer says how long to wait.
"""
HISTORY_PAGE = 200
NOT_OURS_TO_DELETE = frozenset({"message_not_found", "cant_delete_message"})
"""Taken away already, or posted by another app that uses our key."""

WAITS_FOR_FILES = (1.0, 2.0, 4.0)
"""Seconds between attempts to show a file that was just uploaded: Slack looks at it first."""

Answer = TypeVar("Answer")
Files = Mapping[str, str]
"""Ids of files in Slack by the cid of a picture."""


class SlackTransport:
    """Transport over Slack's Web API, see notify.contract. Meant for one thread.

    base_url: None means Slack itself. timeout: seconds for one call.
    clock: seconds that only go up. sleep: waits so many seconds. draw: makes a PNG of the SVG of a picture.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str | None = None,
        timeout: int = 10,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[str], bytes] | None = None,
    ) -> None:
        # Without the SDK's own retries: a connection that drops after Slack accepted a message
        # would make it post that message twice.
        self.client = WebClient(token, base_url=base_url or SLACK, timeout=timeout, retry_handlers=[])
        if is_on_this_machine(self.client.base_url):
            self.client.proxy = None  # set by the SDK from the environment; it ignores NO_PROXY
        self.calls = SlackCalls(clock)
        self.directory = SlackDirectory(self.client, self.calls, clock)
        self._pictures = SlackPictures(self.client, self.calls, draw)
        self._sleep = sleep
        self._posts = Pace(calls=1, seconds=1, clock=clock, sleep=sleep)
        self._all_posts = Pace(calls=POSTS_A_MINUTE, seconds=60, clock=clock, sleep=sleep)
        self._updates = Pace(calls=30, seconds=60, clock=clock, sleep=sleep)

    def post(self, address: Address, rendered: Rendered, *, key: str, thread: Posted | None) -> Posted:
        """Post a new message, or a reply in a thread; key identifies it for `find`.

        Joins a public channel by itself when needed. The conversation of the answer is the one to
        renew in, also for a person. Raises DeliveryError.
        """
        files = self._pictures.uploaded(rendered)
        place = self._place(address, thread)
        line = "direct messages" if place.is_direct else place.channel
        self._posts.wait(line)
        self._all_posts.wait()
        try:
            return self._as_member(
                place,
                lambda: self._once_ready(
                    files, lambda known: self._post(place, rendered, key, thread, known)
                ),
            )
        except SlackRefused:
            self.directory.forget(address)  # somebody may have left since the look-up
            raise
        finally:
            self._posts.over(line)
            self._all_posts.over()

    def renew(self, posted: Posted, rendered: Rendered, *, key: str) -> None:
        """Show something else in a message that was posted. Raises DeliveryError."""
        files = self._pictures.uploaded(rendered)
        self._updates.wait()
        self._once_ready(
            files,
            lambda known: self.calls.run(
                self.client.chat_update,
                posted.channel,
                stores=True,
                channel=posted.channel,
                ts=posted.ts,
                metadata=_metadata(key),
                **_content(rendered, known),
            ),
        )

    def find(self, address: Address, *, key: str, since: datetime, thread: Posted | None) -> Posted | None:
        """The message with this key if it arrived at or after `since` (aware UTC), else None.

        Raises DeliveryError.
        """
        place = self._place(address, thread)
        try:
            found = self._as_member(
                place, lambda: next(self._look(place, {key}, _oldest(since), thread), None)
            )
        except SlackRefused as refusal:
            if refusal.code == "thread_not_found":
                return None  # what is not there has no replies
            raise
        return None if found is None else found[1]

    def remove_doubles(
        self, kept: Mapping[str, Posted], *, since: datetime, thread: Posted | None
    ) -> Mapping[str, int]:
        """Delete every other message of ours with these keys since then: one reading of the channel for all.

        Raises DeliveryError; what was deleted before is then not told, and is not found the next time.
        """
        channel = next(iter(kept.values())).channel
        place = Place(channel=channel, label=channel, is_direct=False)
        standing = list(self._look(place, kept, _oldest(since), thread))
        return Counter(key for key, posted in standing if posted != kept[key] and self._delete(posted))

    def _delete(self, posted: Posted) -> bool:
        try:
            self.calls.run(self.client.chat_delete, posted.channel, channel=posted.channel, ts=posted.ts)
        except SlackRefused as refusal:
            if refusal.code not in NOT_OURS_TO_DELETE:
                raise
            return False
        return True

    def appearance(self, rendered: Rendered) -> str:
        """Equal for messages that look the same in Slack."""
        return json.dumps([rendered.summary, rendered.text, rendered.blocks], ensure_ascii=False)

    def validate(self, rendered: Rendered) -> None:
        """Let Slack check the blocks of a message without posting it. Raises DeliveryError."""
        self.calls.run(self.client.blocks_validate, "de opmaak", blocks=with_files(rendered, {}))

    def _place(self, address: Address, thread: Posted | None) -> Place:
        if thread is None:
            return self.directory.place(address)
        label = f"#{address.channel}" if address.channel else address.email or thread.channel
        return Place(channel=thread.channel, label=label, is_direct=address.channel is None)

    def _once_ready(self, files: Files, act: Callable[[Files], Answer]) -> Answer:
        """Show a message with files that Slack may need some seconds for; if it takes longer, without."""
        for wait in WAITS_FOR_FILES if files else ():
            try:
                return act(files)
            except SlackRefused as refusal:
                if refusal.code != NOT_READY:
                    raise
            self._sleep(wait)
        return act({})

    def _post(
        self, place: Place, rendered: Rendered, key: str, thread: Posted | None, files: Files
    ) -> Posted:
        in_thread: dict[str, Any] = {} if thread is None else {"thread_ts": thread.ts}
        if thread is not None and rendered.to_channel:
            in_thread["reply_broadcast"] = True
        answer = self.calls.run(
            self.client.chat_postMessage,
            place.label,
            stores=True,
            channel=place.channel,
            metadata=_metadata(key),
            unfurl_links=False,
            unfurl_media=False,
            **_content(rendered, files),
            **in_thread,
        )
        return Posted(channel=str(answer["channel"]), ts=str(answer["ts"]))

    def _as_member(self, place: Place, act: Callable[[], Answer]) -> Answer:
        """Do something that only members may; the app joins public channels by itself."""
        try:
            return act()
        except SlackRefused as refusal:
            if refusal.code != "not_in_channel":
                raise
        self.calls.run(self.client.conversations_join, place.label, channel=place.channel)
        return act()

    def _look(
        self, place: Place, keys: Container[str], oldest: str, thread: Posted | None
    ) -> Iterator[tuple[str, Posted]]:
        """The messages with some keys, newest first in a channel, oldest first in a thread."""
        for message in self._messages_since(place, oldest, thread):
            metadata = message.get("metadata") or {}
            key = metadata.get("event_payload", {}).get("key")
            if metadata.get("event_type") == EVENT_TYPE and key in keys:
                yield key, Posted(channel=place.channel, ts=str(message["ts"]))

    def _messages_since(self, place: Place, oldest: str, thread: Posted | None) -> Iterator[dict[str, Any]]:
        cursor = ""
        in_thread: dict[str, Any] = {} if thread is None else {"ts": thread.ts}
        read = self.client.conversations_history if thread is None else self.client.conversations_replies
        while True:
            answer = self.calls.run(
                read,
                place.label,
                channel=place.channel,
                oldest=oldest,
                limit=HISTORY_PAGE,
                include_all_metadata=True,
                cursor=cursor,
                **in_thread,
            )
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _oldest(since: datetime) -> str:
    return f"{(require_aware(since) - JUST_BEFORE).timestamp():.6f}"


def _content(rendered: Rendered, files: Files) -> dict[str, Any]:
    """Text and blocks, always both: what chat.update does with a part left out is not documented."""
    if rendered.blocks:
        text = cut(one_line(rendered.summary), LONGEST_TEXT, escape_mrkdwn)
    else:
        lines = (one_line(line) for line in rendered.text.splitlines())
        text = cut("\n".join(lines), LONGEST_TEXT, escape_mrkdwn)
    return {"text": text, "blocks": with_files(rendered, files)}


def _metadata(key: str) -> dict[str, Any]:
    """Every app and member of the workspace can read this: nothing but the key."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def is_on_this_machine(url: str) -> bool:
    """Whether an address needs no proxy."""
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")
