"""First drafts and the library of positions."""

from datetime import date
from typing import Any

import pytest

from g40flow.config.positions import load_positions
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import ConfigError, InvalidInput, NotAllowed, NotFound
from g40flow.render.first_draft import DraftWriter
from g40flow.resources import resource
from g40flow.storage.dossier_tables import ConsultationAnswer, LibraryPosition
from g40flow.storage.history import NETWORK, history_of
from g40flow.storage.submissions import subject_of as item_of
from g40flow.storage.tables import Record
from g40flow.use_cases.text.drafting import earlier_positions, first_draft
from g40flow.use_cases.text.library import (
    PositionText,
    add_position,
    retire_position,
    search_library,
    seed_library,
)
from g40flow.use_cases.text.points import set_evidence
from tests.conftest import on_both
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    CARE,
    CONFIG,
    DESK,
    HOUSING,
    HOUSING_SECRETARY,
    SECRETARIAT,
)
from tests.use_cases.dossier.world import NETWORK as WHO
from tests.use_cases.text.desk import TextDesk

SEEDS = load_positions(CONFIG, WHO)
WRITER = DraftWriter(resource("templates"))


def draft(desk: TextDesk, dossier: int, by: str = HOUSING_SECRETARY) -> str:
    with desk.writing() as session:
        version = first_draft(session, DESK, WRITER, dossier, actor=desk.actor(by), seeds=SEEDS, now=desk.now)
        return version.markdown


def add(desk: TextDesk, by: str = HOUSING_SECRETARY, **fields: object) -> int:
    values: dict[str, object] = {
        "title": "Huur",
        "body": "Betaalbaar",
        "theme_groups": [HOUSING],
        "source": "Brief van 2024",
    }
    with desk.writing() as session:
        said = PositionText(**(values | fields))  # type: ignore[arg-type]  # the test's own values
        position = add_position(session, DESK, said, actor=desk.actor(by), now=desk.now)
        assert position.id is not None
        return position.id


def titles(desk: TextDesk, query: str, group: str = "") -> list[str]:
    with desk.database.reading() as session:
        return [position.title for position in search_library(session, query, group)]


@on_both
def test_a_first_draft_holds_points_evidence_and_earlier_positions(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, HOUSING, CARE)
    desk.change(dossier, title="Wet versterking regie volkshuisvesting")
    point = desk.point(dossier, "Gemeenten missen capaciteit", article="Artikel 2.1")
    with desk.writing() as session:
        for city, publish in (("delft", True), ("gouda", False)):
            set_evidence(
                session,
                DESK,
                dossier,
                point,
                city,
                f"Voorbeeld van {city}",
                actor=desk.actor(HOUSING_SECRETARY),
                publish=publish,
                now=desk.now,
            )

    markdown = draft(desk, dossier)

    for expected in ("Artikel 2.1", "Gemeenten missen capaciteit", "Voorbeeld van delft", "Wet regie"):
        assert expected in markdown
    assert "Reactie op de Wet versterking regie volkshuisvesting" in markdown
    assert "Actieplan mkb-dienstverlening" not in markdown
    assert "gouda" not in markdown
    (version,) = desk.versions(dossier)
    assert (version.origin, version.author) == ("template", HOUSING_SECRETARY)


def test_a_first_draft_holds_what_is_asked(desk: TextDesk) -> None:
    asked, filled_in = desk.at(Stage.DRAFTING), desk.at(Stage.DRAFTING)
    with desk.writing() as session:
        for dossier in (asked, filled_in):
            item = item_of(session, dossier)
            assert item is not None
            session.add(
                Record(
                    source=item.source,
                    entity="consultatie",
                    identifier=item.identifier,
                    fingerprint="x",
                    fields={
                        "koppen": [
                            {"kop": "In het kort", "tekst": "Niet dit."},
                            {"kop": "Waarop kunt u reageren", "tekst": "U kunt reageren op *artikel 2*."},
                        ]
                    },
                    first_seen_at=desk.now,
                    last_seen_at=desk.now,
                    changed_at=desk.now,
                )
            )
        session.add(ConsultationAnswer(dossier_id=filled_in, number=1, question="Wat vindt u?", answer=""))

    assert "### Vraag 1: U kunt reageren op \\*artikel 2\\*." in draft(desk, asked)
    assert "### Vraag 1: Wat vindt u?" in draft(desk, filled_in)


