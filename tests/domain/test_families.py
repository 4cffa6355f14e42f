from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.families import (
    FamilyFacts,
    act_name,
    families,
    family_keys,
    inherited_groups,
    same_family,
    same_news,
    title_similarity,
)


def facts(
    identifier: str,
    title: str,
    *,
    source: str = "",
    kind: str = "",
    dossier_number: str | None = None,
    chain_id: str | None = None,
    on: date | None = None,
) -> FamilyFacts:
    return FamilyFacts(
        id=identifier,
        title=title,
        source=source,
        kind=kind,
        dossier_number=dossier_number,
        chain_id=chain_id,
        on=on,
    )


def test_a_consultation_and_a_bill_with_the_same_act_name_are_family() -> None:
    consultation = facts("c", "Wet betaalbare fietsenstallingen", source="internetconsultatie")
    bill = facts(
        "z", "Regels over stallingen bij stations (Wet betaalbare fietsenstallingen)", source="tweedekamer"
    )

    assert same_family(consultation, bill)


def test_items_of_one_dossier_are_family_whatever_their_titles() -> None:
    motion = facts("m", "Motie van het lid Jansen over kosten", dossier_number="36800-XVI")
    letter = facts("b", "Brief over iets heel anders", dossier_number="36800-xvi")

    assert same_family(motion, letter)


def test_different_dossiers_are_never_family() -> None:
    one = facts("a", "Wet goede fietspaden", dossier_number="36001")
    other = facts("b", "Wet goede fietspaden", dossier_number="36002")

    assert not same_family(one, other)


def test_short_titles_alone_make_no_family() -> None:
    assert not same_family(facts("a", "Jeugdbeleid"), facts("b", "Jeugdbeleid"))


@pytest.mark.parametrize(
    "other",
    ["Fietsbeleid en ov (wordt voortgezet op 3 maart)", "Fietsbeleid en ov - LET OP tijdstip gewijzigd"],
)
def test_a_continued_or_moved_debate_is_the_same_news(other: str) -> None:
    first = facts("a", "Fietsbeleid en ov", source="tk", kind="Commissiedebat", on=date(2026, 3, 1))
    second = facts("b", other, source="tk", kind="Commissiedebat", on=date(2026, 3, 3))

    assert same_news(first, second)


def test_the_yearly_debate_on_a_subject_is_new_news() -> None:
    first = facts("a", "Fietsbeleid", source="tk", kind="Commissiedebat", on=date(2025, 3, 1))
    second = facts("b", "Fietsbeleid", source="tk", kind="Commissiedebat", on=date(2026, 3, 1))

    assert not same_news(first, second)


def test_families_join_through_a_common_member() -> None:
    items = [
        facts("a", "Wet groene daken", chain_id="123"),
        facts("b", "Iets anders", chain_id="123", dossier_number="36001"),
        facts("c", "Motie", dossier_number="36001"),
        facts("d", "Los"),
    ]

    assert families(items) == (("a", "b", "c"), ("d",))


def test_the_most_frequent_groups_of_a_family_are_inherited_first() -> None:
    assert inherited_groups([("x",), ("y", "x"), ()]) == ("x", "y")


def test_a_title_without_an_act_has_no_name() -> None:
    assert act_name("Motie over huizen") == ""
    assert family_keys(facts("a", "Motie over huizen")) == frozenset()


@settings(derandomize=True)
@given(st.text(max_size=120), st.text(max_size=120))
def test_similarity_is_symmetric_and_between_zero_and_one(one: str, other: str) -> None:
    value = title_similarity(one, other)

    assert value == title_similarity(other, one)
    assert 0 <= value <= 1
