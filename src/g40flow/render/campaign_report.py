"""The sheet of one campaign as HTML, CSV, DOCX and PDF. Values in, bytes out."""

from markupsafe import Markup

from g40flow.domain.reports.campaign import CampaignSheet
from g40flow.render.bars_picture import BarRow
from g40flow.render.csv_table import csv_bytes
from g40flow.render.documents import DocumentDetails
from g40flow.render.pictures import Ink
from g40flow.render.report_forms import ReportForms


def sheet_title(sheet: CampaignSheet) -> str:
    """ "2026-014 Betaalbaar wonen"."""
    return f"{sheet.number} {sheet.title}"


def sheet_body(forms: ReportForms, sheet: CampaignSheet, *, at: str = "", ink: Ink = Ink.PAGE) -> Markup:
    """The sheet as a part of a page. at: beginning of its links, "" inside the portal."""
    rows = [BarRow(label=forms.campaign.outcome[word], count=n) for word, n in sheet.results.items()]
    return forms.html("campaign.html", sheet=sheet, chart=forms.picture("results", rows, ink), at=at)


def sheet_html(forms: ReportForms, sheet: CampaignSheet) -> bytes:
    """The sheet as a file of its own."""
    body = sheet_body(forms, sheet, at=forms.portal_url, ink=Ink.PAPER)
    return forms.page(sheet_title(sheet), body, sheet.made_on)


def sheet_csv(forms: ReportForms, sheet: CampaignSheet) -> bytes:
    """The asks of the campaign, a line each."""
    rows = [
        (
            sheet.number,
            sheet.title,
            ask.wording,
            ask.target,
            forms.campaign.priority[ask.priority],
            forms.campaign.ask_state[ask.state],
            "; ".join(f"{city}: {text}" for city, text in ask.evidence),
            ask.contacts,
            forms.campaign.outcome[ask.result],
            ask.note,
            ask.source,
        )
        for ask in sheet.asks
    ]
    return csv_bytes(forms.words.csv_head["asks"], rows)


def sheet_docx(forms: ReportForms, sheet: CampaignSheet) -> bytes:
    """The sheet for Word."""
    return forms.documents.docx(forms.markdown("campaign.md.jinja", sheet=sheet), sheet_details(forms, sheet))


def sheet_pdf(forms: ReportForms, sheet: CampaignSheet) -> bytes:
    """The sheet as an accessible PDF."""
    return forms.documents.pdf(forms.markdown("campaign.md.jinja", sheet=sheet), sheet_details(forms, sheet))


def sheet_details(forms: ReportForms, sheet: CampaignSheet) -> DocumentDetails:
    """What stands above the sheet and in the name of its file."""
    return forms.details(sheet_title(sheet), "campaign_sheet", sheet.made_on)
