"""Secrets and places from the environment; everything else is in config/."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError

from g40flow.config.yaml import Strict
from g40flow.domain.errors import ConfigError

PREFIX = "G40FLOW_"


class LogFormat(StrEnum):
    """How a line of the log looks."""

    TEXT = "text"
    JSON = "json"


class Settings(Strict):
    """What differs per machine. Each field is the variable G40FLOW_<FIELD IN CAPITALS>.

    config_dir: folder with the YAML files; None means ./config if it is there, else the examples
        that come with the program.
    slack_bot_token: without it messages are written but not sent.
    slack_base_url: None means Slack itself.
    smtp_*: the server for mail, see g40flow.config.mail; without smtp_host no mail is sent.
    slack_client_id, slack_client_secret: of the Slack app, for signing in with Slack; without them
        people sign in by a link in an e-mail only. slack_team_id: the workspace that may come in.
    secret_key: at least 32 random characters, the same for every process; None means a file beside
        the SQLite database, made when it is first needed.
    session_idle_hours, session_days: when somebody has to sign in again, seldom or often here.
    choose_person: lets everybody be anybody, to practise; refused when the portal can be reached
        from elsewhere.
    portal_url: how people reach the portal, for links in messages.
    clock_offset_seconds: added to this machine's clock, to play the past or future; 0 in real use.
    contact: mail address or page that publishers find in our user agent.
    log_format: "text" or "json", see g40flow.config.logs.
    metrics_token: lets who shows it read /metrics from elsewhere; without it only this machine may.
    keep_looks_days: so long every single look at a publisher is kept; of each day the proof stays for ever.
    """

    database_url: SecretStr = SecretStr("sqlite:///.data/g40flow.sqlite")
    config_dir: Path | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_base_url: str | None = None
    smtp_host: str | None = None
    smtp_port: int | None = Field(default=None, ge=1, le=65_535)
    smtp_tls: str | None = None
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_team_id: str | None = None
    secret_key: SecretStr | None = Field(default=None, min_length=32)
    session_idle_hours: float = Field(default=12, gt=0, le=24 * 14)
    session_days: float = Field(default=14, gt=0, le=90)
    choose_person: bool = False
    portal_url: str = "http://127.0.0.1:8040"
    contact: str = "https://www.g40stedennetwerk.nl"
    clock_offset_seconds: float = 0.0
    log_level: str = "INFO"
    log_format: LogFormat = LogFormat.TEXT
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    keep_looks_days: int = Field(default=90, ge=7)

    @property
    def slack_is_interactive(self) -> bool:
        """Whether what people do in Slack reaches us, by a socket or by signed requests."""
        receives = self.slack_app_token is not None or self.slack_signing_secret is not None
        return receives and self.slack_bot_token is not None

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
        # Never the value, nor an error that shows it in a trace: it may be a secret.
        raise ConfigError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from None
