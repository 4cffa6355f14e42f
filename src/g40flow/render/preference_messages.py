"""Messages that follow from what people chose, from templates/messages/. Pure."""

from pathlib import Path

from g40flow.domain.messages import Rendered
from g40flow.domain.personal_lists import ListLine, PassedOn, PersonalList, StandingIn
from g40flow.domain.preferences import Topic
from g40flow.render.forms import MessageForms
from g40flow.render.messages import keeps_list_limits


class PreferenceRenderer:
    """Makes finished messages. templates: the folder that holds messages/."""

    def __init__(self, templates: Path) -> None:
        self._forms = MessageForms(templates)

    def personal_list(self, view: PersonalList) -> Rendered:
        """Several messages to one person, a line each, under what they are about.

        Private: a line can tell of a confidential dossier, or lead to a personal page.
        """
        for shown in range(len(view.lines), -1, -1):
            lines = view.lines[:shown]
            hidden = len(view.lines) - shown + view.more
            values = {
                "view": view,
                "topics": _by_topic(lines),
                "hidden": hidden,
                "total": shown + hidden,
            }
            rendered = self._forms.written("personal_list", values, private=True)
            if keeps_list_limits(rendered):
                return rendered
        raise ValueError("a list without lines breaks the limits of a message")

    def passed_on(self, view: PassedOn) -> Rendered:
        """To a deputy: what somebody who is away got and nobody else."""
        return self._forms.written("passed_on", {"view": view})

    def standing_in(self, view: StandingIn) -> Rendered:
        """To a deputy: for whom, when, and in which roles."""
        return self._forms.written("standing_in", {"view": view}, change="over" if view.is_over else "")


def _by_topic(lines: tuple[ListLine, ...]) -> list[tuple[str, list[ListLine]]]:
    """Lines under the topics in their own order, those without a topic last."""
    order: list[Topic | None] = [*Topic, None]
    grouped = [(topic or "", [line for line in lines if line.topic is topic]) for topic in order]
    return [(topic, found) for topic, found in grouped if found]
