"""One talk with a mail server, and what its failure means for the mail in hand.

Until an address is named everything that goes wrong is about the server: it passes, or somebody
mends the settings, and the mail waits. What is said of an address is about that person. After the
text of the mail has left and no answer came, nobody knows whether it was taken.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Lock
from typing import TypeVar

from g40flow.config.mail import MailServer, MailTls
from g40flow.domain.errors import DeliveryError
from g40flow.domain.outside_text import cut, one_line

TIMEOUT_SECONDS = 30.0

# RFC 3463: 5.1.x is about the address, except of the sender (7, 8); 5.2.0 and 5.2.1 say that the
# mailbox takes nothing any more. 5.7.x is about what somebody may, so about us.
_GONE = re.compile(r"5\.(1\.([0-46]|10)|2\.[01])(?![0-9])", re.ASCII)
_FULL = re.compile(r"5\.2\.2(?![0-9])", re.ASCII)
_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9])", re.ASCII)
MAILS_PER_CONNECTION = 50
"""Servers end connections that bring much more."""

GONE_CODES = frozenset({521, 550, 551, 553, 556})
"""Of servers that give no further code; 552 is a full mailbox."""

PRIVACY = {
    MailTls.STARTTLS: "versleuteld (STARTTLS)",
    MailTls.TLS: "versleuteld (TLS)",
    MailTls.NONE: "niet versleuteld, op deze machine",
}

Answer = TypeVar("Answer")


class MailCalls:
    """Talks to one server. tls: None means what this machine trusts. timeout: seconds for each answer.

    Within `hold` a connection that took a mail is kept for the next one: greeting, encrypting and
    signing in take longer than the mail itself. After anything but a mail that was taken it is closed.
    """

    def __init__(
        self, server: MailServer, *, timeout: float = TIMEOUT_SECONDS, tls: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._timeout = timeout
        self._tls = tls
        self._name = f"{server.host}:{server.port}"
        self._turn = Lock()
        self._kept: smtplib.SMTP | None = None
        self._handed_over = 0
        self._holders = 0

    @property
    def described(self) -> str:
        """ "post.example.nl:587, versleuteld (STARTTLS), aangemeld als g40flow"; never the password."""
        signed_in = f"aangemeld als {self._server.user}" if self._server.user else "zonder aanmelden"
        return f"{self._name}, {PRIVACY[self._server.tls]}, {signed_in}"

    def hand_over(self, mail: bytes, *, sender: str, to: str) -> None:
        """Send one finished mail to one address. Raises DeliveryError."""
        with self._turn:
            client = self._still_there() or self._connected()
            self._kept = None
            try:
                self._said(lambda: client.mail(sender), self._about_server)
                self._said(lambda: client.rcpt(to), partial(self._about_recipient, to))
                self._hand_over_text(client, mail)
            except BaseException:
                _end(client)
                raise
            self._handed_over += 1
            if self._holders and self._handed_over < MAILS_PER_CONNECTION:
                self._kept = client
            else:
                _end(client)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep a connection between mails as long as this lasts."""
        with self._turn:
            self._holders += 1
        try:
            yield
        finally:
            with self._turn:
                self._holders -= 1
                kept = self._kept
                if kept is not None and not self._holders:
                    self._kept = None
                    _end(kept)

    def _still_there(self) -> smtplib.SMTP | None:
        """The connection that was kept, if its server still listens: it may end what nobody uses."""
        kept, self._kept = self._kept, None
        if kept is not None:
            with suppress(OSError, smtplib.SMTPException):
                if kept.noop()[0] == 250:
                    return kept
            kept.close()
        self._handed_over = 0
        return None

    @contextmanager
    def connection(self) -> Iterator[smtplib.SMTP]:
        """A connection that is private and signed in, as the settings say. Raises DeliveryError."""
        client = self._connected()
        try:
            yield client
        finally:
            _end(client)

    def _connected(self) -> smtplib.SMTP:
        client = self._reached(self._connect)
        try:
            self._said(client.ehlo, self._about_server)
            if self._server.tls is MailTls.STARTTLS:
                self._reached(lambda: client.starttls(context=self._context()))
                self._said(client.ehlo, self._about_server)
            if self._server.password is not None:
                password = self._server.password.get_secret_value()
                self._reached(lambda: client.login(self._server.user, password))
        except BaseException:
            client.close()
            raise
        return client

    def _connect(self) -> smtplib.SMTP:
        # Our own name is given: looking it up can take a long time.
        own_name = self._server.sender_address.rpartition("@")[2]
        if self._server.tls is MailTls.TLS:
            return smtplib.SMTP_SSL(
                self._server.host,
                self._server.port,
                local_hostname=own_name,
                timeout=self._timeout,
                context=self._context(),
            )
        return smtplib.SMTP(
            self._server.host, self._server.port, local_hostname=own_name, timeout=self._timeout
        )

    def _context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    def _reached(self, act: Callable[[], Answer]) -> Answer:
        """The outcome of getting through to the server; every failure passes or is mended."""
        try:
            return act()
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(
                f"Mailserver {self._name}: inloggen geweigerd ({_said_by(error.smtp_error)}); "
                "controleer G40FLOW_SMTP_USER en G40FLOW_SMTP_PASSWORD"
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(
                f"Mailserver {self._name}: biedt niet wat de instelling vraagt ({_short(str(error))}); "
                "controleer G40FLOW_SMTP_TLS en G40FLOW_SMTP_USER"
            ) from error
        except smtplib.SMTPResponseException as error:
            raise self._about_server(error.smtp_code, error.smtp_error) from error
        except (OSError, ValueError) as error:  # ValueError: what smtplib refuses to send
            raise DeliveryError(
                f"Mailserver {self._name}: niet bereikbaar ({type(error).__name__}: {_short(str(error))})",
                outage=isinstance(error, OSError),
            ) from error

    def _said(
        self, ask: Callable[[], tuple[int, bytes]], refusal: Callable[[int, bytes], DeliveryError]
    ) -> None:
        code, answer = self._reached(ask)
        if not 200 <= code < 300:
            raise refusal(code, answer)

    def _hand_over_text(self, client: smtplib.SMTP, mail: bytes) -> None:
        try:
            code, answer = client.data(mail)
        except smtplib.SMTPDataError as error:  # refused before the text had left
            raise self._about_text(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            raise DeliveryError(
                f"Mailserver {self._name}: de verbinding brak af bij het overdragen "
                f"({type(error).__name__}: {_short(str(error))})",
                unsure=True,
                outage=True,
            ) from error
        if code != 250:
            raise self._about_text(code, answer)

    def _about_server(self, code: int, answer: bytes | str) -> DeliveryError:
        return DeliveryError(f"Mailserver {self._name}: {code} {_said_by(answer)}")

    def _about_text(self, code: int, answer: bytes | str) -> DeliveryError:
        return DeliveryError(
            f"Mailserver {self._name} weigert de mail: {code} {_said_by(answer)}", permanent=code >= 500
        )

    def _about_recipient(self, to: str, code: int, answer: bytes | str) -> DeliveryError:
        # Servers like to repeat the address; it need not stand in logs and on pages.
        said = re.sub(re.escape(to), "…", _said_by(answer), flags=re.IGNORECASE)
        if code == 421:  # the server stops; that says nothing of the address
            return self._about_server(code, answer)
        if code < 500 or _is_full(code, said):
            return DeliveryError(f"Mail aan deze persoon kan nu niet: {code} {said}", recipient=True)
        if is_gone(code, said):
            return DeliveryError(
                f"Mail aan deze persoon is geweigerd: {code} {said}", permanent=True, recipient=True
            )
        return DeliveryError(f"Mailserver {self._name}: {code} {said}", permanent=True)


def _end(client: smtplib.SMTP) -> None:
    with suppress(OSError):  # what was agreed stands, however the talk ends
        client.quit()
    client.close()


def _is_full(code: int, said: str) -> bool:
    return bool(_FULL.match(said)) or (code == 552 and not _ENHANCED.match(said))


def is_gone(code: int, said: str) -> bool:
    """Whether an answer means that an address takes no mail any more. said: its further code first."""
    return bool(_GONE.match(said)) if _ENHANCED.match(said) else code in GONE_CODES


def _said_by(answer: bytes | str) -> str:
    return _short(answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer)


def _short(text: str) -> str:
    return cut(one_line(text), 200)
