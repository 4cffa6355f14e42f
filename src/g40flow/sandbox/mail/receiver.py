"""The SMTP side: a real server on this machine."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from g40flow.sandbox.mail.box import AT_RECIPIENT, AT_START, AT_TEXT, FaultKind, MailBox
from g40flow.sandbox.mail.rules import objections

START_LIMIT_SECONDS = 10.0

ANSWERS = {
    FaultKind.GREYLIST: "451 4.7.1 Greylisted, please try again later",
    FaultKind.REFUSE: "550 5.1.1 No such mailbox here",
    FaultKind.FULL: "552 5.2.2 Mailbox full",
    FaultKind.NO_RELAY: "550 5.7.1 Relaying denied",
    FaultKind.REFUSE_TEXT: "554 5.6.0 This looks like spam",
    FaultKind.DOWN: "421 4.3.2 No service now",
}
TAKEN = "250 2.0.0 Taken"


class MailReceiver:
    """An SMTP server in a thread: `with MailReceiver(box, now=clock.now) as receiver: ...`.

    box: what came in. port: 0 takes a free one; `port` then says which. tls: offers STARTTLS and asks for it.
    users: names and passwords of which one is asked for; None asks for none.
    Raises OSError if the port is taken.
    """

    def __init__(
        self,
        box: MailBox,
        *,
        now: Callable[[], datetime],
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        users: Mapping[str, str] | None = None,
    ) -> None:
        self.box = box
        self._handler = _Handler(box, now)
        self._tls = tls
        self._users = users
        self._listening = _listen(port)
        self.port: int = self._listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._ready, self._stop = Event(), asyncio.Event()
        self._thread = Thread(target=self._run, daemon=True, name="sandbox-mail")

    def __enter__(self) -> "MailReceiver":
        self._thread.start()
        if not self._ready.wait(START_LIMIT_SECONDS):
            raise TimeoutError(f"the mail server did not start within {START_LIMIT_SECONDS} s")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(_end_all_others())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()
            self._listening.close()

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._protocol, sock=self._listening)
        async with server:
            self._ready.set()
            await self._stop.wait()

    def _protocol(self) -> SMTP:
        return SMTP(
            self._handler,
            hostname="post.oefenwereld.example",
            ident="g40flow sandbox",
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            auth_required=self._users is not None,
            auth_require_tls=self._tls is not None,
            authenticator=self._authenticate if self._users is not None else None,
            loop=self._loop,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        given = data if isinstance(data, LoginPassword) else LoginPassword(b"", b"")
        known = (self._users or {}).get(given.login.decode("utf-8", "replace"))
        return AuthResult(success=known is not None and known.encode() == given.password, handled=False)


class _Handler:
    """Answers each step of a talk. The names of the methods are aiosmtpd's."""

    def __init__(self, box: MailBox, now: Callable[[], datetime]) -> None:
        self._box = box
        self._now = now

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._box.take_fault(AT_START)
        if fault is not None:
            return ANSWERS[fault]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender known"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._box.take_fault(AT_RECIPIENT, address)
        if fault is not None:
            return ANSWERS[fault]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Recipient known"

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)  # decode_data is off
        fault = self._box.take_fault(AT_TEXT, envelope.rcpt_tos[0])
        if fault is FaultKind.REFUSE_TEXT:
            return ANSWERS[fault]
        wrong = next(objections(content), None)
        if wrong is not None:
            return f"554 5.6.0 Refused: {wrong}"
        if fault is not FaultKind.DROP_BEFORE_STORING:
            for address in envelope.rcpt_tos:
                self._box.keep(envelope.mail_from or "", address, content, self._now())
        if fault is not None and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return TAKEN


async def _end_all_others() -> None:
    """End the talks that are still going on, so that nothing is left behind."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError:
        listening.close()
        raise
    return listening
