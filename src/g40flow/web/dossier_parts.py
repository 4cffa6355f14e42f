"""The parts of a dossier's page that have a module and a template of their own.

A part is a function that returns what its template, templates/web/dossier/_<name>.html, shows as
`part`; None when there is nothing to show or to do for this person at this stage.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.storage.dossier_tables import Dossier
from g40flow.web.board_page import decision_part
from g40flow.web.dossier_call import call_part
from g40flow.web.dossier_submission import submission_part
from g40flow.web.dossier_text import text_part
from g40flow.web.hook_part import hook_part
from g40flow.web.outcomes_part import outcomes_part
from g40flow.web.plan_view import plan_part

PartView = Callable[[Session, App, Dossier, Actor, datetime], Any]

PARTS: Mapping[str, PartView] = {
    "plan": plan_part,
    "text": text_part,
    "call": call_part,
    "decision": decision_part,
    "submission": submission_part,
    "hooks": hook_part,
    "outcomes": outcomes_part,
}
"""By name, in the order of the page."""


def part_views(session: Session, app: App, dossier: Dossier, actor: Actor, now: datetime) -> dict[str, Any]:
    """What every part shows, by name; a part that nobody made yet is None."""
    names = dict.fromkeys(PARTS)
    return names | {name: view(session, app, dossier, actor, now) for name, view in PARTS.items()}
