import gzip
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceUnavailable
from g40flow.sources.fetch import Fetcher, FetchLimits
from tests.sources.loopback import UNPACED, Answer, FakeTime, Loopback, fetching

PATIENT = replace(UNPACED, attempts=3, first_backoff=timedelta(seconds=2))


@pytest.fixture
def publisher() -> Iterator[Loopback]:
    with Loopback().running() as loopback:
        yield loopback


def test_a_page_tells_what_came_and_when(publisher: Loopback) -> None:
    publisher.tell(
        "/lijst",
        Answer(
            body=b"<lijst/>",
            headers={
                "Content-Type": "Application/XML; charset=utf-8",
                "ETag": '"een"',
                "Last-Modified": "Mon, 20 Jul 2026 06:00:00 GMT",
            },
        ),
    )

    with fetching(clock=FakeTime().time) as fetch:
        page = fetch.get(f"{publisher.url}/lijst")

    assert (page.status, page.body, page.content_type) == (200, b"<lijst/>", "application/xml")
    assert (page.etag, page.last_modified) == ('"een"', "Mon, 20 Jul 2026 06:00:00 GMT")
    assert page.fetched_at == datetime(2026, 7, 20, 8, tzinfo=UTC)
    assert page.published_date is not None
    assert page.published_date.tzinfo is not None
    assert not page.not_modified


def test_requests_name_us_and_carry_no_cookies(publisher: Loopback) -> None:
    publisher.tell("/", Answer(headers={"Set-Cookie": "volg=mij; Path=/"}))

    with fetching() as fetch:
        fetch.get(f"{publisher.url}/")
        fetch.get(f"{publisher.url}/")

    agent = publisher.requests[1].headers["user-agent"]
    assert agent.startswith("g40flow/")
    assert agent.endswith("(pa@voorbeeld.example)")
    assert "cookie" not in publisher.requests[1].headers


@pytest.mark.parametrize("contact", ["", "pa@g40.example\r\nX-Evil: 1", "wie (dan) ook", "é@g40.example"])
def test_a_contact_that_would_spoil_the_header_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="contact"):
        Fetcher(contact=contact, allowed_hosts=["127.0.0.1"])


def test_validators_are_sent_and_a_confirmation_is_a_page_without_body(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(status=304))

    with fetching() as fetch:
        page = fetch.get(f"{publisher.url}/lijst", etag='"een"', last_modified="gisteren")

    assert page.not_modified
    assert page.body == b""
    assert publisher.requests[0].headers["if-none-match"] == '"een"'
    assert publisher.requests[0].headers["if-modified-since"] == "gisteren"


def test_a_confirmation_that_nobody_asked_for_is_a_change(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(status=304))

    with fetching() as fetch, pytest.raises(SourceChanged, match="without validators"):
        fetch.get(f"{publisher.url}/lijst")


