"""The overview of a year as HTML, CSV, DOCX and PDF. Values in, bytes out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date

from markupsafe import Markup

from g40flow.domain.campaigns.words import Channel
from g40flow.domain.outside_text import one_line
from g40flow.domain.reports.year import Totals, YearReport
from g40flow.render.bars_picture import BarRow
from g40flow.render.csv_table import Cell, csv_bytes
from g40flow.render.documents import DocumentDetails
from g40flow.render.pictures import Ink, Picture
from g40flow.render.report_forms import ReportForms


def year_title(forms: ReportForms, report: YearReport) -> str:
    """ "Jaaroverzicht 2026 van de themagroep Woningmarkt"."""
    return one_line(forms.words.year_title(report).unescape())


def year_body(forms: ReportForms, report: YearReport, *, at: str = "", ink: Ink = Ink.PAGE) -> Markup:
    """The overview as a part of a page. at: beginning of its links, "" inside the portal."""
    return forms.html("year.html", report=report, charts=year_charts(forms, report, ink), at=at)


def year_charts(forms: ReportForms, report: YearReport, ink: Ink) -> Mapping[str, Picture | None]:
    """By name; None for one in which there would be nothing to see."""
    by_group = [  # the table has those without, too
        BarRow(label=forms.group_name(slug), count=found.handed_in)
        for slug, found in report.groups.items()
        if found.handed_in
    ]
    spare = [BarRow(label=forms.words.spare[first], count=n) for first, n in report.on_time.spare.items()]
    results = [BarRow(label=forms.campaign.outcome[word], count=n) for word, n in report.results.items()]
    return {
        "groups": forms.picture("groups", by_group, ink),
        "spare": forms.picture("spare", spare, ink),
        "results": forms.picture("results", results, ink),
    }


def year_html(forms: ReportForms, report: YearReport, made_on: date) -> bytes:
    """The overview as a file of its own."""
    body = year_body(forms, report, at=forms.portal_url, ink=Ink.PAPER)
    return forms.page(year_title(forms, report), body, made_on)


def year_csv(forms: ReportForms, report: YearReport) -> bytes:
    """The figures, a line each: of the whole, then of every group in it, then per channel and result."""
    return csv_bytes(forms.words.csv_head["figures"], _figure_rows(forms, report))


def handed_in_csv(forms: ReportForms, report: YearReport) -> bytes:
    """The texts that were handed in, a line each."""
    rows = [
        (
            line.text.number,
            line.text.title,
            forms.document_type(line.text.document_type),
            ", ".join(sorted(map(forms.group_name, line.text.groups))),
            line.text.last_day,
            line.handed_in_on,
            line.spare_days,
            forms.words.yes_no[line.is_late],
        )
        for line in report.handed_in
    ]
    return csv_bytes(forms.words.csv_head["handed_in"], rows)


def year_docx(forms: ReportForms, report: YearReport, made_on: date) -> bytes:
    """The overview for Word, to be pasted into the annual report."""
    markdown = forms.markdown("year.md.jinja", report=report)
    return forms.documents.docx(markdown, year_details(forms, report, made_on))


def year_pdf(forms: ReportForms, report: YearReport, made_on: date) -> bytes:
    """The overview as an accessible PDF, with its charts at the end."""
    markdown = forms.markdown("year.md.jinja", report=report)
    charts = forms.printed(year_charts(forms, report, Ink.PAPER))
    return forms.documents.pdf(markdown, year_details(forms, report, made_on), charts)


def year_details(forms: ReportForms, report: YearReport, made_on: date) -> DocumentDetails:
    """What stands above the overview and in the name of its file."""
    return forms.details(year_title(forms, report), "year_report", made_on)


# --- pieces ---------------------------------------------------------------------------------------


def _figure_rows(forms: ReportForms, report: YearReport) -> Iterator[Sequence[Cell]]:
    year, whole = report.year, report.scope.name
    yield from _total_rows(forms, year, whole, report.totals, report.before)
    for slug, found in report.groups.items():
        yield from _total_rows(forms, year, forms.group_name(slug), found, None)
    of_contacts, of_results = forms.words.figure["contacts"], forms.words.figure["judged"]
    for channel, count in report.channels.items():
        label = forms.campaign.channel[Channel(channel)]
        yield year, whole, f"{of_contacts[0]}: {label}", count, None, of_contacts[1]
    for result, count in report.results.items():
        label = forms.campaign.outcome[result]
        yield year, whole, f"{of_results[0]}: {label}", count, None, of_results[1]


def _total_rows(
    forms: ReportForms, year: int, name: str, found: Totals, before: Totals | None
) -> Iterator[Sequence[Cell]]:
    for key in (field.name for field in fields(Totals)):
        label, counted = forms.words.figure[key]
        earlier = None if before is None else getattr(before, key)
        yield year, name, label, getattr(found, key), earlier, counted
