"""The real smtplib against the mail server of the sandbox, over loopback."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.headerregistry import AddressHeader, DateHeader
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from g40flow.config.mail import MailServer, MailTls
from g40flow.domain.errors import DeliveryError
from g40flow.domain.messages import MessagePicture, Posted, Rendered
from g40flow.notify.contract import Address
from g40flow.notify.mail import MailTransport
from g40flow.notify.mail_calls import MailCalls
from g40flow.sandbox.mail import FaultKind, Mail, MailBox, MailReceiver

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNA = Address(email="anna@example.nl", name="Anna de Vries")
HELLO = Rendered(
    summary="Spoed: reageer nog vandaag", text="Eerst dit.\n\nDan dat.", html="<p>Eerst dit.</p>"
)


class Bodies:
    """The text as it is, and the HTML in the least that is a document."""

    def text(self, rendered: Rendered) -> str:
        return rendered.text

    def html(self, rendered: Rendered) -> str:
        return f"<!DOCTYPE html><html><body>{rendered.html}</body></html>"

    def image(self, picture: MessagePicture) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + picture.svg.encode()


@dataclass
class Post:
    """The mail server of the sandbox with a transport to it."""

    box: MailBox
    port: int

    def transport(
        self,
        *,
        installation: str = "https://portal.example",
        sender: str = "g40flow@g40.example",
        tls: MailTls = MailTls.NONE,
        trusted: ssl.SSLContext | None = None,
        user: str = "",
        password: str | None = None,
        timeout: float = 5,
    ) -> MailTransport:
        server = MailServer(
            host="127.0.0.1",
            port=self.port,
            tls=tls,
            sender_name="G40 g40flow",
            sender_address=sender,
            user=user,
            password=None if password is None else SecretStr(password),
        )
        calls = MailCalls(server, timeout=timeout, tls=trusted)
        return MailTransport(server, calls, Bodies(), installation=installation, clock=lambda: NOW)

    def send(
        self,
        rendered: Rendered = HELLO,
        to: Address = ANNA,
        *,
        key: str = "urgent:1:person:anna",
        thread: Posted | None = None,
    ) -> Posted:
        return self.transport().post(to, rendered, key=key, thread=thread)

    def arrived(self) -> Mail:
        return self.box.mails()[-1]


@pytest.fixture(scope="module")
def running() -> Iterator[Post]:
    box = MailBox()
    with MailReceiver(box, now=lambda: NOW) as receiver:
        yield Post(box, receiver.port)


@pytest.fixture
def post(running: Post) -> Post:
    """The same server for every test, empty."""
    running.box.clear()
    return running


def test_a_mail_arrives_with_text_and_html_in_this_order_and_who_it_is_from(post: Post) -> None:
    posted = post.send()

    mail = post.arrived()
    kinds = [part.get_content_type() for part in mail.message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert mail.text.rstrip("\n") == HELLO.text
    assert "<p>Eerst dit.</p>" in mail.html
    assert (mail.sender, mail.recipient) == ("g40flow@g40.example", "anna@example.nl")
    assert str(mail.message["From"]) == "G40 g40flow <g40flow@g40.example>"
    assert str(mail.message["To"]) == "Anna de Vries <anna@example.nl>"
    assert mail.subject == HELLO.summary
    assert posted == Posted(channel="anna@example.nl", ts=str(mail.message["Message-ID"]))


def test_a_mail_says_its_language_and_that_no_machine_should_answer_it(post: Post) -> None:
    post.send()

    mail = post.arrived().message
    assert mail["Content-Language"] == "nl"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Id"] == "<g40flow.g40.example>"
    date = mail["Date"]
    assert isinstance(date, DateHeader)
    assert str(date) == "Mon, 23 Nov 2026 10:00:00 +0100"


def test_the_same_message_has_the_same_id_and_another_one_or_program_another(post: Post) -> None:
    first = post.send()

    again = post.send()
    other = post.send(key="urgent:2:person:anna")
    elsewhere = post.transport(installation="https://proef.example").message_id("urgent:1:person:anna")

    assert again == first
    assert post.box.mails()[1].same_as == 1
    assert len({first.ts, other.ts, elsewhere}) == 3


def test_a_picture_is_a_part_of_the_mail_itself(post: Post) -> None:
    picture = MessagePicture(
        name="timeline", heading="Dossiers", svg="<svg/>", words="Eerst sluit 2026-003.", width=420, height=99
    )
    html = f'<p><img src="cid:{picture.cid}" alt="{picture.words}"></p>'
    message = replace(HELLO, html=html, pictures=(picture,))

    post.send(rendered=message)

    mail = post.arrived()
    alternatives = list(mail.message.iter_parts())
    assert [part.get_content_type() for part in alternatives] == ["text/plain", "multipart/related"]
    shown, image = alternatives[1].iter_parts()
    assert (shown.get_content_type(), image.get_content_type()) == ("text/html", "image/png")
    assert image["Content-ID"] == f"<{picture.cid}>"
    assert (image.get_content_disposition(), image.get_filename()) == ("inline", "timeline.png")
    assert image.get_content() == b"\x89PNG\r\n\x1a\n<svg/>"
    assert "data:image/png;base64,iVBORw0KGgo8c3ZnLz4=" in mail.shown_html


def test_a_reply_stands_in_the_thread_of_its_parent(post: Post) -> None:
    parent = post.send(key="parent")

    post.send(key="reply", thread=parent)

    mail = post.arrived().message
    assert (mail["In-Reply-To"], mail["References"]) == (parent.ts, parent.ts)


def test_a_renewal_is_a_mail_of_its_own_in_the_thread_of_the_first(post: Post) -> None:
    transport = post.transport()
    first = transport.post(ANNA, HELLO, key="k", thread=None)
    withdrawn = replace(HELLO, summary="Ingetrokken", change="2026-11-23T09:00")

    transport.renew(first, withdrawn, key="k")

    mail = post.arrived()
    assert mail.subject == "Ingetrokken"
    assert mail.recipient == "anna@example.nl"
    assert mail.message["In-Reply-To"] == first.ts
    assert mail.message["Message-ID"] != first.ts


def test_only_a_change_that_must_be_told_looks_different_to_the_outbox(post: Post) -> None:
    transport = post.transport()

    other_words = transport.appearance(replace(HELLO, text="anders", summary="anders"))
    told = transport.appearance(replace(HELLO, change="2026-11-23"))

    assert other_words == transport.appearance(HELLO)
    assert told != transport.appearance(HELLO)


def test_nobody_can_look_into_a_mailbox(post: Post) -> None:
    post.send(key="k")

    assert post.transport().find(ANNA, key="k", since=NOW, thread=None) is None


@pytest.mark.parametrize(
    "name",
    ["Zoë Çelik-O'Brien", "Jansen, Piet (Zwolle)", 'Anna "de baas" <x@y.nl>', "名前" * 30, "Ünal, " * 12, ""],
)
def test_a_name_is_shown_whole_or_cut_and_never_becomes_an_address(post: Post, name: str) -> None:
    post.send(to=replace(ANNA, name=name))

    to = post.arrived().message["To"]
    assert isinstance(to, AddressHeader)
    [address] = to.addresses
    assert address.addr_spec == "anna@example.nl"
    # Python 3.11 reads blanks into a name of several encoded words that are not in the mail.
    shown = address.display_name.rstrip("…").replace(" ", "")
    assert name.replace(" ", "").startswith(shown)
    assert len(shown) >= min(len(name), 60) * 0.8


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from('\r\n\t\0:;,<>@"()\\=?_ é𝄞'), st.characters(codec=None, max_codepoint=0x2FFF)
    ),
    max_size=120,
)


@example(name="x\r\nBcc: kwaad@example.nl", subject="Hoi\r\n\r\n<script>", text=".\r\n.\r\nQUIT")
@example(name="=?utf-8?q?x=0d=0aBcc:_kwaad=40example.nl?=", subject="=?utf-8?q?=0aX:y?=", text="From x")
@settings(deadline=None, derandomize=True)
@given(name=HOSTILE, subject=HOSTILE, text=HOSTILE)
def test_whatever_is_in_a_name_or_a_text_no_header_and_no_recipient_is_added(
    running: Post, name: str, subject: str, text: str
) -> None:
    running.box.clear()

    running.send(Rendered(summary=subject, text=text), replace(ANNA, name=name))

    mail = running.arrived()
    assert mail.recipient == "anna@example.nl"
    to = mail.message["To"]
    assert isinstance(to, AddressHeader)
    assert [address.addr_spec for address in to.addresses] == ["anna@example.nl"]
    assert set(mail.message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "List-Id", "Content-Language", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip


def test_lines_with_dots_and_lines_of_any_length_arrive_as_they_are(post: Post) -> None:
    text = "\n".join([".", "..", ".begin", "x" * 3000, "é" * 1500, "eind "])

    post.send(replace(HELLO, text=text))

    assert post.arrived().text.rstrip("\n") == text


def test_letters_of_all_scripts_and_halves_of_letters_do_not_stop_a_mail(post: Post) -> None:
    post.send(Rendered(summary="Wet 'λ' – €\ud800", text="naïef 🙂\ud800", html="<p>naïef 🙂\ud800</p>"))

    assert post.arrived().text.rstrip("\n") == "naïef 🙂?"
    assert post.arrived().subject == "Wet 'λ' – €"


def test_a_long_host_does_not_break_the_message_id(post: Post) -> None:
    host = "berichten.van.een.afdeling.met.een.lange.naam.gemeente-alphen-aan-den-rijn.example"

    transport = post.transport(sender=f"g40flow@{host}")
    posted = transport.post(ANNA, HELLO, key="k", thread=Posted(channel="x", ts=transport.message_id("p")))

    assert posted.ts.endswith("@gemeente-alphen-aan-den-rijn.example>")
    assert b"\r\nIn-Reply-To: <" in post.arrived().content


@pytest.mark.parametrize(
    "email", ["geen adres", "a@b@c.nl\r\nRCPT TO:<x@y.nl>", "jöran@example.nl", "x@.nl", ""]
)
def test_what_is_no_address_is_refused_before_anything_is_sent(post: Post, email: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        post.send(to=Address(email=email))

    assert (caught.value.permanent, caught.value.recipient) == (True, True)
    assert post.box.mails() == []


def test_a_domain_with_other_letters_is_written_in_ascii(post: Post) -> None:
    posted = post.send(to=Address(email="anna@gemeente-süd.example"))

    assert posted.channel == "anna@xn--gemeente-sd-2hb.example"


def test_a_channel_is_no_address(post: Post) -> None:
    with pytest.raises(DeliveryError, match="people") as caught:
        post.send(to=Address(channel="woningmarkt"))

    assert caught.value.permanent


@pytest.mark.parametrize(
    ("fault", "permanent", "recipient", "unsure"),
    [
        (FaultKind.GREYLIST, False, True, False),
        (FaultKind.REFUSE, True, True, False),
        (FaultKind.FULL, False, True, False),
        (FaultKind.NO_RELAY, True, False, False),
        (FaultKind.REFUSE_TEXT, True, False, False),
        (FaultKind.DROP_AFTER_STORING, False, False, True),
        (FaultKind.DROP_BEFORE_STORING, False, False, True),
        (FaultKind.DOWN, False, False, False),
    ],
)
def test_what_a_server_answers_is_understood(
    post: Post, fault: FaultKind, permanent: bool, recipient: bool, unsure: bool
) -> None:
    post.box.add_fault(fault)

    with pytest.raises(DeliveryError) as caught:
        post.send()

    error = caught.value
    assert (error.permanent, error.recipient, error.unsure) == (permanent, recipient, unsure)
    assert len(post.box.mails()) == (1 if fault is FaultKind.DROP_AFTER_STORING else 0)


def test_a_mail_that_is_sent_again_after_a_dropped_connection_is_the_same_mail(post: Post) -> None:
    post.box.add_fault(FaultKind.DROP_AFTER_STORING)
    with pytest.raises(DeliveryError):
        post.send()

    post.send()

    assert [mail.same_as for mail in post.box.mails()] == [None, 1]


class Counting(MailCalls):
    """Counts its connections."""

    connections = 0

    def _connected(self) -> smtplib.SMTP:
        self.connections += 1
        return super()._connected()


def test_many_mails_in_a_row_go_over_one_connection_and_a_single_one_over_its_own(post: Post) -> None:
    transport = post.transport()
    calls = Counting(transport.calls._server, timeout=5)
    transport.calls = calls

    with transport.hold():
        for number in range(120):
            transport.post(ANNA, HELLO, key=f"m{number}", thread=None)
    held = calls.connections
    for number in range(2):
        transport.post(ANNA, HELLO, key=f"n{number}", thread=None)

    assert (held, calls.connections) == (3, 5)
    assert len(post.box.mails()) == 122


def test_a_refused_mail_and_a_dropped_connection_do_not_spoil_the_next_mails(post: Post) -> None:
    transport = post.transport()
    with transport.hold():
        transport.post(ANNA, HELLO, key="first", thread=None)
        for fault in (FaultKind.REFUSE, FaultKind.DROP_AFTER_STORING):
            post.box.add_fault(fault)
            with pytest.raises(DeliveryError):
                transport.post(ANNA, HELLO, key=fault, thread=None)
            transport.post(ANNA, HELLO, key=f"after {fault}", thread=None)

    assert len(post.box.mails()) == 4


def test_a_server_that_ends_a_connection_that_is_not_used_gets_the_next_mail_all_the_same(
    post: Post,
) -> None:
    transport = post.transport()
    with transport.hold():
        transport.post(ANNA, HELLO, key="first", thread=None)
        kept = transport.calls._kept
        assert kept is not None
        assert kept.sock is not None
        kept.sock.close()
        transport.post(ANNA, HELLO, key="second", thread=None)

    assert len(post.box.mails()) == 2


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = Post(MailBox(), free.getsockname()[1])

        with pytest.raises(DeliveryError, match="niet bereikbaar") as caught:
            nobody.send()

    assert (caught.value.permanent, caught.value.unsure) == (False, False)


class Scripted:
    """A server that says fixed things, to anybody, and then nothing more."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = answers
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Scripted":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, connection.makefile("rb") as heard:
            for answer in self._answers:
                connection.sendall(answer)
                if not heard.readline():
                    return


