"""Weekly digests: made up. Today is Monday 23 November 2026."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Digest, Line, Part, Section, Term, What, Why
from g40flow.domain.digest.done import Done, Outcome
from g40flow.domain.digest.figures import NOTHING, Figures, GroupCounts, SourceLooks
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


FOR_GROUPS = replace(
    CONSULTATION, why=Why.GROUPS, why_text="Woningmarkt, Duurzaamheid", asked="inform", act=None
)
TRIAGE = Line(
    key="triage", what=What.TRIAGE, title="", path="/items?triage=on", why=Why.STAFF, asked="judge", count=4
)
OF_GROUP = replace(OWN_MOVE, why=Why.OF_GROUP, why_text="Woningmarkt", asked="inform")
OF_BOARD = (
    Part(
        section=Section.DECISIONS_DUE,
        lines=(replace(OWN_MOVE, why=Why.BOARD, stage="board_approval", asked="decide"),),
    ),
    Part(
        section=Section.RISKS,
        lines=(
            replace(OF_GROUP, key="dossier:4", number="2026-004", path="/dossiers/4", risks=("closes_soon",)),
        ),
    ),
    Part(
        section=Section.DISSENT,
        lines=(
            replace(
                OF_GROUP, key="dossier:5", number="2026-005", path="/dossiers/5", cities=("Zwolle", "Oss")
            ),
        ),
    ),
)
NOT_READ = Part(
    section=Section.NOT_REACHED,
    lines=(
        Line(
            key="source:tweedekamer:unreached",
            what=What.SOURCE,
            title="tweedekamer",
            path="/sources/tweedekamer",
            why=Why.SILENCE,
            asked="mend",
            label="unreached",
            since=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
            at=datetime(2026, 11, 18, 15, 30, tzinfo=UTC),
        ),
    ),
)
TERMS = (
    Term(
        dossier_id=3,
        number="2026-003",
        title="Wet regie op de volkshuisvesting",
        opens_on=date(2026, 11, 2),
        step_on=date(2026, 11, 27),
        closes_on=date(2026, 12, 4),
        working_days=9,
    ),
    Term(
        dossier_id=4,
        number="2026-004",
        title="Prestatieafspraken woningbouw",
        opens_on=date(2026, 11, 9),
        step_on=None,
        closes_on=date(2026, 11, 26),
        working_days=3,
    ),
)
FIGURES = Figures(
    first_day=date(2026, 11, 10),
    sources=(
        SourceLooks(source="internetconsultatie", days=("looked",) * 14),
        SourceLooks(source="tweedekamer", days=("looked",) * 8 + ("partly",) + ("looked",) * 5),
    ),
    first_monday=date(2026, 9, 28),
    groups=(
        GroupCounts(group="woningmarkt", name="Woningmarkt", counts=(4, 9, 0, 12, 7, 3, 8, 11)),
        GroupCounts(group="duurzaamheid", name="Duurzaamheid", counts=(1, 2, 5, 3, 0, 6, 2, 4)),
    ),
)


TAKEN_UP = Done(outcome=Outcome.TAKEN_UP, by="Zeger de Voorbeeld", number="2026-014", path="/dossiers/14")
"""What became of the consultation afterwards."""


def digest_messages() -> Iterator[Sample]:
    """A digest of every kind of body, with its pictures, of one person, and one without news."""
    renderer = DigestRenderer(resource("templates"), portal_url="https://portal.example", interactive=True)
    cases = {
        "group": (
            Audience(kind=AudienceKind.THEME_GROUP, slug="woningmarkt"),
            "Woningmarkt",
            (
                Part(section=Section.WAITING, lines=(replace(OWN_MOVE, why=Why.LEADS),)),
                Part(section=Section.NEW, lines=(CONSULTATION,)),
                NOT_READ,
            ),
        ),
        "pillar": (Audience(kind=AudienceKind.PILLAR, slug="fysiek"), "Fysiek", OF_BOARD),
        "board": (Audience(kind=AudienceKind.DAILY_BOARD), "", OF_BOARD),
        "staff": (
            Audience(kind=AudienceKind.PA_STAFF),
            "",
            (Part(section=Section.WAITING, lines=(TRIAGE,)), *OF_BOARD[1:2], NOT_READ),
        ),
        "network": (
            Audience(kind=AudienceKind.NETWORK),
            "",
            (Part(section=Section.NEW, lines=(FOR_GROUPS,)), NOT_READ),
        ),
        "person": (
            Audience(kind=AudienceKind.PERSON, slug="jasmijn-de-voorbeeld"),
            "Jasmijn de Voorbeeld",
            (Part(section=Section.WAITING, lines=(OWN_MOVE,)),),
        ),
        "empty": (Audience(kind=AudienceKind.NETWORK), "", ()),
    }
    for case, (audience, name, parts) in cases.items():
        has_pictures = audience.kind is not AudienceKind.PERSON and bool(parts)
        digest = Digest(
            audience=audience,
            name=name,
            window=WEEK,
            today=TODAY,
            parts=parts,
            terms=TERMS if has_pictures else (),
            figures=FIGURES if has_pictures else NOTHING,
        )
        url = "https://portal.example/weekoverzichten/1"
        yield Sample("digest", case, renderer.message(digest, url, (0, len(digest.lines))))
        if case == "group":
            done = digest.with_done({CONSULTATION.key: TAKEN_UP})
            yield Sample("digest", "group_taken_up", renderer.message(done, url, (0, len(done.lines))))
