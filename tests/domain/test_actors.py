from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.actors import PROGRAM, Actor, Parties, Surface, actor_on, may_see, roles_in
from g40flow.domain.network import Person, Role, RoleHolding

GROUPS, PILLARS, PARTNERS = ("wonen", "zorg", "europa"), ("fysiek", "sociaal"), ("vng", "g4")
OF_A_GROUP = {Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY, Role.THEME_GROUP_MEMBER}
scopes = st.sampled_from([None, *GROUPS, *PILLARS, *PARTNERS])
holdings = st.builds(RoleHolding, role=st.sampled_from(Role), scope=scopes)
people = st.sampled_from(["anna", "bram", "carla"])
actors = st.builds(
    Actor,
    person=people,
    name=st.just("Iemand"),
    surface=st.sampled_from(Surface),
    holdings=st.lists(holdings, max_size=4).map(tuple),
)
parties = st.builds(
    Parties,
    lead_group=st.sampled_from(["", *GROUPS]),
    co_groups=st.lists(st.sampled_from(GROUPS), unique=True).map(tuple),
    pillar=st.sampled_from(["", *PILLARS]),
    pen_holder=st.one_of(st.just(""), people),
    partners=st.lists(st.sampled_from(PARTNERS), unique=True).map(tuple),
    readers=st.one_of(st.none(), st.frozensets(people)),
)


def actor(*held: RoleHolding, person: str = "anna") -> Actor:
    return Actor(person=person, name="Anna", surface=Surface.PORTAL, holdings=held)


@settings(derandomize=True, deadline=None)
@given(actors, parties)
def test_nobody_has_a_role_that_was_not_given(who: Actor, whom: Parties) -> None:
    held = {holding.role for holding in who.holdings}

    found = roles_in(who, whom)

    allowed = held | {Role.PEN_HOLDER} | ({Role.THEME_GROUP_MEMBER} if held & OF_A_GROUP else set())
    assert found <= allowed
    assert (Role.PEN_HOLDER in found) == (whom.pen_holder == who.person)


@settings(derandomize=True, deadline=None)
@given(actors, parties)
def test_who_leads_a_dossier_leads_its_lead_group(who: Actor, whom: Parties) -> None:
    found = roles_in(who, whom)

    for role in (Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY):
        assert (role in found) == who.holds(role, whom.lead_group)


@settings(derandomize=True, deadline=None)
@given(actors, parties, holdings)
def test_one_more_role_never_takes_another_away(who: Actor, whom: Parties, more: RoleHolding) -> None:
    richer = Actor(person=who.person, name=who.name, surface=who.surface, holdings=(*who.holdings, more))

    assert roles_in(who, whom) <= roles_in(richer, whom)
    assert may_see(richer, whom) or not may_see(who, whom)


@settings(derandomize=True, deadline=None)
@given(actors, parties)
def test_a_confidential_dossier_is_for_its_readers_and_pen_holder_only(who: Actor, whom: Parties) -> None:
    if whom.readers is not None:
        assert may_see(who, whom) == (who.person in whom.readers or who.person == whom.pen_holder)


@settings(derandomize=True, deadline=None)
@given(actors, parties)
def test_somebody_of_a_partner_only_sees_what_the_partner_works_on(who: Actor, whom: Parties) -> None:
    only_partner = bool(who.holdings) and {held.role for held in who.holdings} == {Role.PARTNER}
    if only_partner and whom.readers is None and who.person != whom.pen_holder:
        assert may_see(who, whom) == any(held.scope in whom.partners for held in who.holdings)


@settings(derandomize=True, deadline=None)
@given(parties)
def test_the_program_sees_everything_and_has_no_role(whom: Parties) -> None:
    assert may_see(PROGRAM, whom)
    assert roles_in(PROGRAM, whom) == set()


def test_leading_people_of_a_co_group_are_members() -> None:
    dossier = Parties(lead_group="wonen", co_groups=("zorg",))

    assert roles_in(actor(RoleHolding(role=Role.THEME_GROUP_LEAD, scope="zorg")), dossier) == {
        Role.THEME_GROUP_MEMBER
    }
    assert roles_in(actor(RoleHolding(role=Role.THEME_GROUP_LEAD, scope="europa")), dossier) == set()


def test_a_group_without_a_pillar_takes_the_chair_of_any_pillar() -> None:
    chair = actor(RoleHolding(role=Role.PILLAR_CHAIR, scope="sociaal"))

    assert roles_in(chair, Parties(lead_group="financien")) == {Role.PILLAR_CHAIR}
    assert roles_in(chair, Parties(lead_group="wonen", pillar="fysiek")) == set()
    assert roles_in(chair, Parties(lead_group="zorg", pillar="sociaal")) == {Role.PILLAR_CHAIR}


def test_a_pen_holder_without_any_role_sees_the_dossier_and_writes() -> None:
    writer = actor()

    assert may_see(writer, Parties(pen_holder="anna"))
    assert not may_see(writer, Parties(pen_holder="bram"))


def test_a_deputy_acts_only_in_the_period_of_the_deputising() -> None:
    bram = Person(
        slug="bram",
        name="Bram",
        email="bram@example.nl",
        roles=(
            RoleHolding(
                role=Role.THEME_GROUP_LEAD,
                scope="wonen",
                from_on=date(2026, 12, 21),
                until_on=date(2027, 1, 3),
                deputy_of="anna",
            ),
        ),
    )

    assert actor_on(bram, date(2026, 12, 20), Surface.SLACK).holdings == ()
    assert actor_on(bram, date(2026, 12, 21), Surface.SLACK).holds(Role.THEME_GROUP_LEAD, "wonen")
    assert actor_on(bram, date(2027, 1, 3), Surface.SLACK).holdings[0].deputy_of == "anna"
    assert actor_on(bram, date(2027, 1, 4), Surface.SLACK).holdings == ()
