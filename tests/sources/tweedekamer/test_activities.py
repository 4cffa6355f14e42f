from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from g40flow.domain.items import ItemStatus, SourceItem
from g40flow.sources.tweedekamer import TweedeKamer
from g40flow.sources.tweedekamer.committees import PLENARY_IDENTIFIER
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import Entity, guid
from tests.sources.tweedekamer.kept import keep

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SOURCE = TweedeKamer(base_url="https://voorbeeld.example", site_url="https://site.example")
DEBATE = Entity(
    kind="activiteit",
    name="debate",
    fields={
        "onderwerp": "Regeldruk",
        "nummer": "2026A07001",
        "soort": "Commissiedebat",
        "status": "Gepland",
        "datumSoort": "Dag",
        "datum": "2026-12-03T00:00:00",
        "aanvangstijd": "2026-12-03T10:00:00",
        "eindtijd": "2026-12-03T14:00:00",
    },
)


def with_fields(**fields: str | None) -> Entity:
    return replace(DEBATE, fields={**DEBATE.fields, **fields})


def item_of(*entities: Entity, name: str = "debate") -> SourceItem:
    item = SOURCE.assemble(f"activiteit:{guid(name)}", keep(*entities), NOW)
    assert item is not None
    return item


def test_an_activity_that_was_never_seen_or_has_no_title_makes_no_item() -> None:
    assert SOURCE.assemble(f"activiteit:{guid('debate')}", MemoryRecords(), NOW) is None
    assert SOURCE.assemble(f"activiteit:{guid('debate')}", keep(with_fields(onderwerp=" ")), NOW) is None


@pytest.mark.parametrize(
    ("status", "title", "expected"),
    [
        ("Gepland", "Regeldruk", ItemStatus.PLANNED),
        ("Uitgevoerd", "Regeldruk", ItemStatus.CLOSED),
        ("Geannuleerd", "Regeldruk", ItemStatus.CANCELLED),
        ("Verplaatst", "Regeldruk", ItemStatus.MOVED),
        ("Verdaagd", "Regeldruk", ItemStatus.UNKNOWN),
        (None, "Regeldruk", ItemStatus.UNKNOWN),
        ("Gepland", "Regeldruk (geannuleerd)", ItemStatus.CANCELLED),
        ("Gepland", "Regeldruk (GEANNULEERD i.v.m. stemmingen)", ItemStatus.CANCELLED),
        ("Gepland", "GEANNULEERD: Regeldruk", ItemStatus.CANCELLED),
        ("Gepland", "Regeldruk - geannuleerd", ItemStatus.CANCELLED),
        ("Gepland", "Geannuleerde vluchten", ItemStatus.PLANNED),
        ("Gepland", "Vluchten geannuleerd door staking", ItemStatus.PLANNED),
        ("Gepland", "Regeldruk (eerder geannuleerd)", ItemStatus.PLANNED),
        ("Uitgevoerd", "Regeldruk (geannuleerd)", ItemStatus.CLOSED),
    ],
)
def test_the_status_comes_from_the_publisher_or_from_the_word_cancelled_in_the_title(
    status: str | None, title: str, expected: ItemStatus
) -> None:
    assert item_of(with_fields(status=status, onderwerp=title)).status is expected


def test_a_moved_activity_points_to_the_one_that_took_its_place() -> None:
    successor = replace(DEBATE, name="later", refs=(("vervangenVanuit", "debate"),))

    moved = item_of(with_fields(status="Verplaatst"), successor)
    new = item_of(with_fields(status="Verplaatst"), successor, name="later")

    assert (moved.status, moved.replaced_by) == (ItemStatus.MOVED, f"activiteit:{guid('later')}")
    assert new.related == (f"activiteit:{guid('debate')}",)


