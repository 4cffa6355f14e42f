"""mrkdwn as HTML. Everything is escaped first; only our own tags come out unescaped."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from markupsafe import Markup, escape

from g40flow.sandbox.slack.page.dutch_dates import filled_in, local_moment
from g40flow.sandbox.slack.page.emoji import with_emoji

_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"]+")
_CODE_BLOCK = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_SPECIAL = re.compile(r"<([^<>\n]+)>")
_BARE_LINK = re.compile(r"https?://[^\s<>\"'|\ue000\ue001]+[^\s<>\"'|.,;:!?)\ue000\ue001]")
_DATE = re.compile(r"!date\^(-?\d{1,10})\^([^|^]+)(?:\^([^|]+))?(?:\|(.*))?")
_KEPT = re.compile("\ue000(\\d+)\ue001")
# Not inside a word, not around white space: a*b*c and "2 * 3 * 4" stay as they are.
_STYLES = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), "strong"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), "em"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), "s"),
)
_GROUPS = {"channel": "@channel", "here": "@here", "everyone": "@everyone"}


class Names(Protocol):
    """What ids stand for."""

    def user_name(self, user_id: str) -> str | None:
        """The name to show; None if nobody has this id."""

    def channel_name(self, channel_id: str) -> str | None:
        """The name without #; None if no channel has this id."""


@dataclass(frozen=True)
class Reader:
    """Who looks: for names, and for dates in his own zone. now: aware."""

    names: Names
    zone: str
    now: datetime

    def mrkdwn(self, text: str, *, verbatim: bool = False) -> Markup:
        """The HTML of a mrkdwn text. verbatim: bare addresses are no links."""
        kept: list[Markup] = []

        def keep(html: Markup) -> str:
            kept.append(html)
            return f"\ue000{len(kept) - 1}\ue001"

        # What is in pointed brackets goes first, so that nothing of ours ends up inside an address.
        rest = text.replace("\ue000", "").replace("\ue001", "")
        rest = _SPECIAL.sub(lambda m: keep(self._special(m[1])), rest)
        rest = _CODE_BLOCK.sub(lambda m: keep(_tag("pre", _unescaped(m[1]))), rest)
        rest = _CODE.sub(lambda m: keep(_tag("code", _unescaped(m[1]))), rest)
        if not verbatim:
            rest = _BARE_LINK.sub(lambda m: keep(_link(_unescaped(m[0]), _unescaped(m[0]))), rest)
        html = str(escape(with_emoji(_unescaped(rest))))
        for pattern, name in _STYLES:
            html = pattern.sub(rf"<{name}>\1</{name}>", html)
        html = _lines(html)
        while _KEPT.search(html):
            html = _KEPT.sub(lambda m: str(kept[int(m[1])]), html)
        # Every part of html has been escaped or is one of our own tags.
        return Markup(html)  # noqa: S704

    def plain_text(self, text: str, *, emoji: bool = True) -> Markup:
        """The HTML of a plain_text."""
        shown = with_emoji(text) if emoji else text
        return Markup("<br>").join(escape(line) for line in shown.split("\n"))

    def markdown(self, text: str) -> Markup:
        """The HTML of a markdown block, roughly: as mrkdwn with double stars."""
        return self.mrkdwn(text.replace("**", "*"))

    def _special(self, inside: str) -> Markup:
        target, bar, label = inside.partition("|")
        label = _unescaped(label) if bar else ""
        if target.startswith("@"):
            name = self.names.user_name(target[1:])
            return _tag("b", f"@{name or label or target[1:]}", "mention")
        if target.startswith("#"):
            name = self.names.channel_name(target[1:])
            return _tag("b", f"#{name or label or target[1:]}", "mention")
        if target.startswith("!date^"):
            return self._date(inside)
        if target.startswith("!subteam^"):
            return _tag("b", label or "@groep", "mention")
        if target.startswith("!"):
            return _tag("b", _GROUPS.get(target[1:], label or target), "mention everybody")
        if _LINK.fullmatch(_unescaped(target)):
            return _link(_unescaped(target), label or _unescaped(target))
        return escape(f"<{_unescaped(inside)}>")

    def _date(self, inside: str) -> Markup:
        found = _DATE.fullmatch(inside)
        if not found:
            return escape(_unescaped(inside.rpartition("|")[2]))
        seconds, template, link, fallback = found.groups()
        moment = local_moment(int(seconds), self.zone)
        now = local_moment(self.now.timestamp(), self.zone)
        words = filled_in(_unescaped(template), moment, now) or _unescaped(fallback or "")
        stamp = local_moment(int(seconds), "UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
        html = Markup('<time datetime="{}">{}</time>').format(stamp, words)
        return _link(link, html) if link and _LINK.fullmatch(link) else html


def _unescaped(text: str) -> str:
    """The three entities of mrkdwn as characters; `&` last, so that nothing is undone twice."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _tag(name: str, content: str | Markup, css: str = "") -> Markup:
    if css:
        return Markup('<{0} class="{1}">{2}</{0}>').format(name, css, content)
    return Markup("<{0}>{1}</{0}>").format(name, content)


def _link(address: str, label: str | Markup) -> Markup:
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, label)


def _lines(html: str) -> str:
    """Line ends as <br>, and lines that begin with > as a quotation."""
    out: list[str] = []
    quoting = False
    for number, line in enumerate(html.split("\n")):
        quote = line.startswith("&gt;")
        if quote != quoting:
            out.append("<blockquote>" if quote else "</blockquote>")
        elif number:
            out.append("<br>")
        out.append(line.removeprefix("&gt;").lstrip() if quote else line)
        quoting = quote
    return "".join(out) + ("</blockquote>" if quoting else "")
