"""`g40flow deadlines`: what time alone brings about, without Prefect. Imports happen inside commands.

For a machine that runs commands by its own clock, or for looking once by hand.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from g40flow.cli_text import plain

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.use_cases.dossier.watch_deadlines import Watched

deadlines = typer.Typer(
    help="Termijnen: herinneren, opschalen en planningen opnieuw berekenen.", no_args_is_help=True
)

JsonOption = Annotated[bool, typer.Option("--json", help="Uitvoer als JSON, voor scripts.")]


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()

WORDS = {
    "rounds": "besluitrondes beëindigd",
    "ratifications": "bekrachtigingen naar een eerdere vergadering",
    "calls": "uitvragen gesloten",
    "invited": "nieuwe coördinatoren uitgenodigd voor een uitvraag",
    "chased": "herinneringen aan steden",
    "no_response": "dossiers zonder reactie afgesloten",
    "reminded": "herinneringen en meldingen van vertraging",
    "recalculated": "planningen opnieuw berekend",
    "signatures": "herinneringen aan handtekeningen",
    "reduced": "contacten waarvan de bewaartermijn voorbij is",
    "bodies": "commissies en ministeries toegevoegd aan de relaties",
    "outcomes": "voorstellen over uitkomsten nieuw of veranderd",
    "hooks_changed": "momenten in de Kamer gewijzigd of voorbij",
    "hooks_proposed": "momenten in de Kamer voorgesteld",
    "hooks_reminded": "herinneringen aan wat klaar moet zijn voor een moment",
}


@deadlines.command()
def watch(as_json: JsonOption = False) -> None:
    """Sluit wat voorbij is, herinner en schaal op. Keurt nooit iets goed; vaker mag."""
    from g40flow.jobs import watch_deadlines

    _say(watch_deadlines(WIRING.app()), as_json=as_json)


@deadlines.command()
def recalculate(as_json: JsonOption = False) -> None:
    """Bereken planningen opnieuw die niet meer kloppen met de kalender of de uitgever."""
    from g40flow.jobs import recalculate_plans

    _say(recalculate_plans(WIRING.app()), as_json=as_json)


def _say(seen: "Watched", *, as_json: bool) -> None:
    """What was done; a dossier in trouble ends the command with code 1."""
    if as_json:
        typer.echo(json.dumps(vars(seen), ensure_ascii=False, indent=2))
    else:
        for name, words in WORDS.items():
            if count := getattr(seen, name):
                typer.echo(f"{count:>5}  {words}")
        if not any(getattr(seen, name) for name in WORDS) and not seen.errors:
            typer.echo("niets te doen")
        for error in seen.errors:
            typer.echo(plain(f"mislukt: {error}"), err=True)
    if seen.errors:
        raise typer.Exit(1)
