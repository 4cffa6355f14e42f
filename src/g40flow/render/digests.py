"""Weekly digests in every form, from templates/messages/digest.jinja and its parts. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from g40flow.domain.digest.content import Digest, Line, Part, Section
from g40flow.domain.messages import Rendered
from g40flow.domain.outside_text import escape_mrkdwn
from g40flow.render.digest_pictures import DigestPicture, digest_pictures, message_pictures
from g40flow.render.forms import MessageForms
from g40flow.render.markup import MARKDOWN, PAGE, PLAIN, environment
from g40flow.render.messages import LONGEST_LIST, MOST_BLOCKS, texts_in
from g40flow.render.pictures import Ink, Pictures

LINE = "messages/_digest_line.jinja"
LINES_REMEMBERED = 2_000
"""The same dossier is a line in the digests of many."""

AROUND_BLOCKS, AROUND_TEXT = 14, 3_200
"""Most blocks and characters of a message that belong to no line: title, pictures, buttons, small print."""


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

    @property
    def runs(self) -> list[tuple[Entry, ...]]:
        """The lines in as few stretches as can be: one with something to do is alone, with its button."""
        by_act = groupby(enumerate(self.entries), key=lambda numbered: numbered[0] if numbered[1].act else -1)
        return [tuple(entry for _, entry in run) for _, run in by_act]


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
        self._line = lru_cache(maxsize=LINES_REMEMBERED)(_line)
        # Everybody who gets a copy reads the same, one after another.
        self._message = lru_cache(maxsize=8)(self._compose)

    @property
    def acts(self) -> frozenset[str]:
        """What lines offer to do at once in Slack: the first words of Line.act that have a button."""
        return frozenset(self._word("ACTS"))

    def message(
        self,
        digest: Digest,
        url: str,
        lines: tuple[int, int],
        *,
        private: bool = False,
        in_plain_words: bool = False,
    ) -> Rendered:
        """The lines [from, until) of a digest as a message in Slack.

        With the first ones, text and HTML hold all of it: a mail is not divided. in_plain_words: why a line
        is there in one plain sentence, without the words that counted.
        """
        return self._message(digest, url, lines, private, in_plain_words)

    def _compose(
        self, digest: Digest, url: str, lines: tuple[int, int], private: bool, plain: bool
    ) -> Rendered:
        everything = (0, len(digest.lines))

        def values(jinja: Environment) -> dict[str, Any]:
            in_slack = jinja.globals["by_mail"] is False
            shown = lines if in_slack or lines[0] else everything
            return self._values(jinja, digest, url, shown, plain=plain)

        return self._forms.written("digest", values, private=private, pictures=self._drawn(digest))

    def split(self, digest: Digest, url: str) -> tuple[tuple[int, int], ...]:
        """The lines of each message that the digest takes in Slack: as few as its limits allow.

        A digest without lines takes one message.
        """
        total = len(digest.lines)
        if surely_fits(digest, self._portal) or self._fits(digest, url, (0, total)):
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

    def shown(self, digest: Digest, *, in_plain_words: bool = False) -> list[ShownPart]:
        """The digest for its page in the portal."""
        everything = (0, len(digest.lines))
        return list(self._parts(self._page, digest, everything, base="", plain=in_plain_words))

    def pictures(self, digest: Digest, ink: Ink = Ink.PAGE) -> list[DigestPicture]:
        """Its pictures: narrow for a page, which is read on phones too, and wide on paper."""
        return list(digest_pictures(self._pictures, digest, ink, narrow=ink is Ink.PAGE))

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

    def _values(
        self, jinja: Environment, digest: Digest, url: str, lines: tuple[int, int], *, plain: bool = False
    ) -> dict[str, Any]:
        counts = [(self._heading(part, digest), len(part.lines) + part.more) for part in digest.parts]
        return {
            "digest": digest,
            "title": self.title(digest),
            "today": digest.today,
            "parts": list(self._parts(jinja, digest, lines, base=self._portal, plain=plain)),
            "counts": counts,
            "first": lines[0],
            "is_last": lines[1] == len(digest.lines),
            "pictures": self._drawn(digest),
            "url": url,
            "base": self._portal,
        }

    def _parts(
        self, jinja: Environment, digest: Digest, lines: tuple[int, int], *, base: str, plain: bool
    ) -> Iterator[ShownPart]:
        """Those parts of which a line stands in the range."""
        begin = 0
        for part in digest.parts:
            end = begin + len(part.lines)
            start, stop = max(begin, lines[0]), min(end, lines[1])
            if start < stop or (begin == end and lines[0] <= begin <= lines[1]):
                yield ShownPart(
                    section=part.section,
                    heading=self._heading(part, digest),
                    explained=self._word("EXPLAINED").get(part.section.value, ""),
                    entries=tuple(
                        Entry(
                            words=self._line(jinja, line, digest.today, base, plain),
                            title=line.number or line.title,
                            act=line.act,
                        )
                        for line in part.lines[start - begin : stop - begin]
                    ),
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


def _line(jinja: Environment, line: Line, today: date, base: str, plain: bool) -> Markup:
    """One line in one form."""
    written = jinja.get_template(LINE).render(line=line, today=today, base=base, plain=plain)
    return Markup(written.strip())  # noqa: S704 - the template has escaped what it shows


def surely_fits(digest: Digest, base: str) -> bool:
    """Whether a digest certainly is one message in Slack, so that it need not be written to know it.

    Counts what each text can come to, with every character that Slack wants escaped; the words around them
    are counted as longer than they are.
    """
    lines = digest.lines
    if len(lines) + 3 * len(digest.parts) + AROUND_BLOCKS > MOST_BLOCKS:
        return False
    texts = AROUND_TEXT + sum(_most_text(line, len(base)) for line in lines)
    return texts < LONGEST_LIST


def _most_text(line: Line, base: int) -> int:
    said = (line.title, line.number, line.label, line.why_text, line.asked_of, *line.why_terms, *line.cities)
    words = len(line.news) + len(line.deeds) + len(line.risks) + len(line.outcomes) + len(line.also_asked)
    also = sum(len(escape_mrkdwn(one.label)) + base + len(one.path) + 40 for one in line.also)
    fixed = 420 + base + len(line.path)
    return fixed + sum(len(escape_mrkdwn(text)) + 4 for text in said) + 60 * words + also


def _ends_of_parts(digest: Digest) -> Sequence[int]:
    ends, end = [], 0
    for part in digest.parts:
        end += len(part.lines)
        ends.append(end)
    return ends
