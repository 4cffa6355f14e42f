"""Weekly digests in every form, from templates/messages/digest.jinja and its parts. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup

from g40flow.domain.digest.content import Digest, Line, Part, Section
from g40flow.domain.messages import Rendered
from g40flow.render.digest_pictures import DigestPicture, digest_pictures, message_pictures
from g40flow.render.forms import MessageForms
from g40flow.render.markup import MARKDOWN, PAGE, PLAIN, environment
from g40flow.render.messages import LONGEST_LIST, MOST_BLOCKS, texts_in
from g40flow.render.pictures import Ink, Pictures

LINE = "messages/_digest_line.jinja"


@dataclass(frozen=True)
class Entry:
    """One line, written. act: what can be done at once, as Line.act."""

    words: Markup
    title: str
    act: tuple[str, str] | None


@dataclass(frozen=True, kw_only=True)
class ShownPart:
    """Some lines of one part, written. begins: its heading stands above; goes_on: others came before.

    explained: a sentence that belongs to the part. more: lines behind more_path, once all were shown.
    """

    section: Section
    heading: str
    explained: str
    entries: tuple[Entry, ...]
    goes_on: bool
    more: int
    more_path: str
    begins: bool = True


class DigestRenderer:
    """Writes digests. portal_url: address of the portal, without a slash. interactive: see MessageForms."""

    def __init__(self, templates: Path, *, portal_url: str, interactive: bool = False) -> None:
        self._forms = MessageForms(templates, interactive=interactive)
        self._portal = portal_url
        self._pictures = Pictures(templates)
        self._plain = environment(templates, PLAIN)
        self._page = environment(templates, PAGE)
        self._markdown = environment(templates, MARKDOWN)
        self._words = self._plain.get_template("messages/_digest_words.jinja").module
        self._drawn = lru_cache(maxsize=8)(partial(message_pictures, self._pictures, self._word("PICTURES")))
        self._written = lru_cache(maxsize=8)(_written)
        # Everybody who gets a copy reads the same, one after another.
        self._message = lru_cache(maxsize=8)(self._compose)

    @property
    def acts(self) -> frozenset[str]:
        """What lines offer to do at once in Slack: the first words of Line.act that have a button."""
        return frozenset(self._word("ACTS"))

    def message(self, digest: Digest, url: str, lines: tuple[int, int], *, private: bool = False) -> Rendered:
        """The lines [from, until) of a digest as a message in Slack.

        With the first ones, text and HTML hold all of it: a mail is not divided.
        """
        return self._message(digest, url, lines, private)

    def _compose(self, digest: Digest, url: str, lines: tuple[int, int], private: bool) -> Rendered:
        everything = (0, len(digest.lines))

        def values(jinja: Environment) -> dict[str, Any]:
            in_slack = jinja.globals["by_mail"] is False
            return self._values(jinja, digest, url, lines if in_slack or lines[0] else everything)

        return self._forms.written("digest", values, private=private, pictures=self._drawn(digest))

    def split(self, digest: Digest, url: str) -> tuple[tuple[int, int], ...]:
        """The lines of each message that the digest takes in Slack: as few as its limits allow.

        A digest without lines takes one message.
        """
        total = len(digest.lines)
        if self._fits(digest, url, (0, total)):
            return ((0, total),)
        pieces: list[tuple[int, int]] = []
        begin = 0
        while begin < total:
            end = self._longest(digest, url, begin)
            pieces.append((begin, end))
            begin = end
        return tuple(pieces)

    def _longest(self, digest: Digest, url: str, begin: int) -> int:
        """Where a message that begins at a line must end; if it can, after a whole part."""
        fits, broken = begin, min(begin + MOST_BLOCKS, len(digest.lines)) + 1
        while broken - fits > 1:
            middle = (fits + broken) // 2
            if self._fits(digest, url, (begin, middle)):
                fits = middle
            else:
                broken = middle
        if fits == begin:
            raise ValueError(f"line {begin} of the digest for {digest.audience.key} breaks every limit")
        ends = [end for end in _ends_of_parts(digest) if begin < end <= fits]
        # A part that is divided anyway fills the message rather than leave most of it empty.
        whole = ends[-1] if ends else fits
        return whole if whole - begin > (fits - begin) // 2 else fits

    def _fits(self, digest: Digest, url: str, lines: tuple[int, int]) -> bool:
        """Whether these lines keep every limit of one message in Slack."""
        blocks = self._forms.blocks("digest", lambda jinja: self._values(jinja, digest, url, lines))
        return len(blocks) <= MOST_BLOCKS and sum(map(len, texts_in([*blocks]))) < LONGEST_LIST

    def shown(self, digest: Digest) -> list[ShownPart]:
        """The digest for its page in the portal."""
        return list(self._parts(self._page, digest, (0, len(digest.lines)), base=""))

    def pictures(self, digest: Digest, ink: Ink = Ink.PAGE) -> list[DigestPicture]:
        """Its pictures, for a page or on paper."""
        return list(digest_pictures(self._pictures, digest, ink))

    def picture_heading(self, name: str) -> str:
        """What stands above one of its pictures. Raises KeyError for a name that is none."""
        return self._word("PICTURES")[name]

    def title(self, digest: Digest) -> str:
        """ "Weekoverzicht Woningmarkt, week 48"."""
        template = self._plain.get_template("messages/_digest_title.jinja")
        return template.render(digest=digest).strip()

    def markdown(self, digest: Digest) -> str:
        """The digest as Markdown, of which a PDF is made."""
        template = self._markdown.get_template("messages/digest.md.jinja")
        return template.render(self._values(self._markdown, digest, "", (0, len(digest.lines))))

    def _values(self, jinja: Environment, digest: Digest, url: str, lines: tuple[int, int]) -> dict[str, Any]:
        counts = [(self._heading(part, digest), len(part.lines) + part.more) for part in digest.parts]
        return {
            "digest": digest,
            "title": self.title(digest),
            "today": digest.today,
            "parts": list(self._parts(jinja, digest, lines, base=self._portal)),
            "counts": counts,
            "first": lines[0],
            "is_last": lines[1] == len(digest.lines),
            "pictures": self._drawn(digest),
            "url": url,
            "base": self._portal,
        }

    def _parts(
        self, jinja: Environment, digest: Digest, lines: tuple[int, int], *, base: str
    ) -> Iterator[ShownPart]:
        """Those parts of which a line stands in the range."""
        entries, begin = self._written(jinja, digest, base), 0
        for part in digest.parts:
            end = begin + len(part.lines)
            start, stop = max(begin, lines[0]), min(end, lines[1])
            if start < stop or (begin == end and lines[0] <= begin <= lines[1]):
                yield ShownPart(
                    section=part.section,
                    heading=self._heading(part, digest),
                    explained=self._word("EXPLAINED").get(part.section.value, ""),
                    entries=entries[start:stop],
                    goes_on=start > begin,
                    more=part.more if stop == end else 0,
                    more_path=part.more_path,
                )
            begin = end

    def _heading(self, part: Part, digest: Digest) -> str:
        special = self._word("WAITING_ON") if part.section is Section.WAITING else {}
        usual: str = self._word("HEADINGS")[part.section.value]
        return special.get(digest.audience.kind.value, usual)

    def _word(self, name: str) -> Mapping[str, str]:
        words: Mapping[str, str] = getattr(self._words, name)
        return words


def _written(jinja: Environment, digest: Digest, base: str) -> tuple[Entry, ...]:
    """Every line of a digest in one form."""
    template = jinja.get_template(LINE)
    return tuple(_entry(template, line, digest, base) for line in digest.lines)


def _entry(template: Template, line: Line, digest: Digest, base: str) -> Entry:
    # The template has escaped what it shows.
    words = Markup(template.render(line=line, today=digest.today, base=base).strip())  # noqa: S704
    return Entry(words=words, title=line.number or line.title, act=line.act)


def _ends_of_parts(digest: Digest) -> Sequence[int]:
    ends, end = [], 0
    for part in digest.parts:
        end += len(part.lines)
        ends.append(end)
    return ends
