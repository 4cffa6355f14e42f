import shutil
from pathlib import Path

import pytest

from g40flow.config.digests import load_digests
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.moments import RecessMode
from g40flow.domain.errors import ConfigError
from g40flow.resources import resource

EXAMPLE = resource("config") / "digests.yaml"


def test_the_example_describes_every_audience() -> None:
    config = load_digests(resource("config"))

    assert set(config.audiences) == set(AudienceKind)
    assert config.audiences[AudienceKind.THEME_GROUP].schedule().weekday == 0
    assert config.audiences[AudienceKind.DAILY_BOARD].schedule().weekday == 3
    assert config.audiences[AudienceKind.THEME_GROUP].recess is RecessMode.SHORTENED


def test_a_folder_without_the_file_uses_the_one_that_came_with_the_program(tmp_path: Path) -> None:
    assert load_digests(tmp_path) == load_digests(resource("config"))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("recess: skip", "recess: never", "recess"),
        ("weekday: thursday", "weekday: sunday", "weekday"),
        ("lines: 8 ", "regels: 8 ", "regels"),
        ("  person:", "  mensen:", "mensen"),
    ],
)
def test_a_typo_stops_the_start_and_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    file = tmp_path / "digests.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ConfigError, match=complaint):
        load_digests(tmp_path)
