"""`g40flow access`: people, their sign-in links, and tokens for programs. Imports happen inside commands."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from g40flow.cli_text import moment, plain, table

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.domain.actors import Actor

access = typer.Typer(help="Toegang: mensen, inloglinks en tokens.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens waarmee programma's de API gebruiken.", no_args_is_help=True)
access.add_typer(tokens, name="token")

OPERATOR = "beheerder op de server"
"""Name in the history: who may run commands here is known to the machine, not to us."""


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()


@access.command()
def people(as_json: Annotated[bool, typer.Option("--json", help="Uitvoer als JSON.")] = False) -> None:
    """Toon wie er meedoet, met welke rollen."""
    from g40flow.domain.instants import dutch_date
    from g40flow.storage.access import effective_people

    app = WIRING.app()
    today = dutch_date(app.now())
    with app.database.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "person": person.slug,
                "name": person.name,
                "email": person.email,
                "roles": [_role(held.role, held.scope) for held in person.roles if held.is_held_on(today)],
            }
            for person in effective_people(session, app.network)
        ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    lines = [[row["person"], row["name"], row["email"], ", ".join(row["roles"])] for row in rows]
    typer.echo(table(["persoon", "naam", "e-mail", "rollen"], lines) if rows else "er is nog niemand")


@access.command()
def link(
    person: Annotated[str, typer.Argument(help="Kenmerk van de persoon, zie: g40flow access people")],
) -> None:
    """Maak een inloglink voor iemand, als e-mail en Slack (nog) niet werken. De link werkt één keer."""
    from g40flow.storage.history import NETWORK, record
    from g40flow.use_cases.access.messages import link_address
    from g40flow.use_cases.access.sign_in import make_link

    app, now = WIRING.app(), WIRING.app().now()
    with app.database.writing() as session:
        token = make_link(session, app.access, person, now)
        record(session, NETWORK, _operator(), "make_sign_in_link", now=now, facts={"person": person})
    typer.echo(link_address(app.settings.portal_url.rstrip("/"), token))
    minutes = int(app.access.link_life / timedelta(minutes=1))
    warning = f"Wie de link heeft, kan als {plain(person)} inloggen."
    typer.echo(f"Werkt {minutes} minuten, één keer. {warning}", err=True)


@access.command("sign-out")
def sign_out(
    person: Annotated[str, typer.Argument(help="Kenmerk van de persoon.")],
) -> None:
    """Log iemand overal uit, bijvoorbeeld na verlies van een telefoon."""
    from g40flow.use_cases.access.people import sign_out_everywhere

    app = WIRING.app()
    with app.database.writing() as session:
        ended = sign_out_everywhere(session, app.network, person, actor=_operator(), now=app.now())
    typer.echo(f"{ended} {'sessie' if ended == 1 else 'sessies'} beëindigd")


@tokens.command("create")
def create(
    person: Annotated[str, typer.Argument(help="In wiens naam het programma handelt.")],
    name: Annotated[str, typer.Option(help="Waarvoor het token is.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="Aantal dagen geldig.")] = 180,
    write: Annotated[bool, typer.Option("--write", help="Mag ook wijzigen.")] = False,
) -> None:
    """Maak een token. Het wordt één keer getoond, op de eerste regel."""
    from g40flow.use_cases.access.tokens import create_token

    app = WIRING.app()
    with app.database.writing() as session:
        token, secret = create_token(
            session,
            app.network,
            person,
            name=name,
            may_write=write,
            days=days,
            actor=_operator(),
            now=app.now(),
        )
    typer.echo(secret)
    until = moment(token.expires_at)
    typer.echo(f"token {token.id}, tot {until}. Bewaar het nu: het wordt niet nog eens getoond.", err=True)


@tokens.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Uitvoer als JSON.")] = False) -> None:
    """Toon de tokens, nieuwste eerst; nooit het geheim zelf."""
    from g40flow.storage.access import api_tokens
    from g40flow.use_cases.access.tokens import is_valid

    app, now = WIRING.app(), WIRING.app().now()
    with app.database.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "id": token.id,
                "name": token.name,
                "person": token.person,
                "may_write": token.may_write,
                "expires_at": token.expires_at,
                "last_used_at": token.last_used_at,
                "state": "valid" if is_valid(token, now) else "revoked" if token.revoked_at else "expired",
            }
            for token in api_tokens(session)
        ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=lambda at: at.isoformat()))
        return
    words = {"valid": "geldig", "revoked": "ingetrokken", "expired": "verlopen"}
    lines = [
        [
            row["id"],
            row["name"],
            row["person"],
            "leest en schrijft" if row["may_write"] else "leest",
            moment(row["expires_at"]),
            moment(row["last_used_at"]) or "nooit",
            words[row["state"]],
        ]
        for row in rows
    ]
    head = ["nr", "waarvoor", "als", "mag", "tot", "laatst gebruikt", "staat"]
    typer.echo(table(head, lines) if rows else "er zijn geen tokens")


@tokens.command("revoke")
def revoke(token: Annotated[int, typer.Argument(help="Nummer, zie: g40flow access token list")]) -> None:
    """Trek een token in; het werkt meteen niet meer."""
    from g40flow.use_cases.access.tokens import revoke_token

    app = WIRING.app()
    with app.database.writing() as session:
        revoked = revoke_token(session, token, actor=_operator(), now=app.now())
    typer.echo(f"token {token} ({plain(revoked.name)}) werkt niet meer")


def _operator() -> "Actor":
    from g40flow.domain.actors import AUTOMATIC, Actor, Surface

    return Actor(person=AUTOMATIC, name=OPERATOR, surface=Surface.COMMAND_LINE)


def _role(role: str, scope: str | None) -> str:
    return f"{role}:{scope}" if scope else role
