"""By which channel a message goes, and where to: asked for every message before it is sent."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from g40flow.config.notifications import ChannelsConfig
from g40flow.domain.errors import DeliveryError
from g40flow.domain.mail_address import usable_address
from g40flow.domain.network import Network
from g40flow.domain.reach import INVITATION, Channel, MailState, Reachability, Reason, Route, route_to
from g40flow.notify.contract import Address
from g40flow.storage.access import effective_person
from g40flow.storage.mail_states import mail_state
from g40flow.storage.tables import Message
from g40flow.use_cases.recipients import invitation_of, recipient_of


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
        recipient = recipient_of(message.audience)
        if recipient is None:
            return Target(route=self._only(Channel(message.transport)), address=self._place(message.audience))
        address, preferred = self._address(session, recipient)
        if recipient.startswith(INVITATION):
            asked = Channel.MAIL  # who has no account is in no Slack of ours
        if message.external_ts is not None:
            return Target(route=self._only(Channel(message.transport)), address=address)
        known = self._reachability(session, recipient, address)
        return Target(route=route_to(known, asked=asked, preferred=preferred), address=address)

    def note_not_found(self, recipient: str, channel: Channel) -> None:
        """A channel knows no such person: try another one for the rest of this run."""
        self._not_found[recipient].add(channel)

    def _address(self, session: Session, recipient: str) -> tuple[Address, Channel | None]:
        """Where somebody is, and the channel that somebody wants."""
        invitation = invitation_of(session, recipient)
        if invitation is not None:
            return Address(email=invitation.email, name=invitation.name), None
        person = effective_person(session, self._network, recipient)
        if person is None:
            raise DeliveryError(f"{recipient}: er is niemand (meer) met deze naam", permanent=True)
        address = Address(email=person.email, slack_user=person.slack_user, name=person.name)
        return address, person.reached_by

    def _only(self, channel: Channel) -> Route:
        if channel in self._set_up:
            return Route(channel=channel, reason=Reason.USUAL)
        return Route(channel=None, reason=Reason.NOT_SET_UP)

    def _reachability(self, session: Session, recipient: str, address: Address) -> Reachability:
        email = usable_address(address.email or "")
        return Reachability(
            set_up=self._set_up,
            not_found=frozenset(self._not_found[recipient]),
            has_address=email is not None,
            mail=MailState.OK if email is None else mail_state(session, email),
        )

    def _place(self, audience: str) -> Address:
        kind, _, slug = audience.partition(":")
        if kind == "group" and slug in self._channels.groups:
            return Address(channel=self._channels.groups[slug])
        if kind in ("triage", "operators"):
            return Address(channel=self._channels.triage if kind == "triage" else self._channels.operators)
        raise DeliveryError(f"{audience}: no channel of that name is configured", permanent=True)
