"""config/sources.yaml: which publishers are polled, how often, and what is to be expected of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, HttpUrl, model_validator

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.coverage import Expectation, ExpectedOn

NAME = r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$"
"""Of a source or a stream: it stands in addresses and commands."""


class ExpectsConfig(Strict):
    """What a publisher brings if all is well; less than that is told to the operators.

    days: those that count; in a recess parliament has no sitting days.
    at_least: new or changed records on each of them. quiet_days: so many of them in a row without any
    record are too quiet; leave it out for a publisher that may be silent for long.
    """

    days: ExpectedOn = ExpectedOn.WORKING_DAYS
    at_least: int = Field(default=0, ge=0)
    quiet_days: int | None = Field(default=None, ge=1, le=20)

    def expectation(self) -> Expectation:
        """The same as a value of the domain."""
        return Expectation(on=self.days, at_least=self.at_least, quiet_days=self.quiet_days)


class SourceConfig(Strict):
    """What every source has.

    base_url: address under which the publisher's interface stands.
    every_minutes: rhythm; also how long nothing may be heard before it is trouble (three times).
    seconds_between_requests: politeness, per host.
    expects: what it brings, and when.
    """

    enabled: bool = True
    base_url: HttpUrl
    every_minutes: int = Field(ge=1)
    seconds_between_requests: float = Field(default=1.0, ge=0)
    expects: ExpectsConfig = ExpectsConfig()

    @property
    def every(self) -> timedelta:
        """The rhythm."""
        return timedelta(minutes=self.every_minutes)

    @property
    def addresses(self) -> tuple[HttpUrl, ...]:
        """Every address that is asked; their hosts are the only ones that may be."""
        return (self.base_url,)


class InternetconsultatieConfig(SourceConfig):
    """expected_minimum: fewer open consultations than this cannot be right.

    reread_open_after_hours, reread_closed_after_days: how old our copy of a page may become.
    """

    expected_minimum: int = Field(ge=0)
    reread_open_after_hours: int = Field(default=24, ge=1)
    reread_closed_after_days: int = Field(default=7, ge=1)


class ODataConfig(Strict):
    """Another door to the agenda, to compare our copy with. Names differ per version of the service.

    fields: our name to the service's; see sources/tweedekamer/odata.py for ours.
    changes: per category of the feed the fields with which its latest changes are compared by name: id,
        deleted and changed, and if known kind, title and number. Empty compares the agenda only.
    """

    base_url: HttpUrl
    entity_set: str = "Activiteit"
    fields: dict[str, str] = Field(min_length=1)
    changes: dict[Literal["Zaak", "Document"], dict[str, str]] = {}


class DebatDirectConfig(Strict):
    """Where meetings can be watched; an unofficial interface. site_url: the pages for people."""

    base_url: HttpUrl
    site_url: HttpUrl


class TweedeKamerConfig(SourceConfig):
    """site_url: the website for people, for links.
    categories: feeds to follow, in this order.
    start_tokens: per category the skiptoken to begin at on a cold start; none means the beginning.
    stale_after_working_hours: a feed with no new entry for so long on sitting days is silently stale.
    known_committees: names that are expected; another one is reported to the operators.
    odata: compare the agenda with this door once a day; None leaves that out.
    debat_direct: look for links to broadcasts here; None leaves that out.
    """

    site_url: HttpUrl
    categories: list[str] = Field(min_length=1)
    start_tokens: dict[str, str] = {}
    stale_after_working_hours: int = Field(default=8, ge=1)
    known_committees: list[str] = []
    odata: ODataConfig | None = None
    debat_direct: DebatDirectConfig | None = None

    @property
    def addresses(self) -> tuple[HttpUrl, ...]:
        """The data warehouse, and the list of broadcasts."""
        others = [self.debat_direct.base_url] if self.debat_direct else []
        return (self.base_url, *others)


class EersteKamerConfig(SourceConfig):
    """expected_minimum: fewer bills than this on the lists of all committees cannot be right.

    bills_every_hours: how often the lists of bills are read, some thirty pages.
    look_back_days: decisions of committees come on the page of a day after it is over.
    known_committees: names that are expected; another one is reported. Empty switches that off.
    """

    expected_minimum: int = Field(default=0, ge=0)
    bills_every_hours: int = Field(default=12, ge=0)
    look_back_days: int = Field(default=14, ge=0)
    known_committees: list[str] = []


class SavedQuery(Strict):
    """A query in CQL that is asked again and again.

    name: of its stream; keep it, it stands in the ledger. cql: without a condition on dates.
    expected_per_week: fewer publications than this in any seven days cannot be right; 0 switches that off.
    ministry, topics, groups: what every publication found is about; see FeedConfig.
    """

    name: str = Field(pattern=NAME)
    cql: str = Field(min_length=3)
    expected_per_week: int = Field(default=0, ge=0)
    ministry: str = ""
    topics: list[str] = []
    groups: list[str] = []


class OfficieleBekendmakingenConfig(SourceConfig):
    """rss_url: where the feed of a query is; None leaves out the look in between.

    search_every_hours: how often the search itself is asked when the feed shows nothing new.
    begin_days_ago: how far back a first reading goes. sorted: ask for answers in order of identifier.
    """

    rss_url: HttpUrl | None = None
    search_every_hours: int = Field(default=6, ge=1)
    begin_days_ago: int = Field(default=14, ge=1)
    sorted: bool = True
    queries: list[SavedQuery] = Field(min_length=1)

    @property
    def addresses(self) -> tuple[HttpUrl, ...]:
        """The search and the feed."""
        return (self.base_url,) if self.rss_url is None else (self.base_url, self.rss_url)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        _check_names(query.name for query in self.queries)
        return self


class OpenOverheidConfig(SourceConfig):
    """bodies: how names of responsible bodies begin, of which documents are read; others are passed over.

    categories: information categories of the Woo, and kinds: kinds of documents, that become items.
    expected_minimum: fewer documents than this on the whole site cannot be right.
    begin_days_ago: how far back a first reading goes.
    """

    bodies: list[str] = Field(min_length=1)
    categories: list[str] = []
    kinds: list[str] = []
    expected_minimum: int = Field(default=0, ge=0)
    begin_days_ago: int = Field(default=14, ge=1)


class HaveYourSayConfig(SourceConfig):
    """expected_minimum: fewer open initiatives than this cannot be right; more than most_open neither.

    act_types, topics: codes of the Commission and what they are called; an unknown code is reported.
    groups: slugs of theme groups that all of it is meant for.
    """

    expected_minimum: int = Field(default=1, ge=0)
    most_open: int = Field(default=500, ge=1)
    act_types: dict[str, str] = {}
    topics: dict[str, str] = {}
    groups: list[str] = []


class WetgevingskalenderConfig(SourceConfig):
    """keten_ids: asked for besides those that consultations name."""

    enabled: bool = False
    keten_ids: list[int] = []


class FeedConfig(Strict):
    """One RSS or Atom feed of a publisher.

    name: of its stream; keep it, it stands in the ledger. path: below base_url, with query.
    ministry, topics: what everything in this feed is about, as evidence for the routing.
    groups: slugs of theme groups that it is meant for; tips what is in doubt, never decides alone.
    expected_minimum: fewer entries than this cannot be right.
    """

    name: str = Field(pattern=NAME)
    path: str = Field(pattern=r"^/\S*$")
    ministry: str = ""
    topics: list[str] = []
    groups: list[str] = []
    expected_minimum: int = Field(default=1, ge=0)


class FeedSourceConfig(SourceConfig):
    """A publisher of which nothing is known but its feeds. label: the kind of what it writes.

    link_hosts: entries may lead to these hosts only; empty allows every public one.
    """

    label: str = "Nieuwsbericht"
    link_hosts: list[str] = []
    feeds: list[FeedConfig] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        _check_names(feed.name for feed in self.feeds)
        return self


class SourcesConfig(Strict):
    """The whole of sources.yaml. What is left out there does not exist.

    feeds: publishers by name, which is also how they are called where no other name is known.
    """

    internetconsultatie: InternetconsultatieConfig
    tweedekamer: TweedeKamerConfig
    eerstekamer: EersteKamerConfig | None = None
    officielebekendmakingen: OfficieleBekendmakingenConfig | None = None
    openoverheid: OpenOverheidConfig | None = None
    haveyoursay: HaveYourSayConfig | None = None
    wetgevingskalender: WetgevingskalenderConfig | None = None
    feeds: dict[Annotated[str, Field(pattern=NAME)], FeedSourceConfig] = {}

    def all(self) -> dict[str, SourceConfig]:
        """Every source by name, in the order of the file; those with feeds last."""
        named = {name: getattr(self, name) for name in type(self).model_fields if name != "feeds"}
        return {name: config for name, config in named.items() if config is not None} | self.feeds

    @model_validator(mode="after")
    def _feeds_have_names_of_their_own(self) -> Self:
        if taken := sorted(self.feeds.keys() & type(self).model_fields.keys()):
            raise ValueError(f"feeds: these names belong to other sources: {', '.join(taken)}")
        return self


def _check_names(names: Iterable[str]) -> None:
    several = [name for name, count in Counter(names).items() if count > 1]
    if several:
        raise ValueError(f"these names are given more than once: {', '.join(several)}")


def load_sources(folder: Path) -> SourcesConfig:
    """Raises ConfigError."""
    return load_strict(folder / "sources.yaml", SourcesConfig)
