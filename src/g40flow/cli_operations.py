"""`g40flow backup`, `restore` and `clean`: looking after the database. Imports happen inside commands."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from g40flow.bootstrap import App


class Wiring:
    """What `cli` fills in. app: the program, whatever version its database has.

    ready_app: the program with a database of the right version.
    """

    app: Callable[[], "App"]
    ready_app: Callable[[], "App"]


WIRING = Wiring()


def backup(target: Annotated[Path, typer.Argument(help="Bestand dat er nog niet is.")]) -> None:
    """Maak een kopie van de database (SQLite) terwijl alles doorloopt, en controleer die."""
    from g40flow.storage.backup import back_up

    made = back_up(WIRING.app().database, target)
    typer.echo(f"{made.path}: {made.size / 1_000_000:.1f} MB, versie {made.version}, gecontroleerd")


def restore(
    origin: Annotated[Path, typer.Argument(help="Kopie die met g40flow backup is gemaakt.")],
    yes: Annotated[bool, typer.Option("--yes", help="Niet vragen.")] = False,
) -> None:
    """Zet een kopie van de database terug (SQLite). Stop eerst het portaal en de flows."""
    from g40flow.storage import schema_version
    from g40flow.storage.backup import check
    from g40flow.storage.backup import restore as put_back

    app = WIRING.app()
    found = check(origin)
    if not yes:
        typer.confirm(
            f"De database wordt vervangen door {origin} (versie {found.version}). "
            "Alles van daarna verdwijnt uit het programma. Doorgaan?",
            abort=True,
        )
    kept = put_back(app.database, origin)
    typer.echo(f"teruggezet: {origin}")
    if kept is not None:
        typer.echo(f"de stand van zojuist staat in {kept}")
    if not schema_version.is_current(app.database):
        typer.echo("deze kopie is van een ouder programma; voer nu uit: g40flow db upgrade")


def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Alleen tellen.")] = False,
) -> None:
    """Ruim op wat niet meer nodig is; het bewijs per dag blijft altijd bewaard."""
    from g40flow import jobs

    done = jobs.clean(WIRING.ready_app(), dry_run=dry_run)
    verb = "zou" if dry_run else "is"
    typer.echo(f"dagen samengevat voor altijd: {done.days_kept}")
    typer.echo(f"wat {verb} opgeruimd{' worden' if dry_run else ''}:")
    typer.echo(f"  losse keren dat is gekeken: {done.looks}")
    typer.echo(f"  verlopen inloglinks, sessies en pogingen: {done.sign_ins}")
    typer.echo(f"  handelingen in Slack die zijn afgerond: {done.slack_acts}")
    typer.echo(f"  claims van processen die zijn gestopt: {done.claims}")
