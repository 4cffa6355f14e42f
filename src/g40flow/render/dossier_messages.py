"""Messages about dossiers, calls for input and decisions, from templates/messages/. Pure."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from g40flow.domain.dossier.calls import CallState
from g40flow.domain.dossier.shown import CallShown, DecisionShown, DossierShown, EntryShown
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
        return self._about_call("call_invitation", view, private=True, change=_told_again(view))

    def call_reminder(self, view: CallShown) -> Rendered:
        """The same, to who has not answered. Private. What changes afterwards the invitation tells."""
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

    def approval_request(self, view: DecisionShown) -> Rendered:
        """To a member of the board, or a deputy: decide on this text."""
        return self._about_round("approval_request", view)

    def approval_reminder(self, view: DecisionShown) -> Rendered:
        """The same, to who has not answered."""
        return self._about_round("approval_reminder", view)

    def round_extended(self, view: DecisionShown, before: datetime | date | None, reason: str) -> Rendered:
        """To everybody it concerns: the round ends later. before: its end until then."""
        return self._written("round_extended", view=view, before=before, reason=reason)

    def round_ready(self, view: DecisionShown) -> Rendered:
        """To the secretary of the board: the result can be recorded."""
        return self._about_round("round_ready", view)

    def decision_result(self, view: DecisionShown) -> Rendered:
        """To everybody it concerns: how the round ended."""
        return self._about_round("decision_result", view)

    def adoption_voided(self, view: DossierShown, reason: str) -> Rendered:
        """To everybody it concerns: what was adopted counts no longer."""
        return self._written("adoption_voided", view=view, reason=reason)

    def ratification_due(
        self, view: DecisionShown, due_on: date | None, result: str, *, is_late: bool = False
    ) -> Rendered:
        """To the secretary of the board: a meeting must ratify this. result: "" while it must."""
        return self._written("ratification_due", view=view, due_on=due_on, result=result, is_late=is_late)

    def _about_round(self, name: str, view: DecisionShown) -> Rendered:
        # No mail follows a request that was answered or is over: the result is a message of its own.
        return self._written(name, view=view)

    def _about_call(self, name: str, view: CallShown, *, private: bool = False, change: str = "") -> Rendered:
        values = {"view": view, "title_length": TITLE_LENGTHS[0]}
        return self._forms.written(name, values, private=private, change=change)

    def _written(self, name: str, **values: Any) -> Rendered:
        return self._forms.written(name, {**values, "title_length": TITLE_LENGTHS[0]})


def _told_again(view: CallShown) -> str:
    """What a city must hear in a further mail: another end, or that nothing is asked any more.

    Not that a call ended when it should, and nothing about its term once the city has answered.
    """
    is_news = view.state == CallState.OPEN or view.ended_early
    if view.state == CallState.CANCELLED or (is_news and not view.answer):
        return f"{view.state}:{view.closes_at.isoformat()}"
    return ""
