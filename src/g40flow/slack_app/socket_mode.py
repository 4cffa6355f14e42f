"""Slack over Socket Mode: we call Slack, so that no address of ours needs to be public.

See https://docs.slack.dev/apis/events-api/using-socket-mode. The client of the SDK keeps the
connection: it answers pings, and makes a new one when Slack asks or the line breaks.
"""

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from g40flow.domain.errors import ConfigError, InvalidInput
from g40flow.notify.slack import SLACK, is_on_this_machine
from g40flow.slack_app.receiver import Receiver

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
FOR_GOOD = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "missing_scope",
    }
)
"""Refusals that no waiting mends."""

log = logging.getLogger(__name__)


class _Client(SocketModeClient):
    """The client of the SDK, that makes no new line once it is closed."""

    def connect(self) -> None:
        """Connect, unless we stopped; a line that was being made while we did is closed again."""
        if not self.closed:
            super().connect()
        if self.closed:
            self.current_session_state.terminated = True  # what reads the new line ends as well
            self.disconnect()


class SocketModeListener:
    """One connection. base_url: None means Slack itself. ping_seconds: how often the line is tried."""

    def __init__(
        self,
        app_token: str,
        receiver: Receiver,
        *,
        base_url: str | None = None,
        ping_seconds: float = 5.0,
    ) -> None:
        web = WebClient(base_url=base_url or SLACK, timeout=10, retry_handlers=[])
        is_near = is_on_this_machine(web.base_url)
        if is_near:
            web.proxy = None
        self._client = _Client(app_token, web_client=web, ping_interval=ping_seconds, logger=log)
        if is_near:
            self._client.proxy = None
        self._client.socket_mode_request_listeners.append(self._take)
        self._receiver = receiver

    @property
    def is_connected(self) -> bool:
        """Whether Slack can reach us now."""
        return self._client.is_connected()

    def connect(self, stop: Event | None = None) -> None:
        """Connect, again and again until it works or `stop` is set.

        Raises ConfigError when Slack refuses the token for good.
        """
        wait = FIRST_WAIT
        while True:
            problem = self._try_to_connect()
            if not problem:
                return
            log.warning("no connection to Slack: %s; again in %.0f seconds", problem, wait)
            if stop is not None and stop.wait(wait):
                return
            wait = min(wait * 2, LONGEST_WAIT)

    def close(self) -> None:
        """Take nothing more."""
        self._client.closed = True  # first: whatever makes a new line now closes it itself
        self._client.auto_reconnect_enabled = False
        self._client.current_session_state.terminated = True
        session = self._client.current_session
        line = None if session is None else session.sock
        if line is not None:
            with suppress(OSError):  # it may be broken already
                # Wakes the thread that reads; it would otherwise keep us waiting for three seconds.
                line.shutdown(socket.SHUT_RDWR)
        try:
            self._client.close()
        except AttributeError:
            # The thread that reads closed the line in the same moment, which the SDK does not expect.
            self._client.close()

    def _try_to_connect(self) -> str:
        """What went wrong; "" if we are connected."""
        try:
            self._client.connect()
        except SlackApiError as error:
            code = str(error.response.get("error"))
            if code in FOR_GOOD:
                raise ConfigError(
                    f"G40FLOW_SLACK_APP_TOKEN: Slack weigert het ({code}); het begint met xapp- en heeft "
                    "het recht connections:write"
                ) from error
            return code
        except (OSError, SlackClientError) as error:
            return f"{type(error).__name__}: {error}"
        return "" if self._client.is_connected() else "no web socket"

    def _take(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            answer = self._receiver.receive(request.payload)
        except InvalidInput as error:
            log.warning("envelope %s: %s", request.envelope_id, error)
            answer = None
        # What could not be stored raises and is not acknowledged: the person sees that it failed.
        payload = answer if request.accepts_response_payload else None
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))


def listen(listener: SocketModeListener, receiver: Receiver, stop: Event, look: Callable[[], object]) -> None:
    """Take what comes until `stop` is set. look: done every half minute."""
    listener.connect(stop)
    try:
        while not stop.wait(30):
            look()
    finally:
        listener.close()
        receiver.close()
