import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from g40flow.notify.mail_bounce import LARGEST_NOTICE, Bounce, read_bounces

OURS = "<0123456789abcdef01234567@g40.example>"


def notice(
    *recipients: str,
    original: str = f"Message-ID: {OURS}\nSubject: Bericht",
    kind: str = "text/rfc822-headers",
    report: str = 'multipart/report; report-type=delivery-status; boundary="b"',
) -> bytes:
    """A notice as servers write it. recipients: one block of fields each."""
    blocks = "\n\n".join(recipients)
    return (
        "From: MAILER-DAEMON@post.example\nTo: g40flow@g40.example\nSubject: Undelivered Mail\n"
        f"MIME-Version: 1.0\nContent-Type: {report}\n\n"
        "--b\nContent-Type: text/plain\n\nI am sorry to inform you.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; post.example\n\n"
        f"{blocks}\n\n"
        f"--b\nContent-Type: {kind}\n\n{original}\n\n--b--\n"
    ).encode()


def recipient(
    address: str = "anna@stad.example",
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 <anna@stad.example>: no such user",
) -> str:
    return (
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {said}"
    )


def test_an_address_that_does_not_exist_is_gone() -> None:
    assert read_bounces(notice(recipient())) == (
        Bounce(
            message_ids=(OURS,),
            address="anna@stad.example",
            is_gone=True,
            is_final=True,
            reason="5.1.1 550 5.1.1 <…>: no such user",
        ),
    )


@pytest.mark.parametrize(
    ("action", "status", "said", "gone", "final"),
    [
        ("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", True, True),
        ("failed", "5.2.1", "550 5.2.1 mailbox disabled", True, True),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", False, True),
        ("failed", "4.4.7", "delivery time expired", False, True),
        ("failed", "5.7.1", "550 5.7.1 message rejected as spam", False, True),
        ("failed", "", "550 unknown user", True, True),
        ("failed", "5.0.0", "550 5.1.1 unknown user", False, True),
        ("delayed", "4.4.1", "connection timed out", False, False),
        ("delayed", "5.1.1", "550 5.1.1 no such user", False, False),
    ],
)
def test_what_a_notice_says_of_an_address_is_told_apart(
    action: str, status: str, said: str, gone: bool, final: bool
) -> None:
    [bounce] = read_bounces(notice(recipient(action=action, status=status, said=said)))

    assert (bounce.is_gone, bounce.is_final) == (gone, final)


def test_the_whole_mail_that_came_back_and_the_first_of_its_thread_are_recognised() -> None:
    first = "<aaaaaaaaaaaaaaaaaaaaaaaa@g40.example>"
    original = f"Message-ID: {OURS}\nIn-Reply-To: {first}\nSubject: x\n\nThe text"

    [bounce] = read_bounces(notice(recipient(), original=original, kind="message/rfc822"))

    assert bounce.message_ids == (OURS, first)


def test_several_recipients_and_those_who_got_it_are_told_apart() -> None:
    found = read_bounces(
        notice(
            recipient("a@stad.example"),
            recipient("b@stad.example", action="delivered"),
            recipient("c@stad.example", action="relayed"),
            recipient("geen adres"),
            "Final-Recipient: x400; /G=Anna\nAction: failed\nStatus: 5.1.1",
            recipient("d@stad.example", status="5.2.2", said="552 full"),
        )
    )

    assert [bounce.address for bounce in found] == ["a@stad.example", "d@stad.example"]


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"From: anna@stad.example\nSubject: Afwezig\n\nIk ben er niet.",
        notice(recipient(), report='multipart/mixed; boundary="b"'),
        notice(recipient(), original="Subject: no id"),
        notice(),
        b"x" * (LARGEST_NOTICE + 1),
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n" * 10_000,
    ],
)
def test_any_other_mail_is_no_notice(mail: bytes) -> None:
    assert read_bounces(mail) == ()


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 700))
@example(b"\xff\xfe\x00", 100)
def test_whatever_is_in_a_notice_nothing_breaks(noise: bytes, at: int) -> None:
    whole = notice(recipient())

    for bounce in read_bounces(whole[:at] + noise + whole[at:]):
        assert "\n" not in bounce.reason
        assert bounce.address.isascii()
