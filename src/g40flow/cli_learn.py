"""`g40flow route ...`, the part that learns: corrections, proposals and the learning curve."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from g40flow.cli_route import (
    EXAMPLES_FILE,
    WIRING,
    ConfigOption,
    JsonOption,
    route,
    routing_directory,
    told_in_one_line,
)
from g40flow.cli_text import moment, plain, table

if TYPE_CHECKING:
    from g40flow.storage.tables import RuleProposal

__all__ = ["route"]

NumberArgument = Annotated[int, typer.Argument(min=1, help="Nummer van het voorstel.")]
PersonOption = Annotated[str, typer.Option("--person", help="Wie dit beslist.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Waarom.")]


@route.command()
def corrections(as_json: JsonOption = False) -> None:
    """Toon wat mensen over stukken zeiden; met --json als voorbeelden voor eval en train."""
    from g40flow.use_cases.learn_from_corrections import example_lines, judgements

    with told_in_one_line():
        app = WIRING.app()
        with app.database.reading() as session:
            judged = judgements(session)
        if as_json:
            for line in example_lines(judged):
                sys.stdout.write(line + "\n")
            return
        rows = [[j.item_id, j.label.title, ", ".join(j.label.groups) or "niemand"] for j in judged]
        typer.echo(table(["nr", "titel", "voor"], rows) if rows else "nog geen correcties")


@route.command()
def proposals(
    search: Annotated[bool, typer.Option("--search", help="Zoek eerst in de correcties.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Toon de regelwijzigingen die uit correcties volgen, met hun effect."""
    from g40flow.storage.proposals import proposals_in
    from g40flow.storage.tables import ProposalState
    from g40flow.use_cases.find_proposals import find_proposals

    with told_in_one_line():
        app = WIRING.app()
        if search:
            sought = find_proposals(
                app.database,
                app.router,
                app.config_dir / "routing",
                now=app.now(),
                holder=app.new_holder(),
                progress=_progress,
            )
            typer.echo(
                f"{sought.examined} gecorrigeerde stukken bekeken: {sought.proposed} voorstellen erbij, "
                f"{sought.withdrawn} niet meer nodig",
                err=True,
            )
        with app.database.reading() as session:
            rows = proposals_in(session, ProposalState.OPEN)
    if as_json:
        typer.echo(json.dumps([_proposal_row(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        _print_proposal(row)
    if not rows:
        typer.echo("geen voorstellen; zoek ze met: g40flow route proposals --search")


@route.command()
def accept(
    number: NumberArgument,
    person: PersonOption,
    reason: ReasonOption,
    seen: Annotated[
        list[str] | None,
        typer.Option("--seen", help="Bekend stuk dat slechter mag gaan; herhaalbaar."),
    ] = None,
) -> None:
    """Neem een voorstel over in de regels, als geen bekend stuk ongezien slechter gaat."""
    from g40flow.storage.tables import RuleProposal
    from g40flow.use_cases.decide_proposal import accept_proposal

    with told_in_one_line():
        app = WIRING.app()
        adopted = accept_proposal(
            app.database,
            app.config_dir / "routing",
            number,
            seen_state=_state(number),
            seen_worse=tuple(seen or ()),
            person=person,
            reason=reason,
            now=app.now(),
            holder=app.new_holder(),
        )
        if not adopted:
            with app.database.reading() as session:
                worse = session.get_one(RuleProposal, number).effect["worse"]
            typer.echo("Niet overgenomen; deze bekende stukken zouden slechter gaan:", err=True)
            for entry in worse:
                typer.echo(plain(f"  {entry['id']}  {entry['title']}"), err=True)
            typer.echo("Aanvaardt u dat? Noem ze elk met --seen.", err=True)
            raise typer.Exit(1)
    typer.echo("Overgenomen. Verdeel eerdere stukken opnieuw met: g40flow reroute")


@route.command()
def refuse(number: NumberArgument, person: PersonOption, reason: ReasonOption) -> None:
    """Weiger een voorstel, of draai terug wat was overgenomen."""
    from g40flow.use_cases.decide_proposal import refuse_proposal

    with told_in_one_line():
        app = WIRING.app()
        refuse_proposal(
            app.database,
            app.config_dir / "routing",
            number,
            seen_state=_state(number),
            person=person,
            reason=reason,
            now=app.now(),
            holder=app.new_holder(),
        )
    typer.echo("Geweigerd.")


@route.command(name="learning-curve")
def learning_curve(
    judged: Annotated[list[Path], typer.Argument(help="JSON-regels met groepen die mensen vaststelden.")],
    config: ConfigOption = None,
    parts: Annotated[int, typer.Option(min=1, max=20, help="In hoeveel stappen.")] = 4,
    as_json: JsonOption = False,
) -> None:
    """Meet hoeveel beter het wordt van meer beoordeelde stukken."""
    from g40flow.config.routing import load_rule_book
    from g40flow.use_cases.evaluate_routing import read_files
    from g40flow.use_cases.train_routing import Example
    from g40flow.use_cases.train_routing import learning_curve as measure

    with told_in_one_line():
        directory = routing_directory(config)
        known = [Example(line) for line in read_files([directory / EXAMPLES_FILE])]
        people = [Example(line, weight=2.0) for line in read_files(judged)]
        points = measure(load_rule_book(directory), people, known, parts=parts)
    if as_json:
        rows = [
            {"learned": n, "measured": e.items, "f1": e.overall.f1, "f1_interval": e.f1_interval}
            for n, e in points
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    typer.echo(
        table(
            ["geleerd van", "F1", "95 %", "relevant gevonden", "irrelevant gerouteerd"],
            [
                [
                    f"{n} stukken",
                    f"{e.overall.f1:.3f}",
                    f"{e.f1_interval[0]:.2f}-{e.f1_interval[1]:.2f}",
                    f"{e.relevant_found.value:.3f}",
                    f"{e.irrelevant_routed.value:.3f}",
                ]
                for n, e in points
            ],
        )
    )
    typer.echo(f"Gemeten op {points[0][1].items} stukken die nergens bij geleerd zijn.")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} van {total} bekeken" + ("\n" if done == total else ""))


def _state(number: int) -> str:
    """The state as it is now: on a command line nothing was on screen before."""
    from g40flow.domain.errors import NotFound
    from g40flow.storage.tables import RuleProposal

    with WIRING.app().database.reading() as session:
        row = session.get(RuleProposal, number)
        if row is None:
            raise NotFound(f"er is geen voorstel {number}")
        return row.state


def _proposal_row(row: "RuleProposal") -> dict[str, Any]:
    return {
        "number": row.id,
        "group": row.theme_group,
        "list": row.role,
        "term": row.term,
        "adds": row.adds,
        "effect": row.effect,
        "rules": row.measured_rules,
    }


def _print_proposal(row: "RuleProposal") -> None:
    from g40flow.use_cases.find_proposals import kept_effect

    deed = "voeg toe aan" if row.adds else "haal weg uit"
    typer.echo(plain(f"{row.id}. {row.theme_group}: {deed} {row.role}: {row.term}"))
    typer.echo(f"   {kept_effect(row.effect).summary()} Gemeten {moment(row.measured_at)}.")
    for entry in row.effect["worse"]:
        typer.echo(plain(f"   slechter: {entry['id']}  {entry['title']}"))
