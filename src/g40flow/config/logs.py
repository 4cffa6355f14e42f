"""How the log is written: a line for people or JSON for programs, never with a secret in it."""

import json
import logging
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from g40flow.config.settings import LogFormat, Settings

LOGGERS = ("g40flow", "uvicorn")
HIDDEN = "***"
SHORTEST_SECRET = 6
"""Shorter values occur in ordinary words, and hiding those would make the log unreadable."""


def set_up_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Write what our own parts and the web server say to stderr (or another stream), once.

    Safe to call again; the last call counts.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(settings))
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(settings.log_level.upper())
    logging.getLogger("uvicorn.access").disabled = True  # addresses can hold personal links


def formatter(settings: Settings) -> logging.Formatter:
    """As the settings say."""
    secrets = secrets_in(settings)
    return JsonLines(secrets) if settings.log_format is LogFormat.JSON else PlainLines(secrets)


def secrets_in(settings: Settings) -> frozenset[str]:
    """Every secret value, and the password in the address of the database."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    found = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    password = urlsplit(settings.database_url.get_secret_value()).password
    found.discard(settings.database_url.get_secret_value() if password is None else "")
    if password is not None:
        found |= {password, unquote(password)}
    return frozenset(secret for secret in found if len(secret) >= SHORTEST_SECRET)


class PlainLines(logging.Formatter):
    """ "2026-11-21T16:20:11.123Z WARNING g40flow.x: what" ; a trace follows on indented lines."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__()
        self._secrets = _longest_first(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the trace if there is one."""
        line = f"{_moment(record)} {record.levelname} {record.name}: {_one_line(record.getMessage())}"
        trace = _trace(self, record)
        whole = line if not trace else line + "".join(f"\n    {part}" for part in trace.splitlines())
        return _without(whole, self._secrets)


class JsonLines(logging.Formatter):
    """One object per line: at (UTC), level, logger, message, process, and error with its trace."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__()
        self._secrets = _longest_first(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        said: dict[str, str | int] = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _without(record.getMessage(), self._secrets),
            "process": record.process or 0,
        }
        if trace := _trace(self, record):
            said["error"] = _without(trace, self._secrets)
        return json.dumps(said, ensure_ascii=False)


def _moment(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trace(form: logging.Formatter, record: logging.LogRecord) -> str:
    return form.formatException(record.exc_info) if record.exc_info else ""


def _one_line(text: str) -> str:
    """What a publisher or visitor wrote begins no line of its own."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def _longest_first(secrets: Collection[str]) -> list[str]:
    return sorted(secrets, key=len, reverse=True)


def _without(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
