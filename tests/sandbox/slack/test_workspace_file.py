"""The workspace file."""

import json
from pathlib import Path

import pytest

from g40flow.sandbox.slack import InvalidWorkspace, Workspace


def test_the_default_workspace_has_a_channel_per_theme_group_and_a_bot_that_is_in_none_of_them() -> None:
    workspace = Workspace.default()

    groups = [c for c in workspace.channels.values() if c.name.startswith("themagroep-")]
    own = {c.name for c in workspace.channels.values() if "U0G40FLOW" in c.members}

    assert len(groups) == 16
    assert all(len(channel.name) <= 80 and not channel.is_private for channel in groups)
    assert own == {"g40-triage", "g40-beheer", "g40-bestuur"}
    assert workspace.tokens["xoxb-sandbox-bot"].kind == "bot"
    assert workspace.tokens["xapp-sandbox-app"].kind == "app"
    assert workspace.apps["A0G40FLOW"].part.signing_secret == "sandbox-signing-secret"


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    content = {"users": [{"name": "anna"}], "channels": ["#algemeen"], "tokens": ["xoxb-1"]}
    content["tokens"] = [{"token": "xoxb-1"}]
    file = tmp_path / "workspace.json"
    file.write_text(json.dumps(content), encoding="utf-8")

    workspace = Workspace.load(file)

    assert workspace.find_channel("algemeen") is not None
    assert workspace.find_user("anna") is not None


def test_the_usual_other_spellings_are_understood() -> None:
    workspace = Workspace.from_text(
        """
        slack:
          team: Mijn werkplaats
          signing_secret: s
          interactivity_url: http://127.0.0.1:1/x
          users:
            anna: {profile: {email: anna@example.nl}, timezone: Europe/Paris}
            bram: {active: false}
          channels:
            - {name: geheim, visibility: private, members: [anna@example.nl, bot]}
          tokens:
            xoxb-1: chat:write,users:read
            xoxb-2: {scopes: [chat:write], revoked: true}
        """
    )

    (app,) = workspace.apps.values()
    geheim = workspace.find_channel("geheim")
    anna = workspace.find_user("anna")
    assert anna is not None
    assert geheim is not None
    assert geheim.members == [anna.id, app.bot_user_id]
    assert (anna.part.tz, geheim.is_private) == ("Europe/Paris", True)
    assert workspace.tokens["xoxb-1"].scopes == {"chat:write", "users:read"}
    assert workspace.tokens["xoxb-2"].status == "revoked"
    assert (app.part.signing_secret, app.part.request_urls.interactivity) == ("s", "http://127.0.0.1:1/x")


def test_a_manifest_and_objects_as_slack_returns_them_are_understood() -> None:
    workspace = Workspace.from_text(
        """
        apps:
          - id: A1
            bot_token: xoxb-1
            app_token: xapp-1
            interactivity: {is_enabled: true, request_url: "http://127.0.0.1:1/i"}
            event_subscriptions: {request_url: "http://127.0.0.1:1/e", bot_events: [team_join]}
            slash_commands: [{command: /g40, url: "http://127.0.0.1:1/c"}]
        users:
          - {id: U1, team_id: T1, name: anna, tz_offset: 3600, profile: {email: a@example.nl, image_72: x}}
        channels:
          - {id: C1, name: besloten, is_group: true, is_member: true, created: 1, topic: {value: Doel}}
        """
    )

    app = workspace.apps["A1"]
    channel = workspace.channels["C1"]
    assert app.part.request_urls.model_dump(exclude_none=True) == {
        "interactivity": "http://127.0.0.1:1/i",
        "events": "http://127.0.0.1:1/e",
        "commands": "http://127.0.0.1:1/c",
    }
    assert (app.part.events, app.part.commands) == (["team_join"], ["/g40"])
    assert {t.value: t.kind for t in workspace.tokens.values()} == {"xoxb-1": "bot", "xapp-1": "app"}
    assert (channel.is_private, channel.members, channel.topic) == (True, [app.bot_user_id], "Doel")
    assert workspace.users["U1"].part.email == "a@example.nl"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "users:\n  - {name: anna, emial: x}",
            "workspace:2: users.0.emial: unknown key; did you mean email?",
        ),
        ("chanels: []", "workspace:1: chanels: unknown key; did you mean channels?"),
        ("users: [{name: anna, deleted: misschien}]", "users.0"),
        ("users: [", "not valid YAML or JSON"),
        ("channels: [{name: x, members: [niemand]}]", "there is no user niemand"),
        ("tokens: [{token: xoxp-1}]", "a user token needs a user"),
        ("users: [{name: a, id: U1}, {name: b, id: U1}]", "is taken by a"),
        ("channels: [{name: x}, {name: x}]", "stands twice"),
        ("- x", "whole file"),
        ("apps: 7", "apps"),
        ("tokens: 7", "tokens"),
        ("tokens: [{token: xoxb-1, expires_at: 2026-01-01T00:00:00}]", "expires_at"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(InvalidWorkspace) as caught:
        Workspace.from_text(text)

    assert complaint in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidWorkspace, match="cannot be read"):
        Workspace.load(tmp_path / "none.yaml")


def test_ids_that_are_left_out_are_the_same_at_every_start() -> None:
    first, second = (Workspace.from_text("channels: [algemeen]") for _ in range(2))

    assert list(first.channels) == list(second.channels)
