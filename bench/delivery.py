"""Delivering a full outbox, to the Slack stand-in and to a channel that costs nothing."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bench.measuring import environment, free_port, serving
from bench.report import Section, table
from g40flow.bootstrap import App, build_app
from g40flow.notify.contract import Transport
from g40flow.notify.slack import POSTS_A_MINUTE
from g40flow.storage import schema
from g40flow.storage.messages import add_item, write_message
from g40flow.storage.tables import Item
from g40flow.use_cases.deliver_messages import Deliverer, DeliveryResult
from tests.use_cases.recording import RecordingTransport

MESSAGES, MANY_MESSAGES, MANY_ENTRIES = 300, 10_000, 100_000
ORDERS = {"as they come, groups in turn": False, "group after group": True}


def measure(entries: int) -> Section:
    """With the limits of Slack switched on, and without a network; many when many entries are asked for."""
    number = MANY_MESSAGES if entries >= MANY_ENTRIES else MESSAGES
    return Section(
        title="Delivering messages",
        text=(
            f"Cards for {number:,} items in the channels of all theme groups. The stand-in enforces Slack's\n"
            "limits of one message a second in each channel and of 300 a minute in all of them, and refuses\n"
            "what comes sooner; floor: the time that these limits alone impose when all channels are used\n"
            "at once. Without limits the channel keeps messages in memory, so that what is left is leasing,\n"
            "composing, rendering and the ledger."
        ),
        body=table(
            ["channel", "order of the outbox", "seconds", "floor", "lost", "refused", "messages/s"],
            [*_against_the_stand_in(number), _without_limits(number)],
        ),
    )


def _against_the_stand_in(number: int) -> Iterator[list[str]]:
    # Half an hour, which one order fills; the other order shows in hundreds of messages.
    orders = {name: grouped for name, grouped in ORDERS.items() if number == MESSAGES or not grouped}
    for name, grouped in orders.items():
        port = free_port()
        slack = f"http://127.0.0.1:{port}/slack"
        with serving(["-m", "g40flow", "sandbox", "--port", str(port)], f"{slack}/api/api.test"):
            limits = httpx.post(f"{slack}/sandbox/rate-limits", json={"enabled": True}, trust_env=False)
            limits.raise_for_status()
            with _full_outbox(number, grouped, G40FLOW_SLACK_BASE_URL=f"{slack}/api/") as app:
                assert app.slack is not None
                seconds, result = _deliver(app, {"slack": app.slack}, number)
            floor = _seconds_of_limits(app, number)
            yield [
                "Slack stand-in, limits on",
                name,
                f"{seconds:.1f}",
                f"{floor:.1f}",
                f"{seconds - floor:.1f}",
                str(result.later),
                f"{number / seconds:.0f}",
            ]


def _without_limits(number: int) -> list[str]:
    with _full_outbox(number, grouped=False) as app:
        seconds, _ = _deliver(app, {"slack": RecordingTransport()}, number)
    return ["in memory, no limits", "", f"{seconds:.1f}", "", "", "", f"{number / seconds:.0f}"]


def _deliver(app: App, transports: Mapping[str, Transport], number: int) -> tuple[float, DeliveryResult]:
    """Until nothing is left, also of what was refused and put off."""
    deliverer = Deliverer(
        database=app.database,
        transports=transports,
        composer=app.composer,
        network=app.network,
        rules=app.notifications,
        clock=app.now,
        holder=app.new_holder(),
    )
    start = time.perf_counter()
    result = deliverer.deliver()
    while result.posted + result.found < number:
        if result.failed:
            raise RuntimeError(f"expected every message to arrive, found {result}")
        time.sleep(0.1)
        result = deliverer.deliver()
    return time.perf_counter() - start, result


def _seconds_of_limits(app: App, number: int) -> float:
    """What is longer: a message a second in each channel, of which the first may go at once; or the minutes
    of the workspace, of which the first may be full at once.
    """
    per_channel = -(-number // len(app.notifications.channels.groups)) - 1
    minutes = (number - 1) // POSTS_A_MINUTE
    return float(max(per_channel, 60 * minutes))


@contextmanager
def _full_outbox(number: int, grouped: bool, **variables: str) -> Iterator[App]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'outbox.sqlite'}"
        token = "xoxb-sandbox-bot"
        app = build_app(environment(G40FLOW_DATABASE_URL=url, G40FLOW_SLACK_BOT_TOKEN=token, **variables))
        schema.upgrade(app.database)
        _fill(app, number, grouped)
        yield app
        app.database.close()


def _fill(app: App, many: int, grouped: bool) -> None:
    groups = list(app.notifications.channels.groups)
    turns = [groups[number % len(groups)] for number in range(many)]
    now = datetime.now(UTC) - timedelta(minutes=1)
    with app.database.writing() as session:
        for number, group in enumerate(sorted(turns) if grouped else turns):
            row = Item(
                source="internetconsultatie",
                identifier=f"voorbeeld{number}",
                kind="consultation",
                kind_label="AMvB",
                title=f"Besluit bouwwerken leefomgeving {number}",
                url=f"https://www.internetconsultatie.nl/voorbeeld{number}",
                status="open",
                closes_on=(now + timedelta(days=40)).date(),
                facts={},
                first_seen_at=now,
                changed_at=now,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            audience = f"group:{group}"
            key = f"item:{row.id}:{audience}"
            message = write_message(session, key, audience=audience, kind="item_card", now=now)
            add_item(session, message, row.id)
