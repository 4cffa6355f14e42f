"""The manifest of the Slack app, in the variant that fits how Slack reaches us."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from g40flow.domain.errors import ConfigError

NAME = "slack-manifest.yaml"


def manifest_text(config_dir: Path, url: str = "") -> str:
    """What is pasted in Slack. url: of the portal, if Slack can reach it; "" for Socket Mode.

    Raises ConfigError for an address that Slack would refuse, or when the file is missing.
    """
    path = config_dir / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: the file is missing; `g40flow init` writes an example") from None
    if not url:
        return text
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ConfigError(f"--url: expected https://…, found {url}; Slack calls no other address")
    variant = over_http(yaml.safe_load(text), url.rstrip("/"))
    return yaml.safe_dump(variant, allow_unicode=True, sort_keys=False, width=110)


def over_http(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """The same app, called by Slack at our address. url: without a slash at the end."""
    settings = manifest["settings"]
    commands = manifest["features"]["slash_commands"]
    redirects = manifest["oauth_config"]["redirect_urls"]
    return {
        **manifest,
        "features": {
            **manifest["features"],
            "slash_commands": [{**command, "url": f"{url}/slack/commands"} for command in commands],
        },
        "oauth_config": {
            **manifest["oauth_config"],
            "redirect_urls": [url + urlsplit(redirect).path for redirect in redirects],
        },
        "settings": {
            **settings,
            "event_subscriptions": {
                **settings["event_subscriptions"],
                "request_url": f"{url}/slack/events",
            },
            "interactivity": {**settings["interactivity"], "request_url": f"{url}/slack/interactions"},
            "socket_mode_enabled": False,
        },
    }
