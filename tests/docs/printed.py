"""Prints docs/{workflow,rights,routes,exceptions}.md from the tables in the code and the tests.

After a change of a table: python -m tests.docs.printed
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap

from g40flow.domain.campaigns.bodies import ADOPTED_BY
from g40flow.domain.campaigns.types import CAMPAIGN_TYPES
from g40flow.domain.campaigns.words import CampaignType
from g40flow.domain.campaigns.workflow import CAMPAIGN_STEPS
from g40flow.domain.dossier.rights import RIGHTS, Right
from g40flow.domain.dossier.words import DocumentType
from g40flow.domain.dossier.workflow import (
    CAMPAIGN_STAGES,
    FINAL,
    RESPONSE_STAGES,
    RESPONSE_STEPS,
    RESTING,
    Stage,
    Step,
)
from g40flow.domain.network import Role
from tests.docs.exceptions import exceptions_page
from tests.web.route_rights import OPEN, ROUTES, SIGNED_IN

DOCS = Path(__file__).parents[2] / "docs"
SHOWN_APART = frozenset({"withdraw", "suspend", "resume", "merge", "close_missed", "stop"})
"""Steps that lead from nearly every stage; arrows for them would hide the others."""


def workflow_page() -> str:
    """docs/workflow.md."""
    return "\n".join(
        [
            "# Workflow of texts and campaigns",
            "",
            *_paragraph(
                """Printed from `g40flow.domain.dossier.workflow` and `g40flow.domain.campaigns` by
                `python -m tests.docs.printed`; a test fails when it differs. Steps are code; people,
                thresholds and dates are configuration. Who holds a role in a dossier is decided by
                `g40flow.domain.actors.roles_in`; whether a condition holds by `g40flow.storage.guards`."""
            ),
            "",
            *_paragraph(
                """There are two tables. A text of the network (a response, letter, paper or manifest) goes
                by the first, a lobby campaign by the second, see [campaigns.md](campaigns.md); what a step
                is, and how one is taken, is the same for both. Conditions must all hold. *Why*: the actor
                says why. *Program*: the program takes it too, as soon as its conditions hold, or because a
                publisher or another act gives cause."""
            ),
            "",
            *_process("A text", RESPONSE_STEPS, RESPONSE_STAGES, Stage.SIGNALED),
            *_process("A campaign", CAMPAIGN_STEPS, CAMPAIGN_STAGES, Stage.IDEA),
            "### What a type of campaign asks besides",
            "",
            *_table(
                ["type", "carries", "further conditions", "proposes", "hooks"],
                [_type_row(kind) for kind in CampaignType],
            ),
            "",
            "## Who adopts which document",
            "",
            *_paragraph(
                """Everything can be put before the daily board; the other bodies adopt what is theirs.
                `config/workflow.yaml` can say otherwise."""
            ),
            "",
            *_table(
                ["document", "body"],
                [[f"`{kind}`", _words(ADOPTED_BY[kind]) or "nobody"] for kind in DocumentType],
            ),
            "",
        ]
    )


def rights_page() -> str:
    """docs/rights.md."""
    return "\n".join(
        [
            "# Rights",
            "",
            *_paragraph(
                """Printed from the tables in the code by `python -m tests.docs.printed`; a test reads it back
                cell by cell. A role counts for a dossier only through its groups, pillar, pen holder or
                partners (`g40flow.domain.actors.roles_in`): leading people of a co-group are members there,
                and answer only for their own group. A confidential dossier exists only for its readers and
                its pen holder. The program itself takes the steps that are marked so in
                [workflow.md](workflow.md). Which page needs which right is in [access.md](access.md)."""
            ),
            "",
            "## Steps per role",
            "",
            *_matrix("step", [(step.action, step.roles) for step in RESPONSE_STEPS]),
            "",
            "## Steps of campaigns per role",
            "",
            *_matrix("step", [(step.action, step.roles) for step in CAMPAIGN_STEPS]),
            "",
            "## Other acts per role",
            "",
            *_matrix("right", [(right.value, RIGHTS[right]) for right in Right]),
            "",
        ]
    )


def routes_page() -> str:
    """docs/routes.md."""
    by_right = [(route, right) for route, right in ROUTES.items() if isinstance(right, Right)]
    return "\n".join(
        [
            "# Routes",
            "",
            *_paragraph(
                """Printed by `python -m tests.docs.printed` from `tests/web/route_rights.py`, where every
                route must have a row; `tests/web/test_route_rights.py` tries every route for every role,
                for somebody without a role and for nobody. What the rights are is in
                [rights.md](rights.md), how people come in in [access.md](access.md)."""
            ),
            "",
            "## By right, whatever the dossier",
            "",
            *_matrix("route", [(f"{route}` `{right}", RIGHTS[right]) for route, right in by_right]),
            "",
            "## By dossier",
            "",
            *_paragraph(
                """For everybody who has a role; what one may do there follows from one's roles in that
                dossier, and the use case behind the route checks it."""
            ),
            "",
            *_routes_for(SIGNED_IN),
            "",
            "## For programs",
            "",
            *_paragraph(
                """Everything below `/api/v1` asks for a token in each request and acts in the name of its
                person; `tests/web/api` tries each of its routes without one."""
            ),
            "",
            "## Without signing in",
            "",
            *_routes_for(OPEN),
            "",
        ]
    )


def _routes_for(whom: str) -> list[str]:
    return [f"- `{route}`" for route, expected in ROUTES.items() if expected == whom]


PAGES = {
    "workflow.md": workflow_page,
    "rights.md": rights_page,
    "routes.md": routes_page,
    "exceptions.md": exceptions_page,
}


def _process(name: str, steps: Sequence[Step[Stage]], stages: Sequence[Stage], start: Stage) -> list[str]:
    """Diagram, stages and steps of one table."""
    apart = sorted(SHOWN_APART & {step.action for step in steps})
    return [
        f"## {name}",
        "",
        f"Not drawn, because they lead from nearly everywhere: {_words(apart)}.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {start}",
        *_arrows(steps),
        "    closed --> [*]",
        "```",
        "",
        f"- Work: {_words(stage for stage in stages if stage not in FINAL | RESTING)}.",
        f"- At rest, may come back: {_words(stage for stage in stages if stage in RESTING)}.",
        f"- Final: {_words(stage for stage in stages if stage in FINAL)}.",
        "",
        *_table(
            ["step", "from", "to", "who", "conditions", "why", "program"], [_step_row(step) for step in steps]
        ),
        "",
    ]


def _type_row(kind: CampaignType) -> list[str]:
    rules = CAMPAIGN_TYPES[kind]
    needs = "; ".join(f"`{action}`: {_words(guards)}" for action, guards in rules.needs.items())
    return [f"`{kind}`", f"`{rules.document}`", needs, _words(rules.proposes), _words(rules.hooks)]


def _arrows(steps: Sequence[Step[Stage]]) -> list[str]:
    return [
        f"    {source} --> {step.target}: {step.action}"
        for step in steps
        if step.action not in SHOWN_APART and step.target is not None
        for source in step.sources
    ]


def _step_row(step: Step[Stage]) -> list[str]:
    return [
        f"`{step.action}`",
        _words(step.sources),
        f"`{step.target}`" if step.target else "where it was",
        _words(sorted(step.roles)),
        _words(step.guards),
        "yes" if step.reason else "",
        "yes" if step.automatic else "",
    ]


def _paragraph(text: str) -> list[str]:
    return wrap(" ".join(text.split()), 100, break_long_words=False, break_on_hyphens=False)


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _matrix(what: str, rows: Sequence[tuple[str, frozenset[Role]]]) -> list[str]:
    head = [what, *(f"`{role}`" for role in Role)]
    cells = [[f"`{name}`", *("x" if role in roles else "" for role in Role)] for name, roles in rows]
    return _table(head, cells)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_line(head), _line(["---"] * len(head)), *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    for file, page in PAGES.items():
        (DOCS / file).write_text(page(), encoding="utf-8")
