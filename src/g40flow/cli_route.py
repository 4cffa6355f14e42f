"""`g40flow route ...`: route items, explain a routing, measure and train the router."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from g40flow.cli_text import plain, table
from g40flow.domain.errors import G40FlowError

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.domain.routing import RoutableItem, Router, Routing
    from g40flow.domain.routing.comparison import Comparison
    from g40flow.domain.routing.evaluation import Evaluation, Share
    from g40flow.use_cases.evaluate_routing import Line

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
    app: the program with its database; only for commands about what is stored.
    """

    config_dir: Callable[[], Path]
    find_item: Callable[[str], "RoutableItem | None"]
    app: Callable[[], "App"]


def _repository_config() -> Path:
    return Path(__file__).parents[2] / "config"


def _configured_app() -> "App":
    from g40flow.bootstrap import build_app

    return build_app()


EXAMPLES_FILE = "examples.jsonl"
"""Labelled items beside the rules, written with them."""

MOST_CONFUSIONS = 25
"""Lines of the confusion table; the rest are single items."""

WIRING = Wiring(config_dir=_repository_config, find_item=lambda _: None, app=_configured_app)
"""Filled by cli.py before a command runs."""


_IDENTIFIER = re.compile(r"(?=.*[0-9:])\S+")
"""An id has no spaces and has a digit or a colon; a title such as "Jeugdbeleid" needs no database."""


@route.command()
def predict(file: FileArgument, config: ConfigOption = None) -> None:
    """Verdeel elk stuk in FILE; één JSON-regel per stuk."""
    from g40flow.use_cases.evaluate_routing import predict as predict_lines
    from g40flow.use_cases.evaluate_routing import prediction_row

    with told_in_one_line():
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
    from g40flow.use_cases.evaluate_routing import compare_routers, evaluate_items, read_lines

    with told_in_one_line():
        items = list(read_lines(_lines(file), labelled=True))
        router, other = _router(config), _router(compare) if compare else None
        ours = evaluate_items(router, items)
        theirs = evaluate_items(other, items) if other else None
        found = compare_routers(router, other, items) if other else None
    if as_json:
        rows = {"evaluation": _as_json(ours)}
        if theirs and found:
            rows |= {"compared": _as_json(theirs), "comparison": _comparison_as_json(found)}
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    _print_evaluation(ours)
    if theirs and found:
        typer.echo("\nVergeleken met de tweede config:")
        _print_overall(theirs)
        _print_comparison(found)


