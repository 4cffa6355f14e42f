"""`g40flow`: commands for people who look after the program. Imports happen inside commands.

Exit codes: 0 done; 1 something is wrong and the line on stderr says what; 2 the command was
misspelt; 3 part of the work failed (a publisher or a message), the rest was done; 130 interrupted.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from g40flow import (
    cli_access,
    cli_campaign,
    cli_coverage,
    cli_deadlines,
    cli_digest,
    cli_dossier,
    cli_import,
    cli_learn,
    cli_mail,
    cli_messages,
    cli_operations,
    cli_report,
    cli_route,
    cli_slack,
)
from g40flow.cli_text import LOOKS, dutch_words, moment, plain, table

SLOWEST_START_SECONDS = 120
"""A process of the portal that is not heard of for so long is replaced. While it starts on a busy machine
it says nothing, and must not be ended again and again for that."""

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.domain.routing import RoutableItem

PART_FAILED, INTERRUPTED = 3, 130

JsonOption = Annotated[bool, typer.Option("--json", help="Uitvoer als JSON, voor scripts.")]

program = typer.Typer(
    help="g40flow: consultaties en Kamerstukken volgen, verdelen en melden.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
database_commands = typer.Typer(help="De database.", no_args_is_help=True)
program.add_typer(database_commands, name="db")
program.add_typer(cli_learn.route, name="route")
program.add_typer(cli_slack.slack, name="slack")
program.add_typer(cli_mail.mail, name="mail")
program.add_typer(cli_messages.messages, name="messages")
program.add_typer(cli_access.access, name="access")
program.add_typer(cli_dossier.dossier, name="dossier")
program.add_typer(cli_campaign.campaign, name="campaign")
program.add_typer(cli_report.report, name="report")
program.add_typer(cli_deadlines.deadlines, name="deadlines")
program.add_typer(cli_digest.digest, name="digest")
program.add_typer(cli_dossier.audit, name="audit")
program.command("coverage")(cli_coverage.coverage)
program.command("backfill")(cli_coverage.backfill)
program.command("import")(cli_import.import_history)
program.command("backup")(cli_operations.backup)
program.command("restore")(cli_operations.restore)
program.command("clean")(cli_operations.clean)


def main() -> None:
    """Run a command; an error raised on purpose is one line on stderr and exit code 1."""
    from g40flow.domain.errors import G40FlowError

    # Looking for plug-ins of pydantic reads the metadata of every installed package; we use none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    cli_route.WIRING.config_dir = lambda: _app().config_dir
    cli_route.WIRING.find_item = _find_routable
    cli_route.WIRING.app = _ready_app
    cli_slack.WIRING.app = _ready_app
    cli_slack.WIRING.config_dir = lambda: _app().config_dir
    cli_mail.WIRING.app = _ready_app
    cli_access.WIRING.app = _ready_app
    cli_dossier.WIRING.app = _ready_app
    cli_campaign.WIRING.app = _ready_app
    cli_deadlines.WIRING.app = _ready_app
    cli_digest.WIRING.app = _ready_app
    cli_report.WIRING.app = _ready_app
    cli_import.WIRING.app = _ready_app
    cli_coverage.WIRING.app = _ready_app
    cli_operations.WIRING.app = _app
    cli_operations.WIRING.ready_app = _ready_app
    try:
        program()
    except G40FlowError as error:
        sys.stderr.write(f"g40flow: {plain(str(error))}\n")
        sys.exit(1)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # what typer makes of Ctrl-C, without a word
            sys.stderr.write("\ng40flow: onderbroken; wat al was opgeslagen blijft bewaard\n")
        raise


def _app() -> "App":
    from g40flow.bootstrap import build_app

    return build_app()


def _ready_app() -> "App":
    """The app with a database of the right version. Raises ConfigError."""
    from g40flow.storage import schema_version

    app = _app()
    schema_version.require_current(app.database)
    return app


def _find_routable(identifier: str) -> "RoutableItem | None":
    from g40flow.use_cases.route_items import routable_with_id

    app = _ready_app()
    with app.database.reading() as session:
        return routable_with_id(session, identifier, app.now())


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_as_text))


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def _spinner(text: str, *, quiet: bool) -> Iterator[Any]:
    """Progress on stderr while people watch; nothing when the output goes to a script."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield lambda more: status.update(f"{text} {more}")


# --- setting up -----------------------------------------------------------------------------------


