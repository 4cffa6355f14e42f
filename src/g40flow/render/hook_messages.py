"""Messages about moments in parliament, from templates/messages/. Pure."""

from pathlib import Path

from g40flow.domain.campaigns.hook_shown import HookNoticeShown, HookProposalsShown, HookReminderShown
from g40flow.domain.messages import Rendered
from g40flow.render.forms import MessageForms

TITLE_LENGTH = 250


class HookRenderer:
    """Makes finished messages. templates, interactive: see MessageForms."""

    def __init__(self, templates: Path, *, interactive: bool = False) -> None:
        self._forms = MessageForms(templates, interactive=interactive)

    def hook_reminder(self, view: HookReminderShown) -> Rendered:
        """To who must get something ready."""
        values = {"reminder": view, "view": view.dossier, "title_length": TITLE_LENGTH}
        return self._forms.written("hook_reminder", values)

    def hook_notice(self, view: HookNoticeShown) -> Rendered:
        """To everybody involved: a moment is on another day, off, or without a day.

        Where a message cannot be edited, only that it became another one again is told anew, and that
        is a notice of its own.
        """
        values = {"notice": view, "view": view.dossier, "title_length": TITLE_LENGTH}
        return self._forms.written("hook_notice", values)

    def hook_proposals(self, view: HookProposalsShown) -> Rendered:
        """To who chooses which moments count."""
        values = {"proposals": view, "view": view.dossier, "title_length": TITLE_LENGTH}
        return self._forms.written("hook_proposals", values)

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of what was posted about a dossier that became confidential."""
        return self._forms.written("dossier_hidden", {"number": number})
