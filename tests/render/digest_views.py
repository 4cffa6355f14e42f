"""Digests of every kind, with all that can stand in them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Also, Digest, Line, Part, Section, Term, What, Why
from g40flow.domain.digest.done import Done, Outcome
from g40flow.domain.digest.figures import Figures, GroupCounts, SourceLooks
from g40flow.domain.digest.moments import Window

HOSTILE_TEXT = (
    "<!channel> *Wet* [klik](https://kwaad.example) <script>alert(1)</script> | #kop `x` "
    "\u202eomgekeerd ~weg~"
)
TODAY = date(2026, 11, 23)
WINDOW = Window(
    since=datetime(2026, 11, 16, 7, 30, tzinfo=UTC), until=datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
)


FIGURES = Figures(
    first_day=date(2026, 11, 10),
    sources=(
        SourceLooks(
            source="internetconsultatie", days=("looked",) * 9 + ("failed", "partly") + ("looked",) * 3
        ),
        SourceLooks(source="tweedekamer", days=("looked",) * 14),
        SourceLooks(source="wetgevingskalender", days=("before",) * 10 + ("looked", "gap", "gap", "looked")),
    ),
    first_monday=date(2026, 9, 28),
    groups=(GroupCounts(group="woningmarkt", name="Woningmarkt", counts=(4, 9, 0, 12, 7, 3, 8, 11)),),
)


TERMS = tuple(
    Term(
        dossier_id=id_,
        number=f"2026-{id_:03d}",
        title=title,
        opens_on=date(2026, 11, 2),
        step_on=step_on,
        closes_on=closes_on,
        working_days=left,
    )
    for id_, title, step_on, closes_on, left in (
        (3, "Wet regie op de volkshuisvesting", date(2026, 11, 27), date(2026, 12, 4), 9),
        (4, "Prestatieafspraken woningbouw", None, date(2026, 11, 26), 3),
        (9, "Besluit bouwwerken leefomgeving en de ruimte voor eigen keuzes", None, date(2027, 1, 15), 37),
    )
)


def consultation(number: int = 12, **changed: object) -> Line:
    """A consultation that the group is asked to respond to."""
    usual: dict[str, object] = {
        "key": f"item:{number}",
        "what": What.CONSULTATION,
        "title": "Wijziging van het Besluit bouwwerken leefomgeving",
        "path": f"/items/{number}",
        "source": "internetconsultatie",
        "label": "AMvB",
        "why": Why.ROUTED,
        "why_terms": ("woningbouw", "huurprijzen"),
        "asked": "respond",
        "until": date(2026, 12, 17),
        "working_days_left": 18,
        "act": ("item_take_up", f"{number}:woningmarkt"),
        "publisher_url": "https://www.internetconsultatie.nl/bbl",
    }
    return Line(**{**usual, **changed})  # type: ignore[arg-type]


def dossier(id_: int = 3, **changed: object) -> Line:
    """A dossier that the group leads."""
    usual: dict[str, object] = {
        "key": f"dossier:{id_}",
        "what": What.DOSSIER,
        "title": "Wet regie op de volkshuisvesting",
        "path": f"/dossiers/{id_}",
        "label": "consultation_response",
        "number": f"2026-{id_:03d}",
        "why": Why.LEADS,
        "stage": "drafting",
        "until": date(2026, 11, 27),
        "working_days_left": 4,
    }
    return Line(**{**usual, **changed})  # type: ignore[arg-type]


def _debate(number: int = 40, **changed: object) -> Line:
    usual: dict[str, object] = {
        "key": f"item:{number}",
        "what": What.ACTIVITY,
        "title": "Commissiedebat Woningbouwopgave",
        "path": f"/items/{number}",
        "label": "Commissiedebat",
        "why": Why.ROUTED,
        "why_terms": ("Volkshuisvesting",),
        "until": date(2026, 11, 26),
        "working_days_left": 3,
        "at": datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
    }
    return Line(**{**usual, **changed})  # type: ignore[arg-type]


SOURCES = Part(
    section=Section.NOT_REACHED,
    lines=(
        Line(
            key="source:internetconsultatie:unreached",
            what=What.SOURCE,
            title="internetconsultatie",
            path="/sources/internetconsultatie",
            label="unreached",
            why=Why.SILENCE,
            asked="mend",
            since=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
            at=datetime(2026, 11, 18, 15, 30, tzinfo=UTC),
        ),
        Line(
            key="source:tweedekamer:missing",
            what=What.SOURCE,
            title="tweedekamer",
            path="/sources/tweedekamer",
            label="missing",
            why=Why.SILENCE,
            asked="mend",
            since=datetime(2026, 11, 20, 5, 0, tzinfo=UTC),
            count=2,
        ),
    ),
)

NETWORK_DAY = Line(
    key="day:2026-12-03 Netwerkdag",
    what=What.DAY,
    title="Bestuurlijke netwerkdag",
    path="/agenda",
    why=Why.EVERYBODY,
    until=date(2026, 12, 3),
)


def digest_cases() -> dict[str, Digest]:
    """One of every kind, and the odd ones."""
    return {
        "group": _group(),
        "board": _board(),
        "staff": _staff(),
        "person": _person(),
        "empty": _digest(Audience(kind=AudienceKind.NETWORK), ""),
        "hostile": _hostile(),
        "followed": _followed(),
    }


def _followed() -> Digest:
    """As it stands in Slack after somebody did what its lines offered."""
    offering = [line.key for line in _group().lines if line.act is not None]
    outcomes = (
        Done(outcome=Outcome.ACCEPTED, by="Zeger de Voorbeeld"),
        Done(outcome=Outcome.MOVED_ON, stage="official_review", by=HOSTILE_TEXT),
        Done(outcome=Outcome.TAKEN_UP, by="Jasmijn de Voorbeeld", number="2026-012", path="/dossiers/12"),
        Done(outcome=Outcome.FELL_AWAY),
    )
    return _group().with_done(dict(zip(offering, outcomes, strict=False)))


def long_digest(lines: int = 120) -> Digest:
    """More than one message in Slack can hold."""
    many = tuple(
        consultation(number, title=f"Besluit {number} " + "over wonen " * 12) for number in range(lines)
    )
    return _digest(
        Audience(kind=AudienceKind.THEME_GROUP, slug="woningmarkt"),
        "Woningmarkt",
        Part(section=Section.NEW, lines=many[: lines // 2], more=12, more_path="/items?group=woningmarkt"),
        Part(section=Section.OPEN, lines=many[lines // 2 :]),
        SOURCES,
    )


def _digest(audience: Audience, name: str, *parts: Part, **more: object) -> Digest:
    return Digest(audience=audience, name=name, window=WINDOW, today=TODAY, parts=parts, **more)  # type: ignore[arg-type]


def _group() -> Digest:
    asked = dossier(
        4,
        title="Prestatieafspraken woningbouw",
        why=Why.GROUP_ASKED,
        stage="routed",
        asked="answer_for_group",
        act=("dossier_accept", "4:0:woningmarkt"),
    )
    return _digest(
        Audience(kind=AudienceKind.THEME_GROUP, slug="woningmarkt"),
        "Woningmarkt",
        Part(
            section=Section.WAITING,
            lines=(asked, dossier(asked="drafting", act=("dossier_steps", "3:0:"), urgent=True)),
        ),
        Part(
            section=Section.NEW,
            lines=(
                consultation(
                    also=(
                        Also(label="Wet", path="/items/13"),
                        Also(
                            label="Commissiedebat", path="/items/40", at=datetime(2026, 12, 1, 13, tzinfo=UTC)
                        ),
                    ),
                    more_also=2,
                ),
                consultation(14, title="Besluit huurprijzen", asked="join", act=None, news=("extended",)),
                consultation(15, title="Regeling kamerverhuur", asked="over", act=None, news=("withdrawn",)),
            ),
            more=12,
            more_path="/items?group=woningmarkt",
        ),
        Part(section=Section.OPEN, lines=(consultation(16, title="Besluit servicekosten", agreed=True),)),
        Part(
            section=Section.CALENDAR,
            lines=(
                _debate(),
                NETWORK_DAY,
                _debate(41, asked="input", at=None, until=TODAY, working_days_left=0),
            ),
        ),
        Part(section=Section.DECIDED, lines=(dossier(7, deeds=("adopt", "submit"), stage="submitted"),)),
        Part(
            section=Section.RESULTS,
            lines=(
                dossier(
                    8,
                    deeds=("record_outcome",),
                    outcomes=("achieved", "achieved", "not"),
                    stage="follow_up",
                    until=None,
                ),
            ),
        ),
        SOURCES,
        terms=TERMS,
        figures=FIGURES,
    )


def _board() -> Digest:
    decide = dossier(
        asked="decide", why=Why.BOARD, stage="board_approval", at=datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    )
    group = {"why": Why.OF_GROUP, "why_text": "Woningmarkt"}
    return _digest(
        Audience(kind=AudienceKind.DAILY_BOARD),
        "",
        Part(section=Section.DECISIONS_DUE, lines=(decide,)),
        Part(
            section=Section.RISKS,
            lines=(dossier(4, risks=("step_late", "closes_soon", "held_over"), **group),),
        ),
        Part(
            section=Section.DISSENT,
            lines=(dossier(5, cities=("Zwolle", "Almelo", "Oss", "Ede", "Delft"), **group),),
        ),
        Part(section=Section.DECIDED, lines=(dossier(7, deeds=("submit",), stage="submitted", **group),)),
        SOURCES,
    )


def _staff() -> Digest:
    triage = Line(
        key="triage",
        what=What.TRIAGE,
        title="",
        path="/items?triage=on",
        why=Why.STAFF,
        asked="judge",
        count=1_204,
    )
    unsure = consultation(
        20, asked="judge", why=Why.UNSURE, why_text="Twee groepen liggen te dicht bij elkaar.", act=None
    )
    groups = consultation(21, asked="inform", why=Why.GROUPS, why_text="Woningmarkt, Duurzaamheid", act=None)
    return _digest(
        Audience(kind=AudienceKind.PA_STAFF),
        "",
        Part(section=Section.WAITING, lines=(triage,)),
        Part(section=Section.NEW, lines=(unsure, groups)),
        shortened=True,
        recess="Kerstreces",
    )


def _person() -> Digest:
    return _digest(
        Audience(kind=AudienceKind.PERSON, slug="jasmijn-de-voorbeeld"),
        "Jasmijn de Voorbeeld",
        Part(
            section=Section.WAITING,
            lines=(
                dossier(
                    asked="answer_call",
                    asked_of="Delft",
                    why=Why.FOR_SCOPE,
                    why_text="Delft",
                    also_asked=("drafting",),
                    act=("call_answer", "5:delft"),
                ),
                dossier(
                    9,
                    asked="official_review",
                    why=Why.OWN_MOVE,
                    until=date(2026, 11, 20),
                    working_days_left=-1,
                ),
            ),
        ),
    )


def _hostile() -> Digest:
    return _digest(
        Audience(kind=AudienceKind.THEME_GROUP, slug="woningmarkt"),
        HOSTILE_TEXT,
        Part(
            section=Section.NEW,
            lines=(
                consultation(title=HOSTILE_TEXT, label=HOSTILE_TEXT, why_terms=(HOSTILE_TEXT,)),
                dossier(
                    title=HOSTILE_TEXT, number=HOSTILE_TEXT, cities=(HOSTILE_TEXT,), why_text=HOSTILE_TEXT
                ),
            ),
        ),
        terms=(replace(TERMS[0], number=HOSTILE_TEXT, title=HOSTILE_TEXT),),
        figures=replace(FIGURES, groups=(replace(FIGURES.groups[0], name=HOSTILE_TEXT),)),
    )
