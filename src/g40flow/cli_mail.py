"""`g40flow mail`: whose mail is refused, and letting it go again. Imports happen inside commands."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from g40flow.cli_text import moment, table

if TYPE_CHECKING:
    from g40flow.bootstrap import App


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()

mail = typer.Typer(help="Mail aan mensen die niet in Slack zitten.", no_args_is_help=True)
STATES = {"hard": "geweigerd", "soft": "nu niet"}


@mail.command("list")
def refused(
    as_json: Annotated[bool, typer.Option("--json", help="Uitvoer als JSON, voor scripts.")] = False,
) -> None:
    """Toon voor wie de mailserver mail weigert, en waarom."""
    from g40flow.storage.mail_states import refusing_addresses

    app = WIRING.app()
    with app.database.reading() as session:
        rows = refusing_addresses(session)
    if as_json:
        shown = [
            {
                "person": row.person,
                "state": row.state.value,
                "since": row.since_at.isoformat(),
                "refusals": row.refusals,
                "reason": row.reason,
            }
            for row in rows
        ]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo("niemands mail wordt geweigerd")
        return
    head = ["persoon", "staat", "sinds", "keer", "wat de mailserver zei"]
    lines = [[row.person, STATES[row.state], moment(row.since_at), row.refusals, row.reason] for row in rows]
    typer.echo(table(head, lines))


@mail.command()
def allow(person: Annotated[str, typer.Argument(help="Korte naam (slug) uit people.yaml.")]) -> None:
    """Laat mail aan iemand weer toe; wat was mislukt, gaat opnieuw."""
    from g40flow.use_cases.allow_mail import allow_mail

    app = WIRING.app()
    with app.database.writing() as session:
        addresses, messages = allow_mail(session, app.network, person, now=app.now())
    if not addresses:
        typer.echo(f"mail aan {person} werd niet geweigerd")
    else:
        typer.echo(f"mail aan {person} mag weer")
    if messages:
        typer.echo(f"berichten die opnieuw gaan: {messages}")
