from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from g40flow.domain.items import ItemStatus, SourceItem
from g40flow.domain.news import News, news_of
from g40flow.sources.tweedekamer import TweedeKamer
from tests.sources.memory_records import MemoryRecords
from tests.sources.tweedekamer.feeds import Entity, guid
from tests.sources.tweedekamer.kept import keep

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SOURCE = TweedeKamer(base_url="https://voorbeeld.example", site_url="https://site.example")
LETTER = Entity(
    kind="zaak",
    name="letter",
    fields={
        "nummer": "2026Z18001",
        "soort": "Brief regering",
        "titel": "Voortgang beschermd wonen",
        "onderwerp": "Brief over beschermd wonen",
        "gestartOp": "2026-11-17T00:00:00",
        "status": "Vrijgegeven",
    },
    refs=(("kamerstukdossier", "dossier"),),
)
DOSSIER = Entity(
    kind="kamerstukdossier",
    name="dossier",
    fields={"nummer": "36800", "toevoeging": "XVI", "titel": "Begroting VWS 2026"},
)


def with_fields(**fields: str | None) -> Entity:
    return replace(LETTER, fields={**LETTER.fields, **fields})


def item_of(*entities: Entity, name: str = "letter") -> SourceItem:
    item = SOURCE.assemble(f"zaak:{guid(name)}", keep(*entities), NOW)
    assert item is not None
    return item


def actor(name: str, relation: str, **fields: str | None) -> Entity:
    return Entity(
        kind="zaakActor", name=name, fields={"relatie": relation, **fields}, refs=(("zaak", "letter"),)
    )


def test_a_case_that_was_never_seen_or_has_no_subject_makes_no_item() -> None:
    assert SOURCE.assemble(f"zaak:{guid('letter')}", MemoryRecords(), NOW) is None
    assert SOURCE.assemble(f"zaak:{guid('letter')}", keep(with_fields(onderwerp="")), NOW) is None


@pytest.mark.parametrize(
    ("kind", "titel", "onderwerp", "expected"),
    [
        ("Motie", "Waterbeleid", "Motie van het lid X over dijken", "Motie van het lid X over dijken"),
        ("Amendement", "Wijziging van de Wmo", "Amendement van het lid X", "Amendement van het lid X"),
        ("Wetgeving", "Wijziging van de Wmo 2015", "Wmo", "Wijziging van de Wmo 2015"),
        ("Wetgeving", "Begroting VWS 2026", "Voorstel van wet", "Begroting VWS 2026"),
        ("Brief regering", "Voortgang", "Brief over voortgang", "Voortgang"),
        ("Brief regering", "Begroting VWS 2026", "Brief over de Wmo", "Brief over de Wmo"),
        ("Schriftelijke vragen", None, "Vragen over daklozen", "Vragen over daklozen"),
    ],
)
def test_the_title_is_the_one_that_tells_the_case_apart(
    kind: str, titel: str | None, onderwerp: str, expected: str
) -> None:
    assert item_of(with_fields(soort=kind, titel=titel, onderwerp=onderwerp), DOSSIER).title == expected


def test_the_summary_holds_what_the_title_leaves_out() -> None:
    item = item_of(
        with_fields(
            citeertitel="Wet X", grondslagvoorhang="artikel 5, derde lid", termijn="2026-12-18T00:00:00"
        ),
        DOSSIER,
    )

    assert item.summary.splitlines() == [
        "Brief over beschermd wonen",
        "Wet X",
        "Begroting VWS 2026",
        "Voorhang: artikel 5, derde lid",
        "Termijn: 18 december 2026",
    ]


@pytest.mark.parametrize(
    ("status", "done", "expected"),
    [
        ("Vrijgegeven", "false", ItemStatus.OPEN),
        ("Vrijgegeven", None, ItemStatus.OPEN),
        (None, None, ItemStatus.OPEN),
        ("Vrijgegeven", "true", ItemStatus.CLOSED),
        ("Aangehouden", "false", ItemStatus.UNKNOWN),
        ("Aangehouden", "true", ItemStatus.CLOSED),
    ],
)
def test_the_status_of_a_case(status: str | None, done: str | None, expected: ItemStatus) -> None:
    assert item_of(with_fields(status=status, afgedaan=done)).status is expected


def test_a_withdrawn_case_can_still_be_named() -> None:
    item = item_of(LETTER, replace(LETTER, deleted=True))

    assert (item.title, item.status) == ("Voortgang beschermd wonen", ItemStatus.WITHDRAWN)


def test_number_dossier_and_first_day() -> None:
    item = item_of(LETTER, DOSSIER)

    assert (item.number, item.dossier_number, item.published_on) == (
        "2026Z18001",
        "36800-XVI",
        date(2026, 11, 17),
    )


def test_of_several_dossiers_the_lowest_number_counts() -> None:
    other = Entity(kind="kamerstukdossier", name="other", fields={"nummer": "32847"})

    item = item_of(replace(LETTER, refs=(*LETTER.refs, ("kamerstukdossier", "other"))), DOSSIER, other)

    assert item.dossier_number == "32847"


def test_the_lead_and_following_committees_come_from_the_actors() -> None:
    item = item_of(
        LETTER,
        Entity(kind="commissie", name="vws", fields={"naamNl": "vaste commissie voor Volksgezondheid "}),
        replace(
            actor("1", "Voortouwcommissie", actorNaam=None),
            refs=(("zaak", "letter"), ("commissie", "vws")),
        ),
        replace(
            actor("2", "Volgcommissie", actorNaam="vaste commissie voor Financiën"),
            refs=(("zaak", "letter"), ("commissie", "fin")),
        ),
        actor("3", "Indiener", actorNaam="C. Kamerlid", actorFractie="Fractie Voorbeeld"),
    )

    assert item.committee == "Vaste commissie voor Volksgezondheid"
    assert item.following_committees == ("Vaste commissie voor Financiën",)


