import shutil
from pathlib import Path

import pytest

from g40flow.bootstrap import build_app
from g40flow.config.mail import MailServer, MailTls, mail_server
from g40flow.config.settings import settings_from
from g40flow.domain.errors import ConfigError
from g40flow.domain.reach import Channel
from g40flow.resources import resource


def server_of(**values: str) -> MailServer | None:
    return mail_server(settings_from({f"G40FLOW_SMTP_{name}": value for name, value in values.items()}))


def test_without_a_host_there_is_no_mail() -> None:
    assert server_of() is None
    assert build_app({}).mail is None


def test_a_host_and_a_sender_are_enough_and_the_connection_is_private() -> None:
    server = server_of(HOST="post.example.nl", FROM="G40 <g40flow@example.nl>")

    assert server == MailServer(
        host="post.example.nl",
        port=587,
        tls=MailTls.STARTTLS,
        sender_name="G40",
        sender_address="g40flow@example.nl",
    )


@pytest.mark.parametrize(("tls", "port"), [("tls", 465), ("starttls", 587), ("none", 25)])
def test_the_port_follows_from_how_the_connection_is_kept_private(tls: str, port: int) -> None:
    server = server_of(HOST="127.0.0.1", FROM="g40flow@example.nl", TLS=tls)

    assert server is not None
    assert server.port == port


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"HOST": "post.example.nl"}, "SMTP_FROM"),
        ({"FROM": "g40flow@example.nl"}, "SMTP_FROM"),
        ({"USER": "x", "PASSWORD": "y"}, "SMTP_USER"),
        ({"HOST": "post.example.nl", "FROM": "geen adres"}, "SMTP_FROM"),
        ({"HOST": "post.example.nl", "FROM": "a@b.nl\r\nBcc: c@d.nl"}, "SMTP_FROM"),
        ({"HOST": "post.example.nl", "FROM": "a@b.nl", "TLS": "ssl"}, "SMTP_TLS"),
        ({"HOST": "post.example.nl", "FROM": "a@b.nl", "TLS": "none"}, "SMTP_TLS"),
        ({"HOST": "post.example.nl", "FROM": "a@b.nl", "USER": "x"}, "SMTP_PASSWORD"),
        ({"HOST": "post.example.nl", "FROM": "a@b.nl", "PORT": "smtp"}, "SMTP_PORT"),
        ({"HOST": "post.example.nl", "FROM": "a@b.nl", "PORT": "70000"}, "SMTP_PORT"),
    ],
)
def test_what_is_wrong_or_half_set_stops_the_start_and_is_named(values: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        server_of(**values)


def test_somebody_can_be_reached_by_mail_only_if_that_is_a_channel(tmp_path: Path) -> None:
    shutil.copytree(resource("config"), tmp_path / "config")
    people = tmp_path / "config" / "people.yaml"
    before = people.read_text(encoding="utf-8")
    environment = {"G40FLOW_CONFIG_DIR": str(tmp_path / "config")}

    people.write_text(before.replace("  - slug: ", "  - reached_by: mail\n    slug: ", 1), encoding="utf-8")
    first, second, *_ = build_app(environment).network.people
    people.write_text(before.replace("  - slug: ", "  - reached_by: fax\n    slug: ", 1), encoding="utf-8")

    assert (first.reached_by, second.reached_by) == (Channel.MAIL, None)
    with pytest.raises(ConfigError, match=r"people\.0\.reached_by"):
        build_app(environment)
