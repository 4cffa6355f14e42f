from collections.abc import Iterator

import pytest

from g40flow.domain.checks import Check
from g40flow.sandbox.server import SandboxServer
from g40flow.sources.tweedekamer import TweedeKamer
from tests.sources.loopback import Answer, FakeTime, Loopback, fetching


@pytest.fixture(scope="module")
def looked() -> Iterator[dict[str, Check]]:
    with SandboxServer() as sandbox, fetching(clock=FakeTime(now=sandbox.clock.now()).time) as fetch:
        source = TweedeKamer(base_url=sandbox.parliament_url, known_committees=["Asiel en Migratie"])
        yield {check.what: check for check in source.live_checks(fetch)}


def test_every_feed_is_looked_at(looked: dict[str, Check]) -> None:
    feeds = [check for what, check in looked.items() if what.endswith("is leesbaar")]

    assert len(feeds) == 10
    assert all(check.ok for check in feeds)


def test_the_points_that_are_inferred_are_looked_at(looked: dict[str, Check]) -> None:
    assert looked["Volgnummers (skiptokens) lopen op met de tijd"].found.startswith("begin bij ")
    assert looked["Voorbij het eind is de feed leeg"].ok
    assert "zonder zone" in looked["Tijden op de agenda: zonder zone lezen wij ze als Nederlandse tijd"].found


def test_what_is_unknown_comes_with_advice(looked: dict[str, Check]) -> None:
    check = looked["Soorten, statussen en commissies zijn bekend"]

    assert not check.ok
    assert "commissie" in check.found
    assert "known_committees" in check.advice


def test_a_publisher_in_trouble_gives_failed_checks_not_a_crash() -> None:
    with Loopback().running() as loopback, fetching() as fetch:
        loopback.respond_with(lambda request: Answer(body=b"<Error>\x1b[31m</Error>", status=500))
        checks = TweedeKamer(base_url=loopback.url, categories=["Zaak"]).live_checks(fetch)

    assert len(checks) == 3
    assert not any(check.ok for check in checks)
    assert all(check.found.isprintable() and check.advice for check in checks)
