import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest

from g40flow.sandbox.mail import FaultKind, MailBox
from g40flow.sandbox.server import SandboxServer


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(with_mail=True) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxServer) -> SandboxServer:
    """The same server for every test, without mail."""
    box_of(running).clear()
    return running


@pytest.fixture
def browser(sandbox: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base_url, trust_env=False, follow_redirects=True) as client:
        yield client


def box_of(sandbox: SandboxServer) -> MailBox:
    assert sandbox.mail is not None
    return sandbox.mail.box


def send(
    sandbox: SandboxServer,
    *,
    to: str = "anna@example.nl",
    subject: str = "Hoi",
    html: str = "",
    **headers: str,
) -> None:
    assert sandbox.mail is not None
    mail = EmailMessage()
    values = {
        "From": "g40flow@g40.example",
        "To": to,
        "Subject": subject,
        "Date": "Mon, 23 Nov 2026 10:00:00 +0100",
        "Message-ID": "<een@g40.example>",
    }
    for name, value in {**values, **{name.replace("_", "-"): v for name, v in headers.items()}}.items():
        mail[name] = value
    mail.set_content("platte tekst")
    if html:
        mail.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", sandbox.mail.port, local_hostname="test") as client:
        client.send_message(mail)


def test_a_mail_that_came_in_is_shown_in_all_its_forms(sandbox: SandboxServer, browser: httpx.Client) -> None:
    send(sandbox, subject="Spoed", html="<html><head></head><body><a href='https://x.nl'>x</a></body></html>")

    listed = browser.get("/mail/").text
    shown = browser.get("/mail/1").text
    framed = browser.get("/mail/1/html")

    assert '<a href="/mail/1">Spoed</a>' in listed
    assert "platte tekst" in shown
    assert "Message-ID: &lt;een@g40.example&gt;" in shown
    assert '<base target="_blank">' in framed.text
    assert framed.headers["content-security-policy"].startswith("sandbox ")
    assert "allow-scripts" not in framed.headers["content-security-policy"]


def test_what_a_mail_says_does_nothing_to_the_page(sandbox: SandboxServer, browser: httpx.Client) -> None:
    send(sandbox, subject="<script>alert(1)</script>")

    pages = [browser.get("/mail/").text, browser.get("/mail/1").text]

    assert not any("<script>" in page for page in pages)


def test_programs_read_mails_as_json(sandbox: SandboxServer, browser: httpx.Client) -> None:
    send(sandbox)
    send(sandbox, to="bram@example.nl", Message_ID="<twee@g40.example>")

    rows = browser.get("/sandbox/mail").json()
    of_bram = browser.get("/sandbox/mail", params={"to": "bram@example.nl"}).json()
    one = browser.get("/sandbox/mail/1").json()

    assert [row["number"] for row in rows] == [1, 2]
    assert [row["recipient"] for row in of_bram] == ["bram@example.nl"]
    assert (one["subject"], one["text"], one["headers"]["To"]) == ("Hoi", "platte tekst\n", "anna@example.nl")


def test_the_same_mail_twice_and_a_thread_are_pointed_out(
    sandbox: SandboxServer, browser: httpx.Client
) -> None:
    send(sandbox, subject="Eerste")
    send(sandbox, subject="Eerste")
    send(sandbox, subject="Antwoord", Message_ID="<drie@g40.example>", In_Reply_To="<een@g40.example>")

    assert "dezelfde mail als nr. 1" in browser.get("/mail/").text
    assert "In de draad van" in browser.get("/mail/3").text


def test_what_goes_wrong_is_asked_for_on_the_page_and_ends_by_itself(
    sandbox: SandboxServer, browser: httpx.Client
) -> None:
    form = {"kind": "greylist", "address": "anna@example.nl", "times": "1"}
    shown = browser.post("/sandbox/mail/faults", data=form)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(sandbox)
    send(sandbox)

    assert shown.url.path == "/mail/"
    assert "Kom later terug (451), voor anna@example.nl, nog 1 keer" in shown.text
    assert caught.value.recipients["anna@example.nl"][0] == 451
    assert len(box_of(sandbox).mails()) == 1


def test_a_fault_without_end_lasts_until_it_is_ended(sandbox: SandboxServer, browser: httpx.Client) -> None:
    browser.post("/sandbox/mail/faults", json={"kind": "refuse_text", "times": 0}).raise_for_status()

    for _ in range(3):
        with pytest.raises(smtplib.SMTPDataError):
            send(sandbox)
    browser.post("/sandbox/mail/end-faults", json={})
    send(sandbox)

    assert len(box_of(sandbox).mails()) == 1


@pytest.mark.parametrize("values", [{"kind": "nonsense"}, {"kind": "refuse", "times": "veel"}, {}])
def test_an_unknown_fault_is_refused_with_what_is_known(
    browser: httpx.Client, values: dict[str, str]
) -> None:
    answer = browser.post("/sandbox/mail/faults", json=values)

    assert answer.status_code == 400
    assert FaultKind.GREYLIST.value in answer.json()["error"]


def test_mails_can_be_thrown_away(sandbox: SandboxServer, browser: httpx.Client) -> None:
    send(sandbox)

    browser.post("/sandbox/mail/clear", json={})

    assert browser.get("/sandbox/mail").json() == []
    assert browser.get("/mail/1").status_code == 404
    assert "Geen mails" in browser.get("/mail/").text


def test_a_mail_without_what_every_mail_has_is_refused(sandbox: SandboxServer) -> None:
    assert sandbox.mail is not None
    bare = "From: a@example.nl\r\nTo: b@example.nl\r\nSubject: x\r\n\r\nx"

    with (
        smtplib.SMTP("127.0.0.1", sandbox.mail.port, local_hostname="test") as client,
        pytest.raises(smtplib.SMTPDataError, match="no Date"),
    ):
        client.sendmail("a@example.nl", ["b@example.nl"], bare)

    assert box_of(sandbox).mails() == []


def test_the_sandbox_points_to_its_mail(browser: httpx.Client) -> None:
    assert '<a href="/mail/">Mail</a>' in browser.get("/sandbox/").text
