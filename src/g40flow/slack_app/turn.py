"""What a handler gets: what was done, by whom, and the means to work on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.render.slack_views import SlackViews
from g40flow.slack_app.answers import Answer
from g40flow.slack_app.payloads import Interaction
from g40flow.storage.slack_interactions import note_done


@dataclass(kw_only=True)
class Turn:
    """One thing that somebody did. changed: set once something was changed by it."""

    app: App
    views: SlackViews
    done: Interaction
    actor: Actor
    now: datetime
    changed: bool = False

    @property
    def portal(self) -> str:
        """Address of the portal, without a slash."""
        return self.app.settings.portal_url.rstrip("/")

    def group_name(self, slug: str) -> str:
        """The name of a theme group; the slug if the network has none of that name."""
        group = self.app.network.group(slug)
        return slug if group is None else group.name

    def reading(self) -> AbstractContextManager[Session]:
        """A session that changes nothing."""
        return self.app.database.reading()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session with one transaction, in which this act counts as done: it never happens twice."""
        with self.app.database.writing() as session:
            yield session
            note_done(session, self.done.key, self.now)
        self.changed = True


Handler = Callable[[Turn], Answer]
