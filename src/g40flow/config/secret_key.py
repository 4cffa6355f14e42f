"""The secret key of the program, from the environment or, for one machine, from a file of its own."""

import os
import secrets
from pathlib import Path

from sqlalchemy import make_url

from g40flow.config.settings import Settings
from g40flow.domain.errors import ConfigError

KEY_FILE = "secret.key"
LEAST_CHARACTERS = 32


def secret_key(settings: Settings) -> bytes:
    """The key that is set, or else the one in the file beside the SQLite database, made if need be.

    Raises ConfigError when there is no such folder: with PostgreSQL several machines need the same key.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    url = make_url(settings.database_url.get_secret_value())
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise ConfigError(
            "G40FLOW_SECRET_KEY: expected at least 32 random characters, the same for every process; "
            'make them with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return _kept_in(Path(url.database).parent / KEY_FILE)


def _kept_in(path: Path) -> bytes:
    try:
        _make(path)
        found = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"G40FLOW_SECRET_KEY: not set, and no file for it: {error}") from error
    if len(found) < LEAST_CHARACTERS:
        raise ConfigError(f"{path}: expected at least {LEAST_CHARACTERS} characters; remove it for a new key")
    return found


def _make(path: Path) -> None:
    """Write a new key unless there is one; of two processes at once one wins, and both read the same."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