def test_the_path_is_sent_as_it_was_given(publisher: Loopback) -> None:
    with fetching() as fetch:
        fetch.get(f"{publisher.url}/%22vestigingsplaatsen%22%20")

    assert publisher.paths() == ["/%22vestigingsplaatsen%22%20"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_is_an_answer(publisher: Loopback, status: int) -> None:
    publisher.tell("/weg", Answer(status=status, body=b"weg"))

    with fetching() as fetch:
        assert fetch.get(f"{publisher.url}/weg").status == status


@pytest.mark.parametrize("status", [201, 206, 400, 405, 418])
def test_an_unexpected_status_is_a_change_and_is_not_repeated(publisher: Loopback, status: int) -> None:
    publisher.tell("/lijst", Answer(status=status))

    with fetching(limits=PATIENT) as fetch, pytest.raises(SourceChanged, match=str(status)):
        fetch.get(f"{publisher.url}/lijst")

    assert len(publisher.requests) == 1


def test_a_refusal_is_for_later(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(status=403))

    with fetching(limits=PATIENT) as fetch, pytest.raises(SourceUnavailable, match="403"):
        fetch.get(f"{publisher.url}/lijst")

    assert len(publisher.requests) == 1


# --- pacing


def test_two_requests_to_one_host_are_a_second_apart(publisher: Loopback) -> None:
    fake = FakeTime()

    with fetching(limits=FetchLimits(), clock=fake.time) as fetch:
        for path in ("/a", "/b", "/c"):
            fetch.get(publisher.url + path)

    assert fake.slept == [1.0, 1.0]


def test_another_host_need_not_wait(publisher: Loopback) -> None:
    fake = FakeTime()

    with fetching("127.0.0.1", "localhost", limits=FetchLimits(), clock=fake.time) as fetch:
        fetch.get(f"{publisher.url}/a")
        fetch.get(f"http://localhost:{publisher.port}/a")

    assert fake.slept == []


def test_derived_fetchers_and_threads_share_the_pace_but_count_for_themselves(publisher: Loopback) -> None:
    fake = FakeTime()
    with fetching(limits=FetchLimits(), clock=fake.time) as fetch:
        other = fetch.for_hosts(["127.0.0.1"])

        def ask(one: Fetcher) -> None:
            one.get(f"{publisher.url}/a")

        threads = [threading.Thread(target=ask, args=(one,)) for one in (fetch, other, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (fetch.requests_made, other.requests_made) == (1, 2)
        assert sorted(fake.slept) in ([1.0, 1.0], [1.0, 2.0])  # depends on who asks before the other slept


# --- trying again


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_trouble_at_the_publisher_is_tried_again_with_growing_pauses(
    publisher: Loopback, status: int
) -> None:
    fake = FakeTime(chance=1.0)
    publisher.tell("/lijst", Answer(status=status), Answer(status=status), Answer(body=b"goed"))

    with fetching(limits=PATIENT, clock=fake.time) as fetch:
        page = fetch.get(f"{publisher.url}/lijst")

        assert page.body == b"goed"
        assert fake.slept == [2.0, 4.0]
        assert fetch.requests_made == 3


def test_chance_takes_at_most_half_of_a_pause(publisher: Loopback) -> None:
    fake = FakeTime(chance=0.0)
    publisher.tell("/lijst", Answer(status=500), Answer(body=b"goed"))

    with fetching(limits=PATIENT, clock=fake.time) as fetch:
        fetch.get(f"{publisher.url}/lijst")

    assert fake.slept == [1.0]


def test_after_all_attempts_the_source_is_unavailable(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(status=502))

    with fetching(limits=PATIENT) as fetch, pytest.raises(SourceUnavailable, match="status 502") as caught:
        fetch.get(f"{publisher.url}/lijst")

    assert len(publisher.requests) == 3
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    "broken",
    [
        Answer(hang_up=True),
        Answer(body=b"half", length=100),
        Answer(body=gzip.compress(b"inhoud" * 100)[:-9], headers={"Content-Encoding": "gzip"}),
        Answer(body=b"dit is geen gzip", headers={"Content-Encoding": "gzip"}),
    ],
    ids=["hung up", "shorter than announced", "gzip cut off", "not gzip"],
)
def test_a_broken_answer_is_asked_again(publisher: Loopback, broken: Answer) -> None:
    publisher.tell("/lijst", broken, Answer(body=b"heel"))

    with fetching(limits=PATIENT) as fetch:
        assert fetch.get(f"{publisher.url}/lijst").body == b"heel"


def test_a_body_that_stays_short_is_never_passed_on(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(body=b"half", length=100))

    with (
        fetching(limits=PATIENT) as fetch,
        pytest.raises(SourceUnavailable, match="without sending complete"),
    ):
        fetch.get(f"{publisher.url}/lijst")


def test_silence_ends_in_a_time_out(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(stall=True))

    with (
        fetching(limits=replace(UNPACED, read=0.1)) as fetch,
        pytest.raises(SourceUnavailable, match="ReadTimeout"),
    ):
        fetch.get(f"{publisher.url}/lijst")


def test_nobody_listening_is_unavailable() -> None:
    with Loopback().running() as gone:
        url = gone.url

    with fetching() as fetch, pytest.raises(SourceUnavailable, match="ConnectError"):
        fetch.get(f"{url}/lijst")


# --- Retry-After


@pytest.mark.parametrize("retry_after", ["30", "Mon, 20 Jul 2026 08:00:30 GMT"])
def test_a_publisher_that_names_a_pause_gets_it(publisher: Loopback, retry_after: str) -> None:
    fake = FakeTime()
    publisher.tell("/lijst", Answer(status=429, headers={"Retry-After": retry_after}), Answer(body=b"goed"))

    with fetching(limits=PATIENT, clock=fake.time) as fetch:
        fetch.get(f"{publisher.url}/lijst")

    assert fake.slept == [30.0]


@pytest.mark.parametrize(
    ("retry_after", "told"), [("3600", timedelta(hours=1)), ("999999999", timedelta(days=1))]
)
def test_a_pause_beyond_our_patience_is_passed_on(
    publisher: Loopback, retry_after: str, told: timedelta
) -> None:
    fake = FakeTime()
    publisher.tell("/lijst", Answer(status=503, headers={"Retry-After": retry_after}))

    with fetching(limits=PATIENT, clock=fake.time) as fetch, pytest.raises(SourceUnavailable) as caught:
        fetch.get(f"{publisher.url}/lijst")

    assert caught.value.retry_after == told
    assert fake.slept == []
    assert len(publisher.requests) == 1


@pytest.mark.parametrize("retry_after", ["Sun, 19 Jul 2026 08:00:00 GMT", "morgen", "-5", "", "9" * 500])
def test_an_unusable_pause_leaves_it_to_our_own(publisher: Loopback, retry_after: str) -> None:
    fake = FakeTime()
    publisher.tell("/lijst", Answer(status=429, headers={"Retry-After": retry_after}), Answer(body=b"goed"))

    with fetching(limits=PATIENT, clock=fake.time) as fetch:
        fetch.get(f"{publisher.url}/lijst")

    assert fake.slept == [2.0]


def test_all_pauses_together_stay_within_our_patience(publisher: Loopback) -> None:
    fake = FakeTime()
    publisher.tell("/lijst", Answer(status=503, headers={"Retry-After": "80"}))

    with fetching(limits=replace(PATIENT, attempts=9), clock=fake.time) as fetch:
        with pytest.raises(SourceUnavailable) as caught:
            fetch.get(f"{publisher.url}/lijst")

        assert caught.value.retry_after == timedelta(seconds=80)
        assert fake.slept == [80.0]


# --- size


def test_gzip_is_decompressed(publisher: Loopback) -> None:
    body = gzip.compress(b"eerste deel, ") + gzip.compress(b"tweede deel")
    publisher.tell("/lijst", Answer(body=body, headers={"Content-Encoding": "gzip"}))

    with fetching() as fetch:
        assert fetch.get(f"{publisher.url}/lijst").body == b"eerste deel, tweede deel"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"x" * 100_001),
        Answer(body=b"", length=10**12),
        Answer(body=gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["too large", "announced too large", "gzip bomb"],
)
def test_more_than_the_limit_is_refused(publisher: Loopback, answer: Answer) -> None:
    publisher.tell("/lijst", answer)

    with (
        fetching(limits=replace(UNPACED, body_bytes=100_000)) as fetch,
        pytest.raises(SourceChanged, match="100000 bytes"),
    ):
        fetch.get(f"{publisher.url}/lijst")


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_exactly_the_limit_is_accepted(publisher: Loopback, encoding: str | None) -> None:
    body = b"x" * 2000
    headers = {"Content-Encoding": encoding} if encoding else {}
    publisher.tell("/lijst", Answer(body=gzip.compress(body) if encoding else body, headers=headers))

    with fetching(limits=replace(UNPACED, body_bytes=2000)) as fetch:
        assert fetch.get(f"{publisher.url}/lijst").body == body


def test_an_encoding_that_we_did_not_ask_for_is_a_change(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(body=b"??", headers={"Content-Encoding": "br"}))

    with fetching() as fetch, pytest.raises(SourceChanged, match="expected gzip, found encoding br"):
        fetch.get(f"{publisher.url}/lijst")


# --- redirects and hosts


def test_a_redirect_within_the_allowed_hosts_is_followed(publisher: Loopback) -> None:
    publisher.tell("/slug", Answer(status=302, headers={"Location": "/slug/b1"}))
    publisher.tell("/slug/b1", Answer(body=b"pagina"))

    with fetching() as fetch:
        page = fetch.get(f"{publisher.url}/slug")

        assert (page.url, page.body) == (f"{publisher.url}/slug/b1", b"pagina")
        assert fetch.requests_made == 2


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost/geheim",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://2130706433/",
        "http://0/",
        "//10.0.0.1/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[kapot/",
        "",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(publisher: Loopback, location: str) -> None:
    publisher.tell("/lijst", Answer(status=301, headers={"Location": location}))

    with fetching(limits=PATIENT) as fetch, pytest.raises(SourceChanged):
        fetch.get(f"{publisher.url}/lijst")

    assert len(publisher.requests) == 1


def test_redirects_in_a_circle_end(publisher: Loopback) -> None:
    publisher.tell("/a", Answer(status=307, headers={"Location": "/a"}))

    with fetching() as fetch, pytest.raises(SourceChanged, match="more than 5 redirects"):
        fetch.get(f"{publisher.url}/a")


@pytest.mark.parametrize(
    "url",
    ["http://localhost/", "ftp://127.0.0.1/", "/lijst", "http://u:p@127.0.0.1/", "http://[kapot/", "", "\0"],
)
def test_an_address_outside_the_allowed_hosts_is_not_asked(url: str) -> None:
    with fetching() as fetch:
        with pytest.raises(SourceChanged):
            fetch.get(url)

        assert fetch.requests_made == 0


def test_messages_about_hostile_addresses_are_harmless(publisher: Loopback) -> None:
    publisher.tell(
        "/lijst", Answer(status=301, headers={"Location": "http://evil.example/\x1b[2J" + "a" * 9000})
    )

    with fetching() as fetch, pytest.raises(SourceChanged) as caught:
        fetch.get(f"{publisher.url}/lijst")

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


def test_any_text_as_address_is_refused_without_a_request() -> None:
    with fetching() as fetch:

        @settings(derandomize=True, deadline=None)
        @given(st.text(max_size=60))
        def refuse(text: str) -> None:
            with pytest.raises(SourceChanged):
                fetch.get(text)

        refuse()

        assert fetch.requests_made == 0


def test_an_answer_that_trickles_in_for_ever_is_given_up(publisher: Loopback) -> None:
    publisher.tell("/lijst", Answer(body=b"traag"))
    seconds = count(0, 1000)
    hurried = replace(FakeTime().time, monotonic=lambda: float(next(seconds)))

    with fetching(clock=hurried) as fetch, pytest.raises(SourceUnavailable, match="not complete after 900"):
        fetch.get(f"{publisher.url}/lijst")


def test_a_redirect_from_https_to_http_is_not_followed(publisher: Loopback, tmp_path: Path) -> None:
    certificate, key = self_signed_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    with Loopback(tls=context).running() as safe:
        safe.tell("/lijst", Answer(status=302, headers={"Location": f"{publisher.url}/lijst"}))
        safe.tell("/elders", Answer(status=302, headers={"Location": "/hier"}))
        safe.tell("/hier", Answer(body=b"veilig"))
        with fetching(trust=ssl.create_default_context(cafile=certificate)) as fetch:
            with pytest.raises(SourceChanged, match="redirect from https"):
                fetch.get(f"{safe.url}/lijst")

            assert fetch.get(f"{safe.url}/elders").body == b"veilig"

    assert publisher.requests == []


def self_signed_certificate(folder: Path) -> tuple[Path, Path]:
    """Certificate and key files for 127.0.0.1, valid around now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file
