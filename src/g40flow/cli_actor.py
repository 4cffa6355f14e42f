"""Who gives a command: commands that people answer for ask who it is."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

    from g40flow.bootstrap import App
    from g40flow.domain.actors import Actor


def actor_named(session: "Session", app: "App", slug: str) -> "Actor":
    """Somebody at the command line, with his roles of today. Raises NotFound for a slug that nobody has."""
    from g40flow.domain.actors import Surface, actor_on
    from g40flow.domain.errors import NotFound
    from g40flow.domain.instants import dutch_date
    from g40flow.storage.access import effective_person

    person = effective_person(session, app.network, slug)
    if person is None:
        raise NotFound(f"er is niemand die {slug!r} heet; zie g40flow access people")
    return actor_on(person, dutch_date(app.now()), Surface.COMMAND_LINE)
