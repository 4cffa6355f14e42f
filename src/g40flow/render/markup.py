"""The forms a message has, and the Jinja environment for each.

In a template every `{{ value }}` is text from outside until a filter has made it safe: it is shown
as it is, on one line, and cut when it is long. What templates write themselves is markup.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from g40flow.domain.outside_text import cut, escape_mrkdwn, one_line
from g40flow.render import dutch
from g40flow.render.compiled import CompiledTemplates
from g40flow.render.links import safe_url
from g40flow.render.markdown_text import as_text

LONGEST_VALUE = 300
"""Of a value that no filter cuts, in characters as written."""


@dataclass(frozen=True)
class Form:
    """How one form of a message is written. escape: of one character."""

    escape: Callable[[str], str]
    bold_mark: str
    struck_mark: str
    bullet: str

    def show(self, value: object, limit: int = LONGEST_VALUE) -> Markup:
        """Text from outside as it must be written; markup as it is.

        Raises ValueError for None: a template must decide what to say then.
        """
        if isinstance(value, Markup):
            return value
        if value is None:
            raise ValueError("a template shows a value that is absent")
        # The escaping is `cut`'s; Markup only says that it was done.
        return Markup(cut(one_line(str(value)), limit, self.escape))  # noqa: S704

    def bold(self, value: object) -> Markup:
        return self._between(self.bold_mark, value)

    def struck(self, value: object) -> Markup:
        return self._between(self.struck_mark, value)

    def dotted(self, values: Iterable[object]) -> Markup:
        """ "a · b", without what is empty."""
        return Markup(" · ").join(shown for value in values if (shown := self.show(value)))

    def _between(self, mark: str, value: object) -> Markup:
        shown = self.show(value)
        return Markup(f"{mark}{shown}{mark}") if shown else shown  # noqa: S704 - `show` has escaped it


class MrkdwnForm(Form):
    """Slack's markup."""

    def link(self, label: str, url: str, limit: int = LONGEST_VALUE) -> Markup:
        """Text from outside that leads to an address; the text alone if that cannot be followed."""
        safe = safe_url(url)
        shown = self.show(label.replace("|", "/"), limit)  # a bar would end the address
        if safe is None:
            return shown
        return Markup(f"<{escape_mrkdwn(safe)}|{shown}>")  # noqa: S704 - `show` has escaped it


class PlainForm(Form):
    """Plain text: the same words, addresses written out."""

    def link(self, label: str, url: str, limit: int = LONGEST_VALUE) -> Markup:
        """Text from outside with its address, if that can be followed."""
        safe = safe_url(url)
        shown = self.show(label, limit)
        return shown if safe is None else Markup(f"{shown} ({safe})")  # noqa: S704 - plain text


class HtmlForm(Form):
    """HTML for mail: the styles stand at each element, since many programs read no style sheet.

    Nothing limits its length, so a value is cut as a reader counts, and says what plain text says.
    """

    def show(self, value: object, limit: int = LONGEST_VALUE) -> Markup:
        """As in every form; the limit is of what is read."""
        if value is None or isinstance(value, Markup):
            return super().show(value, limit)
        return escape(cut(one_line(str(value)), limit))

    def bold(self, value: object) -> Markup:
        return self._within("strong", value)

    def struck(self, value: object) -> Markup:
        return self._within("s", value)

    def link(self, label: str, url: str, limit: int = LONGEST_VALUE) -> Markup:
        """Text from outside that leads to an address; the text alone if that cannot be followed."""
        safe = safe_url(url)
        shown = self.show(label, limit)
        if safe is None:
            return shown
        return Markup('<a href="{}" class="link" style="color:#0b5c7d">{}</a>').format(safe, shown)

    def _within(self, element: str, value: object) -> Markup:
        shown = self.show(value)
        return Markup(f"<{element}>{shown}</{element}>") if shown else shown  # noqa: S704 - as above


class PageForm(HtmlForm):
    """HTML for the portal: its style sheet has the styles, and its own pages are named by their path."""

    def link(self, label: str, url: str, limit: int = LONGEST_VALUE) -> Markup:
        """Text from outside that leads to an address or a page of ours; else the text alone."""
        safe = url if url.startswith("/") and not url.startswith("//") else safe_url(url)
        shown = self.show(label, limit)
        return shown if safe is None else Markup('<a href="{}">{}</a>').format(safe, shown)


class MarkdownForm(Form):
    """Markdown, of which a PDF is made."""

    def show(self, value: object, limit: int = LONGEST_VALUE) -> Markup:
        """As in every form; the limit is of what is read."""
        if value is None or isinstance(value, Markup):
            return super().show(value, limit)
        return as_text(cut(one_line(str(value)), limit))

    def link(self, label: str, url: str, limit: int = LONGEST_VALUE) -> Markup:
        """Text from outside that leads to an address, if that can be followed."""
        safe = safe_url(url)
        shown = self.show(label, limit)
        # In angle brackets an address ends at nothing but a bracket, which safe_url has taken out.
        return shown if safe is None else Markup(f"[{shown}](<{safe}>)")  # noqa: S704


MRKDWN = MrkdwnForm(escape_mrkdwn, bold_mark="*", struck_mark="~", bullet="•")
PLAIN = PlainForm(str, bold_mark="", struck_mark="", bullet="-")
HTML = HtmlForm(lambda character: str(escape(character)), bold_mark="", struck_mark="", bullet="•")
PAGE = PageForm(lambda character: str(escape(character)), bold_mark="", struck_mark="", bullet="•")
MARKDOWN = MarkdownForm(str, bold_mark="**", struck_mark="~~", bullet="-")


AnyForm = MrkdwnForm | PlainForm | HtmlForm | MarkdownForm


_COMPILED: Mapping[AnyForm, CompiledTemplates] = {
    form: CompiledTemplates() for form in (MRKDWN, PLAIN, HTML, PAGE, MARKDOWN)
}


def environment(templates: Path, form: AnyForm) -> Environment:
    """Jinja for one form. Unknown names are errors."""
    jinja = Environment(
        loader=FileSystemLoader(templates),
        # Marks what has been escaped; the escaping itself is `form.show`, before Jinja's own.
        autoescape=True,
        finalize=form.show,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED[form],
    )
    jinja.filters |= {
        "cut": form.show,
        "bold": form.bold,
        "struck": form.struck,
        "dotted": form.dotted,
        "long_day": dutch.long_day,
        "short_day": dutch.short_day,
        "short_moment": dutch.short_moment,
        "clock": dutch.clock,
        "number": dutch.number,
        "as_date": date.fromisoformat,
    }
    jinja.globals |= {
        "bullet": form.bullet,
        "link": form.link,
        "long_moment": dutch.long_moment,
        "plural": dutch.counted,
        "short": _short,
    }
    return jinja


def _short(text: str, limit: int) -> str:
    """Plain text of at most so many characters, not escaped yet."""
    return cut(one_line(text), limit)
