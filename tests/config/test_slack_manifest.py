"""The manifest of the Slack app: what is pasted for Socket Mode, and what for a portal Slack can reach."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from g40flow.config.slack_manifest import manifest_text
from g40flow.domain.errors import ConfigError
from g40flow.notify.slack_doctor import NEEDED_SCOPES
from g40flow.notify.slack_openid import SCOPE
from g40flow.resources import resource
from g40flow.slack_app.commands import COMMAND, COMMANDS
from g40flow.web.slack_sign_in import PATH

CONFIG = resource("config")
SRC = Path(__file__).parents[2] / "src/g40flow"

CALLS = re.compile(r"\.((?:apps|auth|chat|conversations|files|reactions|team|users|views)_(?!id\b)\w+)")
SCOPES_OF_METHODS = {
    "apps_connections_open": (),  # asks connections:write of the app-level token
    "auth_test": (),
    "chat_delete": ("chat:write",),
    "chat_postEphemeral": ("chat:write",),
    "chat_postMessage": ("chat:write",),
    "chat_update": ("chat:write",),
    "conversations_history": ("channels:history", "groups:history", "im:history"),
    "conversations_join": ("channels:join",),
    "conversations_list": ("channels:read", "groups:read"),
    "conversations_open": ("im:write",),
    "conversations_replies": ("channels:history", "groups:history", "im:history"),
    "files_upload_v2": ("files:write",),
    "users_info": ("users:read",),
    "users_lookupByEmail": ("users:read.email",),
    "views_open": (),
    "views_publish": (),
    "views_push": (),
    "views_update": (),
}
"""Methods of Slack's interface, as slack-sdk calls them, with the scopes that their pages on
docs.slack.dev/reference/methods name for channels, private channels and direct messages."""


def read(url: str = "") -> dict[str, Any]:
    return dict(yaml.safe_load(manifest_text(CONFIG, url)))


def test_it_asks_for_the_rights_that_the_program_uses_and_no_other() -> None:
    scopes = read()["oauth_config"]["scopes"]

    assert set(scopes["bot"]) == {*NEEDED_SCOPES, "groups:read", "groups:history", "files:write"}
    assert scopes["user"] == ["openid", "email", "profile"]


def test_every_method_of_slack_that_is_called_has_its_scopes_and_no_scope_is_there_for_nothing() -> None:
    sources = [path for part in ("notify", "slack_app", "web") for path in (SRC / part).rglob("*.py")]
    called = {name for path in sources for name in CALLS.findall(path.read_text(encoding="utf-8"))}

    assert called == set(SCOPES_OF_METHODS)
    needed = {scope for scopes in SCOPES_OF_METHODS.values() for scope in scopes}
    assert set(read()["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def test_the_command_and_the_way_back_of_signing_in_are_those_of_the_program() -> None:
    manifest = read()

    assert [one["command"] for one in manifest["features"]["slash_commands"]] == list(COMMANDS.commands)
    assert manifest["oauth_config"]["scopes"]["user"] == SCOPE.split()
    assert [urlsplit(url).path for url in manifest["oauth_config"]["redirect_urls"]] == [f"{PATH}/callback"]


def test_over_a_socket_no_address_of_ours_is_named() -> None:
    manifest = read()

    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}
    assert "request_url" not in manifest_text(CONFIG)


def test_over_http_slack_is_told_three_addresses() -> None:
    manifest = read("https://portaal.example/")

    settings = manifest["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["interactivity"]["request_url"] == "https://portaal.example/slack/interactions"
    assert settings["event_subscriptions"]["request_url"] == "https://portaal.example/slack/events"
    (command,) = manifest["features"]["slash_commands"]
    assert command["url"] == "https://portaal.example/slack/commands"
    assert manifest["oauth_config"]["redirect_urls"] == ["https://portaal.example/sign-in/slack/callback"]


@pytest.mark.parametrize("url", ["", "https://portaal.example"])
def test_both_are_within_the_limits_of_slack(url: str) -> None:
    manifest = read(url)

    assert manifest["features"]["slash_commands"][0]["command"] == COMMAND
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened"]


@pytest.mark.parametrize("url", ["http://portaal.example", "portaal.example", "https://"])
def test_an_address_that_slack_would_refuse_is_refused_here(url: str) -> None:
    with pytest.raises(ConfigError, match="https"):
        manifest_text(CONFIG, url)
