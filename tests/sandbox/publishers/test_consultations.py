"""The pages of internetconsultatie, over real HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import httpx
import pytest

from g40flow.sandbox.server import SandboxServer

SITE = "/internetconsultatie"
REST = f"{SITE}/rest/openconsultaties/"


def rest_rows(client: httpx.Client) -> list[dict[str, str]]:
    root = ElementTree.fromstring(client.get(REST).content)
    return [{child.tag: child.text or "" for child in row} for row in root]


def result_addresses(text: str) -> list[str]:
    return re.findall(r'class="result--title" href="([^"]+)"', text)


def overview(text: str) -> dict[str, str]:
    """The table Consultatiegegevens as label and text."""
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', text, re.DOTALL)
    return {label.strip(): re.sub(r"<[^>]+>", " ", value).strip() for label, value in rows}


def test_the_rest_list_shows_open_consultations_with_addresses_of_the_sandbox(
    client: httpx.Client, sandbox: SandboxServer
) -> None:
    rows = rest_rows(client)

    today = sandbox.clock.now().date()
    assert len(rows) == sum(c.is_open(today) for c in sandbox.world.consultations.values())
    assert all(row["url"].startswith(f"{sandbox.consultations_url}/") for row in rows)
    assert all(re.fullmatch(r"\d\d-\d\d-\d{4}", row["einddatum"]) for row in rows)


def test_a_consultation_stays_open_until_the_end_of_its_last_day_in_the_netherlands(
    client: httpx.Client, sandbox: SandboxServer
) -> None:
    slug = "vuurwerkverbodhandhaving"  # closes on 27 November
    noon_there = sandbox.clock.now() + timedelta(days=4, hours=3)

    sandbox.clock.set(noon_there + timedelta(hours=11, minutes=59))
    last_minute = client.get(REST).text
    sandbox.clock.set(noon_there + timedelta(hours=12))
    after_midnight = client.get(REST).text

    assert f"/{slug}<" in last_minute
    assert f"/{slug}<" not in after_midnight


def test_a_page_of_the_new_template_is_reached_by_slug_number_and_b1(
    client: httpx.Client, sandbox: SandboxServer
) -> None:
    item = sandbox.world.consultations["besluitcollectievewarmte"]

    answers = [
        client.get(f"{SITE}/{path}", follow_redirects=True)
        for path in (item.slug, str(item.number), f"{item.slug}/b1")
    ]

    assert {str(answer.url) for answer in answers} == {f"{sandbox.consultations_url}/{item.slug}/b1"}
    details = overview(answers[0].text)
    assert details["Einddatum consultatie"] == "14-12-2026"
    assert details["Organisatie"] == "Ministerie van Klimaat en Groene Groei"
    assert 'class="p-intro"' in answers[0].text


def test_an_old_page_has_its_own_labels_and_no_b1(client: httpx.Client) -> None:
    answer = client.get(f"{SITE}/kapitaalbuffersbanken2020")

    details = overview(answer.text)
    assert answer.status_code == 200
    assert details["Publicatiedatum"] == "12-02-2020"
    assert details["Status"] == "Resultaat gepubliceerd"
    assert details["Keten-ID"] == "10874"
    assert "consultatierapportDocumentDownloadLink_typeAnchor" in answer.text


@pytest.mark.parametrize("slug", ["%22vestigingsbesluit%22%20", "1289"])
def test_odd_slugs_work_as_they_are_linked(client: httpx.Client, slug: str) -> None:
    listed = client.get(f"{SITE}/geslotenconsultaties/1/100").text

    assert f'href="{SITE}/{slug}"' in listed
    assert client.get(f"{SITE}/{slug}").status_code == 200


def test_the_search_shows_every_open_consultation_ten_a_page(client: httpx.Client) -> None:
    query = "Trefwoorden=&TrefwoordenSearchScope=TitelEnTekst&ConsultatiedatumVan=23-11-2026%2000%3A00%3A00"
    found: list[str] = []

    for page in range(1, 20):
        addresses = result_addresses(client.get(f"{SITE}/zoeken/resultaat?{query}&Pagina={page}").text)
        assert len(addresses) <= 10
        if not addresses:
            break
        found += addresses

    slugs = {address.removesuffix("/b1").rsplit("/", 1)[1] for address in found}
    assert slugs == {row["url"].rsplit("/", 1)[1] for row in rest_rows(client)}


def test_a_search_with_one_hit_has_no_total(client: httpx.Client) -> None:
    one = client.get(f"{SITE}/zoeken/resultaat?Trefwoorden=spreidingswet&TrefwoordenSearchScope=TitelEnTekst")
    many = client.get(f"{SITE}/zoeken/resultaat?Trefwoorden=gemeenten&TrefwoordenSearchScope=TitelEnTekst")

    assert len(result_addresses(one.text)) == 1
    assert "resultat" not in one.text
    assert re.search(r"\d+ resultaten", many.text)


def test_the_closed_list_goes_from_new_to_old_and_tells_the_total(client: httpx.Client) -> None:
    first = client.get(f"{SITE}/geslotenconsultaties/1/10").text
    second = client.get(f"{SITE}/geslotenconsultaties/2/10").text

    dates = re.findall(r"Sluitingsdatum:  (\d\d)-(\d\d)-(\d{4})", first + second)
    newest_first = [(year, month, day) for day, month, year in dates]
    assert newest_first == sorted(newest_first, reverse=True)
    assert f"Er zijn in totaal {len(dates)} consultaties" in first


def test_a_document_comes_with_a_file_name_and_changes_when_it_is_replaced(
    client: httpx.Client, sandbox: SandboxServer, happen: Callable[..., str]
) -> None:
    slug = "besluitcollectievewarmte"
    address = f"{SITE}/{slug}/document/{sandbox.world.consultations[slug].documents[0].number}"
    before = client.get(address)

    happen("replace_document", slug=slug)
    after = client.get(address)

    assert before.content.startswith(b"%PDF")
    assert ".pdf" in before.headers["content-disposition"]
    assert before.content != after.content


def test_the_counter_of_responses_is_singular_for_one(client: httpx.Client) -> None:
    one = client.get(f"{SITE}/kapitaalbuffersbanken2020/reacties").text
    many = client.get(f"{SITE}/vuurwerkverbodhandhaving/reacties").text

    assert "Er is in totaal 1 reactie binnen gekomen" in one
    assert "In totaal zijn 45 reacties" in many
    assert many.count("/reactie/") == 10


def test_an_unknown_address_is_a_404(client: httpx.Client) -> None:
    assert client.get(f"{SITE}/bestaatniet").status_code == 404
    assert client.get(f"{SITE}/besluitcollectievewarmte/document/1").status_code == 404
