"""`g40flow report`: the sheet of a campaign and the overview of a year. Imports happen inside commands."""

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from g40flow.cli_actor import actor_named
from g40flow.cli_text import plain

if TYPE_CHECKING:
    from sqlmodel import Session

    from g40flow.bootstrap import App
    from g40flow.domain.actors import Actor

report = typer.Typer(help="Verslagen: een campagne op één blad, en het jaaroverzicht.", no_args_is_help=True)


class Form(StrEnum):
    """How a report is written."""

    HTML = "html"
    CSV = "csv"
    DOCX = "docx"
    PDF = "pdf"


FormOption = Annotated[Form, typer.Option("--as", help="In welke vorm.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Schrijf naar dit bestand in plaats van het scherm.")
]
ByOption = Annotated[
    str,
    typer.Option("--person", help="Zoals deze persoon het ziet; anders zonder vertrouwelijke dossiers."),
]


class Wiring:
    """What `cli` fills in. app: the program with a database of the right version."""

    app: Callable[[], "App"]


WIRING = Wiring()


@report.command()
def campaign(
    number: Annotated[str, typer.Argument(help="Nummer van de campagne, zoals 2026-014.")],
    form: FormOption = Form.HTML,
    output: OutputOption = None,
    person: ByOption = "",
) -> None:
    """Een campagne op één blad, voor het bestuur. CSV: de boodschappen."""
    from g40flow.domain.errors import NotFound
    from g40flow.render import campaign_report
    from g40flow.storage.dossiers import dossier_with_number
    from g40flow.use_cases.reports.campaign import campaign_sheet

    _require_place(form, output)
    app = WIRING.app()
    with app.database.reading() as session:
        found = dossier_with_number(session, number)
        hidden = found is not None and found.confidential and not person
        if found is None or found.id is None or hidden:
            raise NotFound(f"er is geen campagne {number}; zie g40flow campaign list --all")
        actor = _actor(session, app, person)
        sheet = campaign_sheet(session, app.desk, found.id, actor=actor, now=app.now())
    make = {
        Form.HTML: campaign_report.sheet_html,
        Form.CSV: campaign_report.sheet_csv,
        Form.DOCX: campaign_report.sheet_docx,
        Form.PDF: campaign_report.sheet_pdf,
    }
    _hand_over(make[form](app.reports, sheet), output)


@report.command()
def year(
    year: Annotated[int, typer.Argument(help="Het jaar, zoals 2026.")],
    group: Annotated[str, typer.Option("--group", help="Themagroep (slug).")] = "",
    pillar: Annotated[str, typer.Option("--pillar", help="Pijler (slug).")] = "",
    network: Annotated[bool, typer.Option("--network", help="Het hele netwerk.")] = False,
    form: FormOption = Form.HTML,
    texts: Annotated[
        bool, typer.Option("--texts", help="Als CSV: de ingediende stukken in plaats van de cijfers.")
    ] = False,
    output: OutputOption = None,
    person: ByOption = "",
) -> None:
    """Het jaaroverzicht van een themagroep, een pijler of het netwerk, voor het jaarverslag."""
    from g40flow.domain.instants import dutch_date
    from g40flow.render import year_report
    from g40flow.use_cases.reports.year import scope_of, yearly_report

    if (bool(group) + bool(pillar) + network) != 1:
        raise typer.BadParameter("kies één van --group, --pillar en --network")
    _require_place(form, output)
    app = WIRING.app()
    with app.database.reading() as session:
        found = yearly_report(
            session,
            app.desk,
            scope_of(app.network, group=group, pillar=pillar),
            year,
            actor=_actor(session, app, person),
            confidential=bool(person),
            now=app.now(),
        )
    forms, today = app.reports, dutch_date(app.now())
    table = year_report.handed_in_csv if texts else year_report.year_csv
    make: dict[Form, Callable[[], bytes]] = {
        Form.HTML: lambda: year_report.year_html(forms, found, today),
        Form.CSV: lambda: table(forms, found),
        Form.DOCX: lambda: year_report.year_docx(forms, found, today),
        Form.PDF: lambda: year_report.year_pdf(forms, found, today),
    }
    _hand_over(make[form](), output)


def _require_place(form: Form, output: Path | None) -> None:
    if form in (Form.DOCX, Form.PDF) and output is None and sys.stdout.isatty():
        raise typer.BadParameter(f"{form} past niet op het scherm; kies een bestand met --output")


def _hand_over(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    output.write_bytes(content)
    typer.echo(plain(f"geschreven naar {output}"))


def _actor(session: "Session", app: "App", slug: str) -> "Actor":
    from g40flow.domain.actors import PROGRAM

    return actor_named(session, app, slug) if slug else PROGRAM