@program.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Map om in te richten.")] = Path(),
) -> None:
    """Richt een map in: config/, flows/, prefect.yaml en een lege database."""
    from g40flow.use_cases.init_folder import init_folder

    written, kept = init_folder(folder)
    for path in written:
        typer.echo(f"geschreven   {path}")
    for path in kept:
        typer.echo(f"bleef staan  {path}")
    typer.echo("Pas nu config/ aan, zet G40FLOW_SLACK_BOT_TOKEN en voer uit: g40flow doctor")


@database_commands.command()
def upgrade() -> None:
    """Breng de database naar de nieuwste versie."""
    from g40flow.storage import schema, schema_version

    app = _app()
    before = schema_version.version(app.database)
    schema.upgrade(app.database)
    after = schema_version.version(app.database)
    typer.echo(
        f"database: versie {before or 'leeg'} → {after}" if before != after else f"al op versie {after}"
    )


@program.command()
def doctor(
    live: Annotated[bool, typer.Option("--live", help="Vraag de uitgevers wat nog niet zeker is.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Controleer config, database, Slack, klok en uitgevers, en zeg wat er te doen is."""
    from g40flow.doctor import Verdict, examine

    with _spinner("controleren …", quiet=as_json) as step:
        findings = examine(_app(), live=live, progress=step)
    if as_json:
        _print_json([finding.__dict__ for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{finding.verdict:<9}{plain(finding.what)}: {plain(finding.found)}")
            if finding.advice:
                typer.echo(f"         → {plain(finding.advice)}")
    if any(finding.verdict is Verdict.WRONG for finding in findings):
        raise typer.Exit(1)


# --- the main job ---------------------------------------------------------------------------------


@program.command()
def poll(
    sources: Annotated[list[str] | None, typer.Argument(help="Bronnen; geen betekent alle.")] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option("--stream", help="Alleen deze stroom van de bron."),
    ] = None,
    send: Annotated[bool, typer.Option("--deliver", help="Verstuur daarna ook de berichten.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Kijk nu bij de uitgevers, en verdeel wat er nieuw is."""
    from g40flow import jobs
    from g40flow.domain.errors import AlreadyRunning

    app = _ready_app()
    names = sources or [name for name, config in app.sources_config.all().items() if config.enabled]
    rows: list[dict[str, Any]] = []
    for name in names:
        with _spinner(f"{name}: ophalen", quiet=as_json):
            try:
                looked = jobs.poll(app, name, streams=stream or ())
            except AlreadyRunning as busy:
                rows.append({"source": name, "outcome": "busy", "errors": [str(busy)]})
                continue
        with _spinner(f"{name}: verdelen", quiet=as_json):
            assembled = jobs.assemble(app, name)
        rows.append({**looked.__dict__, "items": assembled.__dict__})
    if send:
        with _spinner("versturen", quiet=as_json):
            rows.append({"delivered": jobs.deliver(app).__dict__})
    _print_json(rows) if as_json else _print_polls(rows)
    if any(row.get("errors") for row in rows):
        raise typer.Exit(PART_FAILED)


def _print_polls(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if "delivered" in row:
            _print_delivery(row["delivered"])
            continue
        if row["outcome"] != "busy":
            items = row["items"]
            typer.echo(
                f"{row['source']}: {row['requests']} verzoeken, {row['seen']} gezien, "
                f"{row['new']} nieuw, {row['changed']} gewijzigd, {row['gone']} weg → "
                f"{items['new']} nieuwe stukken, {items['routed']} verdeeld, "
                f"{items['triage']} te beoordelen"
            )
        for error in row.get("errors") or ():
            typer.echo(f"{row['source']}: MISLUKT: {plain(error)}")


def _print_delivery(done: dict[str, int]) -> None:
    typer.echo(
        f"berichten: {done['posted']} geplaatst, {done['renewed']} bijgewerkt, "
        f"{done['later']} later, {done['failed']} mislukt, {done['held']} wachten op een kanaal"
    )


@program.command()
def deliver(as_json: JsonOption = False) -> None:
    """Verstuur de berichten die klaarstaan."""
    from g40flow import jobs

    with _spinner("versturen", quiet=as_json):
        done = jobs.deliver(_ready_app())
    _print_json(done.__dict__) if as_json else _print_delivery(done.__dict__)
    if done.failed:
        raise typer.Exit(PART_FAILED)


@program.command()
def reroute() -> None:
    """Verdeel alle stukken opnieuw na een wijziging van de regels; verder waar het gebleven was."""
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from g40flow import jobs

    app = _ready_app()
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stdout.isatty()) as bar:
        work = bar.add_task("verdelen", total=None)
        done = jobs.reroute(app, lambda so_far: bar.update(work, total=so_far.total, completed=so_far.done))
    typer.echo(f"{done.done} stukken opnieuw verdeeld, {done.added} groepen erbij")


@program.command()
def sources(as_json: JsonOption = False) -> None:
    """Toon de bronnen: wanneer is gekeken, en wat werd gezien."""
    from g40flow.storage.publishers import last_runs, streams_of

    app = _ready_app()
    rows: list[dict[str, Any]] = []
    with app.database.reading() as session:
        for name, config in app.sources_config.all().items():
            run = next(iter(last_runs(session, name, limit=1)), None)
            troubles = [f"{s.stream}: {s.trouble}" for s in streams_of(session, name) if s.trouble_since]
            rows.append(
                {
                    "source": name,
                    "enabled": config.enabled,
                    "every_minutes": config.every_minutes,
                    "looked_at": run.started_at if run else None,
                    "outcome": run.outcome if run else None,
                    "seen": run.seen if run else None,
                    "new": run.new if run else None,
                    "changed": run.changed if run else None,
                    "gone": run.gone if run else None,
                    "trouble": troubles,
                }
            )
    if as_json:
        _print_json(rows)
        return
    typer.echo(
        table(
            ["bron", "elke", "gekeken", "uitkomst", "gezien", "nieuw", "gewijzigd", "storing"],
            [
                [
                    r["source"] + ("" if r["enabled"] else " (uit)"),
                    f"{r['every_minutes']} min",
                    moment(r["looked_at"]),
                    LOOKS[r["outcome"]] if r["outcome"] else "nooit",
                    r["seen"],
                    r["new"],
                    r["changed"],
                    "; ".join(r["trouble"]) or "geen",
                ]
                for r in rows
            ],
        )
    )


@program.command()
def items(
    words: Annotated[list[str] | None, typer.Argument(help="Woorden die allemaal moeten voorkomen.")] = None,
    group: Annotated[str, typer.Option(help="Themagroep; - voor stukken voor niemand.")] = "",
    source: Annotated[str, typer.Option(help="Bron.")] = "",
    triage: Annotated[bool, typer.Option("--triage", help="Alleen wat nog beoordeeld moet worden.")] = False,
    open_only: Annotated[bool, typer.Option("--open", help="Alleen wat nog loopt.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 30,
    as_json: JsonOption = False,
) -> None:
    """Zoek in de stukken, nieuwste eerst."""
    from g40flow.domain.instants import dutch_date
    from g40flow.storage.items import ItemSearch, groups_of_items, search_items

    app = _ready_app()
    search = ItemSearch(
        text=" ".join(words or ()),
        group=group,
        source=source,
        triage=triage,
        open_on=dutch_date(app.now()) if open_only else None,
        limit=limit,
    )
    with app.database.reading() as session:
        found, total = search_items(session, search)
        groups = groups_of_items(session, [row.id for row in found if row.id])
        rows: list[dict[str, Any]] = [
            {
                "id": row.id,
                "kind": row.kind_label,
                "title": row.title,
                "closes_on": row.closes_on,
                "groups": groups.get(row.id or 0, []),
                "triage": row.triage,
                "url": row.url,
            }
            for row in found
        ]
    if as_json:
        _print_json({"total": total, "items": rows})
        return
    if not rows:
        typer.echo("geen stukken gevonden")
        return
    typer.echo(
        table(
            ["nr", "soort", "titel", "sluit", "voor"],
            [
                [
                    r["id"],
                    r["kind"],
                    r["title"],
                    r["closes_on"] or "",
                    ", ".join(r["groups"]) or ("te beoordelen" if r["triage"] else "niemand"),
                ]
                for r in rows
            ],
        )
    )
    typer.echo(f"{len(rows)} van {total}")


@program.command()
def outbox(
    state: Annotated[str, typer.Option(help="pending, sending, sent, failed of cancelled.")] = "",
    retry: Annotated[int | None, typer.Option(help="Nummer van een mislukt bericht.")] = None,
    retry_all: Annotated[bool, typer.Option("--retry-all", help="Alle mislukte berichten opnieuw.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 30,
    as_json: JsonOption = False,
) -> None:
    """Toon de berichten: wie is wat verteld, en wat wacht of mislukte."""
    from g40flow.storage.messages import recent_messages
    from g40flow.use_cases.retry_message import retry_failed_messages, retry_message

    app = _ready_app()
    if retry is not None:
        with app.database.writing() as session:
            retry_message(session, retry, now=app.now())
        typer.echo(f"bericht {retry} staat weer klaar")
        return
    if retry_all:
        with app.database.writing() as session:
            typer.echo(f"{retry_failed_messages(session, now=app.now())} berichten staan weer klaar")
        return
    with app.database.reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "id": m.id,
                "audience": m.audience,
                "kind": m.kind,
                "channel": m.transport,
                "state": m.state,
                "not_before": m.not_before,
                "sent_at": m.sent_at,
                "attempts": m.attempts,
                "text": m.shown_text,
                "error": m.last_error,
            }
            for m in recent_messages(session, state=state, limit=limit)
        ]
    if as_json:
        _print_json(rows)
        return
    if not rows:
        typer.echo("geen berichten")
        return
    say = dutch_words()
    typer.echo(
        table(
            ["nr", "aan", "via", "soort", "staat", "niet voor", "verstuurd", "tekst of fout"],
            [
                [
                    r["id"],
                    r["audience"],
                    r["channel"],
                    say("message_kind", r["kind"]),
                    say("state", r["state"]),
                    moment(r["not_before"]),
                    moment(r["sent_at"]),
                    r["error"] or r["text"].partition("\n")[0],
                ]
                for r in rows
            ],
        )
    )


# --- standing by ----------------------------------------------------------------------------------


@program.command()
def portal(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8040,
    processes: Annotated[
        int, typer.Option(min=1, max=32, help="Zoveel processen delen het werk; voor een druk portaal.")
    ] = 1,
) -> None:
    """Start het portaal op deze machine (alleen 127.0.0.1)."""
    import uvicorn

    _ready_app().database.close()  # what is wrong is said once, and not by every process
    typer.echo(f"portaal: http://127.0.0.1:{port}")
    uvicorn.run(
        "g40flow.web.portal:portal_of_environment",
        factory=True,
        host="127.0.0.1",
        port=port,
        workers=processes,
        timeout_worker_healthcheck=SLOWEST_START_SECONDS,
        log_level="warning",
        log_config=None,
    )


@program.command()
def sandbox(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8041,
    workspace: Annotated[
        Path | None, typer.Option(help="Beschrijving van de Slack-werkruimte (YAML of JSON).")
    ] = None,
    start: Annotated[
        datetime | None, typer.Option(help="Moment waarop de klok begint, Nederlandse tijd.")
    ] = None,
    mail_port: Annotated[int, typer.Option(min=1, max=65535, help="Waar de mailserver luistert.")] = 8025,
    gallery: Annotated[
        Path | None, typer.Option(help="Voorbeelden van berichten, van `g40flow messages gallery`.")
    ] = None,
) -> None:
    """Start de oefenwereld op 127.0.0.1: uitgevers, een Slack en een mailserver om mee te oefenen."""
    from g40flow.domain.errors import ConfigError
    from g40flow.domain.instants import AMSTERDAM
    from g40flow.sandbox.server import run_sandbox

    begin = None if start is None else start.replace(tzinfo=AMSTERDAM)
    typer.echo(f"oefenwereld: http://127.0.0.1:{port}/sandbox/   Slack: http://127.0.0.1:{port}/slack/")
    typer.echo(f"Slack-API:   http://127.0.0.1:{port}/api/      post: http://127.0.0.1:{port}/mail/")
    typer.echo(f"SMTP:        127.0.0.1:{mail_port}      Stop met Ctrl-C.")
    try:
        run_sandbox("127.0.0.1", port, workspace=workspace, start=begin, mail_port=mail_port, gallery=gallery)
    except (ValueError, OSError) as error:  # a workspace file that is wrong, a port that is taken
        raise ConfigError(str(error)) from error


@program.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop na de samenvatting.")] = False,
    folder: Annotated[Path, typer.Option(help="Waar de demo haar gegevens bewaart.")] = Path(".demo"),
) -> None:
    """Speel de hoofdtaak af tegen de oefenwereld: ophalen, verdelen, melden."""
    from g40flow.sandbox.demo import run_demo

    raise typer.Exit(run_demo(folder, once=once))


@program.command()
def run(
    folder: Annotated[Path, typer.Option(help="Waar Prefect en de database staan.")] = Path(".data"),
) -> None:
    """Start alles in één proces-groep: Prefect, de flows en het portaal, tegen de echte uitgevers."""
    from g40flow.standing import run_everything

    raise typer.Exit(run_everything(folder))
