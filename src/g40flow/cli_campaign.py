"""`g40flow campaign`: campaigns without a browser, and what is kept of a person in them.

Imports happen inside commands. `g40flow dossier show` and `step` take the number of a campaign as well.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from g40flow.cli_actor import actor_named
from g40flow.cli_text import plain, table

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.domain.campaigns.hook_shown import HookShown

campaign = typer.Typer(
    help="Campagnes: bekijken, momenten in de Kamer, en persoonsgegevens in contacten.", no_args_is_help=True
)

JsonOption = Annotated[bool, typer.Option("--json", help="Uitvoer als JSON, voor scripts.")]
ByOption = Annotated[str, typer.Option("--person", help="Namens wie, bijvoorbeeld anna-testerink.")]
NameOption = Annotated[str, typer.Option("--name", help="Naam zoals die ergens kan staan.")]
AboutOption = Annotated[str, typer.Option("--about", help="Of iemand met een account, als anna-testerink.")]


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()


@campaign.command("list")
def list_campaigns(
    words: Annotated[list[str] | None, typer.Argument(help="Woorden uit titel of nummer.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Ook wat stil ligt of is afgesloten.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Toon de campagnes; waarover het eerst wordt besloten bovenaan."""
    from g40flow.domain.actors import PROGRAM
    from g40flow.domain.dossier.workflow import Process
    from g40flow.storage.campaigns import asks_of, campaigns_by_id
    from g40flow.storage.dossier_search import DossierSearch, search_dossiers

    search = DossierSearch(
        process=Process.CAMPAIGN, text=" ".join(words or ()), state="" if everything else "open", limit=500
    )
    with WIRING.app().database.reading() as session:
        found, _ = search_dossiers(session, PROGRAM, search)
        own = campaigns_by_id(session, [row.id or 0 for row in found])
        rows = [
            {
                "number": row.number,
                "title": row.title,
                "type": own[row.id or 0].campaign_type.value,
                "stage": row.stage.value,
                "decision_on": "" if row.closes_on is None else row.closes_on.isoformat(),
                "lead_group": row.lead_group,
                "asks": len(asks_of(session, row.id or 0)),
            }
            for row in found
        ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    head = ["nummer", "titel", "soort", "fase", "besluit", "voortouw", "boodschappen"]
    lines = [[str(value) for value in row.values()] for row in rows]
    typer.echo(plain(table(head, lines)) if lines else "geen campagnes")


@campaign.command("hooks")
def list_hooks(
    number: Annotated[str, typer.Argument(help="Nummer van een campagne of dossier, als 2026-014.")],
    everything: Annotated[bool, typer.Option("--all", help="Ook wat voorbij is of niet meetelt.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Toon de momenten in de Kamer waar een campagne op mikt, met wat wanneer klaar moet zijn."""
    from g40flow.domain.errors import NotFound
    from g40flow.storage.dossiers import dossier_with_number
    from g40flow.use_cases.campaigns.hooks_reading import shown_hooks_of

    app = WIRING.app()
    with app.database.reading() as session:
        dossier = dossier_with_number(session, number)
        if dossier is None or dossier.id is None:
            raise NotFound(f"er is geen campagne of dossier {number}")
        found = shown_hooks_of(session, app.desk, dossier.id, app.now(), dismissed=everything)
    rows = [_hook_row(hook) for hook in found if everything or hook.is_coming]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    head = ["id", "soort", "moment", "dag", "keuze", "stand", "eerst klaar", "uiterlijk"]
    keys = ("id", "kind", "title", "on", "state", "standing", "next_step", "next_step_on")
    lines = [[str(row[key]) for key in keys] for row in rows]
    typer.echo(plain(table(head, lines)) if lines else "geen momenten")


def _hook_row(hook: "HookShown") -> dict[str, object]:
    """Words of the program: for scripts, and short enough for a terminal."""
    step = hook.plan.next_step
    return {
        "id": hook.hook_id,
        "kind": hook.kind.value,
        "title": hook.title,
        "on": "" if hook.on is None else hook.on.isoformat(),
        "state": hook.state.value,
        "standing": hook.standing.value,
        "next_step": "" if step is None else step.preparation.value,
        "next_step_on": "" if step is None or step.on is None else step.on.isoformat(),
        "too_late": [late.preparation.value for late in hook.plan.too_late],
        "reasons": [{"kind": reason.kind.value, "value": reason.value} for reason in hook.reasons],
    }


@campaign.command("export-person")
def export_person(by: ByOption, name: NameOption = "", about: AboutOption = "") -> None:
    """Geef wat er over iemand staat in contacten en relaties, als JSON om mee te geven."""
    from g40flow.use_cases.campaigns.personal_data import Whom
    from g40flow.use_cases.campaigns.personal_data import export_person as export

    app = WIRING.app()
    with app.database.writing() as session:
        kept = export(
            session, Whom(person=about, name=name), actor=actor_named(session, app, by), now=app.now()
        )
    typer.echo(json.dumps(kept, ensure_ascii=False, indent=2))


@campaign.command("erase-person")
def erase_person(
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Waarom, bijvoorbeeld: op verzoek.")],
    name: NameOption = "",
    about: AboutOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Vraag niet om bevestiging.")] = False,
) -> None:
    """Wis iemand uit contacten en relaties. Dit kan niet ongedaan worden gemaakt."""
    from g40flow.use_cases.campaigns.personal_data import Whom
    from g40flow.use_cases.campaigns.personal_data import erase_person as erase

    if not yes:
        typer.confirm("Wissen kan niet ongedaan worden gemaakt. Doorgaan?", abort=True)
    app = WIRING.app()
    with app.database.writing() as session:
        whom, actor = Whom(person=about, name=name), actor_named(session, app, by)
        kept = erase(session, app.desk, whom, reason=reason, actor=actor, now=app.now())
    typer.echo(f"gewist uit {len(kept.touchpoints)} contacten en {len(kept.stakeholders)} relaties")
