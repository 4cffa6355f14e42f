"""`g40flow mail` and `g40flow doctor` with a mail server on this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from g40flow.sandbox.mail import FaultKind, MailBox, MailReceiver
from g40flow.storage.database import Database
from g40flow.storage.messages import write_message
from tests.commands import Run, runner

PERSON, ADDRESS = "jasmijn-de-voorbeeld", "jasmijn-de-voorbeeld@example.nl"


@pytest.fixture
def server() -> Iterator[MailReceiver]:
    with MailReceiver(MailBox(), now=lambda: datetime.now(UTC)) as receiver:
        yield receiver


@pytest.fixture
def run(
    server: MailReceiver,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """A program with mail and without Slack, in whose outbox a message for one person waits."""
    settings = {
        "DATABASE_URL": sqlite_url,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_TLS": "none",
        "SMTP_FROM": "G40 <g40flow@g40.example>",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"G40FLOW_{name}", value)
    database = Database(sqlite_url)
    with database.writing() as session:
        write_message(
            session,
            "trouble",
            audience=f"person:{PERSON}",
            kind="source_notice",
            subject={"source": "tweedekamer", "code": "trouble", "message": "storing"},
            now=datetime.now(UTC),
        )
    database.close()
    return runner(monkeypatch, capsys)


def test_a_message_for_a_person_leaves_as_mail(run: Run, server: MailReceiver) -> None:
    delivered = run("deliver")
    [row] = run("outbox", "--json").json

    assert delivered.code == 0
    assert [mail.recipient for mail in server.box.mails()] == [ADDRESS]
    assert (row["state"], row["channel"]) == ("sent", "mail")


def test_who_is_refused_is_listed_and_allowed_again(run: Run, server: MailReceiver) -> None:
    server.box.add_fault(FaultKind.REFUSE, ADDRESS)
    before = run("mail", "list").out
    run("deliver")

    listed = run("mail", "list").out
    [row] = run("mail", "list", "--json").json
    allowed = run("mail", "allow", PERSON)
    run("deliver")

    assert before == "niemands mail wordt geweigerd\n"
    assert PERSON in listed
    assert "550 5.1.1" in listed
    assert (row["person"], row["state"], row["refusals"]) == (PERSON, "hard", 1)
    assert allowed.out == f"mail aan {PERSON} mag weer\nberichten die opnieuw gaan: 1\n"
    assert len(server.box.mails()) == 1


def test_somebody_who_is_not_there_cannot_be_allowed(run: Run) -> None:
    ran = run("mail", "allow", "niemand")

    assert ran.code == 1
    assert ran.complaint == "g40flow: er is geen persoon 'niemand'"


def test_a_mail_server_that_is_half_set_stops_every_command(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("G40FLOW_SMTP_FROM")

    ran = run("sources")

    assert ran.code == 1
    assert "G40FLOW_SMTP_FROM" in ran.complaint
