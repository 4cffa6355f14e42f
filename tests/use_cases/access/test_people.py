"""Looking after people and roles, on both databases."""

from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest

from g40flow.config.network import load_network
from g40flow.domain.actors import PROGRAM, Actor, Surface, actor_on
from g40flow.domain.errors import G40FlowError, InvalidInput, NotAllowed, NotFound, StaleVersion
from g40flow.domain.network import Person, Role, RoleHolding
from g40flow.resources import resource
from g40flow.storage.access import (
    effective_network,
    effective_people,
    effective_person,
    names_of_people,
    person_with_email,
    roles_held,
)
from g40flow.storage.database import Database
from g40flow.storage.history import NETWORK, history_of, verify_chain
from g40flow.use_cases.access.people import (
    RoleRequest,
    add_person,
    deactivate,
    end_role,
    grant_role,
    name_deputy,
    reactivate,
)
from g40flow.use_cases.access.rules import AccessRules
from g40flow.use_cases.access.sign_in import (
    actor_for,
    actor_of_session,
    make_link,
    person_of_link,
    start_session,
)
from g40flow.use_cases.access.tokens import create_token, holder_of_token, revoke_token
from tests.conftest import MONDAY

CONFIGURED = load_network(resource("config"))
RULES = AccessRules(network=CONFIGURED, secret_key=b"k" * 32)
TODAY = date(2026, 11, 23)
LEAD = RoleHolding(role=Role.THEME_GROUP_LEAD, scope="woningmarkt")


def person_of(slug: str) -> Person:
    return next(person for person in CONFIGURED.people if person.slug == slug)


def acting(slug: str) -> Actor:
    return actor_on(person_of(slug), TODAY, Surface.PORTAL)


ANNA, BRAM, LARS = acting("anna-testerink"), acting("bram-bedacht"), acting("lars-schijn")
TOKEN: dict[str, Any] = {"name": "x", "may_write": True, "days": 9, "actor": ANNA, "now": MONDAY}


def add(database: Database, name: str = "Zoë de Bruïn", email: str = "zoe@example.nl") -> Person:
    with database.writing() as session:
        return add_person(session, CONFIGURED, name=name, email=email, city="ede", actor=ANNA, now=MONDAY)


def grant(database: Database, person: str, actor: Actor = ANNA, **values: Any) -> None:
    wanted: dict[str, Any] = {"role": Role.THEME_GROUP_LEAD, "scope": "woningmarkt", **values}
    with database.writing() as session:
        grant_role(session, CONFIGURED, RoleRequest(person=person, **wanted), actor=actor, now=MONDAY)


def roles_of_person(database: Database, slug: str) -> list[RoleHolding]:
    with database.reading() as session:
        return [held.holding for held in roles_held(session, CONFIGURED, slug)]


def actions(database: Database) -> list[str]:
    with database.reading() as session:
        verify_chain(session, NETWORK)
        return [entry.action for entry in history_of(session, NETWORK)]


def test_without_changes_the_people_are_those_of_the_configuration(database: Database) -> None:
    with database.reading() as session:
        assert effective_people(session, CONFIGURED) == CONFIGURED.people


def test_somebody_who_was_added_is_one_of_the_people(database: Database) -> None:
    added = add(database)

    with database.reading() as session:
        people = effective_network(session, CONFIGURED).people
        assert person_with_email(session, CONFIGURED, "ZOE@example.nl") == added
    assert added.slug == "zoe-de-bruin"
    assert people == (*CONFIGURED.people, added)
    assert actions(database) == ["add_person"]


def test_people_with_the_same_name_get_different_slugs(database: Database) -> None:
    slugs = [add(database, name, f"{n}@example.nl").slug for n, name in enumerate(["Ann A", "Änn-A", "王"])]

    assert slugs == ["ann-a", "ann-a-2", "persoon"]


