from pathlib import Path
from threading import Thread

import pytest

from g40flow.config.secret_key import KEY_FILE, secret_key
from g40flow.config.settings import Settings, settings_from
from g40flow.domain.errors import ConfigError


def settings(folder: Path, **environment: str) -> Settings:
    return settings_from({"G40FLOW_DATABASE_URL": f"sqlite:///{folder / 'x.sqlite'}", **environment})


def test_the_key_that_is_set_is_taken_and_no_file_is_made(tmp_path: Path) -> None:
    assert secret_key(settings(tmp_path, G40FLOW_SECRET_KEY="s" * 32)) == b"s" * 32
    assert list(tmp_path.iterdir()) == []


def test_without_one_a_key_is_made_beside_the_database_and_kept(tmp_path: Path) -> None:
    made = secret_key(settings(tmp_path / "new"))

    assert len(made) >= 32
    assert secret_key(settings(tmp_path / "new")) == made
    assert secret_key(settings(tmp_path / "other")) != made
    assert (tmp_path / "new" / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_the_same_time_have_the_same_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [Thread(target=lambda: found.append(secret_key(settings(tmp_path)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("url", ["postgresql://u:geheim@db/g40", "sqlite:///:memory:", "sqlite://"])
def test_where_there_is_no_folder_for_it_the_key_must_be_set(url: str) -> None:
    with pytest.raises(ConfigError, match="G40FLOW_SECRET_KEY") as refused:
        secret_key(settings_from({"G40FLOW_DATABASE_URL": url}))

    assert "geheim" not in str(refused.value)


def test_a_key_that_is_too_short_is_refused_without_telling_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="G40FLOW_SECRET_KEY") as refused:
        settings(tmp_path, G40FLOW_SECRET_KEY="kort-geheim")
    assert "kort-geheim" not in str(refused.value)

    (tmp_path / KEY_FILE).write_text("kort")
    with pytest.raises(ConfigError, match="remove it for a new key"):
        secret_key(settings(tmp_path))
