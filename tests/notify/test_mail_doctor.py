import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from g40flow.config.mail import MailServer, MailTls
from g40flow.domain.network import Person
from g40flow.notify.mail_calls import MailCalls
from g40flow.notify.mail_doctor import mail_checks
from g40flow.sandbox.mail import MailBox, MailReceiver

ANNA = Person(slug="anna", name="Anna", email="anna@example.nl")
BRAM = Person(slug="bram", name="Bram", email="bram@@example")


def calls_to(port: int, *, password: str | None = None) -> MailCalls:
    server = MailServer(
        host="127.0.0.1",
        port=port,
        tls=MailTls.NONE,
        sender_name="",
        sender_address="g40flow@g40.example",
        user="" if password is None else "g40flow",
        password=None if password is None else SecretStr(password),
    )
    return MailCalls(server, timeout=5)


@pytest.fixture
def box() -> MailBox:
    return MailBox()


@pytest.fixture
def port(box: MailBox) -> Iterator[int]:
    with MailReceiver(box, now=lambda: datetime(2026, 11, 23, tzinfo=UTC)) as receiver:
        yield receiver.port


def test_a_server_that_takes_mail_is_in_order_and_gets_none(box: MailBox, port: int) -> None:
    [check] = mail_checks(calls_to(port), [ANNA])

    assert check.ok
    assert "zonder aanmelden" in check.found
    assert box.mails() == []


def test_a_server_that_is_not_there_is_named(box: MailBox) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        [check] = mail_checks(calls_to(free.getsockname()[1]), [ANNA])

    assert not check.ok
    assert "127.0.0.1" in check.advice


def test_a_password_that_cannot_be_used_is_named_and_not_shown(port: int) -> None:
    [check] = mail_checks(calls_to(port, password="geheim"), [ANNA])

    assert not check.ok
    assert "G40FLOW_SMTP_USER" in check.advice
    assert "geheim" not in f"{check}"


def test_people_without_a_usable_address_are_named(port: int) -> None:
    checks = list(mail_checks(calls_to(port), [ANNA, BRAM]))

    assert [(check.what, check.ok) for check in checks] == [("mailserver", True), ("mailadressen", False)]
    assert "bram" in checks[1].found
    assert "anna" not in checks[1].found
