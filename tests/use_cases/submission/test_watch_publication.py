"""Looking for the network's response on the public page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import select

from g40flow.domain.dossier.workflow import Stage
from g40flow.sources.internetconsultatie.responses import PAGE_SIZE
from g40flow.sources.internetconsultatie.site import Site
from g40flow.storage.tables import Item, SourceSignal
from g40flow.use_cases.submission.form import FormChoices
from g40flow.use_cases.submission.watch_publication import PublicationWatch, is_ours, watch_publication
from tests.conftest import on_both
from tests.sources.internetconsultatie.test_responses import page, row
from tests.sources.loopback import Answer, Loopback, fetching
from tests.use_cases.dossier.world import BOARD_SECRETARY, DESK, HOUSING_SECRETARY, SECRETARIAT
from tests.use_cases.submission.office import Office

PATH = f"/wet/reacties/datum/1/{PAGE_SIZE}"
OURS = row("G40 Stedennetwerk  (Iemand Anders)", 7)


@contextmanager
def publisher_of(office: Office) -> Iterator[Loopback]:
    """A publisher with the consultation "wet", which every dossier of this office is about."""
    with office.writing() as session:
        for item in session.exec(select(Item)):
            item.source, item.identifier = "internetconsultatie", "wet"
    with Loopback().running() as publisher:
        yield publisher


def look(office: Office, publisher: Loopback) -> PublicationWatch:
    with fetching() as fetch:
        return watch_publication(office.database, DESK, Site(publisher.url), fetch, clock=lambda: office.now)


@on_both
def test_a_response_that_appears_publishes_the_dossier(office: Office) -> None:
    dossier = office.sent()
    with publisher_of(office) as publisher:
        publisher.tell(PATH, Answer(body=page(row("Stad Delft"))), Answer(body=page(OURS, row("Anoniem"))))

        first = look(office, publisher)
        at_once = look(office, publisher)
        office.later(hours=7)
        second = look(office, publisher)
        office.later(hours=7)
        third = look(office, publisher)

    assert [(w.looked, w.seen) for w in (first, at_once, second, third)] == [(1, 0), (0, 0), (1, 1), (0, 0)]
    read = office.read(dossier)
    assert read.stage is Stage.PUBLISHED
    (submission,) = office.submissions(dossier)
    assert submission.public_url.startswith(publisher.url + "/wet/reactie/")
    assert submission.seen_public_at == office.now - timedelta(hours=7)
    assert office.acts(dossier)[-2:] == ["store_link", "publish"]
    assert office.history(dossier)[-1].surface == "automatic"
    assert f"person:{HOUSING_SECRETARY}" in office.messages("dossier_note")
    assert "Iemand Anders" not in str([entry.facts for entry in office.history(dossier)])


def test_a_link_that_people_stored_stays(office: Office) -> None:
    dossier = office.sent()
    office.link(dossier, "https://www.example.nl/reactie")
    with publisher_of(office) as publisher:
        publisher.tell(PATH, Answer(body=page(OURS)))

        assert look(office, publisher).seen == 1

    (submission,) = office.submissions(dossier)
    assert submission.public_url == "https://www.example.nl/reactie"
    assert submission.seen_public_at == office.now
    assert office.acts(dossier)[-1] == "seen_public"


def test_an_earlier_response_is_not_taken_for_the_clean_one_that_was_sent_later(office: Office) -> None:
    dossier = office.sent()
    with publisher_of(office) as publisher:
        publisher.tell(PATH, Answer(body=page(OURS)))
        assert look(office, publisher).seen == 1
        office.step(dossier, "resubmit_clean", SECRETARIAT, "verzoek van het ministerie")
        office.later(hours=1)
        office.write(dossier, "Zonder naam.", by=BOARD_SECRETARY, kind="editorial", note="naam weg")
        office.prepare(dossier)
        office.check_all(dossier)
        office.receipt(dossier)
        office.step(dossier, "submit", SECRETARIAT)

        found = look(office, publisher)
        publisher.tell(PATH, Answer(body=page(OURS, row("G40 Stedennetwerk", 8))))
        office.later(hours=7)
        later = look(office, publisher)

    assert (found.looked, found.seen, later.seen) == (1, 0, 1)


def test_what_may_not_be_public_is_not_looked_for(office: Office) -> None:
    dossier = office.ready()
    office.prepare(dossier, FormChoices(publish=False, organisation="G40 Stedennetwerk", place="Den Haag"))
    office.check_all(dossier)
    office.receipt(dossier)
    office.step(dossier, "submit", SECRETARIAT)
    with publisher_of(office) as publisher:
        assert look(office, publisher) == PublicationWatch()
        assert publisher.requests == []


@on_both
def test_after_some_time_looking_ends_and_who_works_on_it_hears_that_once(office: Office) -> None:
    dossier = office.sent()
    office.later(days=61)
    with publisher_of(office) as publisher:
        assert look(office, publisher) == PublicationWatch(given_up=1)
        assert look(office, publisher) == PublicationWatch()
        assert publisher.requests == []

    assert office.acts(dossier).count("not_seen_public") == 1
    assert f"person:{HOUSING_SECRETARY}" in office.messages("dossier_note")


def test_of_a_response_whose_link_people_stored_nobody_hears_that_it_was_not_seen(office: Office) -> None:
    dossier = office.sent()
    office.link(dossier, "https://www.example.nl/reactie")
    office.later(days=61)
    with publisher_of(office) as publisher:
        assert look(office, publisher) == PublicationWatch()

    assert "not_seen_public" not in office.acts(dossier)


@on_both
def test_a_page_that_cannot_be_read_is_told_once_and_asked_again(office: Office) -> None:
    dossier = office.sent()
    with publisher_of(office) as publisher:
        publisher.tell(PATH, Answer(body=b"<html>anders</html>"), Answer(status=500), Answer(body=page(OURS)))

        watches = [look(office, publisher) for _ in range(3)]

    assert [(len(watch.errors), watch.seen) for watch in watches] == [(1, 0), (1, 0), (0, 1)]
    assert office.read(dossier).stage is Stage.PUBLISHED
    with office.database.reading() as session:
        (signal,) = session.exec(select(SourceSignal)).all()
        assert (signal.code, signal.times) == ("responses_unreadable", 2)


@pytest.mark.parametrize(
    ("sender", "ours"),
    [
        ("G40 Stedennetwerk", True),
        ("g40-stedennetwerk", True),
        ("Stichting G40 Stedennetwerk en partners", True),
        ("G4", False),
        ("G400 Stedennetwerk", False),
        ("Stedennetwerk G40", False),
        ("", False),
    ],
)
def test_a_sender_is_ours_by_whole_words(sender: str, ours: bool) -> None:
    assert is_ours(sender, ["G40 Stedennetwerk", ""]) is ours
