"""`g40flow route ...`: route items, explain a routing, measure and train the router."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from g40flow.cli_text import plain
from g40flow.domain.errors import G40FlowError

if TYPE_CHECKING:
    from g40flow.domain.routing import RoutableItem, Router, Routing
    from g40flow.domain.routing.evaluation import Evaluation, Share

route = typer.Typer(help="Stukken verdelen over themagroepen, uitleggen en meten.", no_args_is_help=True)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Map met routing/, standaard de meegeleverde config.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Uitvoer als JSON.")]
FileArgument = Annotated[Path, typer.Argument(help="Bestand met JSON-regels; - leest van de invoer.")]


@dataclass
class Wiring:
    """What the program around this sub-command provides.

    config_dir: the directory that holds routing/. find_item: the stored item with this id, or None.
    """

    config_dir: Callable[[], Path]
    find_item: Callable[[str], "RoutableItem | None"]


def _repository_config() -> Path:
    return Path(__file__).parents[2] / "config"


WIRING = Wiring(config_dir=_repository_config, find_item=lambda _: None)
"""Filled by cli.py before a command runs."""


_IDENTIFIER = re.compile(r"(?=.*[0-9:])\S+")
"""An id has no spaces and has a digit or a colon; a title such as "Jeugdbeleid" needs no database."""


@route.command()
def predict(file: FileArgument, config: ConfigOption = None) -> None:
    """Verdeel elk stuk in FILE; één JSON-regel per stuk."""
    from g40flow.use_cases.evaluate_routing import predict as predict_lines
    from g40flow.use_cases.evaluate_routing import prediction_row

    with _told_in_one_line():
        router = _router(config)
        for routing in predict_lines(router, _lines(file)):
            sys.stdout.write(json.dumps(prediction_row(routing), ensure_ascii=False) + "\n")


@route.command(name="eval")
def evaluate(
    file: FileArgument,
    config: ConfigOption = None,
    compare: Annotated[Path | None, typer.Option(help="Tweede config-map om mee te vergelijken.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Meet de verdeling aan stukken met verwachte groepen."""
    from g40flow.use_cases.evaluate_routing import evaluate_items, read_lines

    with _told_in_one_line():
        items = list(read_lines(_lines(file), labelled=True))
        ours = evaluate_items(_router(config), items)
        theirs = evaluate_items(_router(compare), items) if compare else None
    if as_json:
        rows = {"evaluation": _as_json(ours)} | ({"compared": _as_json(theirs)} if theirs else {})
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    _print_evaluation(ours)
    if theirs:
        typer.echo("\nVergeleken met de tweede config:")
        _print_overall(theirs)


