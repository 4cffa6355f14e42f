"""Reports: the overview of a year and the sheet of a campaign, to read, print or take along as a file."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.dossier.rights import Right
from g40flow.domain.dossier.workflow import Process
from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.domain.reports.campaign import CampaignSheet
from g40flow.domain.reports.facts import Scope, ScopeKind
from g40flow.domain.reports.year import YearReport
from g40flow.render import campaign_report, year_report
from g40flow.render.csv_table import CSV
from g40flow.render.documents import PDF, WORD, DocumentDetails, neutral_file_name
from g40flow.storage.dossier_search import DossierSearch, search_dossiers
from g40flow.use_cases.reports.campaign import campaign_sheet
from g40flow.use_cases.reports.year import scope_of, yearly_report, years_to_choose
from g40flow.web.actor import CurrentActor, needs
from g40flow.web.dossiers import DossierId
from g40flow.web.pages import Pages
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/verslagen", dependencies=[needs(Right.READ_REPORTS)])

MOST_CAMPAIGNS = 100
Year = Annotated[int | None, Query(alias="jaar", ge=0, le=9999)]
For = Annotated[str, Query(alias="voor", max_length=120)]
WithConfidential = Annotated[Literal["ja", "nee"], Query(alias="vertrouwelijk")]


@router.get("")
def year(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    wanted: Year = None,
    whom: For = "",
    confidential: WithConfidential = "ja",
) -> HTMLResponse:
    """The overview of a year, and which other reports there are."""
    try:
        report = _year(app, actor, wanted, whom, confidential)
    except InvalidInput as problem:
        return _show_year(app, pages, actor, None, problem=problem)
    return _show_year(app, pages, actor, report, confidential=confidential == "ja")


@router.get("/jaar.{form}")
def year_file(
    form: Literal["csv", "docx", "pdf", "html"],
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    wanted: Year = None,
    whom: For = "",
    confidential: WithConfidential = "ja",
    content: Annotated[Literal["cijfers", "stukken"], Query(alias="inhoud")] = "cijfers",
) -> Response:
    """The same as a file; content: of a CSV, the figures or the texts that were handed in."""
    try:
        report = _year(app, actor, wanted, whom, confidential)
    except InvalidInput as problem:
        return _show_year(app, pages, actor, None, problem=problem)
    forms, today = app.reports, dutch_date(app.now())
    table = year_report.year_csv if content == "cijfers" else year_report.handed_in_csv
    make: dict[str, Callable[[], bytes]] = {
        "csv": lambda: table(forms, report),
        "docx": lambda: year_report.year_docx(forms, report, today),
        "pdf": lambda: year_report.year_pdf(forms, report, today),
        "html": lambda: year_report.year_html(forms, report, today),
    }
    return _file(make[form](), form, year_report.year_details(forms, report, today))


@router.get("/campagnes/{dossier_id}")
def campaign(
    dossier_id: DossierId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor
) -> HTMLResponse:
    """One campaign on a sheet, for the board."""
    sheet = _sheet(app, dossier_id, actor)
    body = campaign_report.sheet_body(app.reports, sheet)
    return pages.show("report_campaign.html", here="reports", sheet=sheet, body=body)


@router.get("/campagnes/{dossier_id}/{form}")
def campaign_file(
    dossier_id: DossierId, form: Literal["csv", "docx", "pdf", "html"], app: CurrentApp, actor: CurrentActor
) -> Response:
    """The same as a file."""
    sheet, forms = _sheet(app, dossier_id, actor), app.reports
    make: dict[str, Callable[[], bytes]] = {
        "csv": lambda: campaign_report.sheet_csv(forms, sheet),
        "docx": lambda: campaign_report.sheet_docx(forms, sheet),
        "pdf": lambda: campaign_report.sheet_pdf(forms, sheet),
        "html": lambda: campaign_report.sheet_html(forms, sheet),
    }
    return _file(make[form](), form, campaign_report.sheet_details(forms, sheet))


# --- pieces ---------------------------------------------------------------------------------------


def _year(app: App, actor: Actor, wanted: int | None, whom: str, confidential: str) -> YearReport:
    now = app.now()
    with app.database.reading() as session:
        return yearly_report(
            session,
            app.desk,
            _scope(app, whom),
            dutch_date(now).year if wanted is None else wanted,
            actor=actor,
            confidential=confidential == "ja",
            now=now,
        )


def _scope(app: App, whom: str) -> Scope:
    kind, _, slug = whom.partition(":")
    return scope_of(
        app.network,
        group=slug if kind == ScopeKind.GROUP else "",
        pillar=slug if kind == ScopeKind.PILLAR else "",
    )


def _show_year(
    app: App,
    pages: Pages,
    actor: Actor,
    report: YearReport | None,
    *,
    confidential: bool = True,
    problem: InvalidInput | None = None,
) -> HTMLResponse:
    search = DossierSearch(process=Process.CAMPAIGN, state="all", newest_first=True, limit=MOST_CAMPAIGNS)
    with app.database.reading() as session:
        years = years_to_choose(session, app.now())
        campaigns, _ = search_dossiers(session, actor, search)
    whom = "" if report is None or not report.scope.slug else f"{report.scope.kind}:{report.scope.slug}"
    return pages.show(
        "report_year.html",
        status=422 if problem else 200,
        here="reports",
        report=report,
        title="" if report is None else year_report.year_title(app.reports, report),
        body="" if report is None else year_report.year_body(app.reports, report),
        problem=problem,
        years=years,
        campaigns=campaigns,
        whom=whom,
        confidential=confidential,
    )


def _sheet(app: App, dossier_id: int, actor: Actor) -> CampaignSheet:
    with app.database.reading() as session:
        return campaign_sheet(session, app.desk, dossier_id, actor=actor, now=app.now())


def _file(content: bytes, form: str, details: DocumentDetails) -> Response:
    media = {"csv": CSV, "docx": WORD, "pdf": PDF, "html": "text/html; charset=utf-8"}
    return Response(
        content,
        media_type=media[form],
        headers={"Content-Disposition": f'attachment; filename="{neutral_file_name(details, form)}"'},
    )
