"""Talking with one person in Slack: private answers, modals and the Home tab.

What everybody may see goes through the outbox; this is for what only the person who acted sees, and
is lost without harm when it does not arrive.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from g40flow.domain.errors import DeliveryError
from g40flow.domain.items import Json
from g40flow.notify.slack import LONGEST_TEXT, SLACK, is_on_this_machine
from g40flow.notify.slack_calls import SlackCalls, SlackRefused

TRIES = 3
LONGEST_WAIT = timedelta(seconds=30)
"""A private answer that comes later than this is about something people have forgotten."""
TRIGGER_LIFE = timedelta(seconds=3)
"""So long after a click a modal can be opened."""
ANSWER_HOSTS = ("hooks.slack.com", "127.0.0.1", "::1", "localhost")
NOT_THERE = frozenset(
    {"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived", "restricted_action"}
)
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


class TooLate(DeliveryError):
    """The right to open a modal is over: the person must click again."""


class SlackDialog:
    """Calls of Slack's Web API in answer to somebody. May be used by several threads.

    base_url: None means Slack itself. timeout: seconds for one call.
    clock: seconds that only go up. sleep: waits so many seconds.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str | None = None,
        timeout: int = 5,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = WebClient(token, base_url=base_url or SLACK, timeout=timeout, retry_handlers=[])
        self._is_near = is_on_this_machine(self._client.base_url)
        if self._is_near:
            self._client.proxy = None
        self._timeout = timeout
        self._calls = SlackCalls(clock)
        self._sleep = sleep
        self._team = ""

    def whisper(
        self,
        user: str,
        text: str,
        *,
        channel: str = "",
        thread: str = "",
        response_url: str = "",
        blocks: Sequence[Mapping[str, Json]] = (),
    ) -> None:
        """Say something that only this person sees, where he is or else in a direct message.

        text: Slack's markup, safe already. Raises DeliveryError when nothing of it works.
        """
        content: dict[str, Any] = {"text": text[:LONGEST_TEXT], "blocks": list(blocks)}
        if response_url and self._by_response_url(response_url, content):
            return
        if channel:
            in_thread: dict[str, Any] = {"thread_ts": thread} if thread else {}
            try:
                self._patiently(
                    lambda: self._calls.run(
                        self._client.chat_postEphemeral,
                        user,
                        channel=channel,
                        user=user,
                        **content,
                        **in_thread,
                    )
                )
            except SlackRefused as refusal:
                if refusal.code not in NOT_THERE:
                    raise
            else:
                return
        self._patiently(
            lambda: self._calls.run(
                self._client.chat_postMessage,
                user,
                channel=user,
                unfurl_links=False,
                unfurl_media=False,
                **content,
            )
        )

    def open_view(self, trigger_id: str, view: Mapping[str, Json]) -> None:
        """Open a modal. Raises TooLate, or DeliveryError for the rest."""
        self._with_trigger(self._client.views_open, trigger_id, view)

    def push_view(self, trigger_id: str, view: Mapping[str, Json]) -> None:
        """Put a modal on top of the one that is open. Raises TooLate, or DeliveryError."""
        self._with_trigger(self._client.views_push, trigger_id, view)

    def update_view(self, view_id: str, view: Mapping[str, Json], *, view_hash: str = "") -> None:
        """Show something else in an open modal. view_hash: only if it is still in this state."""
        given: dict[str, Any] = {"hash": view_hash} if view_hash else {}
        self._patiently(
            lambda: self._calls.run(
                self._client.views_update, "het venster", view_id=view_id, view=view, **given
            )
        )

    def publish_home(self, user: str, view: Mapping[str, Json], *, view_hash: str = "") -> str:
        """Show somebody's Home tab; returns Slack's mark of its new state.

        view_hash: the state it must still be in, or SlackRefused ("hash_conflict") is raised.
        """
        given: dict[str, Any] = {"hash": view_hash} if view_hash else {}
        answer = self._patiently(
            lambda: self._calls.run(self._client.views_publish, user, user_id=user, view=view, **given)
        )
        return str((answer.get("view") or {}).get("hash") or "")

    def user(self, slack_user: str) -> Mapping[str, Any]:
        """What Slack says of a user. Raises SlackRefused ("user_not_found"), DeliveryError."""
        answer = self._patiently(
            lambda: self._calls.run(self._client.users_info, slack_user, user=slack_user)
        )
        user: Mapping[str, Any] = answer["user"]
        return user

    def team(self) -> str:
        """The workspace that the token is for."""
        if not self._team:
            answer = self._patiently(lambda: self._calls.run(self._client.auth_test, "het token"))
            self._team = str(answer["team_id"])
        return self._team

    def _with_trigger(self, act: Callable[..., Any], trigger_id: str, view: Mapping[str, Json]) -> None:
        try:
            self._patiently(
                lambda: self._calls.run(act, "het venster", trigger_id=trigger_id, view=view),
                longest_wait=TRIGGER_LIFE,
            )
        except SlackRefused as refusal:
            if refusal.code in TOO_LATE:
                raise TooLate(f"the trigger is over: {refusal.code}") from refusal
            raise

    def _by_response_url(self, url: str, content: Mapping[str, Any]) -> bool:
        """Whether it was accepted there. The address is good for half an hour and five answers."""
        if urlsplit(url).hostname not in ANSWER_HOSTS:
            log.warning("a response_url that is not Slack's: %s", urlsplit(url).hostname)
            return False
        client = WebhookClient(url, timeout=self._timeout, retry_handlers=[])
        if self._is_near:
            client.proxy = None
        for attempt in range(TRIES):
            try:
                answer = client.send(
                    response_type="ephemeral",
                    replace_original=False,
                    text=content["text"],
                    blocks=list(content["blocks"]) or None,
                )
            except OSError as error:
                log.warning("response_url: %s", type(error).__name__)
                return False
            if answer.status_code != 429:
                return bool(answer.status_code == 200)
            if attempt < TRIES - 1:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                self._sleep(min(_seconds(headers.get("retry-after", "")), LONGEST_WAIT.total_seconds()))
        return False

    def _patiently(self, act: Callable[[], Answer], *, longest_wait: timedelta = LONGEST_WAIT) -> Answer:
        """Again after Slack asked to wait, a few times and not for long."""
        for _ in range(TRIES - 1):
            try:
                return act()
            except DeliveryError as error:
                if error.retry_after is None or error.retry_after > longest_wait:
                    raise
                self._sleep(error.retry_after.total_seconds())
        return act()


def _seconds(given: str) -> float:
    return float(given) if given.isdecimal() else 1.0