def test_there_is_only_one_first_draft(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    draft(desk, dossier)

    with pytest.raises(InvalidInput) as refused:
        draft(desk, dossier)

    assert refused.value.code == "text_exists"


def test_others_do_not_begin_a_text(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    with pytest.raises(NotAllowed):
        draft(desk, dossier, BOARD_MEMBER)


@on_both
def test_the_library_is_seeded_once_and_what_was_retired_stays_away(desk: TextDesk) -> None:
    with desk.writing() as session:
        assert seed_library(session, SEEDS, desk.now) == len(SEEDS) > 5
    with desk.writing() as session:
        found = search_library(session, "Geen pleisters meer", kind="position")
        position: LibraryPosition = found[0]
        assert position.id is not None
        actor = desk.actor(SECRETARIAT)
        retire_position(session, DESK, position.id, actor=actor, reason="verouderd", now=desk.now)
    with desk.writing() as session:
        assert seed_library(session, SEEDS, desk.now) == 0

    with desk.writing() as session:
        assert search_library(session, "pleisters", kind="position") == []
        assert [one.kind for one in search_library(session, "pleisters")] == ["core_message"]


@on_both
def test_positions_are_found_by_the_beginning_of_words_without_accents(desk: TextDesk) -> None:
    add(desk, title="Financiën op orde", body="Het ravijnjaar en de 100%-norm", theme_groups=["financien"])
    add(desk, title="Betaalbare huur", adopted_on=date(2024, 5, 1))

    assert titles(desk, "FINANCIEN ravijn") == ["Financiën op orde"]
    assert titles(desk, "jaar") == []
    assert titles(desk, "%") == ["Betaalbare huur", "Financiën op orde"]
    assert titles(desk, "", HOUSING) == ["Betaalbare huur"]
    assert titles(desk, "'; DROP TABLE library_position") == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "title_needed"),
        ({"body": "\u200b"}, "body_needed"),
        ({"source": ""}, "source_needed"),
        ({"theme_groups": []}, "group_needed"),
        ({"theme_groups": ["bestaat-niet"]}, "group_needed"),
        ({"adopted_on": date(2030, 1, 1)}, "date_in_future"),
    ],
)
def test_a_position_has_a_title_a_text_a_group_and_a_source(
    desk: TextDesk, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(desk, **fields)

    assert refused.value.code == code


def test_the_library_is_kept_by_groups_and_the_secretariat(desk: TextDesk) -> None:
    add(desk, SECRETARIAT)
    with pytest.raises(NotAllowed):
        add(desk, BOARD_MEMBER)
    with pytest.raises(NotFound):
        add(desk, dossier_id=999)

    with desk.database.reading() as session:
        assert [entry.action for entry in history_of(session, NETWORK)] == ["add_position"]


def test_positions_without_anything_in_common_are_not_named(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    desk.change(dossier, title="Besluit visserij op de Noordzee")
    add(desk, title="Betaalbare huur voor middeninkomens")
    add(desk, title="Visserij in stedelijk water")

    with desk.database.reading() as session:
        found = earlier_positions(session, dossier, actor=desk.actor(BOARD_MEMBER))

    assert [position.title for position in found] == ["Visserij in stedelijk water"]


def test_a_position_of_an_unknown_group_stops_the_start(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("config")
    assert load_positions(folder, WHO) == ()
    (folder / "positions.yaml").write_text(
        "positions: [{title: a, body: b, theme_groups: [nergens], source: c}]", encoding="utf-8"
    )

    with pytest.raises(ConfigError, match="nergens"):
        load_positions(folder, WHO)
