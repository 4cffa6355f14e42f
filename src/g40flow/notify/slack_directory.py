"""Which conversation is meant by the name of a channel or the address of a person."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from g40flow.domain.errors import DeliveryError
from g40flow.notify.contract import Address
from g40flow.notify.slack_advice import advice_for
from g40flow.notify.slack_calls import SlackCalls, SlackRefused

PAGE = 200
REFRESH_AFTER_SECONDS = 60.0
"""conversations.list may be asked 20 times a minute; unknown names must not use that up."""

_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A conversation. label: for people ("#kanaal", "anna@example.nl"). is_direct: with one person."""

    channel: str
    label: str
    is_direct: bool


class SlackDirectory:
    """Looks conversations up and remembers them. clock: seconds that only go up."""

    def __init__(self, client: WebClient, calls: SlackCalls, clock: Callable[[], float]) -> None:
        self._client = client
        self._calls = calls
        self._clock = clock
        self._channels: dict[str, dict[str, Any]] = {}
        self._listed_at: float | None = None
        self._direct: dict[Address, str] = {}

    def place(self, address: Address) -> Place:
        """The conversation for an address. Raises DeliveryError, permanent if there is none."""
        if address.channel is not None:
            return self._channel_place(address.channel)
        label = address.email or address.slack_user or "?"
        if address not in self._direct:
            self._direct[address] = self._open_direct(address, label)
        return Place(channel=self._direct[address], label=label, is_direct=True)

    def forget(self, address: Address) -> None:
        """Look this person up again next time."""
        self._direct.pop(address, None)

    def channel(self, name: str) -> dict[str, Any] | None:
        """What conversations.list says of a channel, by id or by name without #; None if unknown.

        The list is read when first needed, and again for a name that is not in it.
        """
        if name not in self._channels and self._may_list():
            self._list_channels()
        return self._channels.get(name)

    def _channel_place(self, name: str) -> Place:
        name = name.removeprefix("#")
        if _CHANNEL_ID.fullmatch(name):
            return Place(channel=name, label=name, is_direct=name.startswith("D"))
        known = self.channel(name)
        if known is None:
            code = "channel_not_found"
            raise SlackRefused(f"Slack, #{name}: {code}; {advice_for(code)}", code=code)
        return Place(channel=known["id"], label=f"#{name}", is_direct=False)

    def _may_list(self) -> bool:
        return self._listed_at is None or self._clock() - self._listed_at >= REFRESH_AFTER_SECONDS

    def _list_channels(self) -> None:
        try:
            listed = list(self._pages("public_channel,private_channel"))
        except SlackRefused as refusal:
            if refusal.code != "missing_scope":
                raise
            # Private channels need a right of their own; without it the public ones still work.
            listed = list(self._pages("public_channel"))
        self._listed_at = self._clock()
        self._channels = {channel["id"]: channel for channel in listed}
        for channel in sorted(listed, key=lambda c: not c.get("is_archived")):
            self._channels[channel["name"]] = channel

    def _pages(self, types: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            answer = self._calls.run(
                self._client.conversations_list,
                "de lijst van kanalen",
                types=types,
                limit=PAGE,
                cursor=cursor,
            )
            yield from answer["channels"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _open_direct(self, address: Address, label: str) -> str:
        user = self._user(address, label)
        _refuse_who_is_no_member(user, label)
        answer = self._calls.run(self._client.conversations_open, label, users=user["id"])
        return str(answer["channel"]["id"])

    def _user(self, address: Address, label: str) -> dict[str, Any]:
        if address.slack_user is not None:
            answer = self._calls.run(self._client.users_info, label, user=address.slack_user)
        elif address.email is not None:
            answer = self._calls.run(self._client.users_lookupByEmail, label, email=address.email)
        else:
            raise DeliveryError("an address without channel, user and e-mail address", permanent=True)
        user: dict[str, Any] = answer["user"]
        return user


def _refuse_who_is_no_member(user: dict[str, Any], label: str) -> None:
    """People who left, bots and guests are not told what is meant for members."""
    reasons = (
        ("user_disabled", user.get("deleted"), "is uit Slack gehaald"),
        ("cannot_dm_bot", user.get("is_bot"), "is een bot"),
        (
            "user_is_restricted",
            user.get("is_restricted") or user.get("is_ultra_restricted"),
            "is gast in Slack",
        ),
    )
    for code, applies, words in reasons:
        if applies:
            raise SlackRefused(
                f"Slack: {label} {words} en krijgt geen berichten; werk config/people.yaml bij", code=code
            )
