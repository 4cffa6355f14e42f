"""Who somebody in Slack is in the network."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.errors import DeliveryError, NotAllowed
from g40flow.domain.instants import dutch_date
from g40flow.domain.network import Network, Person
from g40flow.notify.slack_calls import SlackRefused
from g40flow.notify.slack_dialog import SlackDialog
from g40flow.slack_app.payloads import Interaction
from g40flow.storage.access import person_with_email, person_with_slack_user

REMEMBER = timedelta(minutes=10)
"""Somebody whose address changes in Slack is known by it after this time."""


class Stranger(NotAllowed):
    """Somebody in Slack who is nobody in the network.

    code: "other_workspace", "guest", "bot", "unknown" (no such address) or "unreachable" (Slack did
    not say who it is).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SlackPeople:
    """Turns Slack users into people, by Slack id or else by the mail address Slack knows."""

    def __init__(self, dialog: SlackDialog, network: Network) -> None:
        self._dialog = dialog
        self._network = network
        self._users: dict[str, tuple[datetime, Mapping[str, Any]]] = {}

    def actor(self, session: Session, done: Interaction, now: datetime) -> Actor:
        """Who did it, with the roles of today. Raises Stranger."""
        self._check_workspace(done)
        person = self.person(session, done.slack_user, now)
        return actor_on(person, dutch_date(now), Surface.SLACK)

    def person(self, session: Session, slack_user: str, now: datetime) -> Person:
        """The person who is this Slack user. Raises Stranger."""
        known = person_with_slack_user(session, self._network, slack_user)
        if known is not None:
            return known
        user = self._user(slack_user, now)
        _refuse_who_is_no_member(user)
        email = str((user.get("profile") or {}).get("email") or "")
        person = person_with_email(session, self._network, email) if email else None
        if person is None:
            raise Stranger("unknown", f"nobody has the mail address of {slack_user}")
        if person.slack_user not in (None, slack_user):
            # The address alone is not enough when we know that this person is somebody else there.
            raise Stranger("unknown", f"{slack_user} has the mail address of another Slack user")
        return person

    def _check_workspace(self, done: Interaction) -> None:
        try:
            ours = self._dialog.team()
        except DeliveryError as error:
            raise Stranger("unreachable", str(error)) from error
        if done.team != ours or (done.user_team and done.user_team != ours):
            raise Stranger("other_workspace", f"{done.slack_user} is of {done.user_team or done.team}")

    def _user(self, slack_user: str, now: datetime) -> Mapping[str, Any]:
        asked_at, user = self._users.get(slack_user, (None, {}))
        if asked_at is None or now - asked_at > REMEMBER:
            try:
                user = self._dialog.user(slack_user)
            except SlackRefused as refusal:
                raise Stranger("unknown", str(refusal)) from refusal
            except DeliveryError as error:
                raise Stranger("unreachable", str(error)) from error
            self._users[slack_user] = (now, user)
        return user


def _refuse_who_is_no_member(user: Mapping[str, Any]) -> None:
    if user.get("is_bot"):
        raise Stranger("bot", "a bot")
    if user.get("deleted") or user.get("is_restricted") or user.get("is_ultra_restricted"):
        raise Stranger("guest", "a guest, or somebody who left")
