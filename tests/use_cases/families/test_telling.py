"""Whoever heard of something from one publisher is not told again when another one shows it."""

from datetime import date
from random import Random

import pytest
from sqlmodel import Session, select

from g40flow.domain.actors import Actor, Surface
from g40flow.storage.database import Database
from g40flow.storage.tables import Item
from g40flow.use_cases.dossier.follow import follow_family_of
from tests.conftest import MONDAY
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import Publisher, consultation

FAR = date(2027, 1, 15).isoformat()
ANNA = Actor(person="anna-testerink", name="Anna", surface=Surface.PORTAL)


@pytest.fixture
def job(sqlite: Database) -> MainJob:
    """The main job on SQLite: what is decided here does not depend on the kind of database."""
    return MainJob(sqlite)


def at(job: MainJob, name: str) -> MainJob:
    """The same job with another publisher, which was read to its end before."""
    other = MainJob(
        job.database, publisher=Publisher(name=name), channel=job.channel, now=job.now, runs=job.runs + 100
    )
    other.begin()
    return other


def kinds(job: MainJob) -> list[str]:
    return [message.kind for message in job.messages()]


def test_a_later_sighting_is_a_line_in_the_thread_and_the_card_names_the_publisher(job: MainJob) -> None:
    job.begin()
    journal = at(job, "journal")
    job.publisher.publish(consultation("woningen", closes_on=FAR, references="kst-36512-3"))
    job.round()

    journal.publisher.publish(consultation("zelfde woningen", references="kst-36512-3"))
    journal.round()

    card, line = job.channel.messages.values()
    first = next(iter(job.channel.messages))
    assert kinds(job) == ["item_card", "sighting"]
    assert line.thread is not None
    assert line.thread.ts == first
    assert line.rendered.text == "ook bij journal zelfde woningen"
    assert card.rendered.text.splitlines()[1:] == ["ook journal"]


def test_another_last_day_is_news_of_its_own(job: MainJob) -> None:
    job.begin()
    journal = at(job, "journal")
    job.publisher.publish(consultation("woningen", closes_on=FAR, references="kst-36512-3"))
    job.round()

    journal.publisher.publish(
        consultation("zelfde woningen", closes_on="2026-12-18", references="kst-36512-3")
    )
    journal.round()

    assert kinds(job) == ["item_card", "item_card"]


def test_news_of_a_sighting_goes_in_the_thread_of_the_card(job: MainJob) -> None:
    job.begin()
    journal = at(job, "journal")
    job.publisher.publish(consultation("woningen", closes_on=FAR, references="kst-36512-3"))
    job.round()
    journal.publisher.publish(consultation("zelfde woningen", references="kst-36512-3"))
    journal.round()

    journal.publisher.publish(consultation("zelfde woningen", references="kst-36512-3", status="withdrawn"))
    journal.round()

    _, *replies = job.channel.messages.values()
    first = next(iter(job.channel.messages))
    assert [reply.thread.ts for reply in replies if reply.thread] == [first, first]


@pytest.mark.parametrize("seed", range(2))
def test_an_audience_gets_one_card_whatever_publisher_is_first(job: MainJob, seed: int) -> None:
    jobs = [at(job, name) for name in ("house", "journal", "archive", "senate")]
    Random(seed).shuffle(jobs)

    for one in jobs:
        one.publisher.publish(consultation(f"woningen {one.publisher.name}", references="kst-36512-3"))
        one.round()

    assert sorted(kinds(job)) == ["item_card", "sighting", "sighting", "sighting"]


def test_who_follows_a_family_hears_of_what_joins_it_and_once(job: MainJob) -> None:
    job.begin()
    journal, archive = at(job, "journal"), at(job, "archive")
    job.publisher.publish(consultation("visserij", references="WGK000012"))
    job.round()
    with job.database.writing() as session:
        follow_family_of(session, item_id(session, "visserij"), actor=ANNA, now=MONDAY)

    journal.publisher.publish(consultation("vis op de agenda", references="WGK000012;2026Z00001"))
    journal.round()
    archive.publisher.publish(consultation("vis in het archief", references="2026Z00001"))
    archive.round()

    assert [m.kind for m in job.messages() if m.audience == "person:anna-testerink"] == ["family_news"]
    assert "reeks 2 vis op de agenda" in job.texts() or "reeks 3 vis op de agenda" in job.texts()


def test_what_was_there_when_a_publisher_was_first_read_is_no_news_to_who_follows(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("visserij", references="WGK000012"))
    job.round()
    with job.database.writing() as session:
        follow_family_of(session, item_id(session, "visserij"), actor=ANNA, now=MONDAY)
    archive = MainJob(job.database, publisher=Publisher(name="archive"), channel=job.channel, runs=900)
    archive.publisher.publish(consultation("vis in het archief", references="WGK000012"))

    archive.round()

    assert kinds(job) == []


def item_id(session: Session, identifier: str) -> int:
    row = session.exec(select(Item).where(Item.identifier == identifier)).one()
    assert row.id is not None
    return row.id


def test_at_the_start_what_two_publishers_show_is_told_once_and_without_a_line(job: MainJob) -> None:
    archive = MainJob(job.database, publisher=Publisher(name="archive"), channel=job.channel, runs=900)
    job.publisher.publish(consultation("woningen", closes_on=FAR, references="kst-36512-3"))
    archive.publisher.publish(consultation("zelfde woningen", references="kst-36512-3"))

    job.round()
    archive.round()

    assert kinds(job) == ["gathered"]
    assert job.texts() == ["verzameld 1\nwoningen"]
