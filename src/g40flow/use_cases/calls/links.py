"""Personal links: their tokens are made from the secret key and stored nowhere."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from g40flow.domain.actors import Actor, Surface
from g40flow.domain.network import Person, Role, RoleHolding
from g40flow.storage.access import hash_of_secret
from g40flow.storage.dossier_tables import CallInvitation, MemberCall


@dataclass(frozen=True, kw_only=True)
class CallLinks:
    """What making personal links takes. valid_after: how long they still open after closing."""

    secret_key: bytes
    valid_after: timedelta

    def token_of(self, invitation: CallInvitation) -> str:
        """The token of a link, made again: it is stored nowhere."""
        made = hmac.digest(self.secret_key, f"call invitation {invitation.nonce}".encode(), hashlib.sha256)
        return urlsafe_b64encode(made).rstrip(b"=").decode()

    def expires_at(self, closes_at: datetime) -> datetime:
        """Until when a link opens."""
        return closes_at + self.valid_after


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Who gets a link. person: slug of somebody of the network, or else name and email of another."""

    city: str
    person: str = ""
    name: str = ""
    email: str = ""

    @classmethod
    def of(cls, person: Person, city: str) -> "Invitee":
        """Somebody of the network, for a city."""
        return cls(city=city, person=person.slug, name=person.name)


def new_invitation(
    session: Session, links: CallLinks, call: MemberCall, invitee: Invitee, now: datetime
) -> CallInvitation:
    """A link that nobody else has; its token is only known to who composes the message."""
    assert call.id is not None
    invitation = CallInvitation(
        call_id=call.id,
        city=invitee.city,
        person=invitee.person,
        name=invitee.name,
        email=invitee.email,
        nonce=secrets.token_urlsafe(24),
        token_hash="",
        created_at=now,
        expires_at=links.expires_at(call.closes_at),
    )
    invitation.token_hash = hash_of_secret(links.token_of(invitation))
    session.add(invitation)
    session.flush()
    return invitation


def actor_of_invitation(invitation: CallInvitation) -> Actor:
    """Who acts through a link: somebody who may answer for one city, and nothing else."""
    return Actor(
        person=invitation.person or f"invitation:{invitation.id}",
        name=invitation.name or invitation.email,
        surface=Surface.PERSONAL_LINK,
        holdings=(RoleHolding(role=Role.CITY_COORDINATOR, scope=invitation.city),),
    )


def audience_of(invitation: CallInvitation) -> str:
    """Where messages to somebody with a link go."""
    return f"person:{invitation.person}" if invitation.person else f"invitation:{invitation.id}"
