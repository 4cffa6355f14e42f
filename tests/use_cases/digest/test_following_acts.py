"""What a digest in Slack offered says what was done with it, wherever that was done."""

from threading import Barrier, Thread

import pytest
from sqlmodel import col, select

from g40flow.domain.digest.audiences import AudienceKind
from g40flow.domain.digest.done import Done, Outcome
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.messages import Rendered
from g40flow.render.digests import DigestRenderer
from g40flow.resources import resource
from g40flow.storage.database import Database
from g40flow.storage.locks import lock_dossiers
from g40flow.storage.tables import Message, MessageState
from g40flow.use_cases.dossier.groups import accept
from g40flow.use_cases.dossier.settle import make_confidential
from g40flow.use_cases.dossier.take_up import take_up
from tests.render.digest_views import digest_cases
from tests.use_cases.decisions.board import JOOST, Board
from tests.use_cases.digest.newsroom import Newsroom
from tests.use_cases.dossier.world import CARE, CARE_LEAD, DESK, HOUSING, HOUSING_LEAD, SECRETARIAT

GROUP = f"group:{HOUSING}"


def sent(room: Newsroom, audience: str) -> list[Message]:
    """The digests of an audience, now all of them delivered."""
    with room.writing() as session:
        rows = list(session.exec(select(Message).where(col(Message.kind) == "digest")))
        for row in rows:
            row.state, row.external_ts = MessageState.SENT, row.external_ts or "1.0"
        return [row for row in rows if row.audience == audience]


def renewed(room: Newsroom) -> list[str]:
    """Audiences whose digest is to be shown again."""
    with room.database.reading() as session:
        query = select(Message).where(
            col(Message.kind) == "digest", col(Message.state) == MessageState.PENDING
        )
        return sorted(row.audience for row in session.exec(query))


def shown(room: Newsroom, audience: str) -> Rendered:
    rendered = room.rendered(audience)[0]
    assert rendered is not None
    return rendered


def take_it_up(room: Newsroom, item: int, by: str = HOUSING_LEAD) -> int:
    with room.writing() as session:
        return take_up(session, DESK, item, actor=room.actor(by), now=room.now).id or 0


def test_what_was_taken_up_in_the_portal_has_no_button_in_the_digest_any_more(room: Newsroom) -> None:
    item = room.item(HOUSING, CARE, title="Besluit woningbouw")
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    sent(room, GROUP)
    assert "item_take_up" in str(shown(room, GROUP).blocks)

    dossier = take_it_up(room, item)

    assert renewed(room) == [GROUP]
    after = shown(room, GROUP)
    assert "item_take_up" not in str(after.blocks)
    assert f"Gedaan: opgepakt in {room.read(dossier).number}" in after.text
    assert "Zeger de Voorbeeld" in after.text


