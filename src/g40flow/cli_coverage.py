"""`g40flow coverage` and `g40flow backfill`: what was seen, and reading the past. Imports inside commands."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from g40flow.cli_text import LOOKS, moment, plain, table

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.use_cases.assemble_items import AssembleResult
    from g40flow.use_cases.back_fill import SoFar
    from g40flow.use_cases.prove_coverage import DayProof

SECONDS_BETWEEN_LINES = 10.0


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()

DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATUM")]

VERDICTS = {
    "enough": "genoeg",
    "too_little": "TE WEINIG",
    "not_expected": "niets verwacht",
    "not_over": "dag loopt nog",
    "not_reached": "NIET BEREIKT",
}
OFFERS = {"list": "lijst", "count": "aantal", "nothing": "niets"}
HOW = {
    "": "ontbreekt nog",
    "read_again": "apart opgevraagd",
    "came_by_itself": "kwam alsnog vanzelf",
    "no_longer_listed": "staat er niet meer",
}


def coverage(
    source: Annotated[str, typer.Option(help="Alleen deze bron.")] = "",
    day: DayOption = None,
    since: DayOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Uitvoer als JSON, voor scripts.")] = False,
) -> None:
    """Bewijs wat er op een dag is bekeken en gezien, wat ontbrak, en wat daarvan is hersteld."""
    from g40flow.domain.instants import dutch_date
    from g40flow.jobs import prove_days

    app = WIRING.app()
    today = dutch_date(app.now())
    until = day.date() if day else today
    first = since.date() if since else until
    if until > today:
        raise typer.BadParameter(f"{until} moet nog komen; verwacht vandaag of een dag van vroeger")
    if first > until:
        raise typer.BadParameter(f"--since {first} ligt na {until}")
    proofs = prove_days(app, first, until, source=source)
    if as_json:
        typer.echo(json.dumps([_as_json(proof) for proof in proofs], ensure_ascii=False, indent=2))
    else:
        _print_proofs(proofs, looks=first == until and bool(source))
    if any(not proof.is_whole for proof in proofs):
        raise typer.Exit(3)


def _print_proofs(proofs: "list[DayProof]", *, looks: bool) -> None:
    head = ["dag", "bron", "gekeken", "gelukt", "pagina's", "gezien", "nieuw", "gewijzigd", "weg"]
    lines = []
    for proof in proofs:
        totals = proof.totals
        figures = [totals.pages, totals.records, totals.new, totals.changed, totals.gone]
        open_then = sum(gap.was_open_at_end for gap in proof.gaps)
        verdict = VERDICTS[proof.verdict] if proof.is_followed else "nog niet bekeken"
        ending = [len(proof.gaps), open_then, verdict]
        lines.append([proof.day, proof.source, totals.looks, totals.good, *figures, *ending])
    typer.echo(table([*head, "gaten", "open", "oordeel"], lines))
    for proof in proofs:
        _print_details(proof, looks=looks)


def _print_details(proof: "DayProof", *, looks: bool) -> None:
    name = f"{proof.day} {proof.source}"
    for one in proof.unreached:
        span = f"{moment(one.span.from_at)} – {moment(one.span.until_at)}"
        typer.echo(f"{name}: niet bereikt {span}, {one.looks} pogingen {plain(one.why)[:200]}")
    for check in proof.checks:
        counts = "" if check.theirs is None else f": {check.theirs} bij de uitgever, {check.ours} bij ons"
        trouble = f"; MISLUKT: {plain(check.error)[:200]}" if check.error else ""
        door = plain(check.door) or "de uitgever heeft geen lijst om mee te vergelijken"
        typer.echo(f"{name}: vergeleken om {moment(check.at)}: {door}{counts}{trouble}")
    for gap in proof.gaps:
        healed = f" {moment(gap.healed_at)}" if gap.healed_at else ""
        typer.echo(
            f"{name}: gat {plain(gap.identifier)} {plain(gap.title)[:100]} "
            f"(gevonden {moment(gap.found_at)}; {HOW[gap.how]}{healed}) {plain(gap.url)}"
        )
    if looks:
        for look in proof.looks:
            figures = f"{look.records} gezien, {look.new} nieuw, {look.changed} gewijzigd, {look.gone} weg"
            typer.echo(f"{moment(look.at)} {LOOKS[look.outcome]}: {figures} {plain(look.why)[:200]}")


def _as_json(proof: "DayProof") -> dict[str, Any]:
    totals = proof.totals
    return {
        "day": proof.day.isoformat(),
        "source": proof.source,
        "verdict": proof.verdict.value,
        "whole": proof.is_whole,
        "every_seconds": proof.every.total_seconds(),
        "looks": [
            {
                "at": look.at.isoformat(),
                "outcome": look.outcome,
                "seconds": look.seconds,
                "requests": look.requests,
                "pages": look.pages,
                "records": look.records,
                "new": look.new,
                "changed": look.changed,
                "gone": look.gone,
                "why": look.why,
            }
            for look in proof.looks
        ],
        "totals": {
            "looks": totals.looks,
            "good": totals.good,
            "requests": totals.requests,
            "pages": totals.pages,
            "records": totals.records,
            "new": totals.new,
            "changed": totals.changed,
            "gone": totals.gone,
            "longest_pause_seconds": totals.longest_pause and totals.longest_pause.total_seconds(),
        },
        "unreached": [
            {
                "from": one.span.from_at.isoformat(),
                "until": one.span.until_at.isoformat(),
                "tries": one.looks,
                "why": one.why,
            }
            for one in proof.unreached
        ],
        "comparisons": [
            {
                "at": check.at.isoformat(),
                "offer": check.offer.value,
                "door": check.door,
                "theirs": check.theirs,
                "ours": check.ours,
                "opened": check.opened,
                "healed": check.healed,
                "missing": check.missing,
                "error": check.error,
            }
            for check in proof.checks
        ],
        "gaps": [
            {
                "identifier": gap.identifier,
                "item": gap.item,
                "title": gap.title,
                "url": gap.url,
                "found_at": gap.found_at.isoformat(),
                "healed_at": gap.healed_at and gap.healed_at.isoformat(),
                "how": gap.how,
            }
            for gap in proof.gaps
        ],
        "quiet": [
            {
                "why": spell.why,
                "since": spell.since_at.isoformat(),
                "over": spell.over_at and spell.over_at.isoformat(),
            }
            for spell in proof.quiet
        ],
    }


# --- back-fill ------------------------------------------------------------------------------------


def backfill(
    source: Annotated[str, typer.Argument(help="Bron.")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], metavar="DATUM", help="Vanaf deze dag.")],
    stream: Annotated[
        list[str] | None, typer.Option("--stream", help="Alleen deze stroom van de bron.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Zeg wat er gelezen zou worden.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Begin opnieuw, ook als het al gelezen is.")] = False,
) -> None:
    """Lees het verleden van een bron, naast het gewone kijken. Onderbreken mag; het gaat daarna verder."""
    from g40flow import jobs
    from g40flow.domain.instants import dutch_date

    app = WIRING.app()
    day, streams = since.date(), tuple(stream or ())
    if day > dutch_date(app.now()):
        raise typer.BadParameter(f"{day} moet nog komen; verwacht een dag van vroeger", param_hint="--since")
    if dry_run:
        _print_plan(jobs.planned_back_fill(app, source, day, streams), day)
        return
    with _progress(source) as show:
        done = jobs.back_fill(
            app,
            source,
            day,
            streams,
            progress=show,
            assembled=_assembled(source),
            pause=_sleep,
            again=again,
        )
    for one in done:
        pages = "1 pagina" if one.pages == 1 else f"{one.pages} pagina's"
        typer.echo(
            f"{one.stream}: {pages}, {one.records} gelezen, "
            f"{one.new} nieuw, {one.changed} gewijzigd" + ("" if one.pages else " (was al gelezen)")
        )


def _assembled(source: str) -> "Callable[[AssembleResult], None]":
    last = [time.monotonic()]

    def show(so_far: "AssembleResult") -> None:
        if time.monotonic() - last[0] >= SECONDS_BETWEEN_LINES:
            last[0] = time.monotonic()
            typer.echo(f"{source}: {so_far.new + so_far.changed} stukken gemaakt", err=sys.stderr.isatty())

    return show


def _sleep(length: timedelta) -> None:
    minutes = round(length.total_seconds() / 60, 1)
    sys.stderr.write(f"de uitgever antwoordt niet; over {minutes} minuten opnieuw\n")
    time.sleep(length.total_seconds())


def _print_plan(plans: "list[Any]", since: date) -> None:
    for plan in plans:
        if plan.done:
            typer.echo(f"{plan.stream}: is al gelezen vanaf {since}")
        elif plan.goes_on:
            reached = f", tot {moment(plan.reached_at)}" if plan.reached_at else ""
            typer.echo(f"{plan.stream}: gaat verder na {plan.pages} pagina's{reached}")
        else:
            typer.echo(f"{plan.stream}: zou worden gelezen vanaf {since}")


@contextmanager
def _progress(source: str) -> "Iterator[Callable[[SoFar], None]]":
    """A bar per stream while people watch; otherwise a line every ten seconds."""
    if not sys.stderr.isatty():
        yield _lines(source)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def show(so_far: "SoFar") -> None:
            if so_far.stream not in tasks:
                tasks[so_far.stream] = bars.add_task(so_far.stream, total=None, figures="")
            total = None if so_far.share is None else 1.0
            bars.update(
                tasks[so_far.stream], total=total, completed=so_far.share or 0.0, figures=_figures(so_far)
            )

        yield show


def _lines(source: str) -> "Callable[[SoFar], None]":
    last = [-SECONDS_BETWEEN_LINES]

    def show(so_far: "SoFar") -> None:
        now = time.monotonic()
        if so_far.is_finished or not so_far.pages or now - last[0] >= SECONDS_BETWEEN_LINES:
            last[0] = now
            typer.echo(f"{source} {so_far.stream}: {_figures(so_far)}")

    return show


def _figures(so_far: "SoFar") -> str:
    if not so_far.pages and not so_far.is_finished:
        return "zoekt waar het lezen begint"
    parts = [f"{so_far.records} gelezen", f"{so_far.per_second:.0f} per seconde"]
    if so_far.reached_at is not None:
        parts.append(f"tot {moment(so_far.reached_at)}")
    if so_far.share is not None:
        parts.append(f"{so_far.share:.0%}")
    if so_far.time_left is not None and not so_far.is_finished:
        parts.append(f"nog ongeveer {_length(so_far.time_left)}")
    return ", ".join(parts)


def _length(left: timedelta) -> str:
    minutes = round(left.total_seconds() / 60)
    if minutes < 1:
        return "een minuut"
    return f"{minutes} minuten" if minutes < 120 else f"{minutes // 60} uur"
