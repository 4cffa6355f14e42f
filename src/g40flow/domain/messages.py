"""What messages show: finished text for channels, and the values it is made from."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from g40flow.domain.items import FieldChange, Json, SourceItem
from g40flow.domain.network import ThemeGroup
from g40flow.domain.news import News


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A finished message. Everything it says stands in `text`, also without blocks.

    summary: one plain sentence, for notifications and screen readers.
    text: the whole message as plain text.
    blocks: the same as Slack blocks; every outside text in them is escaped.
    html: the same as HTML that stands in the frame of templates/mail/base.html; every outside text
        in it is escaped. "" for what is made from the text.
    to_channel: a reply in a thread that everybody in the channel must see, not only its followers.
    change: names the last change that must be told again where a message cannot be edited, such as
        its instant; "" if none. A mail is followed by another one when it becomes another change.
    private: holds what only its reader may know, such as a sign-in link: the ledger then keeps the
        summary, and not the text.
    url: the first page it leads to, as a line of a list shows it; "" for none.
    footing: what stands below it in a mail; None for what is not about choices.
    pictures: what its image blocks and its HTML show, see MessagePicture.
    """

    summary: str
    text: str
    blocks: tuple[dict[str, Json], ...] = ()
    html: str = ""
    to_channel: bool = False
    change: str = ""
    private: bool = False
    url: str = ""
    footing: "Footing | None" = None
    pictures: "tuple[MessagePicture, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class MessagePicture:
    """A picture in a message; a channel makes an image of it when it is sent.

    name: within the message, such as "timeline". heading: stands above it. svg: the drawing. words: the
    same in one or two Dutch sentences, for who does not see it. width, height: of the drawing, in CSS pixels.
    An image block names it as {"slack_file": {"id": cid}}, HTML as "cid:" and its cid.
    """

    name: str
    heading: str
    svg: str
    words: str
    width: int
    height: int

    @property
    def cid(self) -> str:
        """Names this very drawing: "timeline-0f3a…@g40flow"."""
        return f"{self.name}-{hashlib.blake2b(self.svg.encode(), digest_size=8).hexdigest()}@g40flow"


@dataclass(frozen=True, kw_only=True)
class Footing:
    """Why somebody gets a mail, and how to get no more of its kind.

    topics: words of domain.preferences.Topic that it is about. unsubscribe_url: switches them off;
    "" for what always arrives. preferences_url: the page where everything is chosen.
    """

    topics: tuple[str, ...]
    unsubscribe_url: str
    preferences_url: str


@dataclass(frozen=True, kw_only=True)
class Posted:
    """Where a message stands: conversation id and time stamp, opaque texts of the channel."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """One change of an item that is worth telling, with the values behind it. seen_at: aware UTC."""

    news: tuple[News, ...]
    changes: tuple[FieldChange, ...]
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierMark:
    """That there is a dossier about an item. stage: a word of the table of steps; opened_by: a name."""

    number: str
    stage: str
    opened_by: str
    portal_url: str


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """The same thing at another publisher. source: its key. portal_url: its own page in the portal."""

    source: str
    kind_label: str
    url: str
    portal_url: str


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One item as one audience is told of it.

    group: the theme group addressed; None for triage and for persons outside a group.
    is_lead: that group is the lead. other_groups: the other groups that get it, lead first.
    explanation: one Dutch sentence that says why it came here.
    terms: the words and facts that counted, strongest first.
    today: Dutch date on which it is shown; working_days_left: to the last day to act, None if
        there is none; negative when it has passed.
    agreed_closes_on: another last day, agreed for umbrella organisations; None if not agreed.
    urgent: it asks for attention at once. told: what changed since it was first told, newest first.
    portal_url: page of the item in the portal.
    dossier: the newest dossier about it that everybody of the network may know of; None if there is none.
    in_plain_words: the reader wants one plain sentence instead of the words and figures that counted.
    sightings: the same at other publishers, oldest first.
    family_url: page in the portal of all that belongs together with it; "" if it is alone.
    family_items: how many items that are.
    """

    item_id: int
    item: SourceItem
    group: ThemeGroup | None
    is_lead: bool
    other_groups: tuple[ThemeGroup, ...]
    explanation: str
    terms: tuple[str, ...]
    today: date
    working_days_left: int | None
    agreed_closes_on: date | None
    agreed_closes_source: str
    urgent: bool
    first_seen_at: datetime
    told: tuple[Told, ...]
    portal_url: str
    dossier: DossierMark | None = None
    sightings: tuple[Sighting, ...] = ()
    family_url: str = ""
    family_items: int = 0
    in_plain_words: bool = False


@dataclass(frozen=True, kw_only=True)
class GatheredView:
    """Several items for one audience in one message.

    beginning: these were there when the publishers were read for the first time.
    items: shown as lines; more: how many others there are, behind overview_url.
    """

    group: ThemeGroup | None
    beginning: bool
    items: tuple[ItemView, ...]
    more: int
    overview_url: str
    today: date


@dataclass(frozen=True, kw_only=True)
class SourceNotice:
    """What operators are told about a publisher.

    recovered: the trouble is over. since: aware UTC, when it began; None for a single signal.
    count: how many gaps; None for what is not about gaps. streams: the parts of the publisher that are in
    trouble, or well again; empty for what is not about them.
    """

    source: str
    code: str
    message: str
    recovered: bool
    since: datetime | None
    portal_url: str
    count: int | None = None
    streams: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MailBounce:
    """What operators are told about somebody whose mail is refused.

    person: slug, or "invitation:12" for somebody without an account. since: aware UTC.
    reason: what the mail server said.
    """

    person: str
    name: str
    reason: str
    since: datetime
    portal_url: str


@dataclass(frozen=True, kw_only=True)
class SignInMail:
    """A link for one person to sign in with, once. until: aware UTC, when it stops working."""

    name: str
    url: str
    until: datetime
