"""Weekly digests: made up. Today is Monday 23 November 2026."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Digest, Line, Part, Section, What, Why
from g40flow.domain.digest.moments import Window
from g40flow.render.digests import DigestRenderer
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

TODAY = date(2026, 11, 23)
WEEK = Window(
    since=datetime(2026, 11, 16, 7, 30, tzinfo=UTC), until=datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
)
CONSULTATION = Line(
    key="item:12",
    what=What.CONSULTATION,
    title="Wijziging van het Besluit bouwwerken leefomgeving",
    path="/items/12",
    label="AMvB",
    why=Why.ROUTED,
    why_terms=("woningbouw", "huurprijzen"),
    asked="respond",
    until=date(2026, 12, 17),
    working_days_left=18,
    act=("item_take_up", "12:woningmarkt"),
    publisher_url="https://www.internetconsultatie.nl/bbl",
)
OWN_MOVE = Line(
    key="dossier:3",
    what=What.DOSSIER,
    title="Wet regie op de volkshuisvesting",
    path="/dossiers/3",
    label="consultation_response",
    number="2026-003",
    why=Why.OWN_MOVE,
    stage="drafting",
    asked="drafting",
    until=date(2026, 11, 27),
    working_days_left=4,
)


def digest_messages() -> Iterator[Sample]:
    """A digest of a group, of one person, and one without news."""
    renderer = DigestRenderer(resource("templates"), portal_url="https://portal.example", interactive=True)
    cases = {
        "group": (
            Audience(kind=AudienceKind.THEME_GROUP, slug="woningmarkt"),
            "Woningmarkt",
            (
                Part(section=Section.NEW, lines=(CONSULTATION,)),
                Part(section=Section.WAITING, lines=(replace(OWN_MOVE, why=Why.LEADS),)),
            ),
        ),
        "person": (
            Audience(kind=AudienceKind.PERSON, slug="jasmijn-de-voorbeeld"),
            "Jasmijn de Voorbeeld",
            (Part(section=Section.WAITING, lines=(OWN_MOVE,)),),
        ),
        "empty": (Audience(kind=AudienceKind.NETWORK), "", ()),
    }
    for case, (audience, name, parts) in cases.items():
        digest = Digest(audience=audience, name=name, window=WEEK, today=TODAY, parts=parts)
        url = "https://portal.example/weekoverzichten/1"
        yield Sample("digest", case, renderer.message(digest, url, (0, len(digest.lines))))
