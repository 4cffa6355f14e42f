"""Personal data in a text that is about to be public."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.dossier.personal_data import PersonalData, find_personal_data

PEOPLE = ["Daan Proefsma", "Jasmijn de Voorbeeld", "Zoë Schétsen-Bedacht", "Ed Wonen"]
ALLOWED = ["info@g40.example.nl", "G40 Stedennetwerk", "+31 (0)70 123 45 67", "Nassaulaan 12, 2514 JS"]


def found(text: str) -> list[tuple[str, str]]:
    findings = find_personal_data(text, people=PEOPLE, allowed=ALLOWED)
    return [(finding.kind.value, finding.quote) for finding in findings]


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        ("Mail jan.jansen@stad.nl voor meer.", "email_address", "jan.jansen@stad.nl"),
        ("[mail](mailto:a+b@stad.example.nl)", "email_address", "a+b@stad.example.nl"),
        ("jan.jansen (at) stad.nl", "email_address", "jan.jansen (at) stad.nl"),
        ("Bel 06-12345678.", "phone_number", "06-12345678"),
        ("Bel 06 12 34 56 78 of", "phone_number", "06 12 34 56 78"),
        ("Bel 0612345678", "phone_number", "0612345678"),
        ("Tel. 020-6241111", "phone_number", "020-6241111"),
        ("Tel. (020) 624 11 11", "phone_number", "(020) 624 11 11"),
        ("Tel. 0346 - 12 34 56", "phone_number", "0346 - 12 34 56"),
        ("Tel. 0346-12 34 56", "phone_number", "0346-12 34 56"),
        ("Tel. +31 6 1234 5678", "phone_number", "+31 6 1234 5678"),
        ("Tel. +31(0)612345678", "phone_number", "+31(0)612345678"),
        ("Tel. 0031 70 3456789", "phone_number", "0031 70 3456789"),
        ("BSN 111222333", "citizen_service_number", "111222333"),
        ("met nummer 123456782 bekend", "citizen_service_number", "123456782"),
        ("nummer 1234.56.782", "citizen_service_number", "1234.56.782"),
        ("burgerservicenummer: 10000008", "citizen_service_number", "10000008"),
        ("Rekening NL91 ABNA 0417 1643 00 graag", "bank_account", "NL91 ABNA 0417 1643 00"),
        ("NL91ABNA0417164300", "bank_account", "NL91ABNA0417164300"),
        ("DE89 3704 0044 0532 0130 00 te Berlijn", "bank_account", "DE89 3704 0044 0532 0130 00"),
        ("Volgens Daan Proefsma is dit zo.", "person_name", "Daan Proefsma"),
        ("Volgens DAAN\nPROEFSMA is dit zo.", "person_name", "DAAN\nPROEFSMA"),
        ("Volgens D. Proefsma is dit zo.", "person_name", "D. Proefsma"),
        ("Volgens D.J. Proefsma", "person_name", "D.J. Proefsma"),
        ("Volgens wethouder Proefsma", "person_name", "wethouder Proefsma"),
        ("Volgens mevr. drs. de Voorbeeld", "person_name", "mevr. drs. de Voorbeeld"),
        ("Volgens Zoe Schetsen Bedacht", "person_name", "Zoe Schetsen Bedacht"),
        ("Volgens Zoë Schétsen-Bedacht.", "person_name", "Zoë Schétsen-Bedacht"),
        ("Volgens **Daan** Proefsma", "person_name", "Daan** Proefsma"),
        ("Met vriendelijke groet,\n\nPiet Janssen\nwethouder", "signature", "Piet Janssen"),
        ("Hoogachtend,\n\nnamens de steden,\n\n**A.B. van den Berg**", "signature", "A.B. van den Berg"),
        ("w.g. J. Jansen", "signature", "J. Jansen"),
        ("Was getekend: Marie-Louise de Wit", "signature", "Marie-Louise de Wit"),
        ("![](media/handtekening.png)", "signature", "![](media/handtekening.png)"),
        ("Met vriendelijke groet,\n\n![](media/image1.png)", "signature", "![](media/image1.png)"),
        ("Zo zei mevrouw Jansen dat", "possible_name", "mevrouw Jansen"),
        ("Zo zei de heer mr. J. van der Berg dat", "possible_name", "de heer mr. J. van der Berg"),
        ("Dorpsstraat 12, 1234 AB Ergens", "address", "Dorpsstraat 12, 1234 AB"),
        ("postcode 2011AB in Haarlem", "address", "2011AB"),
    ],
)
def test_personal_data_is_found_and_quoted(text: str, kind: str, quote: str) -> None:
    assert found(text) == [(kind, quote)]


@pytest.mark.parametrize(
    "text",
    [
        "Kamerstukken II 2023/24, 36 512, nr. 3 en 36512-A, blg-1123456.",
        "Stb. 2024, 123 en Stcrt. 2023-12345; zaak 2024Z12345, document 2024D51870, KST36512.",
        "Artikel 5.1, eerste lid, onder a, van de Omgevingswet; de artikelen 2.10 tot en met 2.12.",
        "Een bedrag van € 123.456.782 of 123.456.782 euro, dus 111 222 333 euro en € 111222333.",
        "Op 01-02-2026 10:00 uur, 1 januari 2026, 2026-11-21 en van 2019-2023 0,5 procent.",
        "Bel het gratis nummer 0800-1234567 of 0900 1234567.",
        "Het nummer 123456789 doorstaat de proef niet; 12345678 is een KvK-nummer.",
        "NL91ABNA0417164301 is geen rekening. Zaaknummer NL2024ABCD12345678.",
        "In 2019 EU-lidstaten, 2024 EU en artikel 1234 A.",
        "Proefsmans fiets; bijdaan proefsmaak; betaalbaar wonen in de stad; Ed. 3, wonen.",
        "Wij bieden steden een voorbeeld: de voorbeeldsteden.",
        "Met vriendelijke groet,\n\nG40 Stedennetwerk",
        "Hoogachtend,\n\nnamens de steden,\n\nGemeente Tilburg",
        "Hoogachtend,\n\nHet Dagelijks Bestuur van het G40 Stedennetwerk",
        "Mail INFO@g40.example.nl of bel 070 - 1234567, 070-1234567; Nassaulaan 12 2514JS.",
        "Zie https://www.internetconsultatie.nl/wet/reactie/0a1b2c3d-1234-4567-89ab-0123456789ab.",
        "ISBN 978-90-12-34567-8, ECLI:NL:RVS:2023:1234, verordening (EU) 2016/679, A12, N201.",
        "De groei is 0,123456789 en de kans 0.987654321; versie 10.20.30.40.",
        "Getekend is al het convenant. Handtekening van het Rijk ontbreekt.",
    ],
)
def test_what_officials_write_every_day_is_no_personal_data(text: str) -> None:
    assert found(text) == []


def test_a_finding_tells_where_it_stands() -> None:
    text = "Eerste regel.\n\nMail jan@stad.nl en piet@stad.nl."

    first, second = find_personal_data(text)

    assert (first.line, text[first.start : first.end]) == (3, "jan@stad.nl")
    assert second.start > first.end


def test_only_what_is_certain_stops_a_submission() -> None:
    kinds = {
        finding.kind: finding.is_certain
        for finding in find_personal_data("Bel 0612345678. Mevrouw Jansen, Dorpsstraat 12.")
    }

    assert kinds == {
        PersonalData.PHONE_NUMBER: True,
        PersonalData.POSSIBLE_NAME: False,
        PersonalData.ADDRESS: False,
    }


def test_a_name_inside_an_address_is_told_once() -> None:
    assert found("Mail daan-proefsma@example.nl") == [("email_address", "daan-proefsma@example.nl")]


@given(st.integers(min_value=10_000_000, max_value=999_999_999))
@settings(derandomize=True)
def test_nine_digits_are_a_citizen_service_number_if_the_eleven_test_says_so(number: int) -> None:
    digits = f"{number:09d}"
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    passes = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0

    assert bool(found(f"nummer {digits} in de tekst")) is passes


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
@settings(derandomize=True)
def test_any_text_and_any_name_can_be_searched(text: str, people: list[str]) -> None:
    for finding in find_personal_data(text, people=people):
        assert text[finding.start : finding.end] == finding.quote


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "a." * 100_000,
        "a@" * 100_000,
        "1 " * 100_000,
        "0" * 200_000,
        "NL91" * 50_000,
        "A " * 100_000,
        "Met vriendelijke groet\n" * 9_000,
        "mevrouw " * 25_000,
        "![](" * 50_000,
        "a" * 60 + "@" + "a-" * 100_000,
        "A. " * 60_000,
        "Aa van " * 28_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()

    find_personal_data(text, people=PEOPLE)

    assert time.process_time() - started < 2
