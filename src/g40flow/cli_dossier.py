"""`g40flow dossier` and `g40flow audit`: dossiers without a browser. Imports happen inside commands.

Who may run commands is known to the machine; each act names for whom it is done, and the history says
that it came from the command line.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from g40flow.cli_actor import actor_named
from g40flow.cli_text import dutch_words, moment, plain, table

if TYPE_CHECKING:
    from sqlmodel import Session

    from g40flow.bootstrap import App
    from g40flow.storage.dossier_tables import Dossier

dossier = typer.Typer(help="Dossiers: bekijken, openen en stappen zetten.", no_args_is_help=True)
audit = typer.Typer(help="De geschiedenis controleren.", no_args_is_help=True)

NumberArgument = Annotated[str, typer.Argument(help="Nummer van het dossier, zoals 2026-014.")]
PersonOption = Annotated[str, typer.Option("--person", help="Namens wie, bijvoorbeeld anna-testerink.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Uitvoer als JSON, voor scripts.")]
SHOWN = 20
"""Entries of the history that are shown; the portal shows all."""


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()


@dossier.command("list")
def list_dossiers(
    words: Annotated[list[str] | None, typer.Argument(help="Woorden uit titel of nummer.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Ook wat stil ligt of is afgesloten.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Toon de dossiers; wat het eerst sluit bovenaan."""
    from g40flow.domain.actors import PROGRAM
    from g40flow.storage.dossier_search import DossierSearch, search_dossiers

    app = WIRING.app()
    search = DossierSearch(text=" ".join(words or ()), state="" if everything else "open", limit=500)
    with app.database.reading() as session:
        found, total = search_dossiers(session, PROGRAM, search)
    if as_json:
        typer.echo(json.dumps([_as_json(row) for row in found], ensure_ascii=False, indent=2))
        return
    say = dutch_words()
    rows = [[row.number, say("stage", row.stage), _closes(row), row.lead_group, row.title] for row in found]
    typer.echo(table(["nummer", "stap", "sluit", "voortouw", "titel"], rows) if rows else "geen dossiers")
    if total > len(found):
        typer.echo(f"en nog {total - len(found)}; zoek gerichter")


@dossier.command()
def show(number: NumberArgument, as_json: JsonOption = False) -> None:
    """Toon een dossier met zijn groepen, bijzonderheden en het laatste uit de geschiedenis."""
    from g40flow.storage.dossiers import exceptions_of, groups_of
    from g40flow.storage.history import chain_of, history_of

    app = WIRING.app()
    with app.database.reading() as session:
        row = _found(session, number)
        assert row.id is not None
        groups, entries = groups_of(session, row.id), list(history_of(session, chain_of(row.id)))
        raised = [found for found in exceptions_of(session, row.id) if found.lifted_at is None]
    if as_json:
        whole = _as_json(row) | {
            "groups": {group.theme_group: group.state for group in groups},
            "exceptions": [found.code for found in raised],
            "history": [
                {"at": e.at.isoformat(), "person": e.person, "action": e.action, "reason": e.reason}
                for e in entries
            ],
        }
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    say = dutch_words()
    states = (f"{group.theme_group} ({say('group_state', group.state)})" for group in groups)
    typer.echo(plain(f"{row.number}  {row.title}"))
    typer.echo(f"stap       {say('stage', row.stage)}")
    typer.echo(f"sluit      {_closes(row)}")
    typer.echo("groepen    " + (", ".join(states) or "nog geen"))
    typer.echo(f"penvoerder {row.pen_holder or 'nog niemand'}")
    if raised:
        typer.echo("let op     " + ", ".join(say("exception", found.code) for found in raised))
    rows = [[moment(e.at), e.person_name, _act(say, e.action), e.reason] for e in entries[-SHOWN:]]
    typer.echo("\n" + table(["wanneer", "wie", "wat", "waarom"], rows))


