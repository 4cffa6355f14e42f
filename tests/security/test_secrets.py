"""Secrets stand in no log, no message and no trace, whatever fails and whoever repeats them."""

import io
import logging
import socket
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pydantic import SecretStr

from g40flow.config.logs import formatter, secrets_in
from g40flow.config.mail import MailServer, MailTls
from g40flow.config.settings import Settings, settings_from
from g40flow.domain.errors import ConfigError, DeliveryError
from g40flow.domain.messages import Rendered
from g40flow.notify.contract import Address
from g40flow.notify.mail_calls import MailCalls
from g40flow.notify.slack import SlackTransport
from g40flow.storage import schema_version
from g40flow.storage.database import Database

TOO_SHORT = "short-secret"
TOKEN, PASSWORD, DATABASE = "xoxb-very-secret-token", "post-very-secret", "db%2Fvery-secret"
ENVIRONMENT = {
    "G40FLOW_DATABASE_URL": f"postgresql://g40flow:{DATABASE}@127.0.0.1:1/g40flow",
    "G40FLOW_SLACK_BOT_TOKEN": TOKEN,
    "G40FLOW_SLACK_APP_TOKEN": "xapp-very-secret",
    "G40FLOW_SLACK_SIGNING_SECRET": "signing-very-secret",
    "G40FLOW_SLACK_CLIENT_SECRET": "client-very-secret",
    "G40FLOW_SMTP_PASSWORD": PASSWORD,
    "G40FLOW_SECRET_KEY": "key-very-secret-key-very-secret-key-very-secret",
    "G40FLOW_METRICS_TOKEN": "metrics-very-secret",
}


@contextmanager
def everything_said() -> Iterator[io.StringIO]:
    """All that any logger says in any detail, without our formatter, which hides secrets once more."""
    written, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def told_by(error: BaseException) -> str:
    return f"{error!r}\n{error}\n" + "".join(traceback.format_exception(error))


def test_a_failing_slack_lets_no_token_out() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    transport = SlackTransport(TOKEN, base_url=f"http://127.0.0.1:{port}/api/", timeout=2)

    with everything_said() as written, pytest.raises(DeliveryError) as failed:
        transport.post(Address(channel="triage"), Rendered(summary="a", text="a"), key="1", thread=None)

    assert TOKEN not in written.getvalue() + told_by(failed.value)


def test_a_failing_database_lets_no_password_out() -> None:
    with everything_said() as written, pytest.raises(ConfigError) as failed:
        schema_version.version(Database(ENVIRONMENT["G40FLOW_DATABASE_URL"]))

    said = written.getvalue() + told_by(failed.value)
    assert DATABASE not in said
    assert "db/very-secret" not in said


def test_a_mail_server_that_refuses_lets_no_password_out() -> None:
    with refusing_mail_server() as port, everything_said() as written:
        server = MailServer(
            host="127.0.0.1", port=port, tls=MailTls.NONE, user="post", password=SecretStr(PASSWORD),
            sender_name="G40", sender_address="post@g40.example",
        )  # fmt: skip
        with pytest.raises(DeliveryError) as failed:
            MailCalls(server).hand_over(b"x", sender="post@g40.example", to="anna@example.nl")

    assert PASSWORD not in written.getvalue() + told_by(failed.value)


def test_wrong_settings_are_named_without_their_value() -> None:
    with pytest.raises(ConfigError) as failed:
        settings_from({**ENVIRONMENT, "G40FLOW_SECRET_KEY": TOO_SHORT})

    assert TOO_SHORT not in told_by(failed.value)
    assert not [secret for secret in secrets_in(settings()) if secret in repr(settings())]


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_another_server_repeats_is_hidden_in_our_log(form: str) -> None:
    with repeating_server() as port:
        transport = SlackTransport(TOKEN, base_url=f"http://127.0.0.1:{port}/api/", timeout=2)
        with pytest.raises(DeliveryError) as failed:
            transport.post(Address(channel="triage"), Rendered(summary="a", text="a"), key="1", thread=None)
    record = logging.LogRecord(
        "g40flow", logging.ERROR, "", 0, "%s", (failed.value,), (DeliveryError, failed.value, None)
    )

    written = formatter(settings(G40FLOW_LOG_FORMAT=form)).format(record)

    assert TOKEN not in written


def settings(**more: str) -> Settings:
    return settings_from({**ENVIRONMENT, **more})


@contextmanager
def repeating_server() -> Iterator[int]:
    """Answers every call with what it was sent, as a badly made proxy does."""

    class Repeating(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = f'{{"ok": false, "error": "{self.headers["Authorization"]}"}}'.encode()
            self.send_response(400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Repeating) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@contextmanager
def refusing_mail_server() -> Iterator[int]:
    """Speaks as much SMTP as it takes to refuse a password."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb") as talk:
            talk.write(b"220 hello\r\n")
            talk.flush()
            while line := talk.readline():
                said = line.upper()
                if said.startswith(b"EHLO"):
                    talk.write(b"250-hello\r\n250 AUTH PLAIN LOGIN\r\n")
                elif said.startswith(b"AUTH LOGIN") and len(said.split()) == 2:
                    talk.write(b"334 VXNlcm5hbWU6\r\n")
                elif said.startswith(b"QUIT"):
                    return
                else:
                    talk.write(b"535 5.7.8 refused\r\n")
                talk.flush()

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)
