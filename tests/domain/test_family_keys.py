from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.families import FamilyFacts, families, same_publication
from g40flow.domain.family_graph import components, heir
from g40flow.domain.family_keys import (
    MOST_NAMES,
    Keys,
    LeftOut,
    chain_key,
    dossier_key,
    is_identity,
    keys_of,
    read_reference,
)

UUID = "0b5c1a52-7d0e-4b57-9a43-1f6f6d1c0a11"


@pytest.mark.parametrize(
    "spelling",
    ["36512", "36 512", "36.512", "36512-(R2200)", "36 512 (R2200)", "kst-36512", "36\u00a0512"],
)
def test_a_dossier_is_recognised_in_every_spelling(spelling: str) -> None:
    assert read_reference(spelling) == {"dossier:36512"}


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("kst-36512-3", {"dossier:36512", "stuk:36512-3"}),
        ("KST-36512-A", {"dossier:36512", "stuk:36512-A"}),
        ("kst-36512-3-n1", {"dossier:36512", "stuk:36512-3"}),
        ("kst-20252026-36512-3", {"dossier:36512", "stuk:36512-3"}),
        ("kst-36800-XVI-12", {"dossier:36800-XVI", "stuk:36800-XVI-12"}),
        ("kst-36800-B-4", {"dossier:36800-B", "stuk:36800-B-4"}),
        ("kst-21501-08-1010", {"dossier:21501-08", "stuk:21501-08-1010"}),
        ("kst-36512-(R2200)-3", {"dossier:36512", "stuk:36512-3"}),
        ("36 512, nr. 3", {"dossier:36512", "stuk:36512-3"}),
        ("Kamerstukken II 2025/26, 36 512, nr. 3", {"dossier:36512", "stuk:36512-3"}),
        ("https://zoek.officielebekendmakingen.nl/kst-36512-3.html", {"dossier:36512", "stuk:36512-3"}),
        ("stcrt-2026-12345", {"stuk:stcrt-2026-12345"}),
        ("2025Z01234", {"zaak:2025Z01234"}),
        ("2025z01234", {"zaak:2025Z01234"}),
        ("kv-tk-2025Z01234", {"zaak:2025Z01234"}),
        ("2025D04567", {"document:2025D04567"}),
        ("https://www.tweedekamer.nl/kamerstukken/detail?id=2025Z01234&did=2025D04567",
         {"zaak:2025Z01234", "document:2025D04567"}),
        ("WGK012345", {"keten:12345"}),
        ("https://wetgevingskalender.overheid.nl/Regeling/WGK012345", {"keten:12345"}),
        (f"https://open.overheid.nl/documenten/{UUID}/file", {f"woo:{UUID}"}),
        ("https://www.internetconsultatie.nl/voorbeeldslug/b1", {"consultatie:voorbeeldslug"}),
        ("http://www.internetconsultatie.nl/5528", {"consultatienummer:5528"}),
        ("COM(2026) 123 final", {"com:2026/123"}),
        ("Ares(2026)7014840", {"ares:2026/7014840"}),
        (".../better-regulation/have-your-say/initiatives/18805-Voorbeeld_nl", {"eu:18805"}),
    ],
)  # fmt: skip
def test_every_name_of_a_publication_is_read(name: str, keys: set[str]) -> None:
    assert read_reference(name) == keys


@pytest.mark.parametrize("text", ["", "nvt", "2026", "123456", "artikel 36", "12Z3", "Onbekend", "x" * 2000])
def test_what_is_no_name_gives_no_key(text: str) -> None:
    assert read_reference(text) == frozenset()


def test_keten_id_and_wgk_number_are_the_same() -> None:
    assert chain_key("12345") == chain_key("WGK012345") == chain_key("012345") == "keten:12345"
    assert chain_key("geen") is None


def test_a_chapter_of_the_budget_is_a_dossier_of_its_own() -> None:
    assert dossier_key("36.800 XVI") == "dossier:36800-XVI"
    assert dossier_key("36800") == "dossier:36800"


def keys(*references: str, dossier: str | None = None, number: str | None = None) -> Keys:
    return keys_of(own_dossier=dossier, own_chain=None, number=number, references=references)


def test_a_list_of_a_hundred_dossiers_joins_none_of_them_and_says_why() -> None:
    found = keys(*(str(number) for number in range(36000, 36100)), dossier="36000")

    assert found.joining == frozenset()
    assert len(found.mentioned) == 100
    assert found.reasons == {LeftOut.MANY_DOSSIERS}