@dossier.command("open")
def open_one(
    item: Annotated[int, typer.Argument(min=1, help="Nummer van het stuk.")],
    person: PersonOption,
    routed: Annotated[bool, typer.Option("--routed", help="Stuur het meteen naar de groepen.")] = False,
    second: Annotated[bool, typer.Option("--second", help="Ook als er al een dossier is.")] = False,
) -> None:
    """Open een dossier over een stuk."""
    from g40flow.domain.errors import InvalidInput
    from g40flow.use_cases.dossier.open_dossier import AlreadyDossier, open_dossier

    app = WIRING.app()
    with app.database.writing() as session:
        actor = actor_named(session, app, person)
        try:
            opened = open_dossier(
                session, app.desk, [item], actor=actor, now=app.now(), despite_open=second, routed=routed
            )
        except AlreadyDossier as there_is:
            raise InvalidInput(
                "already_dossier", f"er is al een dossier: {there_is.number}; gebruik --second"
            ) from None
    typer.echo(f"geopend: {opened.number}")


@dossier.command()
def step(
    number: NumberArgument,
    action: Annotated[str, typer.Argument(help="De stap, zoals suspend; zie docs/workflow.md.")],
    person: PersonOption,
    reason: Annotated[str, typer.Option("--reason", help="Waarom.")] = "",
    code: Annotated[str, typer.Option("--code", help="Reden om niet te reageren.")] = "",
) -> None:
    """Zet een stap met een dossier."""
    from g40flow.domain.errors import GuardFailed, InvalidInput, StepNotAllowed
    from g40flow.use_cases.dossier.take_step import take_step

    app, say = WIRING.app(), dutch_words()
    try:
        with app.database.writing() as session:
            row = _found(session, number)
            assert row.id is not None
            moved = take_step(
                session,
                app.desk,
                row.id,
                action,
                actor=actor_named(session, app, person),
                seen_revision=None,
                reason=reason,
                facts={"code": code} if code else None,
                now=app.now(),
            )
    except GuardFailed as error:
        _refuse("dit kan nog niet: " + "; ".join(say("guard", guard) for guard in error.guards))
    except InvalidInput as error:
        _refuse(say("input_error", error.code))
    except StepNotAllowed:
        _refuse(f"{action!r} kan nu niet, of niet door {person}; zie docs/workflow.md")
    typer.echo(f"{moved.number} staat nu op {say('stage', moved.stage)}")


@audit.command()
def verify(as_json: JsonOption = False) -> None:
    """Controleer of niemand iets in de geschiedenis heeft veranderd; 1 als het niet klopt."""
    from g40flow.domain.errors import HistoryBroken
    from g40flow.storage.history import chains, verify_chain

    app = WIRING.app()
    entries, broken = 0, []
    with app.database.reading() as session:
        names = chains(session)
        for name in names:
            try:
                entries += verify_chain(session, name)
            except HistoryBroken as error:
                broken.append(str(error))
    if as_json:
        typer.echo(json.dumps({"chains": len(names), "entries": entries, "broken": broken}, indent=2))
    elif broken:
        for line in broken:
            typer.echo(f"gebroken: {plain(line)}")
    else:
        typer.echo(f"in orde: {len(names)} geschiedenissen, {entries} gebeurtenissen")
    if broken:
        raise typer.Exit(1)


def _refuse(why: str) -> NoReturn:
    typer.echo(f"g40flow: {plain(why)}", err=True)
    raise typer.Exit(1)


def _act(say: Callable[[str, str], str], action: str) -> str:
    """An entry of the history: a step, another act, or something that did not go as usual."""
    for prefix, lead in (("raise_", "bijzonderheid: "), ("lift_", "voorbij: ")):
        if action.startswith(prefix):
            return lead + say("exception", action.removeprefix(prefix))
    step = say("step", action)
    return say("history_act", action) if step == action else step


def _found(session: "Session", number: str) -> "Dossier":
    from g40flow.domain.errors import NotFound
    from g40flow.storage.dossiers import dossier_with_number

    row = dossier_with_number(session, number)
    if row is None:
        raise NotFound(f"er is geen dossier {number!r}")
    return row


def _closes(row: "Dossier") -> str:
    day = row.agreed_closes_on or row.closes_on
    return "geen datum" if day is None else day.strftime("%d-%m-%Y")


def _as_json(row: "Dossier") -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "document_type": row.document_type,
        "stage": row.stage,
        "lead_group": row.lead_group,
        "pen_holder": row.pen_holder,
        "closes_on": None if row.closes_on is None else row.closes_on.isoformat(),
        "agreed_closes_on": None if row.agreed_closes_on is None else row.agreed_closes_on.isoformat(),
        "revision": row.revision,
    }
