"""The people that messages are for: those of the network, and those with a personal link only.

A recipient is the slug of a person, or the audience of somebody without an account ("invitation:12").
"""

from sqlmodel import Session

from g40flow.domain.network import Network
from g40flow.domain.reach import INVITATION, PERSON
from g40flow.storage.access import effective_person, names_of_people
from g40flow.storage.dossier_tables import CallInvitation


def recipient_of(audience: str) -> str | None:
    """The one recipient that an audience is; None for a channel."""
    if audience.startswith(INVITATION):
        return audience
    return audience.removeprefix(PERSON) if audience.startswith(PERSON) else None


def audience_of_recipient(recipient: str) -> str:
    """The audience that is this recipient."""
    return recipient if recipient.startswith(INVITATION) else f"{PERSON}{recipient}"


def invitation_of(session: Session, recipient: str) -> CallInvitation | None:
    """The invitation that a recipient is; None for a person, and for one that is not there."""
    number = recipient.removeprefix(INVITATION)
    if not recipient.startswith(INVITATION) or not (number.isascii() and number.isdecimal()):
        return None
    return session.get(CallInvitation, int(number))


def recipient_name(session: Session, network: Network, recipient: str) -> str:
    """How a recipient is called; the recipient itself if nobody knows a name."""
    invitation = invitation_of(session, recipient)
    if invitation is not None:
        return invitation.name or invitation.email or recipient
    return names_of_people(session, network).get(recipient, recipient)


def is_known_recipient(session: Session, network: Network, recipient: str) -> bool:
    """Whether there is such a person or invitation."""
    if recipient.startswith(INVITATION):
        return invitation_of(session, recipient) is not None
    return effective_person(session, network, recipient) is not None
