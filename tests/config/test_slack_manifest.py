"""The manifest of the Slack app: what is pasted for Socket Mode, and what for a portal Slack can reach."""

from typing import Any

import pytest
import yaml

from g40flow.config.slack_manifest import manifest_text
from g40flow.domain.errors import ConfigError
from g40flow.notify.slack_doctor import NEEDED_SCOPES
from g40flow.resources import resource
from g40flow.slack_app.commands import COMMAND

CONFIG = resource("config")


def read(url: str = "") -> dict[str, Any]:
    return dict(yaml.safe_load(manifest_text(CONFIG, url)))


def test_it_asks_for_the_rights_that_the_program_uses_and_no_other() -> None:
    scopes = read()["oauth_config"]["scopes"]

    assert set(scopes["bot"]) == {*NEEDED_SCOPES, "groups:read", "groups:history", "files:write"}
    assert scopes["user"] == ["openid", "email", "profile"]


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
