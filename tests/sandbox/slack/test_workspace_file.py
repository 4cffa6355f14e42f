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
