"""What the Chamber decided, read from entities as the feed brings them."""

from dataclasses import replace
from datetime import date

import pytest

from g40flow.domain.parliament.facts import CommitteeSeat, ParliamentaryFacts
from g40flow.domain.parliament.votes import Choice, Method, Result, tally
from g40flow.sources.tweedekamer.chamber import facts_in, seats_of_committees
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import Entity, guid
from tests.sources.tweedekamer.kept import arrive, keep, record

MEETING = Entity(kind="activiteit", name="votes", fields={"datum": "2026-12-08T00:00:00"})
POINT = Entity(kind="agendapunt", name="point", refs=(("activiteit", "votes"),))
DECISION = Entity(
    kind="besluit",
    name="decision",
    fields={
        "stemmingsSoort": "Met handopsteken",
        "besluitSoort": "Stemmen - aangenomen",
        "besluitTekst": "Aangenomen.",
        "opmerking": None,
        "status": "Besluit",
        "agendapuntZaakBesluitVolgorde": "3",
    },
    refs=(("agendapunt", "point"), ("zaak", "motion")),
)
ROOS, IEP = (
    Entity(
        kind="fractie",
        name=name,
        fields={"nummer": "1", "afkorting": name.title(), "naamNl": f"Partij {name}", "aantalZetels": seats},
    )
    for name, seats in (("roos", "80"), ("iep", "70"))
)


def vote(group: str, word: str, size: str, *, name: str = "", **fields: str | None) -> Entity:
    return Entity(
        kind="stemming",
        name=name or f"{group} {word}",
        fields={
            "soort": word,
            "fractieGrootte": size,
            "actorNaam": "Iemand",
            "actorFractie": group.title(),
            "vergissing": "false",
            **fields,
        },
        refs=(("besluit", "decision"), ("fractie", group), ("persoon", f"person {name}")),
    )


VOTES = (vote("roos", "Voor", "80"), vote("iep", "Tegen", "70"))
BASE = (MEETING, POINT, DECISION, ROOS, IEP)


def facts(stored: MemoryRecords, *entities: Entity) -> ParliamentaryFacts:
    return facts_in([record(entity) for entity in entities], stored)


def test_a_vote_is_made_of_a_decision_its_lines_and_the_day_of_the_meeting() -> None:
    [found] = facts(keep(*BASE, *VOTES), VOTES[0]).votes

    assert found.subjects == (f"zaak:{guid('motion')}",)
    assert (found.method, found.stated, found.held_on) == (
        Method.BY_GROUP,
        Result.ADOPTED,
        date(2026, 12, 8),
    )
    assert tally(found).in_favour == 80
    assert tally(found).difference is None
    assert "Iemand" not in repr(found)


def test_whichever_of_its_records_comes_last_the_vote_is_the_same() -> None:
    lines_first = keep(*VOTES, *BASE)

    assert facts(lines_first, DECISION).votes == facts(keep(*BASE, *VOTES), *VOTES, DECISION).votes


def test_lines_without_their_decision_tell_nothing_yet() -> None:
    assert facts(keep(*VOTES), *VOTES).votes == ()


def test_members_of_a_roll_call_are_counted_by_group_and_not_named() -> None:
    members = [vote("roos", "Voor", "80", name=f"r{n}") for n in range(7)]
    members += [vote("roos", "Tegen", "80", name="r8"), vote("iep", "Niet deelgenomen", "70", name="i1")]
    roll_call = replace(DECISION, fields={**DECISION.fields, "stemmingsSoort": "Hoofdelijk"})

    [found] = facts(keep(*BASE[:2], roll_call, *members), roll_call).votes

    assert sorted((line.party, line.choice, line.members) for line in found.lines) == [
        ("Iep", Choice.ABSENT, 1),
        ("Roos", Choice.AGAINST, 1),
        ("Roos", Choice.FOR, 7),
    ]


@pytest.mark.parametrize(
    ("kind", "status", "stated"),
    [
        ("Stemmen - aangenomen", "Besluit", Result.ADOPTED),
        ("Stemmen - verworpen", "Besluit", Result.REJECTED),
        ("Stemmen - uitstellen", "Besluit", Result.POSTPONED),
        ("Stemmen - zonder stemming aannemen", "Besluit", Result.ADOPTED),
        ("Stemmen - aangenomen", "Concept voorstel", Result.UNKNOWN),
        ("Stemmen - iets nieuws", "Besluit", Result.UNKNOWN),
    ],
)
def test_what_the_chamber_says_counts_when_it_decided(kind: str, status: str, stated: Result) -> None:
    decision = replace(DECISION, fields={**DECISION.fields, "besluitSoort": kind, "status": status})

    [found] = facts(keep(decision), decision).votes

    assert found.stated is stated


def test_a_decision_that_is_no_vote_tells_nothing() -> None:
    noted = replace(DECISION, fields={**DECISION.fields, "besluitSoort": "V.k.a. - voor kennisgeving"})

    assert facts(keep(noted), noted).votes == ()


