"""By which channel a message goes, and where to: asked for every message before it is sent."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from g40flow.config.notifications import ChannelsConfig
from g40flow.domain.errors import DeliveryError
from g40flow.domain.mail_address import usable_address
from g40flow.domain.network import Network, Person
from g40flow.domain.reach import Channel, MailState, Reachability, Reason, Route, route_to
from g40flow.notify.contract import Address
from g40flow.storage.access import effective_person
from g40flow.storage.dossier_tables import CallInvitation
from g40flow.storage.mail_states import mail_state
from g40flow.storage.tables import Message

PERSON = "person:"
INVITATION = "invitation:"
"""An audience that is somebody without an account, with a personal link to a call for input."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a message goes now. route: its channel is None if there is none."""

    route: Route
    address: Address


class ChannelChooser:
    """Chooses channels, and remembers for one run who was not found where.

    set_up: names of the channels that are configured.
    """

    def __init__(self, network: Network, channels: ChannelsConfig, set_up: Collection[str]) -> None:
        self._network = network
        self._channels = channels
        self._set_up = frozenset(channel for channel in Channel if channel in set_up)
        self._not_found: defaultdict[str, set[Channel]] = defaultdict(set)

    def target(self, session: Session, message: Message, *, asked: Channel | None) -> Target:
        """The channel and address for a message.

        asked: the only channel it may go by. A message that stands somewhere is renewed there.
        Raises DeliveryError if there is no such audience.
        """
        if message.audience.startswith(INVITATION):
            return Target(route=self._only(Channel.MAIL), address=_invited(session, message.audience))
        if not message.audience.startswith(PERSON):
            return Target(route=self._only(Channel(message.transport)), address=self._place(message.audience))
        slug = message.audience.removeprefix(PERSON)
        person = effective_person(session, self._network, slug)
        if person is None:
            raise DeliveryError(f"{message.audience}: er is niemand (meer) met deze naam", permanent=True)
        address = Address(email=person.email, slack_user=person.slack_user, name=person.name)
        if message.external_ts is not None:
            return Target(route=self._only(Channel(message.transport)), address=address)
        route = route_to(self._reachability(session, person), asked=asked, preferred=person.reached_by)
        return Target(route=route, address=address)

    def note_not_found(self, message: Message, channel: Channel) -> None:
        """A channel knows no such person: try another one for the rest of this run."""
        self._not_found[message.audience.removeprefix(PERSON)].add(channel)

    def _only(self, channel: Channel) -> Route:
        if channel in self._set_up:
            return Route(channel=channel, reason=Reason.USUAL)
        return Route(channel=None, reason=Reason.NOT_SET_UP)

    def _reachability(self, session: Session, person: Person) -> Reachability:
        address = usable_address(person.email)
        return Reachability(
            set_up=self._set_up,
            not_found=frozenset(self._not_found[person.slug]),
            has_address=address is not None,
            mail=MailState.OK if address is None else mail_state(session, address),
        )

    def _place(self, audience: str) -> Address:
        kind, _, slug = audience.partition(":")
        if kind == "group" and slug in self._channels.groups:
            return Address(channel=self._channels.groups[slug])
        if kind in ("triage", "operators"):
            return Address(channel=self._channels.triage if kind == "triage" else self._channels.operators)
        raise DeliveryError(f"{audience}: no channel of that name is configured", permanent=True)


def _invited(session: Session, audience: str) -> Address:
    number = audience.removeprefix(INVITATION)
    invitation = session.get(CallInvitation, int(number)) if number.isdecimal() else None
    email = None if invitation is None else usable_address(invitation.email)
    if invitation is None or email is None:
        raise DeliveryError(f"{audience}: er is geen uitnodiging met een mailadres", permanent=True)
    return Address(email=email, name=invitation.name)
