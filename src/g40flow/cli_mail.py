"""`g40flow mail`: whose mail is refused, and letting it go again. Imports happen inside commands."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from g40flow.cli_text import moment, plain, table

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


TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server that calls us keeps the notice and tries again."""


@mail.command()
def bounce(
    notice: Annotated[typer.FileBinaryRead, typer.Argument(help="Bestand met de teruggekomen mail, of -.")],
) -> None:
    """Lees een melding dat een mail niet is aangekomen; bruikbaar als pipe van een mailserver."""
    from sqlalchemy.exc import SQLAlchemyError

    from g40flow.domain.errors import G40FlowError
    from g40flow.notify.mail_bounce import LARGEST_NOTICE, read_bounces
    from g40flow.use_cases.note_bounce import note_bounces

    bounces = read_bounces(notice.read(LARGEST_NOTICE + 1))
    if not bounces:
        typer.echo("dit is geen melding over een mail van g40flow; er is niets gewijzigd")
        return
    try:
        app = WIRING.app()
        with app.database.writing() as session:
            noted = note_bounces(session, bounces, app.now())
    except (G40FlowError, SQLAlchemyError) as error:
        typer.echo(f"g40flow mail bounce: nu niet te verwerken: {plain(str(error))[:300]}", err=True)
        raise typer.Exit(TRY_LATER) from error
    for person in noted.refused:
        typer.echo(f"mail aan {person} wordt geweigerd; er gaat geen mail meer naar dit adres")
    if noted.late:
        typer.echo(f"mail die later komt: {noted.late}")
    if noted.failed:
        typer.echo(f"mail die niet is aangekomen: {noted.failed}; zie g40flow outbox --state failed")
    if noted.unknown:
        typer.echo(f"niet van g40flow, of al bekend: {noted.unknown}")
