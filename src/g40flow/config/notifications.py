"""config/notifications.yaml: what is told, where, and in which form."""

from pathlib import Path

from pydantic import Field

from g40flow.config.yaml import Strict, load_strict
from g40flow.domain.errors import ConfigError
from g40flow.domain.items import ItemKind
from g40flow.domain.network import Network, Role
from g40flow.domain.news import NewsRules


class ChannelsConfig(Strict):
    """Slack channels by name (without #) or id. groups: by slug of the theme group."""

    triage: str
    operators: str
    groups: dict[str, str]


class NotificationsConfig(Strict):
    """The whole of notifications.yaml.

    channels: where each audience is.
    at_once: per kind of item the publisher's words that get a card of their own as soon as they
        appear ("*" for all); the rest is gathered.
    urgent_message_to: roles of the lead group whose holders get a direct message of what is urgent.
    lines_per_gathered_message: beyond it the message names the number and links to the overview.
    """

    channels: ChannelsConfig
    at_once: dict[ItemKind, list[str]]
    urgent_message_to: list[Role] = [Role.THEME_GROUP_SECRETARY]
    urgent_under_working_days: int = Field(default=10, ge=0)
    fresh_calendar_days: int = Field(default=14, ge=1)
    lines_per_gathered_message: int = Field(default=20, ge=1, le=40)
    give_up_after_attempts: int = Field(default=12, ge=1)

    def is_at_once(self, kind: ItemKind, kind_label: str) -> bool:
        """Whether an item gets a card of its own as soon as it appears."""
        words = self.at_once.get(kind, [])
        return "*" in words or kind_label in words

    def news_rules(self) -> NewsRules:
        """The part of the rules that the domain decides with."""
        return NewsRules(
            urgent_under_working_days=self.urgent_under_working_days,
            fresh_calendar_days=self.fresh_calendar_days,
        )


def load_notifications(folder: Path, network: Network) -> NotificationsConfig:
    """Raises ConfigError if a group has no channel, or a channel belongs to no group."""
    path = folder / "notifications.yaml"
    config = load_strict(path, NotificationsConfig)
    groups = {group.slug for group in network.theme_groups}
    missing, unknown = groups - set(config.channels.groups), set(config.channels.groups) - groups
    if missing:
        raise ConfigError(f"{path}: channels.groups: no channel for {', '.join(sorted(missing))}")
    if unknown:
        raise ConfigError(f"{path}: channels.groups: no such theme group: {', '.join(sorted(unknown))}")
    return config
