"""How a mail program learns that a mail may stop, as RFC 2369 and RFC 8058 want it."""

from collections.abc import Callable, Iterator

import pytest

from g40flow.config.mail import MailServer, MailTls
from g40flow.domain.messages import Footing, Rendered
from g40flow.notify.contract import Address
from g40flow.notify.mail import MailTransport
from g40flow.notify.mail_calls import MailCalls
from g40flow.render.mail import MailFrame
from g40flow.resources import resource
from g40flow.sandbox.mail import Mail, MailBox, MailReceiver
from tests.conftest import MONDAY

TO = Address(email="anna@example.nl", name="Anna")


@pytest.fixture(scope="module")
def server() -> Iterator[MailReceiver]:
    with MailReceiver(MailBox(), now=lambda: MONDAY) as receiver:
        yield receiver


Sent = Callable[[Footing | None], Mail]


@pytest.fixture
def mail_with(server: MailReceiver) -> Sent:
    """A mail with this below it, as it arrived."""
    settings = MailServer(
        host="127.0.0.1",
        port=server.port,
        tls=MailTls.NONE,
        sender_name="G40",
        sender_address="g40flow@g40.example",
    )
    frame = MailFrame(resource("templates"))
    transport = MailTransport(settings, MailCalls(settings), frame, installation="test", clock=lambda: MONDAY)

    def send(below: Footing | None) -> Mail:
        rendered = Rendered(summary="Nieuws", text="Er is nieuws.", footing=below)
        transport.post(TO, rendered, key="1", thread=None)
        return server.box.mails()[-1]

    return send


def footing(url: str) -> Footing:
    return Footing(topics=("dossier",), unsubscribe_url=url, preferences_url="https://p.example/voorkeuren")


def test_a_mail_that_may_stop_says_so_to_the_program_and_to_the_reader(mail_with: Sent) -> None:
    url = "https://portal.example/afmelden/12." + "x" * 43

    mail = mail_with(footing(url))

    assert mail.message["List-Unsubscribe"] == f"<{url}>"
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Afmelden voor dit soort mail: {url}" in mail.text
    assert "Je krijgt deze mail door je keuze voor ‘Nieuws over jouw dossiers’." in mail.text


def test_without_https_there_is_a_link_and_no_one_click(mail_with: Sent) -> None:
    mail = mail_with(footing("http://127.0.0.1:8040/afmelden/12.x"))

    assert mail.message["List-Unsubscribe"] == "<http://127.0.0.1:8040/afmelden/12.x>"
    assert mail.message["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("below", [None, footing("")])
def test_a_mail_that_always_comes_has_no_such_header(mail_with: Sent, below: Footing | None) -> None:
    mail = mail_with(below)

    assert mail.message["List-Unsubscribe"] is None
    assert "Afmelden" not in mail.text


def test_a_mail_that_always_comes_says_why(mail_with: Sent) -> None:
    decision = Footing(topics=("decision",), unsubscribe_url="", preferences_url="https://p.example/v")

    assert "Die krijg je altijd, omdat er van jou iets nodig is" in mail_with(decision).text
