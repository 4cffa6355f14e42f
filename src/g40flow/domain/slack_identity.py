"""Who somebody is at Slack."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SlackIdentity:
    """A Slack user on Slack's word: checked for signature, time, workspace and this very attempt.

    email: "" when Slack tells none. email_verified: whether Slack saw that it is theirs.
    """

    user_id: str
    email: str
    email_verified: bool
