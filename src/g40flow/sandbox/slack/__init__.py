"""A strict stand-in for Slack: Web API, Socket Mode, signed HTTP, sign-in, faults, a page to look at."""

from g40flow.sandbox.slack.app import build_slack_app
from g40flow.sandbox.slack.definition import InvalidWorkspace
from g40flow.sandbox.slack.workspace import Workspace

__all__ = ["InvalidWorkspace", "Workspace", "build_slack_app"]
