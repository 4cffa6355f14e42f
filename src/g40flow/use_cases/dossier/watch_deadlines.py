"""What time alone brings about: rounds and calls that are over, reminders, plans that cannot stand.

Nothing here approves or decides; each dossier is a transaction of its own, and one in trouble holds up
no other. Safe to run as often as one likes.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlmodel import Session

from g40flow.storage.database import Database
from g40flow.storage.deadlines import (
    dossiers_before_submission,
    dossiers_behind_their_items,
    no_response_over,
    routed_and_answered,
)
from g40flow.storage.dossiers import locked_dossier
from g40flow.use_cases.calls.chase_calls import chase_calls
from g40flow.use_cases.calls.links import CallLinks
from g40flow.use_cases.calls.manage_call import close_due_calls
from g40flow.use_cases.calls.newcomers import invite_newcomers
from g40flow.use_cases.campaigns.coalition import chase_signatures
from g40flow.use_cases.campaigns.hooks_following import catch_up
from g40flow.use_cases.campaigns.hooks_proposing import propose_hooks
from g40flow.use_cases.campaigns.hooks_reminding import remind_of_hooks
from g40flow.use_cases.campaigns.known_bodies import know_bodies
from g40flow.use_cases.campaigns.members import refresh_members
from g40flow.use_cases.campaigns.personal_data import reduce_touchpoints
from g40flow.use_cases.decisions.mandates import follow_meetings
from g40flow.use_cases.decisions.rounds import close_expired_rounds
from g40flow.use_cases.dossier.desk import Desk
from g40flow.use_cases.dossier.recalculate import follow_items, needs_recalculating, recalculate_by_program
from g40flow.use_cases.dossier.remind import dossiers_to_remind, remind
from g40flow.use_cases.dossier.take_step import advance
from g40flow.use_cases.outcomes.propose import dossiers_to_follow, follow_dossier

log = logging.getLogger(__name__)


@dataclass
class Watched:
    """What one look did. rounds, calls: ended; chased, reminded: messages written.

    ratifications: decisions under mandate that a meeting planned since ratifies earlier.
    invited: people who became coordinator after a call was opened, and got a link of it now.
    signatures: reminders of those that did not come. reduced: contacts whose retention has passed.
    outcomes: proposals of what came of asks and points that are new or say something else.
    bodies: stakeholders that items name and that were not known. hooks_changed, hooks_proposed: moments in
    parliament; hooks_reminded: messages about what must be ready for one.
    begun: dossiers of which the decision to respond began, because no group has yet to answer.
    no_response, recalculated: dossiers. errors: what went wrong, a line each.
    """

    rounds: int = 0
    ratifications: int = 0
    calls: int = 0
    invited: int = 0
    chased: int = 0
    signatures: int = 0
    reduced: int = 0
    bodies: int = 0
    outcomes: int = 0
    hooks_changed: int = 0
    hooks_proposed: int = 0
    hooks_reminded: int = 0
    begun: int = 0
    no_response: int = 0
    reminded: int = 0
    recalculated: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """Looks after deadlines. clock: aware now. call_links: asked for when somebody gets a link."""

    database: Database
    desk: Desk
    call_links: Callable[[], CallLinks]
    clock: Callable[[], datetime]

    def watch(self) -> Watched:
        """End what is over, chase and remind."""
        seen, desk, now = Watched(), self.desk, self.clock()
        seen.rounds = self._all(seen, "rounds", lambda session: _end_rounds(session, desk, now))
        seen.ratifications = self._all(
            seen, "ratifications", lambda session: follow_meetings(session, desk, now)
        )
        seen.calls = self._all(seen, "calls", lambda session: close_due_calls(session, desk, now))
        links = self.call_links
        seen.invited = self._all(
            seen, "newcomers", lambda session: invite_newcomers(session, desk, links, now)
        )
        seen.chased = self._all(seen, "chasing", lambda session: chase_calls(session, desk, now))
        seen.signatures = self._all(seen, "signatures", lambda session: chase_signatures(session, desk, now))
        seen.bodies = self._all(seen, "bodies", lambda session: know_bodies(session, desk, now))
        seen.bodies += self._all(seen, "members", lambda session: refresh_members(session, now))
        seen.reduced = self._all(seen, "retention", lambda session: reduce_touchpoints(session, desk, now))
        seen.hooks_changed = self._all(seen, "hooks", lambda session: catch_up(session, desk, now))
        seen.hooks_proposed = self._all(seen, "proposals", lambda session: propose_hooks(session, desk, now))
        seen.hooks_reminded = self._all(
            seen, "hook reminders", lambda session: remind_of_hooks(session, desk, now)
        )
        with self.database.reading() as session:
            followed = dossiers_to_follow(session)
        seen.outcomes = self._each(
            seen, followed, lambda session, id_: follow_dossier(session, desk, id_, now)
        )
        with self.database.reading() as session:
            over, waiting = no_response_over(session, now), dossiers_to_remind(session, desk, now)
            answered = routed_and_answered(session)
        seen.begun = self._each(seen, answered, lambda session, id_: _advance(session, desk, id_, now))
        seen.no_response = self._each(seen, over, lambda session, id_: _advance(session, desk, id_, now))
        seen.reminded = self._each(seen, waiting, lambda session, id_: remind(session, desk, id_, now))
        return seen

    def recalculate(self) -> Watched:
        """Let dossiers follow their items, and plan those again whose plan cannot stand."""
        seen, desk, now = Watched(), self.desk, self.clock()
        with self.database.reading() as session:
            behind = dossiers_behind_their_items(session)
            stale = [
                dossier.id
                for dossier in dossiers_before_submission(session)
                if dossier.id is not None and needs_recalculating(desk, dossier, now)
            ]
        seen.recalculated = self._each(
            seen, behind, lambda session, id_: bool(follow_items(session, desk, id_, now))
        ) + self._each(
            seen, stale, lambda session, id_: bool(recalculate_by_program(session, desk, id_, now))
        )
        return seen

    def _all(self, seen: Watched, what: str, work: Callable[[Session], int]) -> int:
        """One piece of work in a transaction; its trouble is noted and holds up nothing else."""
        try:
            with self.database.writing() as session:
                return work(session)
        except Exception as error:
            log.exception("deadlines: %s", what)
            seen.errors.append(f"{what}: {error!r}")
            return 0

    def _each(self, seen: Watched, ids: Iterable[int], work: "_Work") -> int:
        done = 0
        for id_ in ids:
            done += self._all(seen, f"dossier {id_}", partial(work, id_=id_))
        return done


class _Work(Protocol):
    """Work on one dossier; returns how much was done."""

    def __call__(self, session: Session, id_: int) -> int: ...


def _end_rounds(session: Session, desk: Desk, now: datetime) -> int:
    return len(close_expired_rounds(session, desk, now=now))


def _advance(session: Session, desk: Desk, dossier_id: int, now: datetime) -> int:
    return len(advance(session, desk, locked_dossier(session, dossier_id), now))