@pytest.mark.parametrize(
    "answers",
    [
        (b"554 go away\r\n",),
        (b"HTTP/1.1 400 Bad Request\r\n",),
        (b"220 hi\r\n", b"250 hi\r\n", b"550 who are you\r\n"),
        (b"220 hi\r\n", b"x" * 9000 + b"\r\n"),
        (b"220 hi\r\n", b"250 \xff\xfe\x1b[31m\r\n"),
    ],
)
def test_a_server_that_talks_nonsense_is_a_failure_that_passes(answers: tuple[bytes, ...]) -> None:
    with Scripted(*answers) as server, pytest.raises(DeliveryError) as caught:
        Post(MailBox(), server.port).send()

    assert (caught.value.permanent, caught.value.unsure) == (False, False)
    assert str(caught.value).isprintable()


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_agreed() -> None:
    with Scripted(b"") as server, pytest.raises(DeliveryError, match="timed out") as caught:
        Post(MailBox(), server.port).transport(timeout=0.2).post(ANNA, HELLO, key="k", thread=None)

    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("answer", "permanent", "recipient"),
    [
        (b"550 no such user\r\n", True, True),
        (b"550 5.2.1 disabled\r\n", True, True),
        (b"550 5.1.10 null MX\r\n", True, True),
        (b"550 5.1.8 bad sender\r\n", True, False),
        (b"554 5.7.1 not allowed\r\n", True, False),
        (b"552 full\r\n", False, True),
        (b"450 try later\r\n", False, True),
        (b"421 closing\r\n", False, False),
    ],
)
def test_a_refusal_of_the_recipient_is_told_from_one_of_the_sender(
    answer: bytes, permanent: bool, recipient: bool
) -> None:
    talk = (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", answer)

    with Scripted(*talk) as server, pytest.raises(DeliveryError) as caught:
        Post(MailBox(), server.port).send()

    assert (caught.value.permanent, caught.value.recipient) == (permanent, recipient)


def test_the_address_that_a_server_repeats_does_not_come_into_logs_and_pages() -> None:
    talk = (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"550 5.1.1 <Anna@Example.NL>: unknown\r\n")

    with Scripted(*talk) as server, pytest.raises(DeliveryError) as caught:
        Post(MailBox(), server.port).send()

    assert str(caught.value) == "Mail aan deze persoon is geweigerd: 550 5.1.1 <…>: unknown"


def test_a_server_without_starttls_gets_no_mail_when_starttls_is_asked(post: Post) -> None:
    with pytest.raises(DeliveryError, match="G40FLOW_SMTP_TLS"):
        post.transport(tls=MailTls.STARTTLS).post(ANNA, HELLO, key="k", thread=None)

    assert post.box.mails() == []


def test_a_password_is_not_sent_in_the_open_where_nobody_asks_for_it(post: Post) -> None:
    transport = post.transport(user="g40flow", password="geheim")

    with pytest.raises(DeliveryError, match="G40FLOW_SMTP_USER") as caught:
        transport.post(ANNA, HELLO, key="k", thread=None)

    assert "geheim" not in str(caught.value)


@dataclass(frozen=True)
class Certificate:
    """server: of a server on 127.0.0.1. client: trusts that server and no other."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    _write_certificate(path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return Certificate(server, ssl.create_default_context(cafile=path))


def _write_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "post.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))


@pytest.fixture(scope="module")
def private_running(certificate: Certificate) -> Iterator[Post]:
    """A server that asks for STARTTLS and a password."""
    box = MailBox()
    users = {"g40flow": "geheim"}
    with MailReceiver(box, now=lambda: NOW, tls=certificate.server, users=users) as receiver:
        yield Post(box, receiver.port)


def test_mail_goes_over_a_private_connection_with_a_password(
    private_running: Post, certificate: Certificate
) -> None:
    transport = private_running.transport(
        tls=MailTls.STARTTLS, trusted=certificate.client, user="g40flow", password="geheim"
    )

    transport.post(ANNA, HELLO, key="k", thread=None)

    assert private_running.arrived().recipient == "anna@example.nl"


def test_a_wrong_password_is_no_reason_to_give_up_mails(
    private_running: Post, certificate: Certificate
) -> None:
    transport = private_running.transport(
        tls=MailTls.STARTTLS, trusted=certificate.client, user="g40flow", password="fout-wachtwoord"
    )

    with pytest.raises(DeliveryError, match="inloggen geweigerd") as caught:
        transport.post(ANNA, HELLO, key="k", thread=None)

    assert not caught.value.permanent
    assert "fout-wachtwoord" not in str(caught.value)


def test_a_server_that_is_not_the_one_it_says_gets_no_password(private_running: Post) -> None:
    transport = private_running.transport(tls=MailTls.STARTTLS, user="g40flow", password="geheim")

    with pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        transport.post(ANNA, HELLO, key="k", thread=None)

    assert not caught.value.permanent
