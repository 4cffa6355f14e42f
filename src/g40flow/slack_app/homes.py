"""The Home tab: shown when it is opened, and again when what waits for somebody changed."""

import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor, Surface, actor_on
from g40flow.domain.errors import DeliveryError, G40FlowError
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.notify.slack_calls import SlackRefused
from g40flow.notify.slack_dialog import SlackDialog
from g40flow.slack_app.people import SlackPeople
from g40flow.storage.slack_interactions import home_of, homes_opened_since
from g40flow.storage.slack_tables import SlackHome

STILL_OPEN = timedelta(hours=12)
"""A Home tab that was opened longer ago is made anew when it is opened again."""

Content = Callable[[Session, Actor, datetime], dict[str, Json]]
log = logging.getLogger(__name__)


class Homes:
    """Shows people what waits for them. content: the view for one person."""

    def __init__(self, app: App, dialog: SlackDialog, people: SlackPeople, content: Content) -> None:
        self._app = app
        self._dialog = dialog
        self._people = people
        self._content = content
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="slack-home")

    def open(self, slack_user: str, actor: Actor) -> None:
        """Show somebody's Home tab because it was opened."""
        self._show(slack_user, actor, opened_at=self._app.now())

    def renew_soon(self, slack_user: str) -> None:
        """Show the Home tab again if it was ever opened and is different now; in the background."""
        self._pool.submit(self._renew, slack_user)

    def renew_all_soon(self) -> None:
        """The same for everybody who opened it today: somebody else may have changed what waits."""
        with self._app.database.reading() as session:
            since = self._app.now() - STILL_OPEN
            users = [home.slack_user for home in homes_opened_since(session, since)]
        for slack_user in users:
            self.renew_soon(slack_user)

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def _renew(self, slack_user: str) -> None:
        try:
            now = self._app.now()
            with self._app.database.reading() as session:
                if home_of(session, slack_user) is None:
                    return
                person = self._people.person(session, slack_user, now)
            self._show(slack_user, actor_on(person, dutch_date(now), Surface.SLACK))
        except G40FlowError as error:
            log.warning("the Home tab of %s stays as it was: %s", slack_user, error)
        except Exception:
            log.exception("the Home tab of %s cannot be made", slack_user)

    def _show(self, slack_user: str, actor: Actor, *, opened_at: datetime | None = None) -> None:
        """opened_at: None renews it, if it is different."""
        now = self._app.now()
        with self._app.database.reading() as session:
            view = self._content(session, actor, now)
            known = home_of(session, slack_user)
        shown = hashlib.blake2b(json.dumps(view).encode(), digest_size=16).hexdigest()
        if opened_at is None and known is not None and known.shown_hash == shown:
            return
        try:
            view_hash = self._publish(slack_user, view, "" if known is None else known.view_hash)
        except DeliveryError as error:
            log.warning("the Home tab of %s was not shown: %s", slack_user, error)
            return
        with self._app.database.writing() as session:
            home = home_of(session, slack_user) or SlackHome(
                slack_user=slack_user, person=actor.person, opened_at=now
            )
            home.person, home.opened_at = actor.person, opened_at or home.opened_at
            home.view_hash, home.shown_hash = view_hash, shown
            session.add(home)

    def _publish(self, slack_user: str, view: dict[str, Json], view_hash: str) -> str:
        try:
            return self._dialog.publish_home(slack_user, view, view_hash=view_hash)
        except SlackRefused as refusal:
            if refusal.code != "hash_conflict":
                raise
        # Another process showed something since; what was made now is newer.
        return self._dialog.publish_home(slack_user, view)
