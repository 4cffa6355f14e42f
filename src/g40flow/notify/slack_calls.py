"""One call to Slack, and what its failure means for the message in hand."""

import re
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException
from socket import gaierror
from ssl import SSLCertVerificationError
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from g40flow.domain.errors import DeliveryError
from g40flow.notify.slack_advice import advice_for

TRY_LATER = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "message_limit_exceeded"}
)
PERHAPS_DONE = frozenset({"internal_error", "fatal_error", "request_timeout"})
LATER = timedelta(seconds=60)
RETRY_AFTER_UNKNOWN = 30
LONGEST_RETRY_AFTER = 3600

# A refusal of the connection, an unknown host or a wrong certificate: nothing was handed over.
NEVER_ARRIVED = (ConnectionRefusedError, gaierror, SSLCertVerificationError)
_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}", re.ASCII)


NOBODY_THERE = frozenset(
    {
        "users_not_found",
        "user_not_found",
        "user_not_visible",
        "user_disabled",
        "user_is_restricted",
        "cannot_dm_bot",
        "messages_tab_disabled",
    }
)
"""What Slack says of people who get no messages there; there are other ways to reach them."""


class SlackRefused(DeliveryError):
    """Slack refused by name. code: Slack's word for it ("is_archived")."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message, permanent=True, recipient=code in NOBODY_THERE)
        self.code = code


class SlackCalls:
    """Makes calls. After 429 the same method for the same channel is not tried before its time.

    clock: seconds that only go up.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held: dict[tuple[str, str], float] = {}

    def run(
        self, act: Callable[..., SlackResponse], about: str, *, stores: bool = False, **arguments: Any
    ) -> SlackResponse:
        """Slack's answer to one call.

        act: method of a WebClient. about: what it concerns, for messages ("#kanaal").
        stores: a failure of which the outcome is not known leaves us unsure.
        Raises SlackRefused, or DeliveryError for what passes.
        """
        lane = (act.__name__, str(arguments.get("channel", "")))
        self._respect_retry_after(lane, about)
        what = f"Slack, {act.__name__.replace('_', '.', 1)} voor {about}"
        try:
            return act(**arguments)
        except SlackApiError as error:
            failure = _failure_of(error, what, stores=stores)
        except SlackRequestError as error:
            failure = DeliveryError(f"{what}: {_short(str(error))}", permanent=True)
        except (OSError, HTTPException, UnicodeError, LookupError) as error:
            failure = _broken_off(error, what, stores=stores)
        if failure.retry_after is not None:
            self._held[lane] = self._clock() + failure.retry_after.total_seconds()
        raise failure

    def _respect_retry_after(self, lane: tuple[str, str], about: str) -> None:
        left = self._held.get(lane, 0.0) - self._clock()
        if left > 0:
            raise DeliveryError(
                f"Slack vroeg te wachten met {about}, nog {left:.0f} seconden",
                retry_after=timedelta(seconds=left),
                outage=True,
            )
        self._held.pop(lane, None)


def _failure_of(error: SlackApiError, what: str, *, stores: bool) -> DeliveryError:
    reply = error.response
    code = str(reply.get("error") or "")
    if reply.status_code == 429:
        wait = _retry_after(reply)
        return DeliveryError(
            f"{what}: te veel berichten, opnieuw na {wait} seconden",
            retry_after=timedelta(seconds=wait),
            outage=True,
        )
    # A body that is no answer of Slack's comes from something in between, such as a proxy.
    if reply.status_code >= 500 or code in PERHAPS_DONE or not _CODE.fullmatch(code):
        problem = f"{what}: storing bij Slack (HTTP {reply.status_code})"
        return DeliveryError(problem, unsure=stores, outage=True)
    if code in TRY_LATER:
        return DeliveryError(f"{what}: {code}", retry_after=LATER)
    return SlackRefused(f"{what}: {code}; {_advice(code, reply)}", code=code)


def _advice(code: str, reply: SlackResponse) -> str:
    metadata = reply.get("response_metadata") or {}
    details = _short(" ".join(map(str, metadata.get("messages") or [])))
    advice = advice_for(code, needed=_short(str(reply.get("needed", ""))))
    return f"{advice} ({details})" if details else advice


def _broken_off(error: Exception, what: str, *, stores: bool) -> DeliveryError:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, NEVER_ARRIVED):
        return DeliveryError(f"{what}: Slack is niet bereikbaar ({_short(str(cause))})", outage=True)
    return DeliveryError(
        f"{what}: de verbinding brak af ({type(cause).__name__}: {_short(str(cause))})",
        unsure=stores,
        outage=True,
    )


def _retry_after(reply: SlackResponse) -> int:
    given = {name.lower(): value for name, value in reply.headers.items()}.get("retry-after", "")
    if not (given.isascii() and given.isdigit()):
        return RETRY_AFTER_UNKNOWN
    return min(max(int(given[:6]), 1), LONGEST_RETRY_AFTER)


def _short(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
