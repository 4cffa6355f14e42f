"""By which channel people are reached: Slack of our own, and real mail over loopback."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, select

from g40flow.config.mail import MailServer, MailTls
from g40flow.domain.errors import DeliveryError, NotFound
from g40flow.domain.messages import Posted, Rendered
from g40flow.domain.reach import Channel, MailState
from g40flow.notify.contract import Address
from g40flow.notify.mail import MailTransport
from g40flow.notify.mail_bounce import Bounce
from g40flow.notify.mail_calls import MailCalls
from g40flow.render.mail import MailFrame
from g40flow.resources import resource
from g40flow.sandbox.mail import FaultKind, MailBox, MailReceiver
from g40flow.storage.mail_states import mail_state, refusing_addresses
from g40flow.storage.messages import write_message
from g40flow.storage.tables import Delivery, Message, MessageState
from g40flow.use_cases.allow_mail import allow_mail
from g40flow.use_cases.calls.manage_call import add_invitation
from g40flow.use_cases.note_bounce import Noted, note_bounces
from tests.conftest import MONDAY
from tests.use_cases.calls.calling import LINKS, Calling
from tests.use_cases.conftest import NETWORK, MainJob
from tests.use_cases.dossier.world import DESK, World
from tests.use_cases.publisher import consultation

JASMIJN, JASMIJNS_ADDRESS = "jasmijn-de-voorbeeld", "jasmijn-de-voorbeeld@example.nl"
PERSON = f"person:{JASMIJN}"
KIMS_ADDRESS = "kim@oss.example.nl"
SOON = "2026-11-27"


@pytest.fixture(scope="module")
def server() -> Iterator[MailReceiver]:
    with MailReceiver(MailBox(), now=lambda: MONDAY) as receiver:
        yield receiver


@pytest.fixture
def box(server: MailReceiver) -> MailBox:
    server.box.clear()
    return server.box


@pytest.fixture
def posting(job: MainJob, server: MailReceiver, box: MailBox) -> MainJob:
    """A main job with Slack and mail, in which nobody is found in Slack."""
    settings = MailServer(
        host="127.0.0.1",
        port=server.port,
        tls=MailTls.NONE,
        sender_name="G40",
        sender_address="g40flow@g40.example",
    )
    job.mail = MailTransport(
        settings,
        MailCalls(settings, timeout=5),
        MailFrame(resource("templates")),
        installation="https://portal.example",
        clock=job.clock,
    )
    job.channel.before = refusing_people
    return job


def refusing_people(key: str) -> None:
    """Slack knows channels and no people."""
    if PERSON in key:
        raise DeliveryError("users_not_found", permanent=True, recipient=True)


def write(job: MainJob, key: str = "1", **values: Any) -> None:
    """Put a message to Jasmijn in the outbox."""
    with job.database.writing() as session:
        write_message(
            session,
            f"{key}:{values.get('audience', PERSON)}",
            kind="source_notice",
            now=job.now,
            subject={"source": "tk", "code": "trouble", "message": f"bericht {key}"},
            **{"audience": PERSON, **values},
        )


def message(job: MainJob, key: str = "1") -> Message:
    return next(m for m in job.messages() if m.key.startswith(f"{key}:"))


def ledger(job: MainJob) -> list[tuple[str, str]]:
    with job.database.reading() as session:
        lines = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
    return [(line.act, line.transport) for line in lines]


def state_of_mail(job: MainJob) -> MailState:
    with job.database.reading() as session:
        return mail_state(session, JASMIJNS_ADDRESS)


def test_who_is_not_in_slack_gets_mail_and_the_ledger_says_how(posting: MainJob, box: MailBox) -> None:
    write(posting)

    result = posting.deliver()

    [mail] = box.mails()
    assert (mail.recipient, mail.subject) == (JASMIJNS_ADDRESS, "bron tk: trouble bericht 1")
    assert ledger(posting) == [("attempt", "slack"), ("route", "mail"), ("post", "mail")]
    sent = message(posting)
    assert (sent.state, sent.transport, sent.external_channel) == (
        MessageState.SENT,
        "mail",
        JASMIJNS_ADDRESS,
    )
    assert result.posted == 1


def test_who_is_in_slack_gets_no_mail(posting: MainJob, box: MailBox) -> None:
    posting.channel.before = lambda _: None
    write(posting)

    posting.deliver()

    assert posting.channel.keys() == [f"1:{PERSON}"]
    assert box.mails() == []
    assert ledger(posting) == [("post", "slack")]


def test_slack_is_asked_once_in_a_run_for_somebody_who_is_not_there(posting: MainJob, box: MailBox) -> None:
    asked: list[str] = []

    def note(key: str) -> None:
        asked.append(key)
        refusing_people(key)

    posting.channel.before = note
    for key in ("1", "2", "3"):
        write(posting, key)

    posting.deliver()

    assert len(asked) == 1
    assert len(box.mails()) == 3


def test_without_slack_people_get_mail_and_groups_wait(posting: MainJob, box: MailBox) -> None:
    posting.has_channel = False
    write(posting)
    write(posting, "2", audience="group:woningmarkt")

    posting.deliver()

    assert [mail.recipient for mail in box.mails()] == [JASMIJNS_ADDRESS]
    assert message(posting, "2").state == MessageState.PENDING


def test_what_waits_for_slack_does_not_stand_before_mail(posting: MainJob, box: MailBox) -> None:
    posting.has_channel = False
    for number in range(120):
        write(posting, f"group{number}", audience="group:woningmarkt", urgent=True)
    write(posting)

    result = posting.deliver()

    assert len(box.mails()) == 1
    assert (result.posted, result.held) == (1, 120)


def test_who_wants_mail_gets_it_without_slack_being_asked(posting: MainJob, box: MailBox) -> None:
    people = tuple(
        replace(person, reached_by=Channel.MAIL) if person.slug == JASMIJN else person
        for person in NETWORK.people
    )
    posting.network = replace(NETWORK, people=people)
    write(posting)

    posting.deliver()

    assert ledger(posting) == [("route", "mail"), ("post", "mail")]
    assert len(box.mails()) == 1


def test_what_asks_for_mail_waits_for_mail_and_never_goes_to_slack(posting: MainJob) -> None:
    mail, posting.mail = posting.mail, None
    posting.channel.before = lambda _: None
    write(posting, transport="mail")

    waiting = posting.deliver()
    posting.mail = mail
    sent = posting.deliver()

    assert (waiting.held, sent.posted) == (1, 1)
    assert posting.channel.keys() == []
    assert message(posting).state == MessageState.SENT


def test_an_address_that_does_not_exist_is_told_once_and_gets_nothing_more(
    posting: MainJob, box: MailBox
) -> None:
    box.add_fault(FaultKind.REFUSE, JASMIJNS_ADDRESS)
    write(posting)
    write(posting, "2")

    posting.deliver()
    posting.deliver()

    assert state_of_mail(posting) is MailState.HARD
    assert [message(posting, key).state for key in ("1", "2")] == [MessageState.FAILED] * 2
    assert "550" in message(posting, "1").last_error
    assert f"g40flow mail allow {JASMIJN}" in message(posting, "2").last_error
    assert [text for text in posting.texts() if text.startswith("mail geweigerd")] == [
        f"mail geweigerd Jasmijn de Voorbeeld: {message(posting, '1').last_error}"
    ]
    assert box.mails() == []


def test_after_it_was_allowed_again_mail_goes_that_was_set_aside(posting: MainJob, box: MailBox) -> None:
    box.add_fault(FaultKind.REFUSE, JASMIJNS_ADDRESS)
    write(posting)
    write(posting, "2")
    posting.deliver()

    with posting.database.writing() as session:
        allowed = allow_mail(session, NETWORK, JASMIJN, now=posting.now)
    posting.deliver()

    assert allowed == (1, 2)
    assert len(box.mails()) == 2
    assert state_of_mail(posting) is MailState.OK
    with posting.database.writing() as session, pytest.raises(NotFound):
        allow_mail(session, NETWORK, "niemand", now=posting.now)


def test_a_full_mailbox_is_tried_again_and_forgotten_when_it_takes_mail(
    posting: MainJob, box: MailBox
) -> None:
    box.add_fault(FaultKind.FULL, JASMIJNS_ADDRESS)
    write(posting)

    first = posting.deliver()
    with posting.database.reading() as session:
        refusing = [(row.person, row.state) for row in refusing_addresses(session)]
    posting.later(minutes=5)
    second = posting.deliver()

    assert (first.later, second.posted) == (1, 1)
    assert refusing == [(JASMIJN, MailState.SOFT)]
    assert state_of_mail(posting) is MailState.OK


def test_a_sender_that_may_not_send_says_nothing_of_the_address(posting: MainJob, box: MailBox) -> None:
    box.add_fault(FaultKind.NO_RELAY)
    write(posting)

    posting.deliver()

    assert message(posting).state == MessageState.FAILED
    assert state_of_mail(posting) is MailState.OK


def test_a_mail_server_that_is_down_costs_no_message(posting: MainJob, box: MailBox) -> None:
    box.add_fault(FaultKind.DOWN, times=3)
    write(posting)

    results = []
    for _ in range(4):
        results.append(posting.deliver().posted)
        posting.now = max(posting.now, message(posting).next_attempt_at)

    assert results == [0, 0, 0, 1]
    assert len(box.mails()) == 1


def test_a_dropped_connection_after_the_mail_was_taken_shows_the_reader_one_mail(
    posting: MainJob, box: MailBox
) -> None:
    box.add_fault(FaultKind.DROP_AFTER_STORING)
    write(posting)

    posting.deliver()
    posting.later(minutes=5)
    posting.deliver()

    assert [mail.same_as for mail in box.mails()] == [None, 1]
    assert message(posting).state == MessageState.SENT


class Killed(BaseException):
    """The process ends here; nothing catches it."""


@dataclass
class Killing:
    """Mail, and the end of the process around the first hand-over."""

    mail: Any
    after: bool
    killed: bool = False

    def post(self, address: Address, rendered: Rendered, *, key: str, thread: Posted | None) -> Posted:
        if self.killed:
            return self._post(address, rendered, key, thread)
        self.killed = True
        if self.after:
            self._post(address, rendered, key, thread)
        raise Killed

    def _post(self, address: Address, rendered: Rendered, key: str, thread: Posted | None) -> Posted:
        posted: Posted = self.mail.post(address, rendered, key=key, thread=thread)
        return posted

    def renew(self, posted: Posted, rendered: Rendered, *, key: str) -> None:
        self.mail.renew(posted, rendered, key=key)

    def find(self, address: Address, *, key: str, since: datetime, thread: Posted | None) -> Posted | None:
        return None

    def remove_doubles(
        self, kept: Mapping[str, Posted], *, since: datetime, thread: Posted | None
    ) -> Mapping[str, int]:
        return {}

    def appearance(self, rendered: Rendered) -> str:
        return rendered.change


@pytest.mark.parametrize("after", [False, True])
def test_a_sender_that_is_killed_around_the_hand_over_loses_nothing(
    posting: MainJob, box: MailBox, after: bool
) -> None:
    posting.mail = Killing(posting.mail, after)
    write(posting, transport="mail")
    with pytest.raises(Killed):
        posting.deliver()

    during_the_lease = posting.deliver()
    posting.later(minutes=4)
    posting.deliver()

    assert during_the_lease.posted == 0
    assert [mail.same_as for mail in box.mails()] == ([None, 1] if after else [None])
    assert message(posting).state == MessageState.SENT


def test_with_every_kind_of_trouble_nothing_is_lost_and_nobody_reads_anything_twice(
    posting: MainJob, box: MailBox
) -> None:
    chance = random.Random(40)
    passing = [
        FaultKind.GREYLIST, FaultKind.FULL, FaultKind.DOWN, FaultKind.DROP_AFTER_STORING,
        FaultKind.DROP_BEFORE_STORING,
    ]  # fmt: skip
    keys = [f"m{number}" for number in range(15)]
    for key in keys:
        write(posting, key, transport="mail")

    for _ in range(20):
        left = sum(m.state != MessageState.SENT for m in posting.messages())
        for _ in range(chance.randint(0, left // 2)):
            box.add_fault(chance.choice(passing))
        posting.deliver()
        box.end_faults()
        posting.later(minutes=chance.choice([1, 5, 70]))

    assert {m.state for m in posting.messages()} == {MessageState.SENT}
    read = [mail.text.splitlines()[0] for mail in box.mails() if mail.same_as is None]
    assert sorted(read) == sorted(f"bron tk: trouble bericht {key}" for key in keys)
    assert any(mail.same_as is not None for mail in box.mails())


def test_an_urgent_mail_is_followed_by_one_about_what_changed_and_by_nothing_else(
    posting: MainJob, box: MailBox
) -> None:
    posting.begin()
    for change in (
        {"closes_on": SOON},
        {"closes_on": SOON, "kind": "Wet"},
        {"closes_on": "2026-11-26", "kind": "Wet"},
    ):
        posting.publisher.publish(consultation("Woningen", **change))
        posting.round()
        posting.later(minutes=10)

    to_jasmijn = box.mails(JASMIJNS_ADDRESS)
    first, second = (mail.message for mail in to_jasmijn)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]
    acts = [act for act, transport in ledger(posting) if transport == "mail"]
    assert acts == ["route", "post", "renew"]


def test_what_only_its_reader_may_know_is_not_in_the_ledger(posting: MainJob, box: MailBox) -> None:
    write(posting, "private")

    posting.deliver()

    sent = message(posting, "private")
    with posting.database.reading() as session:
        texts = [line.text for line in session.exec(select(Delivery)) if line.act == "post"]
    assert "geheim" in box.mails()[-1].text
    assert "geheim" not in sent.shown_text
    assert texts == [sent.shown_text]


def test_somebody_who_is_not_of_the_network_any_more_gets_nothing(posting: MainJob, box: MailBox) -> None:
    posting.network = replace(NETWORK, people=())
    write(posting)

    posting.deliver()

    assert message(posting).state == MessageState.FAILED
    assert box.mails() == []


def invite_kim(job: MainJob) -> str:
    """Somebody without an account, with a personal link; returns the audience."""
    calling = Calling(World(job.database))
    calling.open()
    with job.database.writing() as session:
        added = add_invitation(
            session,
            DESK,
            LINKS,
            calling.call,
            city="oss",
            name="Kim Voorbeeld",
            email=KIMS_ADDRESS,
            actor=calling.secretary,
            now=calling.now,
        )
    return f"invitation:{added.id}"


def test_somebody_without_an_account_gets_mail_and_is_never_looked_for_in_slack(
    posting: MainJob, box: MailBox
) -> None:
    kim = invite_kim(posting)
    mail, posting.mail = posting.mail, None
    write(posting, "kim", audience=kim)
    posting.deliver()
    waiting = message(posting, "kim")

    posting.mail = mail
    posting.deliver()

    assert waiting.state == MessageState.PENDING
    assert [str(m.message["To"]) for m in box.mails(KIMS_ADDRESS)] == [f"Kim Voorbeeld <{KIMS_ADDRESS}>"]
    assert not any(kim in shown.key for shown in posting.channel.messages.values())


def test_mail_to_somebody_without_an_account_that_is_refused_stops_and_can_be_allowed(
    posting: MainJob, box: MailBox
) -> None:
    kim = invite_kim(posting)
    box.add_fault(FaultKind.REFUSE, KIMS_ADDRESS)
    write(posting, "kim", audience=kim, transport="mail")
    posting.deliver()
    posting.deliver()
    told = [text for text in posting.texts() if text.startswith("mail geweigerd Kim Voorbeeld")]

    with posting.database.writing() as session:
        allow_mail(session, NETWORK, kim, now=posting.now)
    posting.deliver()

    assert len(told) == 1
    assert len(box.mails(KIMS_ADDRESS)) == 1


@pytest.mark.parametrize("audience", ["invitation:999", "invitation:x", "person:niemand"])
def test_what_is_for_nobody_fails_at_once(posting: MainJob, audience: str) -> None:
    write(posting, "nobody", audience=audience, transport="mail")

    posting.deliver()

    assert message(posting, "nobody").state == MessageState.FAILED


def came_back(*, gone: bool = True, final: bool = True, address: str = JASMIJNS_ADDRESS, mail: str) -> Bounce:
    return Bounce(
        message_ids=(mail,), address=address, is_gone=gone, is_final=final, reason="5.1.1 550 no such user"
    )


def note(job: MainJob, *bounces: Bounce) -> Noted:
    with job.database.writing() as session:
        return note_bounces(session, bounces, job.now)


def sent_mail(job: MainJob) -> Message:
    return next(message for message in job.messages() if message.audience == PERSON)


def test_a_mail_that_comes_back_hours_later_goes_by_slack_and_the_operators_hear_it_once(
    posting: MainJob, box: MailBox
) -> None:
    write(posting)
    posting.deliver()
    mail = sent_mail(posting).external_ts or ""
    posting.channel.before = lambda key: None
    posting.later(hours=5)

    first = note(posting, came_back(mail=mail))
    again = note(posting, came_back(mail=mail))
    posting.deliver()

    assert (first, again) == (Noted(refused=(JASMIJN,)), Noted(unknown=1))
    message = sent_mail(posting)
    assert (message.state, message.transport) == (MessageState.SENT, "slack")
    assert [m.kind for m in posting.messages() if m.audience == "operators"] == ["mail_bounced"]
    with posting.database.reading() as session:
        assert mail_state(session, JASMIJNS_ADDRESS) is MailState.HARD
        errors = [line.error for line in session.exec(select(Delivery)) if line.error]
    assert "5.1.1 550 no such user" in errors


def test_a_notice_about_somebody_elses_mail_or_another_address_changes_nothing(
    posting: MainJob, box: MailBox
) -> None:
    write(posting)
    posting.deliver()
    mail = sent_mail(posting).external_ts or ""

    noted = note(
        posting,
        came_back(mail="<ffffffffffffffffffffffff@g40.example>"),
        came_back(mail=mail, address="victim@example.nl"),
    )

    assert noted == Noted(unknown=2)
    assert sent_mail(posting).state == MessageState.SENT
    with posting.database.reading() as session:
        assert refusing_addresses(session) == []


def test_a_mail_that_is_late_stays_sent_and_one_that_failed_otherwise_is_put_aside(
    posting: MainJob, box: MailBox
) -> None:
    write(posting)
    posting.deliver()
    mail = sent_mail(posting).external_ts or ""

    late = note(posting, came_back(mail=mail, gone=False, final=False))
    state_while_late = sent_mail(posting).state
    failed = note(posting, came_back(mail=mail, gone=False))

    assert (late, failed) == (Noted(late=1), Noted(failed=1))
    assert state_while_late == MessageState.SENT
    assert sent_mail(posting).state == MessageState.FAILED
    with posting.database.reading() as session:
        assert mail_state(session, JASMIJNS_ADDRESS) is MailState.SOFT
