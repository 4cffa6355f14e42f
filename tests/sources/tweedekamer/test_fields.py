from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.errors import SourceChanged, SourceError
from g40flow.domain.items import PublisherRecord, Reference
from g40flow.sources.tweedekamer.feed import parse_page
from g40flow.sources.tweedekamer.fields import DECISION_CATEGORIES, STANDARD_CATEGORIES, TABLES, record_of
from tests.sources.tweedekamer.feeds import Entity, entry, feed_page, guid, page

DEBATE = Entity(
    kind="activiteit",
    name="debate",
    fields={"onderwerp": "Dakloosheid", "aanvangstijd": "2026-12-03T10:00:00", "noot": None},
    refs=(("vervangenVanuit", "earlier"),),
)


def read(entity: Entity, category: str) -> PublisherRecord:
    return read_xml(feed_page(entity), category)


def read_xml(body: bytes, category: str) -> PublisherRecord:
    (one,) = parse_page(body, "feed").entries
    return record_of(TABLES[category], one, "feed")


def test_the_ten_standard_categories_come_before_what_refers_to_them() -> None:
    assert STANDARD_CATEGORIES == (
        "Commissie",
        "Kamerstukdossier",
        "Activiteit",
        "Agendapunt",
        "ActiviteitActor",
        "Zaak",
        "ZaakActor",
        "Document",
        "DocumentVersie",
        "DocumentActor",
    )
    assert DECISION_CATEGORIES == (
        "Besluit",
        "Stemming",
        "Toezegging",
        "Fractie",
        "FractieZetel",
        "FractieZetelPersoon",
        "Persoon",
        "CommissieZetel",
        "CommissieZetelVastPersoon",
    )


def test_a_nil_an_empty_and_an_absent_element_are_alike() -> None:
    readings = [
        read(replace(DEBATE, fields={"onderwerp": "Dakloosheid", **rest}), "Activiteit")
        for rest in ({"noot": None}, {"noot": " "}, {})
    ]

    assert readings[0].fields == readings[1].fields == readings[2].fields == {"onderwerp": "Dakloosheid"}


def test_references_may_repeat_also_where_the_schema_allows_one() -> None:
    record = read(
        replace(DEBATE, refs=(("vervangenVanuit", "b"), ("vervangenVanuit", "a"), ("vervangenVanuit", "b"))),
        "Activiteit",
    )

    expected = sorted([guid("a"), guid("b")])
    assert record.references == tuple(
        Reference(relation="vervangenVanuit", identifier=one) for one in expected
    )


@pytest.mark.parametrize("prefix", ["tk", "ns1", "anders"])
def test_prefixes_do_not_matter(prefix: str) -> None:
    expected = read(DEBATE, "Activiteit")

    assert read_xml(page([entry(DEBATE.xml(prefix), 1)]), "Activiteit") == expected


def test_attributes_without_a_namespace_are_read_too() -> None:
    xml = (
        replace(DEBATE, deleted=True).xml().replace("tk:verwijderd", "verwijderd").replace("tk:bijg", "bijg")
    )

    assert read_xml(page([entry(xml, 1)]), "Activiteit").deleted


def test_a_deleted_entity_is_only_its_identity() -> None:
    record = read(replace(DEBATE, deleted=True), "Activiteit")

    assert (record.identifier, record.deleted) == (DEBATE.guid, True)
    assert (record.fields, record.references) == ({}, ())


def test_an_entity_that_is_shown_again_unchanged_is_the_same_content() -> None:
    first = read(DEBATE, "Activiteit")
    again = read(
        replace(
            DEBATE,
            updated="2027-02-19T03:00:00Z",
            edited="2019-08-12T12:56:35.4070000",
            fields={"aanvangstijd": "2026-12-03T10:00:00.0000000+01:00", "onderwerp": "Dakloosheid "},
        ),
        "Activiteit",
    )

    assert (again.fields, again.references) == (first.fields, first.references)
    assert again.updated_at != first.updated_at


def test_elements_that_are_not_in_the_table_are_left_out() -> None:
    record = read(
        replace(
            DEBATE, fields={"onderwerp": "x", "nieuwVeld": "y", "sidVoortouw": "7"}, refs=(("persoon", "p"),)
        ),
        "Activiteit",
    )

    assert (record.fields, record.references) == ({"onderwerp": "x"}, ())


