"""Messages about what may have come of an ask or a point, from templates/messages/. Pure."""

from pathlib import Path

from g40flow.domain.messages import Rendered
from g40flow.domain.outcomes.shown import OutcomeTold
from g40flow.render.forms import MessageForms

TITLE_LENGTH = 250


class OutcomeRenderer:
    """Makes finished messages. templates, interactive: see MessageForms."""

    def __init__(self, templates: Path, *, interactive: bool = False) -> None:
        self._forms = MessageForms(templates, interactive=interactive)

    def outcome_proposal(self, told: OutcomeTold) -> Rendered:
        """Something may say what came of an ask or a point: is that so?"""
        return self._forms.written("outcome_proposal", _values(told))

    def outcome_change(self, told: OutcomeTold) -> Rendered:
        """The Chamber voted on what was proposed, or corrected what it had recorded."""
        return self._forms.written("outcome_change", _values(told), change=str(told.number))

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of what was posted about a dossier that became confidential."""
        return self._forms.written("dossier_hidden", {"number": number})


def _values(told: OutcomeTold) -> dict[str, object]:
    return {
        "told": told,
        "view": told.dossier,
        "outcome": told.outcome,
        "vote": told.outcome.vote,
        "title_length": TITLE_LENGTH,
    }
