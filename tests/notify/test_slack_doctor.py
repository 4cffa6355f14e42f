"""What `g40flow doctor` says about Slack."""

from g40flow.domain.checks import Check
from g40flow.notify.contract import Address
from g40flow.notify.slack import SlackTransport
from g40flow.notify.slack_doctor import check_socket, slack_checks
from g40flow.sandbox.slack.server import SlackServer


def checks(transport: SlackTransport, *channels: str, people: tuple[Address, ...] = ()) -> list[Check]:
    return list(slack_checks(transport, channels=channels, people=people))


def test_a_good_set_up_is_all_right(transport: SlackTransport) -> None:
    found = checks(transport, "woningmarkt", "triage", people=(Address(email="anna@example.nl"),))

    assert [check.what for check in found] == [
        "Slack-token",
        "Slack-rechten",
        "Slack-kanaal #woningmarkt",
        "Slack-kanaal #triage",
        "Slack-gebruiker anna@example.nl",
    ]
    assert all(check.ok and not check.advice for check in found)
    assert found[0].found == "app g40flow in Testwerkplaats"
    assert "gaat erin bij het eerste bericht" in found[2].found
    assert found[3].found == "de app is lid"


def test_a_token_that_does_not_work_is_the_only_thing_said(slack: SlackServer) -> None:
    (only,) = checks(SlackTransport("xoxb-revoked", base_url=slack.api_url), "woningmarkt")

    assert not only.ok
    assert "G40FLOW_SLACK_BOT_TOKEN" in only.advice


def test_missing_rights_are_named_with_what_they_are_for(slack: SlackServer) -> None:
    found = checks(SlackTransport("xoxb-public-only", base_url=slack.api_url), "geheim")

    assert not found[1].ok
    assert "im:write (iemand een direct bericht sturen)" in found[1].found
    assert "installeer de app opnieuw" in found[1].advice
    assert "groups:read" in found[2].advice


def test_channels_and_people_that_cannot_be_reached_come_with_advice(transport: SlackTransport) -> None:
    found = checks(transport, "bestaat-niet", "oud", "geheim", people=(Address(email="gast@example.nl"),))[2:]

    assert not any(check.ok for check in found)
    assert [check.found for check in found] == ["onbekend", "gearchiveerd", "onbekend", "niet bereikbaar"]
    assert "/invite @g40flow" in found[2].advice


def test_looking_posts_nothing(slack: SlackServer, transport: SlackTransport) -> None:
    checks(transport, "woningmarkt", people=(Address(email="anna@example.nl"),))

    assert slack.see("calls", method="chat.postMessage")["calls"] == []


def test_the_doctor_sees_whether_a_socket_can_be_opened(slack: SlackServer) -> None:
    good = check_socket("xapp-test", base_url=slack.api_url)
    wrong = check_socket("xapp-nobody", base_url=slack.api_url)

    assert good.ok
    assert not wrong.ok
    assert "G40FLOW_SLACK_APP_TOKEN" in wrong.advice
