"""Messages about deadlines, from templates/messages/. Pure."""

from pathlib import Path

from g40flow.domain.dossier.reminders import DeadlineShown
from g40flow.domain.dossier.shown import DossierShown
from g40flow.domain.messages import Rendered
from g40flow.render.forms import MessageForms

TITLE_LENGTH = 250


class DeadlineRenderer:
    """Makes finished messages. templates, interactive: see MessageForms."""

    def __init__(self, templates: Path, *, interactive: bool = False) -> None:
        self._forms = MessageForms(templates, interactive=interactive)

    def deadline_reminder(self, view: DossierShown, deadline: DeadlineShown) -> Rendered:
        """To somebody whose move it is."""
        return self._written("deadline_reminder", view, deadline)

    def deadline_escalation(self, view: DossierShown, deadline: DeadlineShown) -> Rendered:
        """To somebody else who can help: a stage is late."""
        return self._written("deadline_escalation", view, deadline)

    def _written(self, name: str, view: DossierShown, deadline: DeadlineShown) -> Rendered:
        values = {"view": view, "deadline": deadline, "title_length": TITLE_LENGTH}
        return self._forms.written(name, values)
