import io
import json
import logging
from collections.abc import Iterator

import pytest

from g40flow.config.logs import LOGGERS, secrets_in, set_up_logging
from g40flow.config.settings import settings_from

SECRETS = {
    "G40FLOW_SLACK_BOT_TOKEN": "xoxb-very-secret",
    "G40FLOW_SMTP_PASSWORD": "sesame-open",
    "G40FLOW_METRICS_TOKEN": "metrics-token-of-ours",
    "G40FLOW_DATABASE_URL": "postgresql://g40flow:p%40ssword@db/g40flow",
}


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    kept = {
        name: (logging.getLogger(name).handlers[:], logging.getLogger(name).propagate) for name in LOGGERS
    }
    access = logging.getLogger("uvicorn.access").disabled
    yield
    for name, (handlers, propagate) in kept.items():
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(logging.NOTSET)
    logging.getLogger("uvicorn.access").disabled = access


def written(**variables: str) -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    set_up_logging(settings_from({**SECRETS, **variables}), stream)
    return logging.getLogger("g40flow.test"), stream


def failing(log: logging.Logger) -> None:
    try:
        int("no password sesame-open for db")
    except ValueError:
        log.exception("cannot reach %s", "postgresql://g40flow:p%40ssword@db/g40flow")


def test_a_line_of_json_has_everything_and_no_secret() -> None:
    log, stream = written(G40FLOW_LOG_FORMAT="json")

    log.warning("token %s refused", "xoxb-very-secret")
    failing(log)

    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["level"], first["logger"], first["message"]) == (
        "WARNING",
        "g40flow.test",
        "token *** refused",
    )
    assert first["at"].endswith("Z")
    assert first["process"] > 0
    assert "ValueError: invalid literal for int() with base 10: 'no password *** for db'" in second["error"]
    assert not any(secret in stream.getvalue() for secret in ("sesame", "p%40ssword", "p@ssword", "xoxb-"))


def test_a_line_for_people_stays_one_line_whatever_stands_in_it() -> None:
    log, stream = written()

    log.warning("publisher said %s", "ok\n2026-11-21 ERROR forged \x1b[31m")
    failing(log)

    lines = stream.getvalue().splitlines()
    assert lines[0].endswith("WARNING g40flow.test: publisher said ok\\x0a2026-11-21 ERROR forged \\x1b[31m")
    assert all(line.startswith("    ") for line in lines[2:])
    assert "sesame" not in stream.getvalue()


def test_the_level_is_that_of_the_settings() -> None:
    log, stream = written(G40FLOW_LOG_LEVEL="error")

    log.warning("not now")

    assert stream.getvalue() == ""


def test_short_words_and_the_address_without_a_password_are_no_secrets() -> None:
    settings = settings_from({"G40FLOW_SMTP_PASSWORD": "x", "G40FLOW_DATABASE_URL": "sqlite:///data.sqlite"})

    assert secrets_in(settings) == frozenset()
