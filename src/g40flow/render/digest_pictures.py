"""The pictures of a digest: its open dossiers, the looks at publishers, and the items of each week. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from g40flow.domain.digest.content import Digest
from g40flow.domain.digest.figures import Figures
from g40flow.domain.messages import MessagePicture
from g40flow.render import coverage_picture, timeline_picture, weeks_picture
from g40flow.render.coverage_picture import DayLook, SourceDays
from g40flow.render.pictures import Ink, Picture, Pictures, size_of
from g40flow.render.timeline_picture import OpenTerm
from g40flow.render.weeks_picture import GroupWeeks

MOST_TERMS, MOST_TERMS_IN_MESSAGE = 12, 6


@dataclass(frozen=True, kw_only=True)
class DigestPicture:
    """One picture of a digest. name: "timeline", "weeks" or "coverage"."""

    name: str
    picture: Picture


def digest_pictures(
    pictures: Pictures, digest: Digest, ink: Ink = Ink.PAPER, *, narrow: bool = False
) -> Iterator[DigestPicture]:
    """The pictures that a digest has something for, in the order in which they are shown.

    narrow: for a mail, a phone or Slack, where a wide one cannot be read.
    """
    room = timeline_picture.NARROW if narrow else timeline_picture.WIDE
    most = MOST_TERMS_IN_MESSAGE if narrow and ink is Ink.PAPER else MOST_TERMS
    terms = timeline_picture.timeline(_terms(digest), digest.today, most=most, room=room)
    if terms is not None:
        yield DigestPicture(name="timeline", picture=pictures.timeline(terms, ink))
    counted = _weeks(digest.figures, narrow)
    if counted is not None:
        yield DigestPicture(name="weeks", picture=pictures.weeks(counted, ink))
    looked = _coverage(digest.figures, narrow)
    if looked is not None:
        yield DigestPicture(name="coverage", picture=pictures.coverage(looked, ink))


def message_pictures(
    pictures: Pictures, headings: Mapping[str, str], digest: Digest
) -> tuple[MessagePicture, ...]:
    """The same for a message: narrow, and on paper. headings: by name of a picture."""
    found = digest_pictures(pictures, digest, narrow=True)
    return tuple(_in_message(one, headings[one.name]) for one in found)


def _in_message(one: DigestPicture, heading: str) -> MessagePicture:
    width, height = size_of(one.picture.svg)
    return MessagePicture(
        name=one.name,
        heading=heading,
        svg=str(one.picture.svg),
        words=one.picture.words,
        width=width,
        height=height,
    )


def _terms(digest: Digest) -> list[OpenTerm]:
    return [
        OpenTerm(
            number=term.number,
            title=term.title,
            opens_on=term.opens_on,
            step_on=term.step_on,
            closes_on=term.closes_on,
            working_days=term.working_days,
        )
        for term in digest.terms
    ]


def _weeks(figures: Figures, narrow: bool) -> weeks_picture.Weeks | None:
    """Groups that got something; a picture of nothing says less than no picture."""
    groups = [GroupWeeks(name=one.name, counts=one.counts) for one in figures.groups if any(one.counts)]
    if figures.first_monday is None or not groups:
        return None
    mondays = [figures.first_monday + timedelta(weeks=n) for n in range(len(groups[0].counts))]
    return weeks_picture.weeks(groups, mondays, weeks_picture.NARROW if narrow else weeks_picture.WIDE)


def _coverage(figures: Figures, narrow: bool) -> coverage_picture.Coverage | None:
    """Publishers that were followed by then."""
    sources = [
        SourceDays(source=one.source, days=[DayLook(day) for day in one.days])
        for one in figures.sources
        if any(day != DayLook.BEFORE for day in one.days)
    ]
    if figures.first_day is None or not sources:
        return None
    days = [figures.first_day + timedelta(days=n) for n in range(len(sources[0].days))]
    room = coverage_picture.NARROW if narrow else coverage_picture.WIDE
    return coverage_picture.coverage(sources, days, room)
