"""Past work from files: read strictly, taken in wholly or not at all, and there afterwards like all other."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from g40flow.domain.errors import ImportRefused, NotAllowed
from g40flow.domain.imports.cases import PastPosition, day_of, read_case
from g40flow.domain.imports.formats import FORMATS
from g40flow.domain.imports.rows import ImportKind, Mistake, Problem, Row, RowGroup
from g40flow.domain.outside_text import several_lines
from g40flow.render.csv_table import csv_bytes
from g40flow.render.import_words import ImportWords
from g40flow.resources import resource
from g40flow.storage.campaigns import asks_of, campaign_of
from g40flow.storage.database import Database
from g40flow.storage.dossier_search import DossierSearch, search_dossiers
from g40flow.storage.dossier_tables import Dossier, HistoryEntry, LibraryPosition, Submission
from g40flow.storage.history import chains, verify_chain
from g40flow.storage.import_tables import ImportedCase
from g40flow.storage.texts import points_of
from g40flow.use_cases.imports.import_history import Looked, import_files, look_at_files
from g40flow.use_cases.imports.read_file import PastFile, encoding_of, read_file
from g40flow.use_cases.reports.year import scope_of, yearly_report
from g40flow.use_cases.text.library import search_library
from tests.conftest import MONDAY
from tests.use_cases.dossier.world import BOARD_MEMBER, DESK, NETWORK, SECRETARIAT, World

WORDS = ImportWords(resource("templates"))
VOCABULARY = WORDS.vocabulary(NETWORK)
EXAMPLES = sorted((resource("config") / "import").iterdir())
POSITION = "kenmerk;titel;themagroepen;tekst;bron;vastgesteld_op\n"
TODAY = date(2026, 11, 23)


def files(*paths: Path) -> list[PastFile]:
    return [PastFile(path=path) for path in paths]


def look(session: Session, *paths: Path) -> tuple[Looked, list[Mistake]]:
    """What is in files, and what is wrong with them."""
    mistakes: list[Mistake] = []
    looked = look_at_files(session, files(*paths), VOCABULARY, now=MONDAY, on_mistake=mistakes.append)
    return looked, mistakes


def take_in(world: World, *paths: Path, by: str = SECRETARIAT) -> Looked:
    with world.writing() as session:
        return import_files(
            session,
            DESK,
            files(*paths),
            VOCABULARY,
            label=lambda word: word,
            actor=world.actor(by),
            now=world.now,
        )


def unexpected(mistake: Mistake) -> None:
    pytest.fail(str(mistake))


def counts(database: Database) -> list[int]:
    """How many rows there are of everything that taking in writes."""
    tables: Sequence[Any] = (Dossier, LibraryPosition, Submission, HistoryEntry, ImportedCase)
    with database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def said(path: Path, content: str | bytes) -> list[str]:
    """What is told about a file with this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    mistakes: list[Mistake] = []
    for found in read_file(PastFile(path=path), mistakes.append):
        mistakes += read_case(found.kind, found.group, VOCABULARY, file=path.name, today=TODAY)[1]
    return [WORDS.said(mistake) for mistake in mistakes]


# --- what is taken in -----------------------------------------------------------------------------


def test_the_examples_are_taken_in_once_and_are_there_like_all_other_work(database: Database) -> None:
    world = World(database)

    first, again = take_in(world, *EXAMPLES), take_in(world, *EXAMPLES)

    assert first.new == {ImportKind.RESPONSE: 3, ImportKind.POSITION: 3, ImportKind.CAMPAIGN: 2}
    assert (again.new, again.known) == ({}, first.new)
    assert counts(database) == [5, 5, 2, 8, 8]
    with database.reading() as session:
        assert all(verify_chain(session, chain) for chain in chains(session))
        found, _ = search_dossiers(
            session, world.actor(SECRETARIAT), DossierSearch(state="final", process="")
        )
        assert {row.number for row in found} == {"2022-001", "2023-001", "2023-002", "2024-001", "2024-002"}
        response = next(row for row in found if row.number == "2023-001")
        assert [p.outcome for p in points_of(session, response.id or 0)] == ["partly", "not"]
        assert search_library(session, "voorbeeldwet woningbouw")[0].dossier_id == response.id
        campaign = next(row for row in found if row.number == "2022-001")
        assert campaign_of(session, campaign.id or 0).ask == "Geef steden de regie over warmte in de wijk."
        assert [ask.result for ask in asks_of(session, campaign.id or 0)] == ["achieved", "not"]
        report = yearly_report(
            session, DESK, scope_of(NETWORK), 2023, actor=world.actor(SECRETARIAT), now=world.now
        )
    assert (report.totals.handed_in, report.totals.in_time, report.totals.no_response) == (1, 1, 1)
    assert report.handed_in[0].spare_days == 4
    entry = world.history(response.id or 0)[0]
    assert (entry.action, entry.person, entry.at) == ("import", SECRETARIAT, MONDAY)
    assert entry.facts["file"] == "reacties.csv"