def test_an_activity_with_a_successor_is_moved_also_when_its_own_status_lags_behind() -> None:
    successor = replace(DEBATE, name="later", refs=(("vervangenVanuit", "debate"),))

    assert item_of(DEBATE, successor).status is ItemStatus.MOVED
    assert item_of(with_fields(status="Uitgevoerd"), successor).status is ItemStatus.CLOSED
    assert item_of(with_fields(status="Geannuleerd"), successor).status is ItemStatus.CANCELLED


def test_of_several_successors_the_latest_counts_and_a_withdrawn_one_does_not() -> None:
    march = replace(with_fields(datum="2027-03-01"), name="march", refs=(("vervangenVanuit", "debate"),))
    april = replace(with_fields(datum="2027-04-01"), name="april", refs=(("vervangenVanuit", "debate"),))

    assert item_of(DEBATE, march, april).replaced_by == f"activiteit:{guid('april')}"
    withdrawn = replace(april, deleted=True)
    assert item_of(DEBATE, march, april, withdrawn).replaced_by == f"activiteit:{guid('march')}"


def test_an_activity_does_not_replace_itself() -> None:
    assert item_of(replace(DEBATE, refs=(("vervangenVanuit", "debate"),))).replaced_by is None


def test_a_withdrawn_activity_can_still_be_named() -> None:
    item = item_of(DEBATE, replace(DEBATE, deleted=True))

    assert (item.title, item.status) == ("Regeldruk", ItemStatus.WITHDRAWN)


def test_hours_are_instants_and_the_page_is_that_of_a_committee() -> None:
    item = item_of(DEBATE)

    assert item.starts_at == datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert item.ends_at == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert item.closes_on is None
    assert (
        item.url == "https://site.example/debat_en_vergadering/commissievergaderingen/details?id=2026A07001"
    )


@pytest.mark.parametrize("kind", ["Nog geen datum bekend", "Weeknummer"])
def test_an_activity_without_a_day_has_no_hour_whatever_the_fields_say(kind: str) -> None:
    item = item_of(with_fields(datumSoort=kind))

    assert (item.starts_at, item.ends_at) == (None, None)


def test_of_what_has_no_hour_the_day_is_kept_and_a_week_is_told_in_words() -> None:
    day = item_of(with_fields(aanvangstijd=None, noot="<p>Spreektijd volgt</p>"))
    week = item_of(with_fields(datumSoort="Weeknummer", datum="2027-01-01T00:00:00"))
    nothing = item_of(with_fields(datumSoort="Nog geen datum bekend"))

    assert (day.opens_on, day.summary) == (date(2026, 12, 3), "Spreektijd volgt")
    assert (week.opens_on, week.summary) == (None, "In week 53 van 2026; dag nog niet bekend.")
    assert (nothing.opens_on, nothing.summary) == (None, "")
    assert item_of(DEBATE).opens_on is None


def test_an_end_before_the_start_is_no_end() -> None:
    assert item_of(with_fields(eindtijd="2026-12-03T00:00:00")).ends_at is None


@pytest.mark.parametrize(
    "kind", ["Inbreng schriftelijk overleg", "Inbreng verslag (wetsvoorstel)", "inbreng feitelijke vragen"]
)
def test_the_start_of_a_written_round_is_its_deadline(kind: str) -> None:
    item = item_of(with_fields(soort=kind, aanvangstijd="2026-12-01T00:30:00", eindtijd=None))

    assert item.closes_on == date(2026, 12, 1)  # 23:30 the day before in UTC
    assert item.starts_at == datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def test_a_written_round_without_an_hour_closes_on_its_day_and_without_a_day_not() -> None:
    kind = "Inbreng schriftelijk overleg"

    assert item_of(with_fields(soort=kind, aanvangstijd=None)).closes_on == date(2026, 12, 3)
    undated = with_fields(soort=kind, aanvangstijd=None, datum=None, datumSoort="Nog geen datum bekend")
    assert item_of(undated).closes_on is None


