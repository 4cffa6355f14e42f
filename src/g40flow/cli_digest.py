"""`g40flow digest`: weekly digests, without Prefect. Imports happen inside commands."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from g40flow.cli_text import moment, plain, table

if TYPE_CHECKING:
    from g40flow.bootstrap import App
    from g40flow.domain.digest.audiences import Audience, AudienceKind
    from g40flow.domain.digest.content import Digest
    from g40flow.use_cases.digest.make_digests import DigestsMade

digest = typer.Typer(help="Weekoverzichten: bekijken, maken en versturen.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Uitvoer als JSON, voor scripts.")]
GroupOption = Annotated[str, typer.Option("--group", help="Themagroep (slug).")]
PillarOption = Annotated[str, typer.Option("--pillar", help="Pijler (slug).")]
PersonOption = Annotated[str, typer.Option("--person", help="Persoon (slug): wat op hem of haar wacht.")]
BoardOption = Annotated[bool, typer.Option("--board", help="Het dagelijks bestuur.")]
StaffOption = Annotated[bool, typer.Option("--staff", help="Het PA-secretariaat.")]
NetworkOption = Annotated[bool, typer.Option("--network", help="Het hele netwerk.")]


class Form(StrEnum):
    """How a digest is shown."""

    TEXT = "text"
    HTML = "html"
    SLACK = "slack"
    PDF = "pdf"


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()


@digest.command()
def preview(
    group: GroupOption = "",
    pillar: PillarOption = "",
    person: PersonOption = "",
    board: BoardOption = False,
    staff: StaffOption = False,
    network: NetworkOption = False,
    form: Annotated[Form, typer.Option("--as", help="In welke vorm.")] = Form.TEXT,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Tot en met deze dag; nu als u niets kiest.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Schrijf naar dit bestand in plaats van het scherm.")
    ] = None,
) -> None:
    """Laat zien wat een overzicht nu zou zeggen. Er wordt niets bewaard of verstuurd."""
    from g40flow.use_cases.digest.preview import preview_digest

    app = WIRING.app()
    audience = _audience(group, pillar, person, board=board, staff=staff, network=network)
    with app.database.reading() as session:
        made = preview_digest(session, app.digest_sources, audience, _moment(app, until))
    content = _shown(app, made, form)
    if output is not None:
        output.write_bytes(content)
        typer.echo(plain(f"geschreven naar {output}"))
    elif form is Form.PDF and sys.stdout.isatty():
        raise typer.BadParameter("een PDF past niet op het scherm; kies een bestand met --output")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@digest.command()
def send(
    now: Annotated[
        bool, typer.Option("--now", help="Ook wat nog niet aan de beurt is; het volgende begint hier.")
    ] = False,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Alleen deze soort, zoals theme_group; mag vaker."),
    ] = None,
    also_empty: Annotated[
        bool, typer.Option("--also-empty", help="Zeg het ook als er geen nieuws is.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Maak de overzichten die aan de beurt zijn en zet ze klaar; vaker mag, niets gaat dubbel."""
    from g40flow.domain.digest.audiences import AudienceKind

    app = WIRING.app()
    unknown = sorted(set(kind or ()) - set(AudienceKind))
    if unknown:
        raise typer.BadParameter(f"onbekende soort {', '.join(unknown)}; kies uit {', '.join(AudienceKind)}")
    kinds = [AudienceKind(word) for word in kind or AudienceKind]
    _say(app.digester().make_due(kinds, up_to_now=now, also_empty=also_empty), as_json=as_json)


@digest.command(name="list")
def list_made(
    limit: Annotated[int, typer.Option(min=1, max=500, help="Hoeveel, de nieuwste eerst.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Toon de overzichten die gemaakt zijn, zonder die van personen."""
    from g40flow.domain.digest.audiences import AudienceKind
    from g40flow.storage.digests import digests_page

    app = WIRING.app()
    with app.database.reading() as session:
        rows, total = digests_page(session, kinds=tuple(AudienceKind), limit=limit)
    if as_json:
        shown = [
            {
                "id": row.id,
                "audience": row.audience,
                "since": row.since.isoformat(),
                "until": row.until.isoformat(),
                "lines": row.lines,
                "copies": row.copies,
                "hash": row.content_hash,
            }
            for row in rows
        ]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo("er zijn nog geen overzichten; maak ze met: g40flow digest send")
        return
    lines = [
        [str(row.id), row.audience, moment(row.since), moment(row.until), str(row.lines), str(row.copies)]
        for row in rows
    ]
    typer.echo(table(["nr", "voor", "van", "tot", "regels", "berichten"], lines))
    if total > len(rows):
        typer.echo(f"en nog {total - len(rows)}; kies meer met --limit")


def _audience(group: str, pillar: str, person: str, *, board: bool, staff: bool, network: bool) -> "Audience":
    """The one that was chosen. Raises BadParameter unless it is exactly one."""
    from g40flow.domain.digest.audiences import Audience, AudienceKind

    chosen = [
        *(Audience(kind=kind, slug=slug) for kind, slug in _named(group, pillar, person) if slug),
        *(Audience(kind=AudienceKind.DAILY_BOARD) for _ in range(board)),
        *(Audience(kind=AudienceKind.PA_STAFF) for _ in range(staff)),
        *(Audience(kind=AudienceKind.NETWORK) for _ in range(network)),
    ]
    if len(chosen) != 1:
        raise typer.BadParameter("kies één van --group, --pillar, --board, --staff, --network en --person")
    return chosen[0]


def _named(group: str, pillar: str, person: str) -> "list[tuple[AudienceKind, str]]":
    from g40flow.domain.digest.audiences import AudienceKind

    return [
        (AudienceKind.THEME_GROUP, group),
        (AudienceKind.PILLAR, pillar),
        (AudienceKind.PERSON, person),
    ]


def _moment(app: "App", until: datetime | None) -> datetime:
    """The end of a day in the past, or now."""
    from g40flow.domain.instants import end_of_dutch_day

    now = app.now().astimezone(UTC)
    return now if until is None else min(now, end_of_dutch_day(until.date()))


def _shown(app: "App", made: "Digest", form: Form) -> bytes:
    url = f"{app.settings.portal_url.rstrip('/')}/weekoverzichten"
    match form:
        case Form.PDF:
            from g40flow.render.digest_pdf import digest_pdf

            return digest_pdf(made, app.digests, app.documents, app.network.name)
        case Form.SLACK:
            pieces = app.digests.split(made, url)
            messages = [{"blocks": app.digests.message(made, url, lines).blocks} for lines in pieces]
            return json.dumps(messages, ensure_ascii=False, indent=2).encode()
    rendered = app.digests.message(made, url, (0, len(made.lines)))
    if form is Form.HTML:
        from g40flow.render.mail import MailFrame
        from g40flow.resources import resource

        return MailFrame(resource("templates")).html_alone(rendered).encode()
    return (plain(rendered.text) + "\n").encode()


def _say(made: "DigestsMade", *, as_json: bool) -> None:
    if as_json:
        stretches = {kind: [at.isoformat() for at in ends] for kind, ends in made.stretches.items()}
        typer.echo(json.dumps({**vars(made), "stretches": stretches}, ensure_ascii=False, indent=2))
        return
    for kind, (since, until) in made.stretches.items():
        typer.echo(f"{kind:<12} van {moment(since)} tot {moment(until)}")
    if made.stretches:
        typer.echo(f"{made.digests} overzichten gemaakt, {made.messages} berichten klaargezet")
    elif not made.busy:
        typer.echo("er is nu niets aan de beurt")
    for busy in made.busy:
        typer.echo(plain(busy), err=True)
