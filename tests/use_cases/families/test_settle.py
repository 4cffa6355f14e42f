"""Items become family as their keys come and go, whatever the order, and who follows stays."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from g40flow.domain.actors import Actor, Surface
from g40flow.domain.errors import InvalidInput, NotAllowed, StaleVersion
from g40flow.domain.family_graph import components
from g40flow.domain.family_keys import keys_of
from g40flow.domain.network import Role, RoleHolding
from g40flow.storage.database import Database
from g40flow.storage.dossiers import followers_of_family, followers_of_item
from g40flow.storage.families import family_of, keep_family_keys, members_of_families
from g40flow.storage.family_members import current_family, family_id_of, family_items
from g40flow.storage.family_tables import FamilyMember
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.follow import follow_family_of, unfollow_family
from g40flow.use_cases.families.decide import keep_apart, put_together, take_back
from g40flow.use_cases.families.settle import settle_all, settle_families, settle_once
from tests.conftest import MONDAY


def somebody(slug: str, role: Role = Role.PA_OFFICER) -> Actor:
    return Actor(
        person=slug, name=slug.title(), surface=Surface.PORTAL, holdings=(RoleHolding(role=role, scope=None),)
    )


ANNA, BOB = somebody("anna"), somebody("bob")


def arrive(
    session: Session, name: str, *references: str, source: str = "tk", dossier: str | None = None
) -> int:
    """An item comes in, or comes again with other references."""
    row = session.scalars(select(Item).where(col(Item.identifier) == name)).one_or_none()
    if row is None:
        row = Item(
            source=source, identifier=name, kind="publication", status="published", title=f"Stuk {name}",
            first_seen_at=MONDAY, changed_at=MONDAY, facts={},
        )  # fmt: skip
        session.add(row)
    row.facts, row.dossier_number = {"references": list(references)}, dossier
    session.flush()
    settle_families(session, keep_family_keys(session, [row]), MONDAY)
    assert row.id is not None
    return row.id


def partition(session: Session) -> set[frozenset[str]]:
    """Names of items per family; those alone by themselves."""
    family = {member.item_id: member.family_id for member in session.scalars(select(FamilyMember))}
    groups: dict[int, set[str]] = {}
    for row in session.scalars(select(Item)):
        groups.setdefault(family.get(row.id or 0, -(row.id or 0)), set()).add(row.identifier)
    return {frozenset(group) for group in groups.values()}


def together(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


def test_one_proposal_at_four_publishers_is_one_family(database: Database) -> None:
    with database.writing() as session:
        arrive(session, "consultatie", "WGK012345", source="internetconsultatie")
        arrive(session, "wetsvoorstel", "2025Z01234", "kst-36512-2", source="tk")
        arrive(session, "toelichting", "kst-36512-3", source="ob")
        arrive(session, "iets", "36 999")
        assert partition(session) == together("consultatie", "wetsvoorstel toelichting", "iets")

        arrive(session, "fiche", "WGK012345", "36512-(R2200)", source="wgk")

        assert partition(session) == together("consultatie wetsvoorstel toelichting fiche", "iets")


def test_a_joining_reference_that_comes_later_keeps_the_older_name_and_everybody_who_follows(
    sqlite: Database,
) -> None:
    with sqlite.writing() as session:
        bill, paper = arrive(session, "bill", "36512"), arrive(session, "paper", "kst-36512-3")
        draft = arrive(session, "draft", "WGK012345")
        older = follow_family_of(session, bill, actor=ANNA, now=MONDAY)
        newer = follow_family_of(session, draft, actor=BOB, now=MONDAY)

        arrive(session, "draft", "WGK012345", "36512")

        assert family_id_of(session, draft) == family_id_of(session, paper) == older
        assert current_family(session, newer) == current_family(session, older)
        assert followers_of_family(session, draft) == ["anna", "bob"]
        assert followers_of_item(session, paper) == ["anna", "bob"]


def test_a_family_that_falls_apart_loses_nobody_who_followed_it(sqlite: Database) -> None:
    with sqlite.writing() as session:
        ids = [arrive(session, name, "36512") for name in ("a", "b", "c")]
        family = follow_family_of(session, ids[0], actor=ANNA, now=MONDAY)

        arrive(session, "b", "36999")

        assert partition(session) == together("a c", "b")
        assert family_id_of(session, ids[0]) == family
        assert followers_of_family(session, ids[1]) == followers_of_family(session, ids[0]) == ["anna"]


def test_what_a_person_took_out_stays_out_when_the_data_come_again(database: Database) -> None:
    with database.writing() as session:
        arrive(session, "a", "kst-36512-3")
        wrong = arrive(session, "b", "36512", "2025Z00001")
        family = family_id_of(session, wrong)
        assert family is not None

        keep_apart(session, wrong, actor=ANNA, reason="Gaat over iets anders", seen_family=family, now=MONDAY)
        arrive(session, "b", "36512", "2025Z00001")
        arrive(session, "b", "36512", "2025Z00001", "kst-36512-9")
        arrive(session, "c", "36512")
        arrive(session, "d", "2025Z00001")

        assert partition(session) == together("a c", "b d")


def test_what_was_taken_out_inherits_nothing_any_more(sqlite: Database) -> None:
    with sqlite.writing() as session:
        one, wrong = arrive(session, "a", "36512"), arrive(session, "b", "36512")
        assert members_of_families(session, [wrong]) == {wrong: [one]}
        family = family_id_of(session, wrong)
        assert family is not None

        keep_apart(session, wrong, actor=ANNA, reason="Gaat over vis", seen_family=family, now=MONDAY)

        assert members_of_families(session, [wrong, one]) == {one: []}
        assert list(family_of(session, wrong)) == []


def test_a_decision_can_be_taken_back(sqlite: Database) -> None:
    with sqlite.writing() as session:
        arrive(session, "a", "36512")
        other = arrive(session, "b", "36512")
        family = follow_family_of(session, other, actor=ANNA, now=MONDAY)
        decision = keep_apart(
            session, other, actor=ANNA, reason="Vergissing dus", seen_family=family, now=MONDAY
        )
        assert decision.id is not None

        take_back(session, decision.id, actor=BOB, now=MONDAY + timedelta(hours=1))
        take_back(session, decision.id, actor=BOB, now=MONDAY + timedelta(hours=2))

        assert partition(session) == together("a b")
        assert (decision.undone_by, decision.undone_at) == ("Bob", MONDAY + timedelta(hours=1))
        assert followers_of_family(session, other) == ["anna"]


def test_people_can_put_together_what_no_publisher_joins(sqlite: Database) -> None:
    with sqlite.writing() as session:
        one, other = arrive(session, "a", "36512"), arrive(session, "b", "WGK000077")

        decision = put_together(session, one, other, actor=ANNA, reason="Zelfde voorstel", now=MONDAY)
        arrive(session, "a", "36512", "2025Z00001")

        assert partition(session) == together("a b")
        with pytest.raises(InvalidInput, match="one family"):
            put_together(session, other, one, actor=ANNA, reason="Nog een keer", now=MONDAY)
        assert decision.id is not None
        take_back(session, decision.id, actor=ANNA, now=MONDAY)
        assert partition(session) == together("a", "b")


def test_only_the_secretariat_decides_and_only_about_what_was_on_screen(sqlite: Database) -> None:
    with sqlite.writing() as session:
        one = arrive(session, "a", "36512")
        arrive(session, "b", "36512")

        with pytest.raises(NotAllowed):
            keep_apart(
                session, one, actor=somebody("c", Role.THEME_GROUP_LEAD), reason="Hoort hier niet",
                seen_family=1, now=MONDAY,
            )  # fmt: skip
        with pytest.raises(StaleVersion):
            keep_apart(session, one, actor=ANNA, reason="Hoort hier niet", seen_family=99, now=MONDAY)
        with pytest.raises(InvalidInput, match="reason"):
            keep_apart(session, one, actor=ANNA, reason=" ", seen_family=1, now=MONDAY)


def test_a_list_of_a_hundred_dossiers_leaves_families_as_they_are(sqlite: Database) -> None:
    with sqlite.writing() as session:
        arrive(session, "a", "36001")
        arrive(session, "b", "36002")

        arrive(session, "lijst", *(str(number) for number in range(36000, 36100)), dossier="36001")

        assert partition(session) == together("a", "b", "lijst")


def test_who_follows_one_item_hears_of_what_joins_it_later(sqlite: Database) -> None:
    with sqlite.writing() as session:
        alone = arrive(session, "a", "WGK000012")
        family = follow_family_of(session, alone, actor=ANNA, now=MONDAY)

        later = arrive(session, "b", "https://wetgevingskalender.overheid.nl/Regeling/WGK000012")

        assert followers_of_family(session, later) == ["anna"]
        assert [row.identifier for row in family_items(session, family, 10)[0]] == ["a", "b"]
        unfollow_family(session, family, actor=ANNA)
        assert followers_of_family(session, later) == []


def test_a_database_from_before_gets_its_families_once(sqlite: Database) -> None:
    with sqlite.writing() as session:
        for name in ("a", "b"):
            row = Item(
                source="tk", identifier=name, kind="", status="", title="Iets", dossier_number="36512",
                first_seen_at=MONDAY, changed_at=MONDAY, facts={},
            )  # fmt: skip
            session.add(row)

    assert settle_once(sqlite, MONDAY) == 2
    assert settle_once(sqlite, MONDAY) == 0
    assert settle_all(sqlite, MONDAY) == 0
    with sqlite.reading() as session:
        assert partition(session) == together("a b")


_NAMES = ("36512", "kst-36512-3", "2025Z01234", "WGK012345", "32847", "kst-32847-9", "2025D00009")
_STEPS = st.lists(
    st.tuples(st.integers(0, 6), st.frozensets(st.sampled_from(_NAMES), max_size=2)), max_size=14
)


@settings(
    derandomize=True, max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(_STEPS, st.integers(0, 1000))
def test_the_order_of_arrival_does_not_matter(
    sqlite: Database, steps: Sequence[tuple[int, frozenset[str]]], seed: int
) -> None:
    final = {f"i{number}": sorted(names) for number, names in steps}
    shuffled = list(final.items())
    Random(seed).shuffle(shuffled)

    with sqlite.writing() as session:
        _play(session, ((f"x{number}", sorted(names)) for number, names in steps))
        _play(session, ((name.replace("i", "y"), names) for name, names in shuffled))
        found = partition(session)
        for table in (FamilyMember, Item):
            for row in session.scalars(select(table)).all():
                session.delete(row)

    expected = _expected({int(name[1:]): names for name, names in final.items()})
    # Both plays share one database, so each family has the items of both.
    assert {frozenset(name[1:] for name in group if name[0] == "x") for group in found} - {
        frozenset()
    } == expected
    assert {frozenset(name[1:] for name in group if name[0] == "y") for group in found} - {
        frozenset()
    } == expected


def _play(session: Session, steps: Iterable[tuple[str, Sequence[str]]]) -> None:
    for name, names in steps:
        arrive(session, name, *names)


def _expected(names: dict[int, Sequence[str]]) -> set[frozenset[str]]:
    keys = {
        number: keys_of(own_dossier=None, own_chain=None, number=None, references=several).joining
        for number, several in names.items()
    }
    return {frozenset(str(number) for number in group) for group in components(keys)}


def test_two_that_store_family_at_the_same_time_find_each_other(database: Database) -> None:
    inside, done = Event(), Event()

    def other_machine() -> None:
        inside.wait(10)
        with database.writing() as session:
            arrive(session, "b", "36512", source="senate")
        done.set()

    thread = Thread(target=other_machine)
    thread.start()
    with database.writing() as session:
        arrive(session, "a", "36512")
        inside.set()
        assert not done.wait(0.3)  # the other one waits for this transaction
    thread.join(20)

    with database.reading() as session:
        assert partition(session) == together("a b")
