"""Secrets and places from the environment; everything else is in config/."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr, ValidationError

from g40flow.config.yaml import Strict
from g40flow.domain.errors import ConfigError

PREFIX = "G40FLOW_"


class Settings(Strict):
    """What differs per machine. Each field is the variable G40FLOW_<FIELD IN CAPITALS>.

    config_dir: folder with the YAML files; None means ./config if it is there, else the examples
        that come with the program.
    slack_bot_token: without it messages are written but not sent.
    slack_base_url: None means Slack itself.
    portal_url: how people reach the portal, for links in messages.
    clock_offset_seconds: added to this machine's clock, to play the past or future; 0 in real use.
    contact: mail address or page that publishers find in our user agent.
    """

    database_url: SecretStr = SecretStr("sqlite:///.data/g40flow.sqlite")
    config_dir: Path | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_base_url: str | None = None
    portal_url: str = "http://127.0.0.1:8040"
    contact: str = "https://www.g40stedennetwerk.nl"
    clock_offset_seconds: float = 0.0
    log_level: str = "INFO"

    @property
    def clock_offset(self) -> timedelta:
        """What to add to this machine's clock."""
        return timedelta(seconds=self.clock_offset_seconds)


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment. Raises ConfigError for an unknown or wrong variable.

    An empty value counts as not set.
    """
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        known = ", ".join(PREFIX + name.upper() for name in Settings.model_fields)
        names = ", ".join(PREFIX + name.upper() for name in unknown)
        raise ConfigError(f"{names}: unknown variable; known are {known}")
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        # Never the value: it may be a secret.
        raise ConfigError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from error
