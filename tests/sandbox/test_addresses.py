import httpx
import pytest
from slack_sdk import WebClient

from g40flow.sandbox.server import SandboxServer


@pytest.mark.parametrize("path", ["/api/", "/slack/api/"])
def test_slack_answers_at_the_bare_address_and_under_its_own(path: str) -> None:
    with SandboxServer(with_slack=True) as sandbox:
        client = WebClient("xoxb-sandbox-bot", base_url=sandbox.base_url + path)
        client.proxy = None

        assert client.auth_test()["user"] == "g40flow"


def test_controls_of_slack_and_of_the_publishers_do_not_hide_each_other() -> None:
    with SandboxServer(with_slack=True) as sandbox, httpx.Client(base_url=sandbox.base_url) as browser:
        state = browser.get("/sandbox/state").json()
        calls = browser.get("/sandbox/calls").json()

    assert "tweedekamer" in state
    assert calls["calls"] == []