@pytest.mark.parametrize(
    ("fields", "refs"),
    [
        ({"voortouwnaam": "TK"}, ()),
        ({"voortouwafkorting": "TK"}, ()),
        ({}, (("voortouwcommissie", PLENARY_IDENTIFIER),)),
        ({"soort": "Stemmingen"}, ()),
        ({"soort": "Plenair debat (tweeminutendebat)"}, ()),
    ],
)
def test_a_plenary_activity_has_no_committee_and_a_page_of_its_own(
    fields: dict[str, str | None], refs: tuple[tuple[str, str], ...]
) -> None:
    item = item_of(replace(with_fields(**fields), refs=refs))

    assert item.committee == ""
    assert "/plenaire_vergaderingen/details/activiteit?id=2026A07001" in item.url


def test_a_committee_that_leads_makes_a_plenary_kind_a_meeting_of_that_committee() -> None:
    item = item_of(with_fields(soort="Stemmingen", voortouwnaam="vaste commissie voor Financiën"))

    assert item.committee == "Vaste commissie voor Financiën"
    assert "/commissievergaderingen/" in item.url


def test_the_committee_comes_from_the_text_else_from_the_reference_else_from_its_short_name() -> None:
    committee = Entity(
        kind="commissie", name="biza", fields={"naamNl": "vaste commissie voor  Binnenlandse Zaken "}
    )
    referring = replace(with_fields(voortouwkortenaam="BZ-kort"), refs=(("voortouwcommissie", "biza"),))

    assert item_of(with_fields(voortouwnaam="VASTE COMMISSIE VOOR Wonen ")).committee == (
        "Vaste commissie voor Wonen"
    )
    assert item_of(referring, committee).committee == "Vaste commissie voor Binnenlandse Zaken"
    assert item_of(referring).committee == "BZ-kort"


def test_following_committees_are_the_other_committees_in_order_of_name() -> None:
    def actor(name: str, text: str | None, relation: str, *refs: tuple[str, str]) -> Entity:
        return Entity(
            kind="activiteitActor",
            name=name,
            fields={"actorNaam": text, "relatie": relation},
            refs=(("activiteit", "debate"), *refs),
        )

    item = item_of(
        DEBATE,
        Entity(kind="commissie", name="biza", fields={"naamNl": "vaste commissie voor Binnenlandse Zaken"}),
        actor("1", "vaste commissie voor Financiën", "Volgcommissie", ("commissie", "fin")),
        actor("2", None, "Volgcommissie", ("commissie", "biza")),
        actor("3", "C. Kamerlid", "Deelnemer"),
    )

    assert item.following_committees == (
        "Vaste commissie voor Binnenlandse Zaken",
        "Vaste commissie voor Financiën",
    )


def case(name: str, title: str, *refs: tuple[str, str]) -> Entity:
    return Entity(
        kind="zaak",
        name=name,
        fields={"onderwerp": title, "soort": "Brief regering", "nummer": name},
        refs=refs,
    )


def point(name: str, title: str, order: int | None) -> Entity:
    fields = {"onderwerp": title, "volgorde": None if order is None else str(order)}
    return Entity(kind="agendapunt", name=name, fields=fields, refs=(("activiteit", "debate"),))


def test_the_agenda_lists_points_in_their_order_each_followed_by_its_cases_and_nothing_twice() -> None:
    item = item_of(
        DEBATE,
        point("p3", "Rondvraag", None),
        point("p2", "Tweede punt", 20),
        point("p1", "Eerste punt", 3),
        case("2026Z2", "Brief B", ("agendapunt", "p1")),
        case("2026Z1", "Brief A", ("agendapunt", "p1"), ("activiteit", "debate")),
        case("2026Z3", "Tweede punt", ("agendapunt", "p2")),
        case("2026Z4", "Los stuk", ("activiteit", "debate")),
        case("2026Z5", "", ("activiteit", "debate")),
    )

    assert item.agenda == ("Eerste punt", "Brief A", "Brief B", "Tweede punt", "Rondvraag", "Los stuk")
    assert item.related == tuple(sorted(f"zaak:{guid(f'2026Z{n}')}" for n in (1, 2, 3, 4)))


