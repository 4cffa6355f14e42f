"""Messages about dossiers and calls for input, from templates/messages/. Pure."""

from pathlib import Path
from typing import Any

from g40flow.domain.dossier.shown import CallShown, DossierShown, EntryShown
from g40flow.domain.messages import Rendered
from g40flow.render.forms import MessageForms

TITLE_LENGTHS = (250, 120)
"""The first with which a message keeps its limits is taken; a title can be very long."""


class DossierRenderer:
    """Makes finished messages. templates, interactive: see MessageForms."""

    def __init__(self, templates: Path, *, interactive: bool = False) -> None:
        self._forms = MessageForms(templates, interactive=interactive)

    def dossier_card(self, view: DossierShown, group: str) -> Rendered:
        """A card in the channel of a theme group. group: slug."""
        mine = next((line for line in view.groups if line.slug == group), None)
        return self._written("dossier_card", view=view, mine=mine)

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of a card about a dossier that became confidential."""
        return self._forms.written("dossier_hidden", {"number": number})

    def dossier_note(self, view: DossierShown, entry: EntryShown) -> Rendered:
        """A line to somebody who follows the dossier."""
        return self._written("dossier_note", view=view, entry=entry)

    def term_notice(self, view: DossierShown, entry: EntryShown) -> Rendered:
        """To everybody involved: the term is another one."""
        return self._written("term_notice", view=view, entry=entry)

    def call_invitation(self, view: CallShown) -> Rendered:
        """To the coordinator of a city, with his own link. Private."""
        return self._about_call("call_invitation", view, private=True)

    def call_reminder(self, view: CallShown) -> Rendered:
        """The same, to who has not answered. Private."""
        return self._about_call("call_reminder", view, private=True)

    def call_escalation(self, view: CallShown) -> Rendered:
        """To the lead of the group: too few answers on the last day."""
        return self._about_call("call_escalation", view)

    def call_closed(self, view: CallShown) -> Rendered:
        """To who works with the answers: the call is closed."""
        return self._about_call("call_closed", view)

    def call_dissent(self, view: CallShown) -> Rendered:
        """To who works with the answers: a city does not agree."""
        return self._about_call("call_dissent", view)

    def _about_call(self, name: str, view: CallShown, *, private: bool = False) -> Rendered:
        # A mail is followed by another one when the last day changes or the call ends.
        change = f"{view.state}:{view.closes_at.isoformat()}" if private else ""
        return self._forms.written(
            name, {"view": view, "title_length": TITLE_LENGTHS[0]}, private=private, change=change
        )

    def _written(self, name: str, **values: Any) -> Rendered:
        return self._forms.written(name, {**values, "title_length": TITLE_LENGTHS[0]})