def test_the_counter_of_a_dossier_is_not_kept_so_that_its_record_rarely_changes() -> None:
    dossier = Entity(
        kind="kamerstukdossier", name="k", fields={"nummer": "32847", "hoogsteVolgnummer": "1402"}
    )

    assert read(dossier, "Kamerstukdossier").fields == {"nummer": 32847}


@pytest.mark.parametrize(
    ("functie", "fractie", "is_kept"),
    [
        ("minister van Financiën", None, True),
        ("staatssecretaris van Justitie en Veiligheid", None, True),
        ("lid Tweede Kamer", None, True),
        ("Tweede Kamerlid", None, True),
        ("woordvoerder", "Fractie Voorbeeld", True),
        ("lid raad van bestuur", None, False),
        ("bewoner", None, False),
        (None, None, False),
    ],
)
def test_only_office_holders_are_kept_by_name(
    functie: str | None, fractie: str | None, is_kept: bool
) -> None:
    actor = Entity(
        kind="zaakActor",
        name="actor",
        fields={"actorNaam": "A. Voorbeeld", "functie": functie, "actorFractie": fractie},
        refs=(("zaak", "z"), ("persoon", "p")),
    )

    record = read(actor, "ZaakActor")

    assert ("actorNaam" in record.fields) is is_kept
    assert [reference.relation for reference in record.references] == ["zaak"]


def test_a_committee_among_the_actors_is_kept_by_name() -> None:
    actor = Entity(
        kind="activiteitActor",
        name="actor",
        fields={"actorNaam": "vaste commissie voor Financiën", "relatie": "Volgcommissie"},
        refs=(("activiteit", "debate"), ("commissie", "fin")),
    )

    assert read(actor, "ActiviteitActor").fields["actorNaam"] == "vaste commissie voor Financiën"


def test_an_entity_of_another_kind_is_refused() -> None:
    with pytest.raises(SourceChanged, match="activiteit"):
        read(DEBATE, "Zaak")


@pytest.mark.parametrize(
    "fields",
    [{"aanvangstijd": "morgen"}, {"besloten": "misschien"}, {"datum": "2026-13-01T00:00:00"}],
)
def test_a_value_that_its_field_cannot_have_is_refused_and_named(fields: dict[str, str | None]) -> None:
    with pytest.raises(SourceChanged, match=next(iter(fields))):
        read(replace(DEBATE, fields=fields), "Activiteit")


def test_an_identity_that_is_no_guid_is_refused() -> None:
    xml = DEBATE.xml().replace(DEBATE.guid, "2026A06208")

    with pytest.raises(SourceChanged, match="GUID"):
        read_xml(page([entry(xml, 1)]), "Activiteit")


VISIBLE_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=40
)


@settings(derandomize=True, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["nummer", "soort", "onderwerp", "titel", "status"]), VISIBLE_TEXT),
    st.lists(
        st.tuples(
            st.sampled_from(["kamerstukdossier", "activiteit", "agendapunt", "vervangenVanuit"]),
            st.sampled_from("abcdefgh"),
        ),
        max_size=8,
    ),
    st.booleans(),
)
def test_what_was_published_is_what_is_read(
    fields: dict[str, str], refs: list[tuple[str, str]], deleted: bool
) -> None:
    record = read(Entity(kind="zaak", name="case", fields=fields, refs=tuple(refs), deleted=deleted), "Zaak")

    words = {name: " ".join(text.split()) for name, text in fields.items()}
    expected_fields = {} if deleted else {name: text for name, text in words.items() if text}
    expected_refs = [] if deleted else sorted({(relation, guid(name)) for relation, name in refs})
    assert record.fields == expected_fields
    assert [(reference.relation, reference.identifier) for reference in record.references] == expected_refs
    assert record.deleted is deleted


SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "tweedekamer").glob("*.xml"))


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(SAMPLES), st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8))
def test_a_damaged_sample_gives_records_or_an_error_about_the_source(
    sample: Path, where: float, damage: bytes
) -> None:
    body = sample.read_bytes()
    position = int(where * len(body))
    category = next(name for name in TABLES if name.lower() == sample.stem)

    try:
        page = parse_page(body[:position] + damage + body[position + len(damage) :], "feed")
        records = [record_of(TABLES[category], one, "feed") for one in page.entries]
    except SourceError:
        return
    assert all(len(one.identifier) == 36 for one in records)