@pytest.mark.parametrize(
    ("name", "email", "code"),
    [
        ("", "a@b.nl", "missing"),
        ("\u202e ", "a@b.nl", "missing"),
        ("x" * 101, "a@b.nl", "long"),
        ("A", "", "missing"),
        ("A", "a@b", "email"),
        ("A", "a b@c.nl", "email"),
        ("A", "a@b.nl>,<x@y.nl", "email"),
        ("A", "a@b.nl\r\nBcc: x@y.nl", "email"),
        ("A", "Anna-Testerink@Example.nl", "email_taken"),
    ],
)
def test_what_is_no_person_is_refused(database: Database, name: str, email: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(database, name, email)

    assert refused.value.code == code
    assert actions(database) == []


def test_a_role_that_was_given_counts_and_one_that_was_ended_does_not(database: Database) -> None:
    grant(database, "lars-schijn")

    assert LEAD in roles_of_person(database, "lars-schijn")
    with database.writing() as session:
        end_role(session, CONFIGURED, "lars-schijn", LEAD, actor=ANNA, now=MONDAY)

    assert LEAD not in roles_of_person(database, "lars-schijn")
    assert actions(database) == ["grant_role", "end_role"]


def test_a_role_of_the_configuration_can_be_ended_and_given_again(database: Database) -> None:
    chair = RoleHolding(role=Role.PILLAR_CHAIR, scope="fysiek")
    before = roles_of_person(database, "lars-schijn")
    with database.writing() as session:
        end_role(session, CONFIGURED, "lars-schijn", chair, actor=ANNA, now=MONDAY)
    assert roles_of_person(database, "lars-schijn") == [held for held in before if held != chair]

    grant(database, "lars-schijn", role=Role.PILLAR_CHAIR, scope="fysiek")

    assert sorted(map(str, roles_of_person(database, "lars-schijn"))) == sorted(map(str, before))


def test_a_role_that_was_ended_meanwhile_is_said_to_be(database: Database) -> None:
    with pytest.raises(StaleVersion), database.writing() as session:
        end_role(session, CONFIGURED, "lars-schijn", LEAD, actor=ANNA, now=MONDAY)


def test_a_role_counts_from_its_first_to_its_last_day(database: Database) -> None:
    grant(
        database,
        "lars-schijn",
        role=Role.COMMUNICATIONS,
        scope="",
        from_on=TODAY + timedelta(days=1),
        until_on=TODAY + timedelta(days=2),
    )

    held = [acts_as(database, "lars-schijn", days).holds(Role.COMMUNICATIONS) for days in range(4)]

    assert held == [False, True, True, False]


def acts_as(database: Database, slug: str, days: int = 0) -> Actor:
    with database.reading() as session:
        return actor_for(session, CONFIGURED, slug, surface=Surface.PORTAL, now=MONDAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"scope": ""}, "scope"),
        ({"scope": "fysiek"}, "scope"),
        ({"scope": "bestaat-niet"}, "scope"),
        ({"role": Role.BOARD_MEMBER, "scope": "woningmarkt"}, "scope"),
        ({"role": Role.CITY_COORDINATOR, "scope": "woningmarkt"}, "scope"),
        ({"from_on": TODAY, "until_on": TODAY - timedelta(days=1)}, "period"),
        ({"until_on": TODAY - timedelta(days=1)}, "past"),
        ({"deputy_of": "kim-modelman", "until_on": TODAY}, "deputy"),
        ({"deputy_of": "lars-schijn", "until_on": TODAY}, "deputy"),
        ({"role": Role.BOARD_MEMBER, "scope": ""}, "twice"),
    ],
)
def test_a_role_that_cannot_be_is_refused(database: Database, values: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        grant(database, "lars-schijn", **values)

    assert refused.value.code == code
    assert actions(database) == []


def test_nobody_gives_himself_a_role(database: Database) -> None:
    with pytest.raises(InvalidInput) as refused:
        grant(database, "anna-testerink", role=Role.BOARD_CHAIR, scope="")

    assert refused.value.code == "yourself"


def test_who_may_not_look_after_people_changes_nothing(database: Database) -> None:
    with pytest.raises(NotAllowed):
        grant(database, "kim-modelman", actor=LARS)
    with pytest.raises(NotAllowed), database.writing() as session:
        deactivate(session, CONFIGURED, "kim-modelman", actor=LARS, now=MONDAY)

    assert actions(database) == []


def test_a_deputy_stands_in_for_a_period_and_no_longer_than_the_role_lasts(database: Database) -> None:
    wanted = RoleRequest(
        person="kim-modelman",
        role=Role.PILLAR_CHAIR,
        scope="fysiek",
        until_on=TODAY + timedelta(days=30),
        deputy_of="lars-schijn",
    )
    with database.writing() as session:
        name_deputy(session, CONFIGURED, wanted, actor=ANNA, now=MONDAY)
    assert wanted.holding in roles_of_person(database, "kim-modelman")

    chair = RoleHolding(role=Role.PILLAR_CHAIR, scope="fysiek")
    with database.writing() as session:
        end_role(session, CONFIGURED, "lars-schijn", chair, actor=ANNA, now=MONDAY)

    assert wanted.holding not in roles_of_person(database, "kim-modelman")
    assert actions(database) == ["name_deputy", "end_role", "end_role"]


def test_a_deputy_needs_a_last_day(database: Database) -> None:
    wanted = RoleRequest(
        person="kim-modelman", role=Role.PILLAR_CHAIR, scope="fysiek", deputy_of="lars-schijn"
    )

    with pytest.raises(InvalidInput) as refused, database.writing() as session:
        name_deputy(session, CONFIGURED, wanted, actor=ANNA, now=MONDAY)

    assert (refused.value.code, refused.value.field) == ("missing", "until_on")


def test_who_is_deactivated_is_out_everywhere_at_once(database: Database) -> None:
    with database.writing() as session:
        token = start_session(session, RULES, person_of("lars-schijn"), agent="", now=MONDAY)
        link = make_link(session, RULES, "lars-schijn", MONDAY)
        _, secret = create_token(session, CONFIGURED, "lars-schijn", **TOKEN)
    with database.writing() as session:
        deactivate(session, CONFIGURED, "lars-schijn", actor=ANNA, now=MONDAY)

    with database.reading() as session:
        assert effective_person(session, CONFIGURED, "lars-schijn") is None
        assert "lars-schijn" not in {person.slug for person in effective_people(session, CONFIGURED)}
        assert person_with_email(session, CONFIGURED, person_of("lars-schijn").email) is None
        assert actor_of_session(session, RULES, token, MONDAY) is None
        assert holder_of_token(session, CONFIGURED, secret, MONDAY) is None
        assert names_of_people(session, CONFIGURED)["lars-schijn"] == "Lars Schijn"
        with pytest.raises(G40FlowError):
            person_of_link(session, RULES, link, MONDAY)


def test_who_comes_back_has_the_roles_of_before_but_must_sign_in_again(database: Database) -> None:
    before = roles_of_person(database, "lars-schijn")
    with database.writing() as session:
        token = start_session(session, RULES, person_of("lars-schijn"), agent="", now=MONDAY)
        deactivate(session, CONFIGURED, "lars-schijn", actor=ANNA, now=MONDAY)
        reactivate(session, CONFIGURED, "lars-schijn", actor=ANNA, now=MONDAY)

    with database.reading() as session:
        assert actor_of_session(session, RULES, token, MONDAY) is None
    assert roles_of_person(database, "lars-schijn") == before


def test_nobody_locks_himself_out(database: Database) -> None:
    with pytest.raises(InvalidInput) as refused, database.writing() as session:
        deactivate(session, CONFIGURED, "anna-testerink", actor=ANNA, now=MONDAY)

    assert refused.value.code == "yourself"


def test_somebody_who_can_look_after_people_is_always_left(database: Database) -> None:
    managers = _managers(database)
    for slug in managers[1:]:
        with database.writing() as session:
            deactivate(session, CONFIGURED, slug, actor=PROGRAM, now=MONDAY)

    with pytest.raises(InvalidInput) as refused, database.writing() as session:
        deactivate(session, CONFIGURED, managers[0], actor=PROGRAM, now=MONDAY)

    assert refused.value.code == "last_manager"
    assert _managers(database) == managers[:1]


@pytest.mark.postgres
def test_two_who_deactivate_each_other_at_once_are_not_both_gone(postgres_url: str) -> None:
    database = Database(postgres_url)
    managers = _managers(database)
    for slug in managers[2:]:
        with database.writing() as session:
            deactivate(session, CONFIGURED, slug, actor=PROGRAM, now=MONDAY)

    def remove(slug: str) -> None:
        try:
            with database.writing() as session:
                deactivate(session, CONFIGURED, slug, actor=PROGRAM, now=MONDAY)
        except InvalidInput:
            return

    threads = [Thread(target=remove, args=(slug,)) for slug in managers[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(_managers(database)) == 1
    database.close()


def _managers(database: Database) -> list[str]:
    with database.reading() as session:
        return [
            person.slug
            for person in effective_people(session, CONFIGURED)
            if any(held.role in (Role.PA_OFFICER, Role.BOARD_SECRETARY) for held in person.roles)
        ]


def test_unknown_people_are_not_found(database: Database) -> None:
    for act in (deactivate, reactivate):
        with pytest.raises(NotFound), database.writing() as session:
            act(session, CONFIGURED, "niemand", actor=ANNA, now=MONDAY)
    with pytest.raises(NotFound):
        grant(database, "niemand")


# --- tokens -------------------------------------------------------------------------------------


def test_a_token_acts_as_its_person_until_it_is_over(database: Database) -> None:
    with database.writing() as session:
        token, secret = create_token(
            session,
            CONFIGURED,
            "lars-schijn",
            name="archief",
            may_write=False,
            days=2,
            actor=ANNA,
            now=MONDAY,
        )

    with database.reading() as session:
        holder = holder_of_token(session, CONFIGURED, secret, MONDAY + timedelta(days=1))
        assert holder is not None
        assert (holder.actor.person, holder.actor.surface) == ("lars-schijn", Surface.API)
        assert holder.actor.holds(Role.PILLAR_CHAIR, "fysiek")
        assert not holder.may_write
        assert holder_of_token(session, CONFIGURED, secret, MONDAY + timedelta(days=2)) is None
        assert holder_of_token(session, CONFIGURED, secret + "x", MONDAY) is None
    assert secret.startswith("g40_")
    assert secret not in repr(vars(token))


def test_a_token_that_was_revoked_works_no_more(database: Database) -> None:
    with database.writing() as session:
        token, secret = create_token(session, CONFIGURED, "lars-schijn", **TOKEN)
    assert token.id is not None

    for _ in range(2):
        with database.writing() as session:
            revoke_token(session, token.id, actor=BRAM, now=MONDAY)

    with database.reading() as session:
        assert holder_of_token(session, CONFIGURED, secret, MONDAY) is None
    assert actions(database) == ["create_token", "revoke_token"]


@pytest.mark.parametrize(("name", "days"), [("", 5), ("x" * 81, 5), ("x", 0), ("x", 367)])
def test_a_token_without_a_name_or_an_end_is_refused(database: Database, name: str, days: int) -> None:
    with pytest.raises(InvalidInput), database.writing() as session:
        create_token(
            session, CONFIGURED, "lars-schijn", name=name, may_write=False, days=days, actor=ANNA, now=MONDAY
        )


def test_only_the_office_makes_tokens(database: Database) -> None:
    with pytest.raises(NotAllowed), database.writing() as session:
        create_token(
            session, CONFIGURED, "lars-schijn", name="x", may_write=False, days=5, actor=LARS, now=MONDAY
        )