@route.command()
def explain(
    text: Annotated[str, typer.Argument(help="Id van een opgeslagen stuk, of een titel.")],
    config: ConfigOption = None,
    committee: Annotated[str, typer.Option(help="Commissie, als die bekend is.")] = "",
    ministry: Annotated[str, typer.Option(help="Ministerie, als dat bekend is.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Leg uit wie een stuk krijgt, waarom, en waarom anderen niet."""
    from g40flow.domain.routing import RoutableItem

    with _told_in_one_line():
        router = _router(config)
        item = WIRING.find_item(text) if _IDENTIFIER.fullmatch(text) else None
        if item is None:
            item = RoutableItem(id="tekst", title=text, committee=committee, ministry=ministry)
        routing = router.route(item)
    if as_json:
        typer.echo(json.dumps(_explanation(routing), ensure_ascii=False, indent=2))
        return
    _print_explanation(router, routing)


@route.command()
def train(
    judged: Annotated[list[Path], typer.Argument(help="JSON-regels met groepen die mensen vaststelden.")],
    config: ConfigOption = None,
    regression: Annotated[
        Path | None, typer.Option(help="Bekende stukken die niet slechter mogen worden.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Ook bewaren als bekende stukken slechter gaan.")
    ] = False,
) -> None:
    """Leer de gewichten opnieuw en bewaar ze in routing/model.json."""
    from g40flow.config.routing import MODEL_FILE, load_model, load_rule_book, model_bytes
    from g40flow.domain.routing import Router
    from g40flow.domain.routing.learning import effect_of_change
    from g40flow.use_cases.evaluate_routing import as_prediction, read_files
    from g40flow.use_cases.train_routing import Example, cross_validate, data_fingerprint, metrics_of
    from g40flow.use_cases.train_routing import train as learn

    with _told_in_one_line():
        directory = _routing_directory(config)
        book = load_rule_book(directory)
        known = [Example(line) for line in read_files([directory / "examples.jsonl"])]
        people = [Example(line, weight=2.0) for line in read_files(judged)]
        found = cross_validate(book, people, known)
        model = learn(book, [*known, *people])
        content = model_bytes(
            model, rules=book.version, data=data_fingerprint([*known, *people]), metrics=metrics_of(found)
        )
        _print_overall(found)
        path = directory / MODEL_FILE
        if regression:
            lines = read_files([regression])
            old = Router(book, load_model(path)) if path.exists() else Router(book)
            new = Router(book, model)
            effect = effect_of_change(
                [line.label for line in lines if line.label],
                [as_prediction(old.route(line.item)) for line in lines],
                [as_prediction(new.route(line.item)) for line in lines],
            )
            typer.echo(effect.summary())
            if effect.worse and not force:
                typer.echo(f"Niet bewaard: {len(effect.worse)} bekende stukken gaan slechter.", err=True)
                raise typer.Exit(1)
        path.write_bytes(content)
        typer.echo(f"Bewaard in {path}: model {load_model(path).version}")


@route.command()
def propose(
    title: Annotated[str, typer.Argument(help="Titel van het stuk dat verkeerd ging.")],
    groups: Annotated[
        list[str], typer.Option("--group", help="Themagroep die het moest krijgen; herhaalbaar.")
    ],
    known: Annotated[Path, typer.Option(help="Bekende stukken waaraan het effect gemeten wordt.")],
    config: ConfigOption = None,
    committee: Annotated[str, typer.Option(help="Commissie, als die bekend is.")] = "",
) -> None:
    """Stel regelwijzigingen voor die een fout herstellen, met hun effect op bekende stukken."""
    from g40flow.domain.routing import RoutableItem
    from g40flow.domain.routing.learning import Correction
    from g40flow.use_cases.evaluate_routing import read_files
    from g40flow.use_cases.propose_rules import KnownItems, proposed_changes

    with _told_in_one_line():
        router = _router(config)
        item = RoutableItem(id="tekst", title=title, committee=committee)
        before = router.route(item).groups
        found = proposed_changes(
            KnownItems(router, read_files([known])), Correction(item=item, before=before, after=tuple(groups))
        )
    typer.echo(f"Nu: {', '.join(before) or 'niemand'}")
    for proposal in found:
        change = proposal.change
        deed = "voeg toe aan" if change.add else "haal weg uit"
        typer.echo(f"{change.group}: {deed} {change.role.value}: {change.term}")
        typer.echo(f"  {proposal.effect.summary()}")
    if not found:
        typer.echo("Geen enkele term herstelt dit; bewaar het als voorbeeld om van te leren.")


@route.command()
def volume(
    file: FileArgument,
    config: ConfigOption = None,
) -> None:
    """Schat hoeveel stukken elke themagroep per week krijgt."""
    from g40flow.use_cases.evaluate_routing import read_lines
    from g40flow.use_cases.propose_rules import volume as volume_of

    with _told_in_one_line():
        router = _router(config)
        items = [line.item for line in read_lines(_lines(file))]
        for group in router.book.groups:
            found = volume_of(router, items, group.slug)
            rhythm = f"ongeveer {found.a_week:.0f} per week" if found.a_week >= 1 else "minder dan 1 per week"
            typer.echo(f"{group.name:<62} {found.items:>5} stukken, {rhythm}")


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # the reader of our output has seen enough
        raise typer.Exit from None
    except (G40FlowError, OSError, UnicodeDecodeError) as error:
        typer.echo(f"g40flow: {plain(str(error))}", err=True)
        raise typer.Exit(1) from error


def _router(config: Path | None) -> "Router":
    from g40flow.config.routing import load_router

    return load_router(_routing_directory(config))


def _routing_directory(config: Path | None) -> Path:
    directory = config or WIRING.config_dir()
    return directory / "routing" if (directory / "routing").is_dir() else directory


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        yield from sys.stdin
        return
    with file.open(encoding="utf-8") as lines:
        yield from lines


def _print_explanation(router: "Router", routing: "Routing") -> None:
    from g40flow.render.routing_text import why, why_not

    names = {group.slug: group.name for group in router.book.groups}
    if not routing.groups:
        typer.echo("Voor niemand" + (", maar onzeker: naar triage." if routing.triage else "."))
    for group in routing.groups:
        typer.echo(why(routing, group, names[group]))
    for group in list(routing.near_misses)[:4]:
        typer.echo(why_not(routing, group, names[group]))
    typer.echo(f"Regels {routing.rule_version}, model {routing.model_version}.")


def _explanation(routing: "Routing") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(routing)


def _print_evaluation(found: "Evaluation") -> None:
    _print_overall(found)
    typer.echo("\nPer themagroep            goed fout gemist  precisie  vindkans    F1")
    for group, counts in found.groups.items():
        typer.echo(
            f"  {group:<38} {counts.right:>4} {counts.wrong:>4} {counts.missed:>4}"
            f"  {_percent(counts.precision)}  {_percent(counts.recall)}  {counts.f1:.2f}"
        )
    typer.echo("\nGrootste vergissingen")
    for mistake in found.mistakes[:15]:
        typer.echo(
            f"  {mistake.certainty:.2f} {mistake.id}: {mistake.title[:90]}\n"
            f"       verwacht {', '.join(mistake.expected) or 'niemand'};"
            f" kreeg {', '.join(mistake.found) or 'niemand'}"
        )
    typer.echo("\nKalibratie (gemiddelde kans, aandeel goed, paren)")
    for chance, share, pairs in found.calibration:
        typer.echo(f"  {chance:.2f}  {share:.2f}  {pairs}")


def _print_overall(found: "Evaluation") -> None:
    low, high = found.f1_interval
    typer.echo(
        f"{found.items} stukken: F1 {found.overall.f1:.3f} (95 %: {low:.2f}-{high:.2f}), "
        f"precisie {_percent(found.overall.precision)}, vindkans {_percent(found.overall.recall)}"
    )
    typer.echo(
        f"Relevante stukken gevonden: {_percent(found.relevant_found)};"
        f" met triage {_percent(found.relevant_seen)}"
    )
    typer.echo(
        f"Irrelevante stukken gerouteerd: {_percent(found.irrelevant_routed)};"
        f" naar triage {_percent(found.triaged)}"
    )
    typer.echo(f"Eerste groep goed: {_percent(found.lead_right)}")


def _percent(share: "Share") -> str:
    low, high = share.interval
    return f"{share.value:.3f} ({low:.2f}-{high:.2f}, {share.part}/{share.whole})"


def _as_json(found: "Evaluation") -> dict[str, Any]:
    def share(value: "Share") -> dict[str, Any]:
        return {"value": value.value, "interval": value.interval, "part": value.part, "whole": value.whole}

    return {
        "items": found.items,
        "precision": share(found.overall.precision),
        "recall": share(found.overall.recall),
        "f1": found.overall.f1,
        "f1_interval": found.f1_interval,
        "relevant_found": share(found.relevant_found),
        "relevant_seen": share(found.relevant_seen),
        "irrelevant_routed": share(found.irrelevant_routed),
        "triage": share(found.triaged),
        "lead_right": share(found.lead_right),
        "groups": {
            group: {"precision": share(counts.precision), "recall": share(counts.recall), "f1": counts.f1}
            for group, counts in found.groups.items()
        },
        "confusion": [
            {"expected": expected, "found": given, "items": items}
            for (expected, given), items in sorted(found.confusion.items())
        ],
        "mistakes": [
            {
                "id": mistake.id,
                "title": mistake.title,
                "expected": mistake.expected,
                "found": mistake.found,
                "certainty": mistake.certainty,
            }
            for mistake in found.mistakes
        ],
        "calibration": [
            {"chance": chance, "right": right, "pairs": pairs} for chance, right, pairs in found.calibration
        ],
    }
