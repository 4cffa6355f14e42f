"""config/positions.yaml and core_messages.yaml: what the library of the network begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.dossier.words import PositionKind
from g40flow.domain.errors import ConfigError
from g40flow.domain.network import Network


class PositionConfig(Strict):
    """One position. source: where it stands; adopted_on: None if not known."""

    title: str = Field(min_length=1)
    body: str = Field(min_length=1)
    theme_groups: list[str] = Field(min_length=1)
    source: str = Field(min_length=1)
    adopted_on: date | None = None


class CoreMessagesConfig(Strict):
    """The whole of core_messages.yaml."""

    core_messages: list[PositionConfig] = []


class PositionsConfig(Strict):
    """The whole of positions.yaml."""

    positions: list[PositionConfig] = []


@dataclass(frozen=True, kw_only=True)
class SeedPosition:
    """An entry as its file has it. kind: a word of PositionKind."""

    title: str
    body: str
    theme_groups: tuple[str, ...]
    source: str
    adopted_on: date | None
    kind: str = PositionKind.POSITION


def load_positions(folder: Path, network: Network) -> tuple[SeedPosition, ...]:
    """The positions and core messages; none of a file that is not there.

    Raises ConfigError, also for an unknown group.
    """
    path, messages = folder / "positions.yaml", folder / "core_messages.yaml"
    positions = load_strict(path, PositionsConfig).positions if path.exists() else []
    core = load_strict(messages, CoreMessagesConfig).core_messages if messages.exists() else []
    return (
        *_seeds(path, positions, PositionKind.POSITION, network),
        *_seeds(messages, core, PositionKind.CORE_MESSAGE, network),
    )


def _seeds(
    path: Path, entries: Sequence[PositionConfig], kind: PositionKind, network: Network
) -> tuple[SeedPosition, ...]:
    known = {group.slug for group in network.theme_groups}
    for entry in entries:
        if unknown := set(entry.theme_groups) - known:
            raise ConfigError(f"{path}: {entry.title}: no such theme group: {', '.join(sorted(unknown))}")
    return tuple(
        SeedPosition(
            title=entry.title,
            body=entry.body,
            theme_groups=tuple(entry.theme_groups),
            source=entry.source,
            adopted_on=entry.adopted_on,
            kind=kind,
        )
        for entry in entries
    )