def test_the_ministry_is_that_of_who_wrote_or_else_of_who_is_asked() -> None:
    asked = actor("1", "Gericht aan", functie="minister van Justitie en Veiligheid")
    wrote = actor("2", "Indiener", functie="staatssecretaris van Financiën (Belastingdienst)")
    member = actor("3", "Indiener", functie="Tweede Kamerlid", actorFractie="Fractie Voorbeeld")

    assert item_of(LETTER, asked, member).ministry == "Ministerie van Justitie en Veiligheid"
    assert item_of(LETTER, asked, member, wrote).ministry == "Ministerie van Financiën"
    assert item_of(LETTER, member).ministry == ""


def test_the_page_is_that_of_the_first_document_that_is_no_attachment() -> None:
    def document(name: str, day: str, kind: str) -> Entity:
        fields: dict[str, str | None] = {
            "documentNummer": name,
            "soort": kind,
            "datum": day,
            "onderwerp": "Stuk",
        }
        return Entity(kind="document", name=name, fields=fields, refs=(("zaak", "letter"),))

    item = item_of(
        LETTER,
        document("2026D1", "2026-11-16", "Bijlage"),
        document("2026D3", "2026-11-18", "Brief regering"),
        document("2026D2", "2026-11-17", "Brief regering"),
    )

    assert item.url == "https://site.example/kamerstukken/detail?id=2026Z18001&did=2026D2"
    assert len(item.documents) == 3
    assert item_of(LETTER).url == "https://site.example/kamerstukken/detail?id=2026Z18001"
    assert item_of(with_fields(nummer=None)).url.endswith(f"/SyncFeed/2.0/Entiteiten/{guid('letter')}")


def test_a_document_that_is_withdrawn_leaves_the_case() -> None:
    document = Entity(kind="document", name="d", fields={"onderwerp": "Stuk"}, refs=(("zaak", "letter"),))

    assert item_of(LETTER, document, replace(document, deleted=True)).documents == ()


def test_related_are_the_activities_that_deal_with_it_and_the_cases_it_comes_from() -> None:
    point = Entity(kind="agendapunt", name="p", fields={}, refs=(("activiteit", "by point"),))
    letter = replace(
        LETTER, refs=(("activiteit", "direct"), ("agendapunt", "p"), ("gerelateerdVanuit", "question"))
    )

    assert item_of(letter, point).related == tuple(
        sorted([f"activiteit:{guid('direct')}", f"activiteit:{guid('by point')}", f"zaak:{guid('question')}"])
    )


def test_a_changed_motion_takes_the_place_of_the_first() -> None:
    changed = replace(LETTER, name="changed", refs=(("vervangenVanuit", "letter"),))

    assert item_of(LETTER, changed).replaced_by == f"zaak:{guid('changed')}"


def test_an_agenda_point_that_is_withdrawn_no_longer_ties_a_case_to_its_activity() -> None:
    point = Entity(kind="agendapunt", name="p", fields={}, refs=(("activiteit", "debate"),))
    letter = replace(LETTER, refs=(("agendapunt", "p"),))

    assert item_of(letter, point).related == (f"activiteit:{guid('debate')}",)
    assert item_of(letter, point, replace(point, deleted=True)).related == ()


def paper(name: str, *cases: str, number: str = "2026D45001", dossier: str = "dossier") -> Entity:
    return Entity(
        kind="document",
        name=name,
        fields={"documentNummer": number, "volgnummer": "12", "soort": "Brief regering"},
        refs=(*(("zaak", case) for case in cases), ("kamerstukdossier", dossier)),
    )


def test_a_case_is_known_by_the_names_of_its_own_papers() -> None:
    assert item_of(LETTER, DOSSIER, paper("p", "letter")).references == ("2026D45001", "kst-36800-XVI-12")


def test_a_paper_of_several_cases_names_none_of_them() -> None:
    assert item_of(LETTER, DOSSIER, paper("list", "letter", "another")).references == ()


def test_a_case_of_several_dossiers_names_them_all() -> None:
    other = Entity(kind="kamerstukdossier", name="other", fields={"nummer": "32847", "titel": "Wonen"})
    case = replace(LETTER, refs=(("kamerstukdossier", "dossier"), ("kamerstukdossier", "other")))

    assert item_of(case, DOSSIER, other).references == ("32847", "36800-XVI")


def test_a_proposal_of_the_commission_is_known_by_its_number() -> None:
    title = "EU-voorstel: Herziening van de aanbestedingsrichtlijnen COM (2026) 412"

    assert item_of(with_fields(soort="EU-voorstel", onderwerp=title)).references == ("COM(2026)412",)
    assert item_of(with_fields(onderwerp=title)).references == ()


@pytest.mark.parametrize("addition", ["", " en Nader rapport", " en Reactie van de initiatiefnemer(s)"])
def test_advice_of_the_raad_van_state_on_a_bill_comes_as_its_document_and_is_news(addition: str) -> None:
    bill = with_fields(soort="Wetgeving")
    advice = Entity(
        kind="document",
        name="advice",
        fields={
            "soort": f"Advies Afdeling advisering Raad van State{addition}",
            "documentNummer": "2026D40001",
            "onderwerp": "Advies van de Afdeling advisering",
        },
        refs=(("zaak", "letter"),),
    )

    before, after = item_of(bill), item_of(bill, advice)

    assert [document.kind for document in after.documents] == [advice.fields["soort"]]
    assert news_of(before, after, NOW.date()) == (News.DOCUMENT_ADDED,)
