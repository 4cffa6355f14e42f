"""Whether Slack is set up so that every message can arrive, and what to do if not. Posts nothing."""

import time
from collections.abc import Iterable, Iterator

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from g40flow.domain.checks import Check
from g40flow.domain.errors import DeliveryError
from g40flow.notify.contract import Address
from g40flow.notify.slack import SLACK, SlackTransport, is_on_this_machine
from g40flow.notify.slack_calls import SlackCalls
from g40flow.notify.slack_directory import Place

NEEDED_SCOPES = {
    "chat:write": "berichten plaatsen en bijwerken",
    "commands": "/g40flow",
    "channels:read": "kanalen vinden",
    "channels:join": "zelf openbare kanalen ingaan",
    "channels:history": "nakijken of een bericht is aangekomen",
    "im:write": "iemand een direct bericht sturen",
    "im:history": "nakijken of een direct bericht is aangekomen",
    "users:read": "zien wie lid is",
    "users:read.email": "personen vinden op e-mailadres",
}
PRIVATE_CHANNEL_SCOPES = ("groups:read", "groups:history")


def slack_checks(
    slack: SlackTransport, *, channels: Iterable[str], people: Iterable[Address] = ()
) -> Iterator[Check]:
    """Token, rights, channels and people, one after the other; the first failure of the token ends it.

    channels: names without # or ids. people: who gets direct messages.
    """
    try:
        answer = slack.calls.run(slack.client.auth_test, "het token")
    except DeliveryError as error:
        yield Check(what="Slack-token", ok=False, found="geen toegang", advice=str(error))
        return
    yield Check(what="Slack-token", ok=True, found=f"app {answer['user']} in {answer['team']}")
    scopes = _scopes(answer)
    yield _check_scopes(scopes)
    for name in dict.fromkeys(channels):
        yield _check_channel(slack, name, scopes)
    for address in dict.fromkeys(people):
        yield _check_person(slack, address)


def check_socket(app_token: str, *, base_url: str | None = None) -> Check:
    """Whether Slack gives this app a socket to listen on. The socket itself is not opened."""
    what = "Slack: luisteren"
    web = WebClient(base_url=base_url or SLACK, timeout=10, retry_handlers=[])
    if is_on_this_machine(web.base_url):
        web.proxy = None
    calls = SlackCalls(time.monotonic)
    try:
        calls.run(web.apps_connections_open, "de verbinding", app_token=app_token)
    except DeliveryError as error:
        advice = (
            "maak bij Basic Information → App-Level Tokens een token met connections:write, zet Socket Mode "
            f"aan, en zet het token in G40FLOW_SLACK_APP_TOKEN ({error})"
        )
        return Check(what=what, ok=False, found="Slack geeft geen verbinding", advice=advice)
    return Check(what=what, ok=True, found="Slack geeft een verbinding; g40flow slack listen gebruikt haar")


def _scopes(answer: SlackResponse) -> frozenset[str]:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return frozenset(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(","))


def _check_scopes(scopes: frozenset[str]) -> Check:
    missing = [scope for scope in NEEDED_SCOPES if scope not in scopes]
    if not missing:
        return Check(what="Slack-rechten", ok=True, found=f"alle {len(NEEDED_SCOPES)} aanwezig")
    purposes = "; ".join(f"{scope} ({NEEDED_SCOPES[scope]})" for scope in missing)
    return Check(
        what="Slack-rechten",
        ok=False,
        found=f"ontbreken: {purposes}",
        advice="voeg ze toe onder OAuth & Permissions en installeer de app opnieuw",
    )


def _check_channel(slack: SlackTransport, name: str, scopes: frozenset[str]) -> Check:
    what = f"Slack-kanaal #{name.removeprefix('#')}"
    try:
        known = slack.directory.channel(name.removeprefix("#"))
    except DeliveryError as error:
        return Check(what=what, ok=False, found="niet na te kijken", advice=str(error))
    if known is None:
        advice = "maak het kanaal, of typ in een besloten kanaal: /invite @g40flow"
        if lacking := [scope for scope in PRIVATE_CHANNEL_SCOPES if scope not in scopes]:
            advice += f" (besloten kanalen vragen ook de rechten {' en '.join(lacking)})"
        return Check(what=what, ok=False, found="onbekend", advice=advice)
    if known.get("is_archived"):
        return Check(
            what=what, ok=False, found="gearchiveerd", advice="haal het uit het archief of kies een ander"
        )
    if known.get("is_member"):
        return Check(what=what, ok=True, found="de app is lid")
    return Check(what=what, ok=True, found="openbaar; de app gaat erin bij het eerste bericht")


def _check_person(slack: SlackTransport, address: Address) -> Check:
    what = f"Slack-gebruiker {address.email or address.slack_user}"
    try:
        place: Place = slack.directory.place(address)
    except DeliveryError as error:
        return Check(what=what, ok=False, found="niet bereikbaar", advice=str(error))
    return Check(what=what, ok=True, found=f"direct bericht {place.channel}")
