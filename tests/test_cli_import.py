"""`g40flow import` and `g40flow report`, as people type them."""

import json
import shutil
from pathlib import Path

import pytest

from tests.commands import Run, runner

BY_ANNA = ("--person", "anna-testerink")


@pytest.fixture
def run(
    migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    path = tmp_path / "g40flow.sqlite"
    shutil.copyfile(migrated_sqlite, path)
    monkeypatch.setenv("G40FLOW_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.chdir(tmp_path)
    return runner(monkeypatch, capsys)


def example(run: Run, name: str) -> None:
    content = run("import", "--example", name).out
    Path(f"{name}.csv").write_text(content, encoding="utf-8")


def test_past_work_is_looked_at_taken_in_once_and_reported(run: Run) -> None:
    for name in ("responses", "campaigns"):
        example(run, name)
    files = ("responses.csv", "campaigns.csv")

    tried = run("import", *files, "--dry-run")
    nobody = run("import", *files)
    done, again = run("import", *files, *BY_ANNA), run("import", *files, *BY_ANNA)
    figures = run("report", "year", "2023", "--network", "--as", "csv").out
    page = run("report", "campaign", "2022-001")

    assert "reacties: 2 nieuw, 0 al eerder ingevoerd\ner is niets bewaard" in tried.out
    assert (nobody.code, "namens wie" in nobody.err) == (2, True)
    assert "reacties: 2 ingevoerd, 0 al eerder ingevoerd" in done.out
    assert "campagnes: 0 ingevoerd, 1 al eerder ingevoerd" in again.out
    assert "2023;G40 Stedennetwerk;Ingediende stukken;1;0;" in figures
    assert "Geef steden de regie over warmte in de wijk." in page.out
    assert len(json.loads(run("campaign", "list", "--all", "--json").out)) == 1


def test_every_mistake_is_a_line_and_nothing_is_taken_in(run: Run) -> None:
    Path("fout.csv").write_text(
        "kenmerk;titel;themagroepen;tekst;bron\nA;;woningmarkt;t;b\nB;x;nergens;\x1b[31mt;b\n",
        encoding="utf-8",
    )

    refused = run("import", "fout.csv", *BY_ANNA)

    lines = refused.err.splitlines()
    assert lines[0] == "fout.csv, rij 2, kolom titel: hier moet iets staan, er staat niets"
    assert lines[1].startswith("fout.csv, rij 3, kolom themagroepen: verwacht een van: ")
    assert (lines[2:], refused.code) == (["2 fouten; er is niets ingevoerd"], 1)
    assert "\x1b" not in refused.err


def test_reports_are_written_to_files_and_say_what_cannot_be(run: Run) -> None:
    made = run("report", "year", "2024", "--group", "woningmarkt", "--as", "pdf", "-o", "jaar.pdf")

    assert "geschreven naar jaar.pdf" in made.out
    assert Path("jaar.pdf").read_bytes().startswith(b"%PDF")
    assert run("report", "year", "2024").code == 2
    assert "er is geen campagne 2024-001" in run("report", "campaign", "2024-001").complaint
