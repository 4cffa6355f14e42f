from pathlib import Path

import pytest

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.errors import ConfigError


class Publisher(Strict):
    expected_minimum: int
    enabled: bool = True


class Publishers(Strict):
    sources: dict[str, Publisher] = {}
    names: list[Publisher] = []


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint_about(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        load_strict(path, Publishers)
    return str(raised.value)


def test_a_misspelt_key_is_refused_with_file_line_key_and_the_likely_meaning(tmp_path: Path) -> None:
    path = written(tmp_path, "sources:\n  tk:\n    expected_minimun: 3\n")

    complaint = complaint_about(path)

    assert f"{path}:3: sources.tk.expected_minimun: unknown key; did you mean expected_minimum?" in complaint
    assert f"{path}:2: sources.tk.expected_minimum: Field required" in complaint


def test_a_value_of_the_wrong_kind_is_refused_with_what_was_found(tmp_path: Path) -> None:
    path = written(tmp_path, "sources:\n  tk:\n    expected_minimum: many\n")

    assert f"{path}:3: sources.tk.expected_minimum" in complaint_about(path)
    assert "'many'" in complaint_about(path)


def test_a_key_that_stands_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "names:\n  - expected_minimum: 1\n    expected_minimum: 2\n")

    assert complaint_about(path) == f"{path}:3: expected_minimum: stands twice (first on line 2)"


def test_text_that_is_not_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "sources:\n  - [\n")

    assert complaint_about(path).startswith(f"{path}:3: not valid YAML")


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    assert "g40flow init" in complaint_about(tmp_path / "absent.yaml")


def test_an_item_of_a_list_is_named_by_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "names:\n  - expected_minimum: 1\n  - expected_minimum: 1\n    enabld: true\n")

    assert f"{path}:4: names.1.enabld: unknown key; did you mean enabled?" in complaint_about(path)


def test_an_empty_file_is_an_empty_mapping(tmp_path: Path) -> None:
    assert load_strict(written(tmp_path, ""), Publishers) == Publishers()
