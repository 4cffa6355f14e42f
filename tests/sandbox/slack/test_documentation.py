"""docs/sandbox-slack.md says what is true."""

import re
from pathlib import Path

from g40flow.sandbox.slack import Workspace
from g40flow.sandbox.slack.control import Control
from g40flow.sandbox.slack.deliveries import Deliveries
from g40flow.sandbox.slack.faults import FAULT_KINDS
from g40flow.sandbox.slack.server import SlackServer

PAGE = (Path(__file__).parents[3] / "docs" / "sandbox-slack.md").read_text(encoding="utf-8")


def test_the_example_of_a_workspace_file_can_be_loaded() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    workspace = Workspace.from_text(example)

    assert workspace.find_channel("besloten") is not None
    assert workspace.apps["A0G40FLOW"].part.socket_mode is True


def test_every_control_address_and_fault_is_in_the_documentation(slack: SlackServer) -> None:

    control = Control(slack.workspace, slack.clock, Deliveries(slack.workspace, slack.clock))

    for route in control.routes():
        assert f"`{route.path.removeprefix('/sandbox/')}" in PAGE, route.path
    for kind in FAULT_KINDS:
        assert f"`{kind}`" in PAGE, kind