@route.command()
def explain(
    text: Annotated[str, typer.Argument(help="Id van een opgeslagen stuk, of een titel.")],
    config: ConfigOption = None,
    committee: Annotated[str, typer.Option(help="Commissie, als die bekend is.")] = "",
    ministry: Annotated[str, typer.Option(help="Ministerie, als dat bekend is.")] = "",
    group: Annotated[str, typer.Option(help="Vertel over deze themagroep, ook als zij ver af bleef.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Leg uit wie een stuk krijgt, waarom, en waarom anderen niet."""
    from g40flow.domain.routing import RoutableItem

    with told_in_one_line():
        router = _router(config)
        item = WIRING.find_item(text) if _IDENTIFIER.fullmatch(text) else None
        if item is None:
            item = RoutableItem(id="tekst", title=text, committee=committee, ministry=ministry)
        routing = router.route(item)
    if as_json:
        typer.echo(json.dumps(_explanation(routing), ensure_ascii=False, indent=2))
        return
    with told_in_one_line():
        _print_explanation(router, routing, group)


@route.command()
def train(
    judged: Annotated[
        list[Path] | None, typer.Argument(help="JSON-regels met groepen die mensen vaststelden.")
    ] = None,
    config: ConfigOption = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Leer ook van de correcties in de database.")
    ] = False,
    regression: Annotated[
        Path | None, typer.Option(help="Bekende stukken die niet slechter mogen worden.")
    ] = None,
    seen: Annotated[
        list[str] | None,
        typer.Option(help="Bekend stuk dat slechter mag gaan omdat u het bekeken hebt; herhaalbaar."),
    ] = None,
) -> None:
    """Leer de gewichten opnieuw en bewaar ze in routing/model.json."""
    from g40flow.config.routing import MODEL_FILE, load_model, load_rule_book, model_bytes
    from g40flow.config.rule_terms import may_be_written
    from g40flow.domain.errors import ConfigError
    from g40flow.domain.routing import Router
    from g40flow.use_cases.evaluate_routing import read_files
    from g40flow.use_cases.train_routing import Example, cross_validate, data_fingerprint, metrics_of
    from g40flow.use_cases.train_routing import train as learn

    with told_in_one_line():
        directory = routing_directory(config)
        if not may_be_written(directory):
            raise ConfigError(
                f"{directory} hoort bij het programma; richt een eigen map in met `g40flow init`"
            )
        book, path = load_rule_book(directory), directory / MODEL_FILE
        known = [Example(line) for line in read_files([directory / EXAMPLES_FILE])]
        lines = [*read_files(judged or ()), *(_corrected_items() if corrections else ())]
        people = [Example(line, weight=2.0) for line in lines]
        found = cross_validate(book, people, known)
        model = learn(book, [*known, *people])
        content = model_bytes(
            model, rules=book.version, data=data_fingerprint([*known, *people]), metrics=metrics_of(found)
        )
        _print_overall(found)
        if regression:
            old = Router(book, load_model(path)) if path.exists() else Router(book)
            _refuse_what_gets_worse(old, Router(book, model), read_files([regression]), seen or ())
        path.write_bytes(content)
        typer.echo(f"Bewaard in {path}: model {load_model(path).version}")


def _corrected_items() -> list["Line"]:
    from g40flow.use_cases.learn_from_corrections import as_known_items, judgements

    app = WIRING.app()
    with app.database.reading() as session:
        return as_known_items(judgements(session))


def _refuse_what_gets_worse(old: "Router", new: "Router", lines: list["Line"], seen: Sequence[str]) -> None:
    from g40flow.domain.routing.learning import effect_of_change, may_be_adopted
    from g40flow.use_cases.evaluate_routing import as_prediction

    effect = effect_of_change(
        [line.label for line in lines if line.label],
        [as_prediction(old.route(line.item)) for line in lines],
        [as_prediction(new.route(line.item)) for line in lines],
    )
    typer.echo(effect.summary())
    titles = {line.item.id: line.item.title for line in lines}
    for number in effect.worse:
        known = " (bekeken)" if number in seen else ""
        typer.echo(plain(f"  slechter: {number}  {titles[number]}{known}"), err=True)
    if not may_be_adopted(effect, seen):
        typer.echo("Niet bewaard. Bekijk deze stukken en noem ze met --seen NUMMER.", err=True)
        raise typer.Exit(1)


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

    with told_in_one_line():
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

    with told_in_one_line():
        router = _router(config)
        items = [line.item for line in read_lines(_lines(file))]
        for group in router.book.groups:
            found = volume_of(router, items, group.slug)
            rhythm = f"ongeveer {found.a_week:.0f} per week" if found.a_week >= 1 else "minder dan 1 per week"
            typer.echo(f"{group.name:<62} {found.items:>5} stukken, {rhythm}")


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """An error raised on purpose, or a file that cannot be read, is one line on stderr and exit code 1."""
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

    return load_router(routing_directory(config))


def routing_directory(config: Path | None) -> Path:
    """Where the rules are: `config` itself, or the routing/ in it; None for the configured folder."""
    directory = config or WIRING.config_dir()
    return directory / "routing" if (directory / "routing").is_dir() else directory


def _lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        yield from sys.stdin
        return
    with file.open(encoding="utf-8") as lines:
        yield from lines


def _print_explanation(router: "Router", routing: "Routing", group: str) -> None:
    from g40flow.domain.errors import NotFound
    from g40flow.render.routing_text import why, why_not

    names = {known.slug: known.name for known in router.book.groups}
    if group:
        if group not in names:
            raise NotFound(f"er is geen themagroep {group!r}; bekend zijn {', '.join(sorted(names))}")
        typer.echo(plain((why if group in routing.groups else why_not)(routing, group, names[group])))
        return
    if not routing.groups:
        typer.echo("Voor niemand" + (", maar onzeker: naar triage." if routing.triage else "."))
    for group in routing.groups:
        typer.echo(plain(why(routing, group, names[group])))
    for group in list(routing.near_misses)[:4]:
        typer.echo(plain(why_not(routing, group, names[group])))
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
    _print_confusion(found)
    typer.echo("\nGrootste vergissingen")
    for mistake in found.mistakes[:15]:
        typer.echo(
            plain(f"  {mistake.certainty:.2f} {mistake.id}: {mistake.title[:90]}\n")
            + f"       verwacht {_named(mistake.expected)}; kreeg {_named(mistake.found)}"
        )
    typer.echo("\nKalibratie (gemiddelde kans, aandeel goed, paren)")
    for chance, share, pairs in found.calibration:
        typer.echo(f"  {chance:.2f}  {share:.2f}  {pairs}")


def _print_confusion(found: "Evaluation") -> None:
    if not found.confusion:
        return
    typer.echo("\nVerwisselingen van de eerste groep")
    ranked = sorted(found.confusion.items(), key=lambda entry: (-entry[1], entry[0]))
    rows = [[items, expected or "niemand", given or "niemand"] for (expected, given), items in ranked]
    typer.echo(table(["stukken", "verwacht", "kreeg"], rows[:MOST_CONFUSIONS]))
    if len(rows) > MOST_CONFUSIONS:
        typer.echo(f"en nog {len(rows) - MOST_CONFUSIONS} andere")


def _print_comparison(found: "Comparison") -> None:
    low, high = found.interval
    judgement = "geen toeval" if found.is_significant else "kan toeval zijn"
    typer.echo(
        f"\nVerschil in F1 {found.f1_gain:+.3f} (95 %: {low:+.3f} tot {high:+.3f});"
        f" p = {found.chance:.3f}, {judgement}"
    )
    typer.echo(
        f"{len(found.differences)} van {found.items} stukken anders:"
        f" {found.better} beter, {found.worse} slechter met de tweede config"
    )
    for difference in found.differences:
        typer.echo(
            plain(f"  {difference.gain:+d} {difference.id}: {difference.title[:90]}\n")
            + f"     verwacht {_named(difference.expected)};"
            + f" eerst {_named(difference.first)}, dan {_named(difference.second)}"
        )


def _named(groups: tuple[str, ...]) -> str:
    return ", ".join(groups) or "niemand"


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


def _comparison_as_json(found: "Comparison") -> dict[str, Any]:
    return {
        "items": found.items,
        "f1_gain": found.f1_gain,
        "interval": found.interval,
        "p": found.chance,
        "significant": found.is_significant,
        "better": found.better,
        "worse": found.worse,
        "differences": [vars(difference) for difference in found.differences],
    }
