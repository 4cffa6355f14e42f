"""How it stands with each publisher, in one word and the moments behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from g40flow.bootstrap import App
from g40flow.config.sources import SourceConfig
from g40flow.storage.publishers import RunTotals, all_streams, latest_runs, totals_since
from g40flow.storage.tables import SourceRun, SourceStream

ROUNDS_UNTIL_LATE = 3


class SourceStanding(StrEnum):
    """The word for it; labels are in templates/web/labels.html."""

    FINE = "fine"
    TROUBLE = "trouble"
    LATE = "late"  # nobody has looked for more than three rounds: is the program running?
    NEVER = "never"
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """One publisher. last_run: None if it was never looked at. today: totals of 24 hours."""

    name: str
    config: SourceConfig
    standing: SourceStanding
    last_run: SourceRun | None
    streams: Sequence[SourceStream]
    today: RunTotals

    @property
    def troubled(self) -> list[SourceStream]:
        """Streams that cannot be read, longest in trouble first."""
        return sorted(
            (stream for stream in self.streams if stream.trouble),
            key=lambda stream: (stream.trouble_since is None, stream.trouble_since),
        )

    @property
    def read_to_end_at(self) -> datetime | None:
        """When every stream had been read to its end; None as long as one has not."""
        ends = [stream.completed_at for stream in self.streams]
        return None if None in ends else max((end for end in ends if end is not None), default=None)

    @property
    def newest_entry_at(self) -> datetime | None:
        """The newest entry of all streams, by the publisher's clock."""
        return max((s.newest_entry_at for s in self.streams if s.newest_entry_at is not None), default=None)


def source_states(session: Session, app: App) -> list[SourceState]:
    """Every configured publisher, in the order of the configuration; three queries."""
    now = app.now()
    runs, streams = latest_runs(session), all_streams(session)
    totals = totals_since(session, now - timedelta(days=1))
    return [
        SourceState(
            name=name,
            config=config,
            standing=_standing(config, runs.get(name), streams.get(name, []), now),
            last_run=runs.get(name),
            streams=streams.get(name, []),
            today=totals.get(name, RunTotals()),
        )
        for name, config in app.sources_config.all().items()
    ]


def _standing(
    config: SourceConfig, run: SourceRun | None, streams: Sequence[SourceStream], now: datetime
) -> SourceStanding:
    if not config.enabled:
        return SourceStanding.OFF
    if run is None:
        return SourceStanding.NEVER
    if any(stream.trouble for stream in streams):
        return SourceStanding.TROUBLE
    return (
        SourceStanding.LATE
        if now - run.started_at > config.every * ROUNDS_UNTIL_LATE
        else SourceStanding.FINE
    )
