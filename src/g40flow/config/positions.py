"""config/positions.yaml: positions of the network to begin the library with."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.errors import ConfigError
from g40flow.domain.network import Network


class PositionConfig(Strict):
    """One position. source: where it stands; adopted_on: None if not known."""

    title: str = Field(min_length=1)
    body: str = Field(min_length=1)
    theme_groups: list[str] = Field(min_length=1)
    source: str = Field(min_length=1)
    adopted_on: date | None = None


class PositionsConfig(Strict):
    """The whole of positions.yaml."""

    positions: list[PositionConfig] = []


@dataclass(frozen=True, kw_only=True)
class SeedPosition:
    """A position as the file has it."""

    title: str
    body: str
    theme_groups: tuple[str, ...]
    source: str
    adopted_on: date | None


def load_positions(folder: Path, network: Network) -> tuple[SeedPosition, ...]:
    """The positions; none if there is no such file. Raises ConfigError, also for an unknown group."""
    path = folder / "positions.yaml"
    if not path.exists():
        return ()
    config = load_strict(path, PositionsConfig)
    known = {group.slug for group in network.theme_groups}
    for position in config.positions:
        if unknown := set(position.theme_groups) - known:
            raise ConfigError(f"{path}: {position.title}: no such theme group: {', '.join(sorted(unknown))}")
    return tuple(
        SeedPosition(
            title=position.title,
            body=position.body,
            theme_groups=tuple(position.theme_groups),
            source=position.source,
            adopted_on=position.adopted_on,
        )
        for position in config.positions
    )
