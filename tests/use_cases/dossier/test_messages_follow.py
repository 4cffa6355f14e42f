"""What stands in channels follows a dossier, also when it changes while a message is on its way."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event, Thread

from sqlmodel import Session, select

from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.messages import Rendered
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.dossiers import messages_showing
from g40flow.storage.messages import renew
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.compose_messages import Compose, Composer
from g40flow.use_cases.deliver_messages import Deliverer
from tests.conftest import on_both
from tests.use_cases.dossier.world import ANNOUNCER, NETWORK, SECRETARIAT, World
from tests.use_cases.recording import RecordingTransport

ROUNDS = 4


class Revisions:
    """Messages that show the revision of their dossier and nothing else."""

    @property
    def kinds(self) -> Mapping[str, Compose]:
        return dict.fromkeys(("dossier_card", "term_notice", "dossier_note"), self._compose)

    def _compose(self, session: Session, message: Message, now: datetime) -> Rendered:
        dossier = session.get_one(Dossier, message.subject["dossier_id"])
        return Rendered(summary="dossier", text=f"revisie {dossier.revision}")


def deliver(world: World, channel: RecordingTransport, holder: str) -> None:
    """Work off the outbox."""
    Deliverer(
        database=world.database,
        transports={"slack": channel},
        composer=Composer([Revisions()]),
        network=NETWORK,
        rules=ANNOUNCER.rules,
        clock=lambda: world.now,
        holder=holder,
    ).deliver()


@on_both
def test_a_change_that_is_being_written_when_a_message_arrives_is_shown_after_all(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)
    channel, posting, may_arrive = RecordingTransport(), Event(), Event()

    def arrive_slowly(key: str) -> None:
        posting.set()
        may_arrive.wait(10)

    channel.before = arrive_slowly
    sender = Thread(target=deliver, args=(world, channel, "first"))
    sender.start()
    posting.wait(10)
    with world.writing() as session:
        messages = messages_showing(session, dossier_id)
        may_arrive.set()
        sender.join(1)  # it must wait for us; were it to finish now, what we write would be lost
        for message in messages:
            renew(session, message, world.now)
    sender.join(10)

    with world.database.reading() as session:
        shown = session.exec(select(Message)).all()
    assert [(message.state, message.shown_version, message.wanted_version) for message in shown] == [
        (MessageState.SENT, 1, 1)
    ]


@on_both
def test_a_change_while_a_message_is_on_its_way_is_never_lost(world: World) -> None:
    dossier_id = world.at(Stage.DRAFTING)
    channel = RecordingTransport()

    def change() -> None:
        for _ in range(ROUNDS):
            world.step(dossier_id, "suspend", SECRETARIAT)
            world.step(dossier_id, "resume", SECRETARIAT)

    def keep_delivering() -> None:
        for number in range(2 * ROUNDS):
            deliver(world, channel, f"run{number}")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(change), pool.submit(keep_delivering)]:
            done.result()
    deliver(world, channel, "last")

    revision = world.read(dossier_id).revision
    with world.database.reading() as session:
        messages = session.exec(select(Message)).all()
    assert {message.state for message in messages} == {MessageState.SENT}
    assert [m.key for m in messages if m.shown_version != m.wanted_version] == []
    assert {message.shown_text for message in messages} == {f"revisie {revision}"}