def test_one_mistake_anywhere_and_nothing_is_taken_in(database: Database, tmp_path: Path) -> None:
    world = World(database)
    broken = tmp_path / "kapot.csv"
    broken.write_text(POSITION + "A;x;woningmarkt;t;b;\nB;x;woningmarkt;t;b;32-01-2020\n", encoding="utf-8")

    with database.reading() as session:
        looked, mistakes = look(session, *EXAMPLES, broken)
    with pytest.raises(ImportRefused):
        take_in(world, *EXAMPLES, broken)

    assert [(m.row, m.column, m.problem) for m in mistakes] == [(3, "vastgesteld_op", Problem.NO_DATE)]
    assert not looked.is_good
    assert counts(database) == [0, 0, 0, 0, 0]


def test_only_the_secretariat_takes_in(sqlite: Database) -> None:
    with pytest.raises(NotAllowed):
        take_in(World(sqlite), *EXAMPLES, by=BOARD_MEMBER)


def test_a_reference_stands_once_and_keeps_its_meaning(sqlite: Database, tmp_path: Path) -> None:
    world, path = World(sqlite), tmp_path / "s.csv"
    path.write_text(POSITION + "A;x;woningmarkt;t;b;\n", encoding="utf-8")
    take_in(world, path)
    path.write_text(POSITION + "A;x;woningmarkt;anders;b;\nB;y;woningmarkt;t;b;\nB;y;woningmarkt;t;b;\n")

    with sqlite.reading() as session:
        _, mistakes = look(session, path)

    assert [(m.row, m.problem, m.expected) for m in mistakes] == [
        (2, Problem.CHANGED, "s.csv"),
        (4, Problem.REPEATED, "s.csv, 3"),
    ]


def test_new_numbers_follow_those_that_are_there(sqlite: Database) -> None:
    world = World(sqlite)
    there = world.dossier("woningmarkt")
    world.change(there, number="2023-007")

    take_in(world, *EXAMPLES)

    with sqlite.reading() as session:
        numbers = set(session.scalars(select(col(Dossier.number))))
    assert {"2023-007", "2023-008", "2023-009"} <= numbers


# --- what is told of a file -----------------------------------------------------------------------


def test_every_mistake_of_a_row_is_told_with_its_place_and_what_was_expected(tmp_path: Path) -> None:
    told = said(
        tmp_path / "s.csv",
        POSITION
        + "A;;woningmarktt | sterke keten van leren, werken en ondernemen;t;;31-2-2020\n"
        + f"B;{'x' * 301};quatsch;t;b;1-1-2031\n",
    )

    assert told == [
        "s.csv, rij 2, kolom titel: hier moet iets staan, er staat niets",
        "s.csv, rij 2, kolom bron: hier moet iets staan, er staat niets",
        "s.csv, rij 2, kolom themagroepen: dit woord is niet bekend; bedoelt u woningmarkt?;"
        " gevonden: woningmarktt",
        "s.csv, rij 2, kolom vastgesteld_op: verwacht een dag als 31-12-2024 of 2024-12-31;"
        " gevonden: 31-2-2020",
        "s.csv, rij 3, kolom titel: verwacht ten hoogste 300; gevonden: 301",
        told[5],
        "s.csv, rij 3, kolom vastgesteld_op: verwacht een dag tot en met vandaag (2026-11-23);"
        " gevonden: 1-1-2031",
    ]
    assert told[5].startswith("s.csv, rij 3, kolom themagroepen: verwacht een van: armoede en schulden")


