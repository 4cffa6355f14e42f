"""`g40flow import`: past responses, positions and campaigns from files. Imports happen inside commands."""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from g40flow.cli_actor import actor_named
from g40flow.cli_text import plain

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.domain.imports.rows import ImportKind
    from g40flow.render.import_words import ImportWords
    from g40flow.use_cases.imports.import_history import Looked
    from g40flow.use_cases.imports.read_file import PastFile


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()


class Example(StrEnum):
    """The example files in config/import/."""

    RESPONSES = "responses"
    POSITIONS = "positions"
    CAMPAIGNS = "campaigns"
    YAML = "yaml"


_EXAMPLES = {
    Example.RESPONSES: "reacties.csv",
    Example.POSITIONS: "standpunten.csv",
    Example.CAMPAIGNS: "campagnes.csv",
    Example.YAML: "voorbeeld.yaml",
}


def import_history(
    files: Annotated[list[Path] | None, typer.Argument(help="CSV- of YAML-bestanden.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Kijk alles na en zeg wat er zou gebeuren; bewaar niets.")
    ] = False,
    person: Annotated[
        str,
        typer.Option("--person", help="Namens wie, bijvoorbeeld anna-testerink. Niet nodig om na te kijken."),
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="Wat er in CSV-bestanden staat, als de kolommen dat niet zeggen.")
    ] = "",
    example: Annotated[
        Example | None, typer.Option("--example", help="Toon een voorbeeldbestand om mee te beginnen.")
    ] = None,
) -> None:
    """Voer reacties, standpunten en campagnes van vroeger in: alles, of bij een fout niets.

    Wat al is ingevoerd wordt overgeslagen, zodat hetzelfde bestand vaker mag.
    """
    if example is not None:
        _show_example(example)
        return
    if not files:
        raise typer.BadParameter("noem een bestand, of vraag een voorbeeld met --example responses")
    if not dry_run and not person:
        raise typer.BadParameter("zeg namens wie met --person, of kijk alleen na met --dry-run")
    _import(files, _kind(kind), person, dry_run=dry_run)


def _import(paths: Sequence[Path], kind: "ImportKind | None", person: str, *, dry_run: bool) -> None:
    from g40flow.render.import_words import ImportWords
    from g40flow.resources import resource
    from g40flow.storage.access import effective_network
    from g40flow.use_cases.imports.import_history import import_files, look_at_files
    from g40flow.use_cases.imports.read_file import PastFile

    app = WIRING.app()
    words = ImportWords(resource("templates"))
    files = [PastFile(path=path, kind=kind) for path in paths]
    with app.database.reading() as session:
        actor = actor_named(session, app, person) if person else None
        vocabulary = words.vocabulary(effective_network(session, app.network))
        with _progress("nakijken", files) as tell:
            looked = look_at_files(
                session,
                files,
                vocabulary,
                now=app.now(),
                on_mistake=lambda mistake: typer.echo(plain(words.said(mistake)), err=True),
                on_bytes=tell,
            )
    if not looked.is_good:
        count = "1 fout" if looked.mistakes == 1 else f"{looked.mistakes} fouten"
        typer.echo(f"{count}; er is niets ingevoerd", err=True)
        raise typer.Exit(1)
    if dry_run or actor is None:
        _say(words, looked, "nieuw")
        typer.echo("er is niets bewaard")
        return
    with app.database.writing() as session, _progress("invoeren", files) as tell:
        written = import_files(
            session,
            app.desk,
            files,
            vocabulary,
            label=app.documents.label,
            actor=actor,
            now=app.now(),
            on_bytes=tell,
        )
    _say(words, written, "ingevoerd")


def _show_example(example: Example) -> None:
    from g40flow.resources import resource

    content = (resource("config") / "import" / _EXAMPLES[example]).read_bytes()
    mark = b"" if example is Example.YAML else BOM_UTF8  # without it Excel reads another alphabet
    sys.stdout.buffer.write(mark + content)
    sys.stdout.buffer.flush()


def _kind(word: str) -> "ImportKind | None":
    from g40flow.domain.imports.formats import NAMES

    if word and word not in NAMES:
        raise typer.BadParameter(f"onbekende soort {word}; kies uit {', '.join(NAMES)}")
    return NAMES[word] if word else None


def _say(words: "ImportWords", looked: "Looked", done: str) -> None:
    for kind in sorted({*looked.new, *looked.known}):
        counts = f"{looked.new[kind]} {done}, {looked.known[kind]} al eerder ingevoerd"
        typer.echo(plain(f"{words.kind(kind, 2)}: {counts}"))


@contextmanager
def _progress(text: str, files: "Sequence[PastFile]") -> "Iterator[Callable[[int], None]]":
    """A bar on stderr while people watch; nothing when the output goes to a script."""
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress, TimeRemainingColumn

    columns = (*Progress.get_default_columns()[:2], DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True) as bar:
        work = bar.add_task(text, total=sum(one.size for one in files) or None)
        yield lambda count: bar.advance(work, count)