def test_of_two_dossiers_only_the_own_one_joins() -> None:
    assert keys("32847", "34682", dossier="32847").joining == {"dossier:32847"}
    assert keys("32847", "34682").reasons == {LeftOut.SEVERAL_DOSSIERS}


def test_a_list_of_cases_is_none_of_them() -> None:
    found = keys(*(f"2026Z{number:05d}" for number in range(MOST_NAMES + 1)), number="2026D00001")

    assert found.joining == {"document:2026D00001"}
    assert found.reasons == {LeftOut.MANY_NAMES}


def facts(identifier: str, source: str, *references: str, number: str | None = None) -> FamilyFacts:
    return FamilyFacts(id=identifier, title="Iets", source=source, references=references, number=number)


def test_one_letter_at_three_publishers_is_the_same_publication() -> None:
    house = facts("a", "tweedekamer", "kst-36512-41", number="2026Z18001")
    journal = facts("b", "bekendmakingen", "kst-36512-41")
    archive = facts("c", "open_overheid", "2026Z18001")

    assert same_publication(house, journal)
    assert same_publication(house, archive)
    assert not same_publication(journal, archive)
    assert families([archive, journal, house]) == (("c", "b", "a"),)


def test_another_paper_of_the_same_dossier_is_family_but_news_of_its_own() -> None:
    letter = facts("a", "tweedekamer", "kst-36512-41")
    report = facts("b", "bekendmakingen", "kst-36512-42")

    assert not same_publication(letter, report)
    assert families([letter, report]) == (("a", "b"),)


_SPELLINGS = st.sampled_from(
    ["36512", "36 512", "kst-36512-3", "kst-36512-4", "2025Z01234", "WGK012345", "32847", "kst-32847-9",
     "2025D00009", "36800-XVI", "WGK000077", "https://www.internetconsultatie.nl/voorbeeld/b1"]
)  # fmt: skip
_ITEMS = st.lists(st.lists(_SPELLINGS, max_size=5), max_size=12)


@settings(derandomize=True, deadline=None)
@given(_ITEMS, st.randoms(use_true_random=False))
def test_families_are_the_same_in_whatever_order_items_come(named: list[list[str]], chance: Random) -> None:
    items = [facts(str(n), "s", *references) for n, references in enumerate(named)]
    shuffled = list(items)
    chance.shuffle(shuffled)

    assert {frozenset(group) for group in families(items)} == {frozenset(g) for g in families(shuffled)}


@settings(derandomize=True, deadline=None)
@given(st.dictionaries(st.integers(0, 30), st.frozensets(st.sampled_from("abcdefgh"), max_size=3)))
def test_components_part_what_shares_nothing_and_join_what_does(keys: dict[int, frozenset[str]]) -> None:
    groups = components(keys)

    assert sorted(item for group in groups for item in group) == sorted(keys)
    place = {item: number for number, group in enumerate(groups) for item in group}
    for one in keys:
        for other in keys:
            if keys[one] & keys[other]:
                assert place[one] == place[other]


def test_the_largest_part_goes_on_as_the_family() -> None:
    assert heir([frozenset({1}), frozenset({5, 9}), frozenset({2, 7})]) == {2, 7}


def test_a_dossier_is_a_course_of_events_and_a_case_is_one_publication() -> None:
    assert not is_identity("dossier:36512")
    assert not is_identity("wet:betaalbare huur")
    assert is_identity("zaak:2025Z01234")


def letter(source: str, title: str, kind: str, day: int, ministry: str = "Ministerie van VWS") -> FamilyFacts:
    return FamilyFacts(
        id=source, title=title, source=source, kind=kind, ministry=ministry, on=date(2026, 11, day)
    )


def test_a_letter_is_the_same_in_the_archive_of_the_government_that_knows_none_of_its_numbers() -> None:
    house = letter("tweedekamer", "Voortgang beschermd wonen", "Brief regering", 17)
    archive = letter("openoverheid", "Kamerbrief over voortgang beschermd wonen", "Kamerbrief", 19)
    other = letter("openoverheid", "Kamerbrief over voortgang beschermd wonen", "Kamerbrief", 19, "SZW")
    report = letter("openoverheid", "Voortgang beschermd wonen", "Rapport", 19)

    assert same_publication(house, archive)
    assert not same_publication(house, other)
    assert not same_publication(house, report)
