"""Modals, the Home tab and private answers in Slack, made from values and templates/slack/. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from g40flow.domain.items import Json
from g40flow.domain.outside_text import cut, escape_mrkdwn, one_line
from g40flow.render.markup import MRKDWN, PLAIN, environment
from g40flow.render.page import Page, Part, slack_blocks

TITLE = 24
LABEL = 150
HINT = 300
OPTION = 75
MOST_OPTIONS = 100
MOST_TICKS = 10
LONGEST_TYPED = 3_000
MOST_BLOCKS = 100


@dataclass(frozen=True)
class Choice:
    """One thing to choose. value: at most 75 characters, ours; label, about: shown as they are."""

    value: str
    label: str
    about: str = ""


@dataclass(frozen=True)
class Input:
    """A field of a modal, as Slack has it."""

    block: dict[str, Json]


@dataclass
class Sheet(Page):
    """What a template lays out for a modal: a page with fields. Templates call these methods."""

    title_text: str = ""
    submit_text: str = ""
    close_text: str = "Annuleren"
    fields: list[tuple[int, Input]] = field(default_factory=list)

    def title(self, text: str, submit: str = "", close: str = "") -> str:
        """What stands above and below. Without `submit` there is only a button to close."""
        self.title_text, self.submit_text = _plain_text(text, TITLE), _plain_text(submit, TITLE)
        self.close_text = _plain_text(close or ("Annuleren" if submit else "Sluiten"), TITLE)
        return ""

    def write(
        self,
        name: str,
        label: str,
        *,
        hint: str = "",
        value: str = "",
        least: int = 0,
        most: int = LONGEST_TYPED,
        lines: bool = True,
        optional: bool = False,
    ) -> str:
        """A field to type in. value: what stands in it at first. least, most: characters."""
        element: dict[str, Json] = {"type": "plain_text_input", "action_id": name, "multiline": lines}
        element["max_length"] = most
        if least and not optional:
            element["min_length"] = least
        if value:
            element["initial_value"] = value[:most]
        return self._field(name, label, element, hint, optional=optional)

    def pick_day(
        self, name: str, label: str, *, value: str = "", hint: str = "", optional: bool = False
    ) -> str:
        """A field to choose a day in. value: the day at first, "2026-11-30"; "" for none."""
        element: dict[str, Json] = {"type": "datepicker", "initial_date": value}
        return self._picked(name, label, element, hint, optional=optional)

    def pick_time(
        self, name: str, label: str, *, value: str = "", hint: str = "", optional: bool = False
    ) -> str:
        """A field to choose a time of the day in, Dutch clock. value: at first, "17:00"; "" for none."""
        element: dict[str, Json] = {"type": "timepicker", "initial_time": value}
        return self._picked(name, label, element, hint, optional=optional)

    def _picked(self, name: str, label: str, element: dict[str, Json], hint: str, *, optional: bool) -> str:
        """Slack takes no empty value for what stands in a picker at first."""
        filled = {key: value for key, value in element.items() if value}
        return self._field(name, label, {**filled, "action_id": name}, hint, optional=optional)

    def choose(
        self,
        name: str,
        label: str,
        choices: Sequence[Choice],
        *,
        chosen: str = "",
        hint: str = "",
        optional: bool = False,
        buttons: bool = False,
    ) -> str:
        """A field to choose one thing in: from a menu, or with buttons beside each."""
        kind = "radio_buttons" if buttons else "static_select"
        options = [_option(choice) for choice in choices[: MOST_TICKS if buttons else MOST_OPTIONS]]
        element: dict[str, Json] = {"type": kind, "action_id": name, "options": list(options)}
        first = next((option for option in options if option["value"] == chosen), None)
        if first is not None:
            element["initial_option"] = first
        return self._field(name, label, element, hint, optional=optional)

    def tick(
        self,
        name: str,
        label: str,
        choices: Sequence[Choice],
        *,
        chosen: Iterable[str] = (),
        hint: str = "",
        optional: bool = False,
        menu: bool = False,
    ) -> str:
        """A field to choose several things in: ticked, or from a menu when there are many."""
        is_menu = menu or len(choices) > MOST_TICKS
        kind = "multi_static_select" if is_menu else "checkboxes"
        options = [_option(choice) for choice in choices[:MOST_OPTIONS]]
        element: dict[str, Json] = {"type": kind, "action_id": name, "options": list(options)}
        wanted = set(chosen)
        first: list[Json] = [option for option in options if option["value"] in wanted]
        if first:
            element["initial_options"] = first
        return self._field(name, label, element, hint, optional=optional)

    def blocks(self) -> tuple[dict[str, Json], ...]:
        """Parts and fields in the order in which the template named them."""
        found: list[dict[str, Json]] = []
        waiting = list(self.fields)
        for number, part in enumerate(self.parts):
            while waiting and waiting[0][0] <= number:
                found.append(waiting.pop(0)[1].block)
            found.extend(slack_blocks(_alone(part)))
        found.extend(field.block for _, field in waiting)
        return tuple(found[:MOST_BLOCKS])

    def _field(self, name: str, label: str, element: dict[str, Json], hint: str, *, optional: bool) -> str:
        block: dict[str, Json] = {
            "type": "input",
            "block_id": name,
            "label": _plain(label, LABEL),
            "element": element,
            "optional": optional,
        }
        if hint:
            block["hint"] = _plain(hint, HINT)
        self.fields.append((len(self.parts), Input(block)))
        return ""


class SlackViews:
    """Makes what only one person sees in Slack. templates: the folder that holds slack/."""

    def __init__(self, templates: Path) -> None:
        self._mrkdwn = environment(templates, MRKDWN)
        self._plain = environment(templates, PLAIN)

    def modal(
        self, name: str, values: Mapping[str, Any], *, metadata: Mapping[str, Json] | None = None
    ) -> dict[str, Json]:
        """A modal. name: of its template, and its callback_id. metadata: ids only, comes back."""
        sheet = Sheet()
        self._mrkdwn.get_template(f"slack/{name}.jinja").render(values, page=sheet, choice=Choice)
        return _modal(sheet, name, metadata or {})

    def notice(self, text: str, *, typed: Sequence[str] = ()) -> dict[str, Json]:
        """A modal that only says something. typed: what the person had written, so that it is not lost."""
        # The text was made by a template of ours, which has escaped what it shows.
        values = {"text": Markup(text), "typed": typed}  # noqa: S704
        return self.modal("notice", values)

    def home(self, values: Mapping[str, Any]) -> dict[str, Json]:
        """The Home tab."""
        page = Page()
        self._mrkdwn.get_template("slack/home.jinja").render(values, page=page)
        return {"type": "home", "blocks": list(slack_blocks(page)[:MOST_BLOCKS])}

    def page(self, name: str, values: Mapping[str, Any]) -> tuple[str, tuple[dict[str, Json], ...]]:
        """A private answer of several parts: (its one sentence, its blocks)."""
        page = Page()
        self._mrkdwn.get_template(f"slack/{name}.jinja").render(values, page=page)
        return escape_mrkdwn(page.summary_line), slack_blocks(page)

    def explanation(self, code: str, **values: Any) -> str:
        """Why something did not happen, in Slack's markup."""
        return self._say("explanations", code, values)

    def confirmation(self, code: str, **values: Any) -> str:
        """What happened, in Slack's markup."""
        return self._say("confirmations", code, values)

    def mistake(self, code: str) -> str:
        """What is wrong with what was typed in one field, as plain text."""
        template = self._plain.get_template("slack/mistakes.jinja")
        return one_line(template.render(code=code))

    def _say(self, template: str, code: str, values: Mapping[str, Any]) -> str:
        words = self._mrkdwn.get_template(f"slack/{template}.jinja").render(values, code=code)
        return "\n".join(line.strip() for line in words.splitlines() if line.strip())


def _modal(sheet: Sheet, name: str, metadata: Mapping[str, Json]) -> dict[str, Json]:
    view: dict[str, Json] = {
        "type": "modal",
        "callback_id": name,
        "title": _plain(sheet.title_text, TITLE),
        "close": _plain(sheet.close_text, TITLE),
        "blocks": list(sheet.blocks()),
    }
    if sheet.submit_text:
        view["submit"] = _plain(sheet.submit_text, TITLE)
    if metadata:
        view["private_metadata"] = json.dumps(metadata, separators=(",", ":"))
    return view


def _alone(part: Part) -> Page:
    return Page(parts=[part])


def _option(choice: Choice) -> dict[str, Json]:
    option: dict[str, Json] = {"text": _plain(choice.label, OPTION), "value": choice.value}
    if choice.about:
        option["description"] = _plain(choice.about, OPTION)
    return option


def _plain(text: str, limit: int) -> dict[str, Json]:
    return {"type": "plain_text", "text": _plain_text(text, limit), "emoji": False}


def _plain_text(text: str, limit: int) -> str:
    return cut(one_line(str(text)), limit)
