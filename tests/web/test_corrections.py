import json
from typing import Any

from g40flow.use_cases.evaluate_routing import read_lines
from tests.web.reading import Reader
from tests.web.world import World

BECAUSE: dict[str, Any] = {"reason": "Gaat over huur"}


def test_corrections_are_listed_with_who_and_why(reader: Reader, items: dict[str, int]) -> None:
    reader.send(reader.get(f"/items/{items['warmte']}"), "/routing", groups=[], lead="europa", **BECAUSE)

    text = reader.get("/corrections").text

    assert "1 correctie " in text
    assert "Wet collectieve warmte voor woningen Gaat over huur" in text
    assert "Duurzaamheid, Woningmarkt Europa Anna Testerink" in text


def test_without_corrections_it_says_how_to_make_one(reader: Reader) -> None:
    assert "Routering corrigeren" in reader.get("/corrections").text


def test_the_export_is_what_the_measurement_reads(
    world: World, reader: Reader, items: dict[str, int]
) -> None:
    reader.send(reader.get(f"/items/{items['warmte']}"), "/routing", groups=[], lead="europa", **BECAUSE)
    reader.send(reader.get(f"/items/{items['warmte']}"), "/routing", groups=[], lead="veiligheid", **BECAUSE)
    reader.send(reader.get(f"/items/{items['debate']}"), "/routing", groups=[], lead="", **BECAUSE)

    answer = reader.client.get("/corrections.jsonl")
    lines = list(read_lines(answer.text.splitlines(), labelled=True))

    assert [line.label.groups for line in lines if line.label] == [("veiligheid",), ()]
    assert lines[0].item.title == "Wet collectieve warmte voor woningen"
    assert lines[1].item.committee.startswith("Vaste commissie")


def test_names_of_people_are_not_exported(reader: Reader, items: dict[str, int]) -> None:
    reader.send(reader.get(f"/items/{items['warmte']}"), "/routing", lead="europa", **BECAUSE)

    answer = reader.client.get("/corrections.jsonl")

    assert "Testerink" not in answer.text
    assert json.loads(answer.text)["groups"][0] == "europa"