def test_days_follow_each_other_and_a_result_says_how_it_shows(tmp_path: Path) -> None:
    head = "kenmerk;titel;themagroepen;ingediend_op;geopend_op;laatste_dag;uitkomst;webadres;toelichting\n"
    told = said(
        tmp_path / "r.csv",
        head
        + "A;x;woningmarkt;1-3-2023;2-3-2023;1-2-2023;Bereikt;javascript:alert(1);\n"
        + "B;y;woningmarkt;1-3-2023;;;Nog open;;mail jan@kwaad.example\n"
        + "C;z;woningmarkt;;;;;;\n",
    )

    assert [line.partition(":")[0] for line in told] == [
        "r.csv, rij 2, kolom laatste_dag",
        "r.csv, rij 2, kolom ingediend_op",
        "r.csv, rij 2, kolom webadres",
        "r.csv, rij 2, kolom toelichting",
        "r.csv, rij 3, kolom toelichting",
        "r.csv, rij 4, kolom ingediend_op",
        "r.csv, rij 4, kolom afgesloten_op",
        "r.csv, rij 4, kolom uitkomst",
    ]
    assert "verwacht een dag op of na geopend_op 2023-03-02" in told[0]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("leeg.csv", "", "leeg.csv: het bestand is leeg"),
        ("kop.csv", "kenmerk;titel;tekst\n", "kop.csv, rij 1, kolom themagroepen: deze kolom ontbreekt"),
        ("kop.csv", POSITION.replace("bron", "bron;Bron"), "kop.csv, rij 1, kolom bron: deze kolom staat er"),
        ("kop.csv", POSITION.replace("bron", "bron;nummer"), "kop.csv, rij 1, kolom nummer: deze kolom is"),
        ("cel.csv", POSITION + "A;x;woningmarkt;t;b;;;1\n", "cel.csv, rij 2: er zijn meer cellen dan de 6"),
        ("open.csv", POSITION + 'A;"x', "open.csv, rij 2: dit kan niet gelezen worden"),
        ("lang.csv", POSITION + "A;" + "x" * 1_000_000, "lang.csv, rij 2: dit kan niet gelezen worden"),
        ("bytes.csv", b"kenmerk;titel\x90\xff\x00", "bytes.csv: dit kan niet gelezen worden"),
        ("a.yaml", "- 1\n", "a.yaml, rij 1: verwacht een lijst met de naam reacties:"),
        ("a.yaml", "anders: []\n", "a.yaml, rij 1: verwacht een lijst met de naam reacties:"),
        ("a.yaml", "standpunten:\n- &x {kenmerk: 1}\n- *x\n", "a.yaml, rij 3: dit kan niet gelezen worden"),
        ("a.yaml", "standpunten: [[[[", "a.yaml, rij 1: dit kan niet gelezen worden"),
        ("a.yaml", "standpunten:\n- {kenmerk: 1, kenmerk: 2}\n", "a.yaml, rij 2, kolom kenmerk: deze kolom"),
        ("a.yaml", "standpunten:\n- titel: {a: 1}\n", "a.yaml, rij 2, kolom titel: dit kan niet gelezen"),
        ("a.yaml", "standpunten:\n- !!python/name:os.system {}\n", "a.yaml, rij 2, kolom kenmerk: hier moet"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_file_of_ours_is_told_where(
    tmp_path: Path, name: str, content: str | bytes, expected: str
) -> None:
    told = said(tmp_path / name, content)

    assert any(line.startswith(expected) for line in told), told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_files_of_excel_are_read_however_it_wrote_them(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "s.csv"
    head = ["Kenmerk", " Titel ", "THEMAGROEPEN", "Tekst", "Bron", "Vastgesteld op"]
    row = ["1", "Coördinatie: € en é", "financiën", 'a "b"\nc', "x", "1/2/2020"]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([head, row])
    path.write_bytes(text.getvalue().encode(encoding))

    [found] = read_file(PastFile(path=path), unexpected)
    case, mistakes = read_case(found.kind, found.group, VOCABULARY, file="s.csv", today=TODAY)

    assert mistakes == []
    assert isinstance(case, PastPosition)
    assert (case.title, case.groups, case.body) == ("Coördinatie: € en é", ["financien"], 'a "b"\nc')
    assert case.adopted_on == date(2020, 2, 1)
    assert encoding_of(path) == encoding


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(several_lines)


@settings(deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
def test_what_is_written_as_a_table_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "s.csv"
    names = FORMATS[ImportKind.POSITION].names
    table = [
        [f"S-{n}", title, "woningmarkt", text, source, "", ""] for n, (title, text, source) in enumerate(rows)
    ]
    path.write_bytes(csv_bytes(names, table))

    found = [one.group.first.values for one in read_file(PastFile(path=path), unexpected)]

    assert [(v["titel"], v["tekst"], v["bron"]) for v in found] == [
        tuple(map(str.strip, row)) for row in rows
    ]


@settings(deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(FORMATS[ImportKind.CAMPAIGN].names), st.text(max_size=40)))
def test_whatever_a_row_says_it_is_a_case_or_has_mistakes(values: dict[str, str]) -> None:
    group = RowGroup(first=Row(number=2, values=values))
    for kind in ImportKind:
        case, mistakes = read_case(kind, group, VOCABULARY, file="x", today=TODAY)

        assert (case is None) == bool(mistakes)
        assert all(WORDS.said(mistake).startswith("x, rij 2") for mistake in mistakes)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_is_read_in_dutch_and_in_iso(day: date) -> None:
    assert day_of(day.isoformat()) == day_of(day.strftime("%d-%m-%Y")) == day
