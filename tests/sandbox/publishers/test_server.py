"""Who can reach the sandbox."""

import httpx
import pytest

from g40flow.sandbox.server import NotLoopback, SandboxServer, run_sandbox


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "g40.example.org"])
def test_only_addresses_of_this_machine_are_bound(host: str) -> None:
    with pytest.raises(NotLoopback, match="only listens on this machine"):
        run_sandbox(host, 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Origin": "http://evil.example"},
    ],
)
def test_a_page_elsewhere_cannot_reach_the_sandbox_through_a_browser(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    assert client.post("/sandbox/reset", json={}, headers=headers).status_code == 403


def test_a_form_of_the_sandbox_itself_is_accepted(client: httpx.Client, sandbox: SandboxServer) -> None:
    answer = client.post("/sandbox/reset", json={}, headers={"Origin": sandbox.base_url})

    assert answer.status_code == 200


def test_two_sandboxes_live_side_by_side() -> None:
    with SandboxServer() as one, SandboxServer() as other:
        assert one.base_url != other.base_url
        httpx.post(f"{one.base_url}/sandbox/script/next", json={})

        states = [httpx.get(f"{s.base_url}/sandbox/state").json()["script_position"] for s in (one, other)]

    assert states == [1, 0]


def test_publishers_and_slack_share_one_server_and_one_clock() -> None:
    with SandboxServer(with_slack=True) as sandbox:
        answer = httpx.post(f"{sandbox.base_url}/slack/api/auth.test")

    assert answer.json() == {"ok": False, "error": "not_authed"}
    assert sandbox.slack
    assert sandbox.slack.state.clock is sandbox.clock