@pytest.mark.postgres
def test_two_who_work_on_dossiers_of_the_same_digests_do_not_wait_for_each_other(database: Database) -> None:
    room = Newsroom(database)
    dossiers = [room.dossier(HOUSING, CARE) for _ in range(4)]
    room.make(AudienceKind.THEME_GROUP, AudienceKind.PERSON, up_to_now=True)
    sent(room, GROUP)
    start, problems = Barrier(2), list[Exception]()

    def answer(group: str, lead: str, order: list[int]) -> None:
        start.wait()
        try:
            with room.writing() as session:
                lock_dossiers(session, dossiers)
                for dossier in order:
                    accept(
                        session,
                        DESK,
                        dossier,
                        group,
                        actor=room.actor(lead),
                        seen_revision=None,
                        now=room.now,
                    )
        except Exception as error:
            problems.append(error)

    threads = [
        Thread(target=answer, args=(HOUSING, HOUSING_LEAD, dossiers)),
        Thread(target=answer, args=(CARE, CARE_LEAD, dossiers[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert problems == []
    assert {GROUP, f"group:{CARE}", f"person:{CARE_LEAD}", f"person:{HOUSING_LEAD}"} <= set(renewed(room))


def test_what_changes_no_line_renews_no_digest(room: Newsroom) -> None:
    item = room.item(HOUSING)
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    dossier = take_it_up(room, item)
    sent(room, GROUP)

    room.step(dossier, "suspend", SECRETARIAT)

    assert renewed(room) == []


def test_a_digest_of_more_than_two_weeks_ago_stays_as_it_is(room: Newsroom) -> None:
    item = room.item(HOUSING)
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    sent(room, GROUP)
    room.later(days=15)

    take_it_up(room, item)

    assert renewed(room) == []
    assert "item_take_up" in str(shown(room, GROUP).blocks)


def test_a_dossier_that_became_confidential_is_not_named_as_what_was_done(room: Newsroom) -> None:
    item = room.item(HOUSING)
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    dossier = take_it_up(room, item)
    number = room.read(dossier).number
    assert number in shown(room, GROUP).text
    room.later(days=30)

    with room.writing() as session:
        make_confidential(
            session,
            DESK,
            dossier,
            readers=[],
            reason="Gevoelig.",
            actor=room.actor(SECRETARIAT),
            seen_revision=room.read(dossier).revision,
            now=room.now,
        )

    assert number not in shown(room, GROUP).text


def test_the_answer_of_a_group_is_told_to_that_group_and_to_who_was_asked(room: Newsroom) -> None:
    dossier = room.dossier(HOUSING, CARE)
    room.make(AudienceKind.THEME_GROUP, AudienceKind.PERSON, up_to_now=True)
    sent(room, GROUP)

    with room.writing() as session:
        accept(session, DESK, dossier, CARE, actor=room.actor(CARE_LEAD), seen_revision=None, now=room.now)

    assert f"group:{CARE}" in renewed(room)
    assert f"person:{CARE_LEAD}" in renewed(room)
    assert GROUP not in renewed(room)
    assert "Gedaan: jullie doen mee" in shown(room, f"group:{CARE}").text


def test_a_stage_that_came_back_brings_the_button_back(room: Newsroom) -> None:
    dossier = room.at(Stage.DRAFTING, HOUSING)
    room.make(AudienceKind.THEME_GROUP, up_to_now=True)
    sent(room, GROUP)
    room.step(dossier, "suspend", SECRETARIAT)
    assert "Gedaan: nu in fase Opgeschort" in shown(room, GROUP).text
    sent(room, GROUP)

    room.step(dossier, "resume", SECRETARIAT)

    assert renewed(room) == [GROUP]
    assert "dossier_steps" in str(shown(room, GROUP).blocks)


def test_a_position_is_told_to_its_member_only_and_not_which_one(room: Newsroom) -> None:
    board = Board.of(room)
    round_id = board.open()
    room.make(AudienceKind.PERSON, up_to_now=True)
    sent(room, GROUP)

    board.take(round_id, JOOST)

    assert renewed(room) == [f"person:{JOOST}"]
    blocks = str(shown(room, f"person:{JOOST}").blocks)
    assert "besluit gegeven" in blocks
    assert "round_decide" not in blocks
    assert "kkoord" not in blocks


def test_a_mail_that_left_is_not_sent_again_for_it(room: Newsroom) -> None:
    item = room.item(HOUSING)
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    sent(room, GROUP)
    with room.writing() as session:
        for row in session.exec(select(Message).where(col(Message.kind) == "digest")):
            row.transport = "mail"

    take_it_up(room, item)

    assert renewed(room) == []


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_said(outcome: Outcome) -> None:
    renderer = DigestRenderer(resource("templates"), portal_url="https://portaal.example", interactive=True)
    kept = digest_cases()["group"]
    line = next(line for line in kept.lines if line.act is not None)

    seen = kept.with_done({line.key: Done(outcome=outcome, by="<!channel> Mens")})

    blocks = str(renderer.message(seen, "https://portaal.example/1", (0, len(seen.lines))).blocks)
    assert "*Gedaan:*" in blocks or "*Vervallen:*" in blocks
    assert "<!channel>" not in blocks
