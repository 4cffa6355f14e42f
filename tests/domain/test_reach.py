from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.mail_address import address_mark, usable_address
from g40flow.domain.reach import Channel, MailState, Reachability, Reason, Route, route_to

BOTH = frozenset(Channel)
SLACK, MAIL = frozenset({Channel.SLACK}), frozenset({Channel.MAIL})
QUICK = settings(derandomize=True, deadline=None)


def test_everybody_is_reached_in_slack() -> None:
    assert route_to(Reachability(set_up=BOTH)) == Route(channel=Channel.SLACK, reason=Reason.USUAL)


def test_who_cannot_be_found_in_slack_gets_mail() -> None:
    person = Reachability(set_up=BOTH, not_found=SLACK)

    assert route_to(person) == Route(channel=Channel.MAIL, reason=Reason.NOT_FOUND)


def test_without_slack_everybody_gets_mail() -> None:
    assert route_to(Reachability(set_up=MAIL)) == Route(channel=Channel.MAIL, reason=Reason.NOT_SET_UP)


def test_who_wants_mail_gets_mail() -> None:
    route = route_to(Reachability(set_up=BOTH), preferred=Channel.MAIL)

    assert route == Route(channel=Channel.MAIL, reason=Reason.PREFERRED)


def test_who_wants_mail_that_is_refused_is_reached_in_slack() -> None:
    route = route_to(Reachability(set_up=BOTH, mail=MailState.HARD), preferred=Channel.MAIL)

    assert route == Route(channel=Channel.SLACK, reason=Reason.BOUNCED)


def test_what_may_go_by_mail_only_goes_by_no_other_channel() -> None:
    asked = Channel.MAIL

    assert route_to(Reachability(set_up=BOTH), asked=asked) == Route(channel=asked, reason=Reason.ASKED)
    assert route_to(Reachability(set_up=BOTH, mail=MailState.HARD), asked=asked) == Route(
        channel=None, reason=Reason.BOUNCED
    )
    assert route_to(Reachability(set_up=SLACK), asked=asked) == Route(channel=None, reason=Reason.NOT_SET_UP)


def test_a_full_mailbox_does_not_stop_mail() -> None:
    route = route_to(Reachability(set_up=BOTH, not_found=SLACK, mail=MailState.SOFT))

    assert route.channel is Channel.MAIL


def test_what_somebody_must_mend_is_said_rather_than_that_a_channel_is_missing() -> None:
    assert route_to(Reachability(set_up=SLACK, not_found=SLACK)).reason is Reason.NOT_FOUND
    assert route_to(Reachability(set_up=MAIL, has_address=False)).reason is Reason.NO_ADDRESS
    bounced = Reachability(set_up=BOTH, not_found=SLACK, mail=MailState.HARD)
    assert route_to(bounced).reason is Reason.BOUNCED
    assert route_to(Reachability(set_up=frozenset())).reason is Reason.NOT_SET_UP


PEOPLE = st.builds(
    Reachability,
    set_up=st.frozensets(st.sampled_from(Channel)),
    not_found=st.frozensets(st.sampled_from(Channel)),
    has_address=st.booleans(),
    mail=st.sampled_from(MailState),
)
CHOICE = st.none() | st.sampled_from(Channel)


@QUICK
@given(PEOPLE, CHOICE, CHOICE)
def test_a_channel_is_taken_only_if_nothing_stands_in_its_way_and_always_if_one_is_left(
    person: Reachability, asked: Channel | None, preferred: Channel | None
) -> None:
    route = route_to(person, asked=asked, preferred=preferred)

    free = {channel for channel in Channel if person.obstacle(channel) is None}
    allowed = free if asked is None else free & {asked}
    assert (route.channel in allowed) if allowed else (route.channel is None)
    if preferred in allowed:
        assert route.channel is preferred


def test_an_address_is_recognised_in_every_spelling_and_not_taken_for_another() -> None:
    anna = address_mark("Anna@Gemeente.example")

    assert address_mark("anna@gemeente.example ") == anna
    assert address_mark("anne@gemeente.example") != anna
    assert "anna" not in anna


@QUICK
@given(st.text(max_size=40) | st.from_regex(r"[a-zé.]{1,8}@[a-zé.-]{1,12}", fullmatch=True))
def test_a_usable_address_is_ascii_with_one_at_sign_and_nothing_that_ends_a_command(text: str) -> None:
    address = usable_address(text)

    if address is not None:
        assert address.isascii()
        assert address.count("@") == 1
        assert not set(address) & set(" \t\r\n\0<>,;:\"'()[]\\") - {"'"}
        assert usable_address(address) == address
