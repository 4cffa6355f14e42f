"""How mail leaves: the server, and in whose name. From the variables G40FLOW_SMTP_*."""

from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import ip_address

from pydantic import SecretStr

from g40flow.config.settings import Settings
from g40flow.domain.errors import ConfigError
from g40flow.domain.mail_address import usable_address


class MailTls(StrEnum):
    """How the connection is kept private."""

    STARTTLS = "starttls"  # begun in the open, then made private; usual on port 587
    TLS = "tls"  # private from the start; usual on port 465
    NONE = "none"  # only to a server on this machine


USUAL_PORT = {MailTls.STARTTLS: 587, MailTls.TLS: 465, MailTls.NONE: 25}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A server that takes our mail. user: "" and password: None for one that asks for none.

    sender_name, sender_address: who the mail is from; the address also gets what cannot be delivered.
    """

    host: str
    port: int
    tls: MailTls
    sender_name: str
    sender_address: str
    user: str = ""
    password: SecretStr | None = None


def mail_server(settings: Settings) -> MailServer | None:
    """The server of the settings; None if none is set. Raises ConfigError that names the variable."""
    if settings.smtp_host is None:
        _refuse_what_needs_a_host(settings)
        return None
    if settings.smtp_from is None:
        raise ConfigError("G40FLOW_SMTP_FROM: needed with G40FLOW_SMTP_HOST, found nothing")
    name, given = parseaddr(settings.smtp_from)
    address = usable_address(given)
    if address is None or not settings.smtp_from.isprintable():
        raise ConfigError("G40FLOW_SMTP_FROM: expected a mail address, with or without a name before it")
    tls = _tls(settings)
    if (settings.smtp_user is None) != (settings.smtp_password is None):
        raise ConfigError("G40FLOW_SMTP_USER, G40FLOW_SMTP_PASSWORD: expected both or neither, found one")
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port or USUAL_PORT[tls],
        tls=tls,
        sender_name=name,
        sender_address=address,
        user=settings.smtp_user or "",
        password=settings.smtp_password,
    )


def _refuse_what_needs_a_host(settings: Settings) -> None:
    for name in ("smtp_from", "smtp_port", "smtp_user", "smtp_password", "smtp_tls"):
        if getattr(settings, name) is not None:
            raise ConfigError(f"G40FLOW_{name.upper()}: has no effect without G40FLOW_SMTP_HOST")


def _tls(settings: Settings) -> MailTls:
    known = [tls.value for tls in MailTls]
    if settings.smtp_tls is None:
        return MailTls.STARTTLS
    if settings.smtp_tls not in known:
        raise ConfigError(f"G40FLOW_SMTP_TLS: expected one of {', '.join(known)}")
    tls = MailTls(settings.smtp_tls)
    if tls is MailTls.NONE and not _is_this_machine(settings.smtp_host or ""):
        raise ConfigError(
            "G40FLOW_SMTP_TLS: none is only for a server on this machine, "
            f"found G40FLOW_SMTP_HOST={settings.smtp_host}"
        )
    return tls


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
