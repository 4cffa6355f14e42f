"""Links for who became coordinator of a city after its call was opened."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from g40flow.domain.actors import PROGRAM
from g40flow.domain.dossier.calls import CallState, coordinators_of
from g40flow.domain.dossier.workflow import FINAL, RESTING
from g40flow.domain.instants import dutch_date
from g40flow.storage.access import effective_network
from g40flow.storage.calls import invitations_of, open_calls, summary_of
from g40flow.storage.dossier_tables import MemberCall
from g40flow.storage.locks import parts_in_turn
from g40flow.use_cases.calls.links import CallLinks, Invitee, new_invitation
from g40flow.use_cases.calls.manage_call import note_link
from g40flow.use_cases.calls.open_call import tell_invitee
from g40flow.use_cases.dossier.desk import Desk


def invite_newcomers(session: Session, desk: Desk, links: Callable[[], CallLinks], now: datetime) -> int:
    """Ask the coordinators that cities without an answer have by now; returns how many got a link.

    Who ever had a link of the call gets none: it may have been taken back by hand.
    links: asked for when somebody gets one, for it needs a secret.
    """
    invited = 0
    for call, dossier in parts_in_turn(session, open_calls(session)):
        if call.state != CallState.OPEN or call.closes_at < now or dossier.stage in FINAL | RESTING:
            continue
        for invitee in _newcomers(session, desk, call, now):
            invitation = new_invitation(session, links(), call, invitee, now)
            note_link(session, dossier, PROGRAM, "invite_to_call", invitation, now)
            tell_invitee(session, desk, dossier, invitation, now)
            invited += 1
    return invited


def _newcomers(session: Session, desk: Desk, call: MemberCall, now: datetime) -> list[Invitee]:
    assert call.id is not None
    network, today = effective_network(session, desk.network), dutch_date(now)
    had_one = {(link.city, link.person) for link in invitations_of(session, call.id)}
    return [
        Invitee.of(person, city)
        for city in summary_of(session, call).silent
        for person in coordinators_of(network, city, today)
        if (city, person.slug) not in had_one
    ]
