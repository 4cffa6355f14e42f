"""Who may ask the network: one client with an allow-list for publishers, and the channels with theirs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import g40flow

SOURCE = Path(g40flow.__file__).parent
CLIENTS = {
    "httpx",
    "requests",
    "aiohttp",
    "urllib3",
    "urllib.request",
    "http.client",
    "ftplib",
    "smtplib",
    "socket",
}
MAY_ASK = {
    "bootstrap.py": "the name of this machine",
    "notify/mail_calls.py": "the mail server that is configured",
    "notify/slack_calls.py": "names of errors only; Slack's own library asks",
    "notify/slack_openid.py": "Slack, without following redirects",
    "slack_app/socket_mode.py": "Slack",
    "sources/fetch.py": "publishers, by the allow-list of the configuration",
    "sources/private_addresses.py": "names of publishers",
    "standing.py": "the parts on this machine",
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_whatever_asks_the_network_is_known_and_no_publisher_is_asked_past_the_fetcher() -> None:
    asking = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if CLIENTS.intersection(imported(path))
    }

    assert {name for name in asking if not name.startswith("sandbox/")} == MAY_ASK.keys()
