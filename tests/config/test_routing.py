import shutil
from pathlib import Path

import pytest

from g40flow.config.routing import load_model, load_rule_book, model_bytes
from g40flow.domain.errors import ConfigError

ROUTING = Path(__file__).parents[2] / "config" / "routing"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    for path in ROUTING.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_the_delivered_rules_have_the_sixteen_theme_groups() -> None:
    assert len(load_rule_book(ROUTING).groups) == 16


def test_the_version_changes_with_the_rules_and_not_with_the_layout(rules: Path) -> None:
    before = load_rule_book(rules).version
    path = rules / "europa.yaml"

    path.write_text("# commentaar\n" + path.read_text())
    same = load_rule_book(rules).version
    path.write_text(path.read_text().replace("context:\n  [", "context:\n  [grensregio*, ", 1))
    other = load_rule_book(rules).version

    assert same == before
    assert other != before


def test_a_mistyped_key_is_told_with_file_line_and_key(rules: Path) -> None:
    path = rules / "europa.yaml"
    path.write_text(path.read_text().replace("strong:", "stong:", 1))
    line = path.read_text().splitlines().index("stong:") + 1

    with pytest.raises(ConfigError, match=rf"europa\.yaml:{line}: stong: unknown key; did you mean strong\?"):
        load_rule_book(rules)


def test_an_unreadable_term_is_told_with_file_and_line(rules: Path) -> None:
    path = rules / "europa.yaml"
    path.write_text(
        path.read_text() + "\nagainst: []\n" if "against" not in path.read_text() else path.read_text()
    )
    path.write_text(path.read_text().replace("strong:\n  [", "strong:\n  [ab*, ", 1))

    with pytest.raises(ConfigError, match=r"europa\.yaml:\d+: 'ab\*'"):
        load_rule_book(rules)


def test_a_hint_for_an_unknown_group_is_refused(rules: Path) -> None:
    path = rules / "_bodies.yaml"
    path.write_text(path.read_text().replace("groups: {veiligheid:", "groups: {veilighied:", 1))

    with pytest.raises(ConfigError, match=r"veilighied: no such theme group"):
        load_rule_book(rules)


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no routing rules"):
        load_rule_book(tmp_path)


def test_a_model_is_written_byte_for_byte_as_it_was_read(tmp_path: Path) -> None:
    stored = (ROUTING / "model.json").read_bytes()
    model = load_model(ROUTING / "model.json")

    once = model_bytes(model, rules="r", data={"items": 1}, metrics={"f1": 0.9})
    (tmp_path / "model.json").write_bytes(once)
    again = model_bytes(
        load_model(tmp_path / "model.json"), rules="r", data={"items": 1}, metrics={"f1": 0.9}
    )

    assert once == again
    assert load_model(tmp_path / "model.json").version == model.version
    assert len(stored) == pytest.approx(len(once), rel=0.01)


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"version": 1}')

    with pytest.raises(ConfigError, match="train again"):
        load_model(path)