def test_an_agenda_is_as_old_as_the_newest_of_what_it_is_made_of() -> None:
    oldest, middle, newest = "2026-11-18T08:00:00Z", "2026-11-19T08:00:00Z", "2026-11-20T08:00:00Z"
    first = replace(point("p1", "Eerste punt", 1), updated=oldest)
    letter = replace(case("2026Z1", "Brief", ("agendapunt", "p1")), updated=newest)

    item = item_of(DEBATE, first, replace(point("p2", "Rondvraag", 2), updated=middle), letter)

    assert item.agenda_since == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert item_of(DEBATE).agenda_since is None


@pytest.mark.parametrize(
    ("dossiers", "expected"), [(("36800 XVI",), "36800-XVI"), ((), None), (("36800 XVI", "32847"), None)]
)
def test_the_dossier_is_told_when_the_whole_agenda_is_about_one(
    dossiers: tuple[str, ...], expected: str | None
) -> None:
    entities = [DEBATE, case("2026Z9", "Zonder dossier", ("activiteit", "debate"))]
    for text in dossiers:
        number, _, addition = text.partition(" ")
        fields = {"nummer": number, "toevoeging": addition or None}
        entities.append(Entity(kind="kamerstukdossier", name=text, fields=fields))
        entities.append(
            case(f"z{text}", f"Brief {text}", ("activiteit", "debate"), ("kamerstukdossier", text))
        )

    assert item_of(*entities).dossier_number == expected


def test_documents_of_the_activity_and_of_its_points_are_linked_as_files() -> None:
    def document(
        name: str, day: str, *refs: tuple[str, str], file: bool = True, kind: str = "Brief"
    ) -> Entity:
        return Entity(
            kind="document",
            name=name,
            fields={"onderwerp": f"Stuk {name}", "soort": kind, "datum": day, "documentNummer": name},
            refs=refs,
            attributes={"contentType": "application/pdf"} if file else {},
        )

    item = item_of(
        DEBATE,
        point("p1", "Eerste punt", 1),
        document("2026D3", "2026-11-03", ("agendapunt", "p1")),
        document("2026D1", "2026-11-01", ("activiteit", "debate"), ("agendapunt", "p1"), kind="Bijlage"),
        document("2026D4", "2026-11-04", ("activiteit", "debate"), file=False),
    )

    assert [(one.title, one.url) for one in item.documents] == [
        ("Stuk 2026D3", f"https://voorbeeld.example/SyncFeed/2.0/Resources/{guid('2026D3')}"),
        ("Stuk 2026D4", "https://site.example/kamerstukken/detail?id=2026D4&did=2026D4"),
        ("Stuk 2026D1", f"https://voorbeeld.example/SyncFeed/2.0/Resources/{guid('2026D1')}"),
    ]


def test_an_activity_without_a_number_links_to_its_raw_state() -> None:
    item = item_of(with_fields(nummer=None))

    assert (item.number, item.url) == (
        None,
        f"https://voorbeeld.example/SyncFeed/2.0/Entiteiten/{guid('debate')}",
    )


def test_the_ministry_is_that_of_the_minister_who_comes() -> None:
    actor = Entity(
        kind="activiteitActor",
        name="minister",
        fields={"functie": "minister van Onderwijs, Cultuur en Wetenschap", "relatie": "Bewindspersoon c.a."},
        refs=(("activiteit", "debate"),),
    )

    assert item_of(DEBATE, actor).ministry == "Ministerie van Onderwijs, Cultuur en Wetenschap"


def test_a_closed_meeting_is_told() -> None:
    assert item_of(with_fields(besloten="true", noot="Tweede convocatie")).summary == (
        "Tweede convocatie\nBesloten vergadering."
    )
