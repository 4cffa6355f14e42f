from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.dossier.history import START, Link, hash_of, verify
from g40flow.domain.errors import HistoryBroken

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TAMPERINGS: list[Callable[[Link], Link]] = [
    lambda link: replace(link, chain="dossier:2"),
    lambda link: replace(link, sequence=9),
    lambda link: replace(link, at=AT),
    lambda link: replace(link, person="bram"),
    lambda link: replace(link, person_name="Bram"),
    lambda link: replace(link, surface="slack"),
    lambda link: replace(link, action="adopt"),
    lambda link: replace(link, version_hash="f" * 64),
    lambda link: replace(link, reason="daarom"),
    lambda link: replace(link, facts={"from": "triage", "to": "routed", "urgent": True}),
    lambda link: replace(link, previous_hash="0" * 63 + "1"),
]


def chain(length: int) -> list[tuple[Link, str]]:
    links: list[tuple[Link, str]] = []
    for number in range(1, length + 1):
        link = Link(
            chain="dossier:1",
            sequence=number,
            at=AT + timedelta(minutes=number),
            person="anna",
            person_name="Anna",
            surface="portal",
            action=f"act {number}",
            version_hash="",
            reason="omdat",
            facts={"from": "triage", "to": "routed", "urgent": False},
            previous_hash=links[-1][1] if links else START,
        )
        links.append((link, hash_of(link)))
    return links


def check(links: list[tuple[Link, str]], of: list[tuple[Link, str]]) -> None:
    verify(links, length=len(of), last_hash=of[-1][1] if of else "")


def test_an_untouched_chain_is_fine() -> None:
    check(chain(5), chain(5))
    check([], [])


@settings(derandomize=True, deadline=None)
@given(st.data())
def test_any_change_to_any_field_of_any_entry_is_noticed(data: st.DataObject) -> None:
    links = chain(4)
    at = data.draw(st.integers(0, 3))
    tamper = data.draw(st.sampled_from(TAMPERINGS))
    tampered = [*links]
    tampered[at] = (tamper(links[at][0]), links[at][1])

    with pytest.raises(HistoryBroken, match=f"entry {at + 1}"):
        check(tampered, links)


def test_an_entry_that_was_changed_with_its_hash_betrays_itself_at_the_next_one() -> None:
    links = chain(3)
    changed = replace(links[1][0], reason="daarom")

    with pytest.raises(HistoryBroken, match="entry 3 does not follow"):
        check([links[0], (changed, hash_of(changed)), links[2]], links)


@pytest.mark.parametrize("kept", [[0, 2], [1, 2], [0, 2, 1], [0, 0, 1, 2]])
def test_removing_reordering_and_doubling_entries_is_noticed(kept: list[int]) -> None:
    links = chain(3)

    with pytest.raises(HistoryBroken):
        check([links[n] for n in kept], links)


def test_a_cut_off_end_is_betrayed_by_the_head() -> None:
    links = chain(3)

    with pytest.raises(HistoryBroken, match="the end is missing"):
        check(links[:2], links)
    with pytest.raises(HistoryBroken, match="the end is missing"):
        check([], links)


def test_the_hash_does_not_depend_on_the_order_of_keys_or_the_zone_of_the_clock() -> None:
    link = chain(1)[0][0]
    elsewhere = replace(link, at=link.at.astimezone(timezone(timedelta(hours=2))))
    reordered = replace(link, facts={"urgent": False, "to": "routed", "from": "triage"})

    assert hash_of(link) == hash_of(elsewhere) == hash_of(reordered)
