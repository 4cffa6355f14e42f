"""config/sources.yaml: which publishers are polled, how often, and what is to be expected of them."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, HttpUrl

from g40flow.config.yaml import Strict, load_strict


class SourceConfig(Strict):
    """What every source has.

    base_url: address under which the publisher's interface stands.
    every_minutes: rhythm; also how long nothing may be heard before it is trouble (three times).
    seconds_between_requests: politeness, per host.
    """

    enabled: bool = True
    base_url: HttpUrl
    every_minutes: int = Field(ge=1)
    seconds_between_requests: float = Field(default=1.0, ge=0)

    @property
    def every(self) -> timedelta:
        """The rhythm."""
        return timedelta(minutes=self.every_minutes)


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
    """

    base_url: HttpUrl
    entity_set: str = "Activiteit"
    fields: dict[str, str] = Field(min_length=1)


class TweedeKamerConfig(SourceConfig):
    """site_url: the website for people, for links.
    categories: feeds to follow, in this order.
    start_tokens: per category the skiptoken to begin at on a cold start; none means the beginning.
    stale_after_working_hours: a feed with no new entry for so long on sitting days is silently stale.
    known_committees: names that are expected; another one is reported to the operators.
    odata: compare the agenda with this door once a day; None leaves that out.
    """

    site_url: HttpUrl
    categories: list[str] = Field(min_length=1)
    start_tokens: dict[str, str] = {}
    stale_after_working_hours: int = Field(default=8, ge=1)
    known_committees: list[str] = []
    odata: ODataConfig | None = None


class SourcesConfig(Strict):
    """The whole of sources.yaml."""

    internetconsultatie: InternetconsultatieConfig
    tweedekamer: TweedeKamerConfig

    def all(self) -> dict[str, SourceConfig]:
        """Every source by name, in the order of the file."""
        return {name: getattr(self, name) for name in type(self).model_fields}


def load_sources(folder: Path) -> SourcesConfig:
    """Raises ConfigError."""
    return load_strict(folder / "sources.yaml", SourcesConfig)
