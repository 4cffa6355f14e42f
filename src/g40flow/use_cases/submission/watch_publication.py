"""Looking at the publisher's public page until the network's response can be read there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.submission import Publication, PublicationFacts, publication_of
from g40flow.domain.errors import SourceError
from g40flow.domain.folding import fold
from g40flow.domain.items import Json
from g40flow.sources.fetch import Fetcher
from g40flow.sources.internetconsultatie.responses import PublicResponse, read_responses
from g40flow.sources.internetconsultatie.site import Site
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Submission
from g40flow.storage.dossiers import locked_dossier
from g40flow.storage.history import chain_of, latest_act
from g40flow.storage.publishers import note_signal
from g40flow.storage.submissions import awaiting_publication, is_about_item_of, submissions_of
from g40flow.use_cases.dossier.desk import Desk, note_change
from g40flow.use_cases.dossier.telling import involved_people, tell_people
from g40flow.use_cases.submission.receipt import WITH_LINK, keep_link
from g40flow.use_cases.tell_operators import tell_signal

SOURCE = "internetconsultatie"
LOOK_EVERY = timedelta(hours=6)


@dataclass
class PublicationWatch:
    """What one round of looking brought. given_up: responses that are looked for no more.

    errors: what went wrong, per consultation.
    """

    looked: int = 0
    seen: int = 0
    given_up: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Awaited:
    """A submission to look for. organisation: as it was filled in at the form.

    known: addresses of earlier responses of the same dossier.
    """

    submission_id: int
    dossier_id: int
    slug: str
    organisation: str
    known: frozenset[str]


def watch_publication(
    database: Database,
    desk: Desk,
    site: Site,
    fetch: Fetcher,
    *,
    clock: Callable[[], datetime],
) -> PublicationWatch:
    """Look for every response that may be public and was not seen yet; note those that are found.

    Who works on the dossier hears once that one was not seen in all the time in which is looked.
    A page is fetched outside any transaction. One consultation that cannot be read holds up no other.
    """
    watch, now = PublicationWatch(), clock()
    due, overdue = _awaited(database, desk, now)
    for submission_id in overdue:
        with database.writing() as session:
            watch.given_up += _give_up(session, desk, submission_id, now)
    for awaited in due:
        try:
            found = _look(fetch, site, awaited, desk)
        except SourceError as error:
            _note_trouble(database, awaited, error, clock())
            watch.errors.append(f"{awaited.slug}: {error}")
            continue
        watch.looked += 1
        with database.writing() as session:
            watch.seen += _note(session, desk, awaited, found, clock())
    return watch


def is_ours(sender: str, names: Iterable[str]) -> bool:
    """Whether a response is of the network: one of its names stands in that of the sender, whole."""
    words = fold(sender).replace("-", " ").split()
    for name in names:
        wanted = fold(name).replace("-", " ").split()
        starts = range(len(words) - len(wanted) + 1) if wanted else ()
        if any(words[at : at + len(wanted)] == wanted for at in starts):
            return True
    return False


def publication_now(session: Session, desk: Desk, submission: Submission, now: datetime) -> Publication:
    """What is known of the publication of a response that was handed in."""
    assert submission.submitted_at is not None
    facts = PublicationFacts(
        submitted_at=submission.submitted_at,
        seen_at=submission.seen_public_at,
        last_looked_at=submission.last_looked_at,
        is_linked=bool(submission.public_url),
        may_publish=bool(submission.choices.get("publish")),
        is_followed=is_about_item_of(session, submission.dossier_id, SOURCE),
        patience=_patience(desk),
    )
    return publication_of(facts, now)


# --- pieces ---------------------------------------------------------------------------------------


def _awaited(database: Database, desk: Desk, now: datetime) -> tuple[list[_Awaited], list[int]]:
    """(what is to be looked for now; ids of submissions that were not seen in all the time there is)."""
    due: list[_Awaited] = []
    overdue: list[int] = []
    with database.reading() as session:
        for submission, dossier, item in awaiting_publication(session, SOURCE):
            assert submission.id is not None
            assert submission.submitted_at is not None
            assert dossier.id is not None
            if now - submission.submitted_at > _patience(desk):
                overdue.append(submission.id)
            elif submission.last_looked_at is None or now - submission.last_looked_at >= LOOK_EVERY:
                organisation = str(submission.choices.get("organisation", ""))
                known = _known_addresses(session, submission)
                due.append(_Awaited(submission.id, dossier.id, item.identifier, organisation, known))
    return due, overdue


def _give_up(session: Session, desk: Desk, submission_id: int, now: datetime) -> bool:
    """Say, once, that a response was not seen. Of one to which people stored a link there is no need."""
    submission = session.get_one(Submission, submission_id)
    dossier = locked_dossier(session, submission.dossier_id)
    said = latest_act(session, chain_of(submission.dossier_id), "not_seen_public")
    if submission.public_url or (said is not None and said.facts["submission"] == submission_id):
        return False
    facts: dict[str, Json] = {"submission": submission_id}
    entry = note_change(session, dossier, PROGRAM, "not_seen_public", now=now, facts=facts)
    people = {person.slug for person in involved_people(session, desk, dossier, now)}
    tell_people(session, desk, dossier, entry, people, now)
    return True


def _patience(desk: Desk) -> timedelta:
    return timedelta(days=desk.rules.submission.look_for_publication_calendar_days)


def _known_addresses(session: Session, submission: Submission) -> frozenset[str]:
    """Where what the dossier sent before can be read: finding that again is no news."""
    others = submissions_of(session, submission.dossier_id)
    return frozenset(other.public_url for other in others if other.id != submission.id)


def _look(fetch: Fetcher, site: Site, awaited: _Awaited, desk: Desk) -> PublicResponse | None:
    names = (awaited.organisation, desk.network.name)
    for page in read_responses(fetch, site, awaited.slug):
        for response in page.responses:
            if is_ours(response.sender, names) and response.url not in awaited.known:
                return response
    return None


def _note(
    session: Session, desk: Desk, awaited: _Awaited, found: PublicResponse | None, now: datetime
) -> bool:
    """Keep that we looked, and what we saw. A link that people stored stays as it is."""
    dossier = locked_dossier(session, awaited.dossier_id)
    submission = session.get_one(Submission, awaited.submission_id)
    submission.last_looked_at = now
    session.add(submission)
    if found is None or submission.seen_public_at is not None or dossier.stage not in WITH_LINK:
        return False
    if submission.public_url:
        submission.seen_public_at = now
        note_change(session, dossier, PROGRAM, "seen_public", now=now, facts={"url": found.url})
    else:
        keep_link(session, desk, dossier, found.url, actor=PROGRAM, now=now)
    return True


def _note_trouble(database: Database, awaited: _Awaited, error: SourceError, now: datetime) -> None:
    with database.writing() as session:
        signal = note_signal(session, SOURCE, "responses_unreadable", awaited.slug, str(error)[:300], now)
        if signal is not None:
            tell_signal(session, signal, now)