def test_a_mistake_and_a_line_that_was_taken_back_are_left_out() -> None:
    stored = keep(*BASE, *VOTES, vote("iep", "Voor", "70", vergissing="true"))
    arrive(stored, replace(VOTES[0], deleted=True))

    [found] = facts(stored, DECISION).votes

    assert [(line.party, line.mistake) for line in found.lines] == [("Iep", False), ("Iep", True)] or [
        (line.party, line.mistake) for line in found.lines
    ] == [("Iep", True), ("Iep", False)]
    assert tally(found).against == 70


def test_a_decision_that_was_taken_back_is_withdrawn_and_keeps_what_it_was() -> None:
    stored = keep(*BASE, *VOTES)
    arrive(stored, replace(DECISION, deleted=True))

    [found] = facts(stored, DECISION).votes

    assert found.withdrawn
    assert found.subjects == (f"zaak:{guid('motion')}",)


def test_a_group_without_a_name_at_the_vote_has_that_of_its_own_record() -> None:
    nameless = vote("roos", "Voor", "80", actorFractie=None)

    [found] = facts(keep(*BASE, nameless), nameless).votes

    assert found.lines[0].party == "Roos"


def test_hostile_names_of_groups_are_one_short_line() -> None:
    nasty = vote("roos", "Voor", "80", actorFractie="<script>\u202ealert(1)</script>\n" + "x" * 500)

    [found] = facts(keep(*BASE, nasty), nasty).votes

    assert "\n" not in found.lines[0].party
    assert "\u202e" not in found.lines[0].party
    assert len(found.lines[0].party) <= 200


def test_a_commitment_names_the_office_and_never_the_person() -> None:
    promise = Entity(
        kind="toezegging",
        name="promise",
        fields={
            "nummer": "TZ202612-001",
            "tekst": "De minister stuurt voor de zomer een brief.",
            "naam": "Iemand",
            "achternaam": "Iemand",
            "functie": "Minister van Zaken",
            "status": "Openstaand",
            "datumNakoming": "2027-06-01T00:00:00",
            "ministerie": "Zaken",
        },
        refs=(("activiteit", "votes"), ("toegezegdAanPersoon", "somebody")),
    )

    [found] = facts(keep(promise), promise).commitments

    assert (found.by, found.status, found.due_on) == ("Minister van Zaken", "Openstaand", date(2027, 6, 1))
    assert found.made_in == f"activiteit:{guid('votes')}"
    assert "Iemand" not in repr(record(promise))


def test_a_group_that_is_over_has_no_seats() -> None:
    over = replace(ROOS, fields={**ROOS.fields, "datumInactief": "2026-03-01"})

    assert [group.seats for group in facts(keep(ROOS), ROOS).groups] == [80]
    assert [group.seats for group in facts(keep(over), over).groups] == [0]


PERSON = Entity(
    kind="persoon",
    name="person",
    fields={
        "roepnaam": "Yara",
        "tussenvoegsel": "van",
        "achternaam": "Opzet",
        "functie": "Tweede Kamerlid",
        "geboortedatum": "1980-01-01",
        "woonplaats": "Voorbeeld",
    },
)
SEATS = (
    ROOS,
    PERSON,
    Entity(kind="commissie", name="wonen", fields={"naamNl": "vaste commissie voor Wonen"}),
    Entity(kind="commissieZetel", name="seat", refs=(("commissie", "wonen"),)),
    Entity(
        kind="commissieZetelVastPersoon",
        name="sits",
        fields={"functie": "Lid", "van": "2025-12-01", "totEnMet": None},
        refs=(("commissieZetel", "seat"), ("persoon", "person")),
    ),
    Entity(kind="fractieZetel", name="chair", refs=(("fractie", "roos"),)),
    Entity(
        kind="fractieZetelPersoon",
        name="member",
        fields={"functie": "Lid", "van": "2025-12-01"},
        refs=(("fractieZetel", "chair"), ("persoon", "person")),
    ),
)
TODAY = date(2026, 12, 8)


def test_who_sits_in_a_committee_is_a_public_office_with_name_and_group() -> None:
    assert list(seats_of_committees(keep(*SEATS), TODAY)) == [
        CommitteeSeat(
            key=guid("sits"),
            committee="Vaste commissie voor Wonen",
            holder="Yara van Opzet",
            party="Roos",
            function="Lid",
        )
    ]


@pytest.mark.parametrize(
    "change",
    [
        replace(PERSON, deleted=True),
        replace(PERSON, fields={**PERSON.fields, "functie": "Oud Kamerlid"}),
        replace(SEATS[4], deleted=True),
        replace(SEATS[4], fields={"functie": "Lid", "van": "2025-12-01", "totEnMet": "2026-12-07"}),
        replace(SEATS[2], fields={**SEATS[2].fields, "datumInactief": "2026-12-01"}),
    ],
    ids=["person gone", "no office any more", "seat gone", "left it", "committee over"],
)
def test_who_has_no_seat_today_is_not_named(change: Entity) -> None:
    stored = keep(*SEATS)
    arrive(stored, change)

    assert list(seats_of_committees(stored, TODAY)) == []


def test_of_people_only_the_name_and_the_office_are_kept() -> None:
    assert set(record(PERSON).fields) == {"roepnaam", "tussenvoegsel", "achternaam", "functie"}
    assert record(replace(PERSON, fields={**PERSON.fields, "functie": "Directeur"})).fields == {}
