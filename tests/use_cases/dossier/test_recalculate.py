"""What a publisher does is followed by the dossiers about it, and told to everybody involved, once."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from g40flow.domain.dossier.plan import Mode
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.errors import InvalidInput, NotAllowed
from g40flow.domain.items import ItemStatus
from g40flow.domain.news import News
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import (
    CallInvitation,
    DecisionRound,
    DossierException,
    DossierItem,
    MemberCall,
    TextVersion,
)
from g40flow.storage.dossiers import active_exception, dossier_by_id, items_of_dossier
from g40flow.storage.families import keep_family_keys
from g40flow.storage.history import chain_of, history_of, verify_chain
from g40flow.storage.plans import kept_plan
from g40flow.storage.tables import Item, Message
from g40flow.use_cases.assemble_items import assemble_items
from g40flow.use_cases.dossier.plan import accept_urgent, fix_plan
from g40flow.use_cases.dossier.recalculate import agree_about_item, follow_publisher
from g40flow.use_cases.dossier.take_step import take_step
from g40flow.use_cases.dossier.term import agree_closing_day
from tests.conftest import MONDAY, on_both
from tests.use_cases.conftest import MainJob, WordRouter
from tests.use_cases.dossier.deadlines import (
    CLOSES,
    CO,
    DESK,
    LEAD,
    OTHER_SECRETARY,
    PA,
    PEN_HOLDER,
    SECRETARY,
    a_dossier,
    acting,
    an_item,
    days_later,
)
from tests.use_cases.publisher import consultation as record

LATER, SOON = date(2027, 2, 12), date(2026, 12, 3)


def planned_dossier(session: Session, **more: Any) -> tuple[int, Item]:
    """A dossier about one consultation, with a plan that people work by."""
    item = an_item(session)
    dossier_id = a_dossier(session, items=(item,), **more)
    fix_plan(session, DESK, dossier_id, actor=acting(PA), seen_revision=0, now=MONDAY)
    return dossier_id, item


def moved_to(session: Session, item: Item, closes_on: date, now_days: int = 1) -> frozenset[str]:
    """The publisher has another closing day."""
    news = News.EXTENDED if item.closes_on is None or closes_on > item.closes_on else News.SHORTENED
    item.closes_on = closes_on
    session.add(item)
    session.flush()
    return follow_publisher(session, DESK, item, (news,), days_later(now_days))


def notices(session: Session) -> Counter[str]:
    """How many notices of a changed term each audience gets."""
    query = select(col(Message.audience)).where(col(Message.kind) == "term_notice")
    return Counter(session.scalars(query))


def exceptions(session: Session, code: str) -> list[DossierException]:
    return list(session.scalars(select(DossierException).where(col(DossierException.code) == code)))


def test_an_extension_keeps_both_dates_plans_again_and_tells_everybody_involved_once(
    database: Database,
) -> None:
    with database.writing() as session:
        dossier_id, item = planned_dossier(session)

        told = moved_to(session, item, LATER)

    with database.reading() as session:
        dossier = dossier_by_id(session, dossier_id)
        [raised] = exceptions(session, "extended")
        assert (raised.facts["old"], raised.facts["new"]) == (CLOSES.isoformat(), LATER.isoformat())
        assert dossier.closes_on == LATER
        kept = kept_plan(dossier)
        assert kept is not None
        assert kept.is_fixed
        submitted = kept.plan.day_of(Stage.SUBMITTED)
        assert submitted is not None
        assert submitted.latest_on == LATER - timedelta(days=1)
        assert notices(session) == Counter(told)
        assert {f"group:{LEAD}", f"group:{CO}", f"person:{PEN_HOLDER}", f"person:{SECRETARY}"} <= told
        entry = history_of(session, chain_of(dossier_id))[-1]
        assert (entry.action, entry.person) == ("change_term", "g40flow")
        assert {"stage": "submitted", "old": "2027-01-28", "new": "2027-02-11"} in entry.facts["changes"]


def test_following_the_same_change_again_changes_and_tells_nothing(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id, item = planned_dossier(session)
        moved_to(session, item, LATER)
        before = (dossier_by_id(session, dossier_id).revision, notices(session))

        again = follow_publisher(session, DESK, item, (News.EXTENDED,), days_later(2))

        assert again == frozenset()
        assert (dossier_by_id(session, dossier_id).revision, notices(session)) == before


def test_a_second_extension_keeps_the_dates_of_each(sqlite: Database) -> None:
    with sqlite.writing() as session:
        _, item = planned_dossier(session)
        moved_to(session, item, LATER)
        moved_to(session, item, LATER + timedelta(days=7), now_days=2)

        first, second = exceptions(session, "extended")
        assert first.lifted_at is not None
        assert (second.facts["old"], second.lifted_at) == (LATER.isoformat(), None)
        assert set(notices(session).values()) == {2}


def test_a_term_shortened_to_under_ten_working_days_proposes_the_urgent_procedure(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id, item = planned_dossier(session)

        moved_to(session, item, SOON)

        kept = kept_plan(dossier_by_id(session, dossier_id))
        assert kept is not None
        assert kept.plan.mode is Mode.URGENT
        assert active_exception(session, dossier_id, "shortened") is not None
        assert all(day.latest_on <= SOON for day in kept.plan.days if day.stage is not Stage.PUBLISHED)
        assert not dossier_by_id(session, dossier_id).urgent  # people decide
        revision = dossier_by_id(session, dossier_id).revision
        accept_urgent(
            session,
            DESK,
            dossier_id,
            reason="het moet",
            actor=acting(PA),
            seen_revision=revision,
            now=days_later(1),
        )
        assert dossier_by_id(session, dossier_id).urgent


def test_a_dossier_without_a_plan_gets_the_new_date_and_no_plan(sqlite: Database) -> None:
    with sqlite.writing() as session:
        item = an_item(session)
        dossier_id = a_dossier(session, items=(item,), stage=Stage.TRIAGE)

        moved_to(session, item, LATER)

        assert dossier_by_id(session, dossier_id).closes_on == LATER
        assert kept_plan(dossier_by_id(session, dossier_id)) is None


def test_of_two_consultations_the_first_to_close_counts(sqlite: Database) -> None:
    with sqlite.writing() as session:
        one, other = an_item(session), an_item(session, identifier="WGK2", closes_on=LATER)
        dossier_id = a_dossier(session, items=(one, other))

        assert moved_to(session, other, LATER + timedelta(days=7)) == frozenset()
        moved_to(session, one, LATER + timedelta(days=14))

        assert dossier_by_id(session, dossier_id).closes_on == LATER + timedelta(days=7)


def test_when_the_publisher_gives_everybody_the_agreed_time_the_agreement_is_over(sqlite: Database) -> None:
    with sqlite.writing() as session:
        item = an_item(session)
        dossier_id = a_dossier(session, items=(item,), agreed_closes_on=LATER, agreed_closes_source="mail")

        moved_to(session, item, LATER + timedelta(days=7))

        dossier = dossier_by_id(session, dossier_id)
        assert (dossier.agreed_closes_on, dossier.closes_on) == (None, LATER + timedelta(days=7))


def test_an_agreement_for_longer_than_the_publisher_gives_stays(sqlite: Database) -> None:
    with sqlite.writing() as session:
        item = an_item(session)
        dossier_id = a_dossier(
            session, items=(item,), agreed_closes_on=date(2027, 3, 1), agreed_closes_source="mail"
        )

        moved_to(session, item, LATER)

        assert dossier_by_id(session, dossier_id).agreed_closes_on == date(2027, 3, 1)
        assert exceptions(session, "extended") == []


def test_agreeing_another_day_plans_again_and_tells(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id, _ = planned_dossier(session)

        told = agree_closing_day(
            session,
            DESK,
            dossier_id,
            LATER,
            source="mail van het ministerie",
            actor=acting(PA),
            seen_revision=1,
            now=days_later(1),
        )

        dossier = dossier_by_id(session, dossier_id)
        kept = kept_plan(dossier)
        assert kept is not None
        assert (dossier.closes_on, dossier.agreed_closes_on, kept.plan.closes_on) == (CLOSES, LATER, LATER)
        assert f"group:{LEAD}" in told
        [raised] = exceptions(session, "extended")
        assert raised.facts["agreed"] is True


def test_what_is_agreed_about_an_item_counts_in_its_dossiers(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id, item = planned_dossier(session)
        assert item.id is not None

        for person in (OTHER_SECRETARY, PA):
            agree_about_item(
                session,
                DESK,
                item.id,
                LATER if person == PA else SOON,
                source="mail",
                seen=item.agreed_closes_on,
                actor=acting(person),
                now=days_later(1),
            )
            if person == OTHER_SECRETARY:  # of a group that has no part in the dossier
                assert dossier_by_id(session, dossier_id).agreed_closes_on is None

        assert dossier_by_id(session, dossier_id).agreed_closes_on == LATER
        assert f"group:{LEAD}" in notices(session)


def test_a_new_term_in_a_holiday_is_noted_once(sqlite: Database) -> None:
    with sqlite.writing() as session:
        _, item = planned_dossier(session)

        moved_to(session, item, date(2027, 1, 4))
        assert exceptions(session, "holiday_term") == []  # there are weeks before the holiday
        moved_to(session, item, date(2027, 1, 5), now_days=20)
        moved_to(session, item, date(2027, 1, 6), now_days=21)

        [noted] = exceptions(session, "holiday_term")
        assert (noted.facts, noted.raised_by) == ({"working_days": 8}, "g40flow")


@pytest.mark.parametrize(
    ("day", "source", "code"),
    [
        (LATER, " ", "source_needed"),
        (date(2026, 11, 1), "mail", "day_passed"),
        (None, "", "not_changed"),
    ],
)
def test_an_agreement_that_says_nothing_is_refused(
    sqlite: Database, day: date | None, source: str, code: str
) -> None:
    with sqlite.writing() as session:
        dossier_id, _ = planned_dossier(session)

        with pytest.raises(InvalidInput) as refused:
            agree_closing_day(
                session, DESK, dossier_id, day, source=source, actor=acting(PA), seen_revision=1, now=MONDAY
            )

    assert refused.value.code == code


def test_a_pen_holder_agrees_no_dates(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id, _ = planned_dossier(session)

        with pytest.raises(NotAllowed):
            agree_closing_day(
                session,
                DESK,
                dossier_id,
                LATER,
                source="zelf bedacht",
                actor=acting(PEN_HOLDER),
                seen_revision=1,
                now=MONDAY,
            )


@on_both
def test_a_withdrawal_calls_off_what_was_asked_and_leaves_the_rest_to_people(database: Database) -> None:
    with database.writing() as session:
        dossier_id, item = planned_dossier(session, stage=Stage.MEMBER_CALL)
        call_id = _open_call(session, dossier_id)
        item.status = ItemStatus.WITHDRAWN.value
        session.add(item)
        session.flush()

        told = follow_publisher(session, DESK, item, (News.WITHDRAWN,), days_later(1))

        dossier = dossier_by_id(session, dossier_id)
        assert (dossier.stage, dossier.stage_before) == (Stage.WITHDRAWN, "member_call")
        raised = active_exception(session, dossier_id, "withdrawn")
        assert raised is not None
        assert raised.facts["url"] == item.url
        assert session.get_one(MemberCall, call_id).state == "cancelled"
        assert any(audience.startswith("invitation:") for audience in told)
        assert notices(session) == Counter(told)
        last = history_of(session, chain_of(dossier_id))[-1]
        assert (last.action, last.surface) == ("withdraw", "automatic")
        assert follow_publisher(session, DESK, item, (News.WITHDRAWN,), days_later(2)) == frozenset()


def test_a_dossier_that_was_suspended_is_planned_again_when_it_goes_on(database: Database) -> None:
    with database.writing() as session:
        dossier_id, _ = planned_dossier(session)
        chair = acting(PA)
        take_step(
            session, DESK, dossier_id, "suspend", actor=chair, seen_revision=1, reason="rechter", now=MONDAY
        )
        suspended = set(notices(session))
        resumed_at = days_later(28)
        take_step(
            session,
            DESK,
            dossier_id,
            "resume",
            actor=chair,
            seen_revision=None,
            reason="uitspraak",
            now=resumed_at,
        )

        dossier = dossier_by_id(session, dossier_id)
        kept = kept_plan(dossier)
        assert kept is not None
        decision = kept.plan.day_of(Stage.RESPONSE_DECISION)
        assert decision is not None
        assert decision.latest_on >= resumed_at.date()
        assert dossier.stage == Stage.RESPONSE_DECISION
        assert f"group:{LEAD}" in suspended
        assert notices(session) == Counter(dict.fromkeys(suspended, 2))


def test_a_dossier_about_two_consultations_goes_on_when_one_is_withdrawn(sqlite: Database) -> None:
    with sqlite.writing() as session:
        one, other = an_item(session), an_item(session, identifier="WGK2", closes_on=LATER)
        dossier_id = a_dossier(session, items=(one, other))
        one.status = ItemStatus.WITHDRAWN.value
        session.add(one)
        session.flush()

        follow_publisher(session, DESK, one, (News.WITHDRAWN,), days_later(1))

        dossier = dossier_by_id(session, dossier_id)
        assert (dossier.stage, dossier.closes_on) == (Stage.RESPONSE_DECISION, LATER)


def test_who_is_asked_something_hears_of_it_too_and_what_ends_too_late_is_said(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id, item = planned_dossier(session, stage=Stage.BOARD_APPROVAL)
        _open_call(session, dossier_id)
        _open_round(session, dossier_id)

        told = moved_to(session, item, SOON)

        assert "person:bram-bedacht" in told  # the secretary of the board
        assert any(audience.startswith("invitation:") for audience in told)
        facts = history_of(session, chain_of(dossier_id))[-1].facts
        assert [late["kind"] for late in facts["after_closing"]] == ["call", "round"]


def test_channels_hear_nothing_of_a_confidential_dossier(sqlite: Database) -> None:
    with sqlite.writing() as session:
        item = an_item(session)
        a_dossier(session, items=(item,), confidential=True)

        told = moved_to(session, item, LATER)

        assert told == {f"person:{PEN_HOLDER}"}


def test_a_consultation_that_opens_again_gets_its_new_day(sqlite: Database) -> None:
    with sqlite.writing() as session:
        dossier_id, item = planned_dossier(session)
        item.status, item.closes_on = ItemStatus.OPEN.value, LATER
        session.add(item)
        session.flush()

        told = follow_publisher(session, DESK, item, (News.REOPENED, News.EXTENDED), days_later(70))

        raised = active_exception(session, dossier_id, "reopened")
        assert raised is not None
        assert (raised.facts["old"], raised.facts["new"]) == (CLOSES.isoformat(), LATER.isoformat())
        assert notices(session) == Counter(told)
        again = follow_publisher(session, DESK, item, (News.REOPENED, News.EXTENDED), days_later(70))
        assert again == frozenset()


@on_both
def test_a_new_consultation_on_the_same_subject_is_linked_to_the_old_one(database: Database) -> None:
    with database.writing() as session:
        old = an_item(session, status=ItemStatus.CLOSED, closes_on=date(2026, 10, 1))
        dossier_id = a_dossier(
            session, items=(old,), stage=Stage.FOLLOW_UP, closes_on=date(2026, 10, 1), opens_on=None
        )
        new = an_item(session, identifier="WGK9", closes_on=LATER)
        keep_family_keys(session, [old, new])

        told = follow_publisher(session, DESK, new, (News.NEW,), MONDAY)

        assert f"group:{LEAD}" in told
        link = session.get(DossierItem, (dossier_id, new.id))
        assert link is not None
        assert link.relation == "reopening"
        assert dossier_by_id(session, dossier_id).closes_on == date(2026, 10, 1)
        assert active_exception(session, dossier_id, "reopened") is not None
        assert follow_publisher(session, DESK, new, (News.NEW,), MONDAY) == frozenset()
        verify_chain(session, chain_of(dossier_id))


def test_a_closed_dossier_notes_the_reopening_and_disturbs_nobody(sqlite: Database) -> None:
    with sqlite.writing() as session:
        old = an_item(session, status=ItemStatus.CLOSED, closes_on=date(2026, 10, 1))
        dossier_id = a_dossier(session, items=(old,), stage=Stage.CLOSED)
        new = an_item(session, identifier="WGK9")
        keep_family_keys(session, [old, new])

        told = follow_publisher(session, DESK, new, (News.NEW,), MONDAY)

        assert told == frozenset()
        assert history_of(session, chain_of(dossier_id))[-1].action == "reopened_by_publisher"


def test_a_decree_under_the_same_act_is_another_subject(sqlite: Database) -> None:
    with sqlite.writing() as session:
        old = an_item(session, status=ItemStatus.CLOSED, title="Wet regie volkshuisvesting")
        dossier_id = a_dossier(session, items=(old,))
        new = an_item(
            session,
            identifier="WGK9",
            title="Besluit bouwlocaties en urgentie huisvestingsverordening (Wet regie volkshuisvesting)",
        )
        keep_family_keys(session, [old, new])

        follow_publisher(session, DESK, new, (News.NEW,), MONDAY)

        assert [link.item_id for link in items_of_dossier(session, dossier_id)] == [old.id]


def _open_call(session: Session, dossier_id: int) -> int:
    call = MemberCall(
        dossier_id=dossier_id,
        title="Wat merkt uw stad?",
        questions=[],
        theme_groups=[],
        cities=["delft"],
        opened_at=MONDAY,
        opened_by=SECRETARY,
        term_since=MONDAY,
        closes_at=days_later(21),
    )
    session.add(call)
    session.flush()
    assert call.id is not None
    session.add(
        CallInvitation(
            call_id=call.id,
            city="delft",
            name="Iemand",
            email="iemand@example.nl",
            nonce="n",
            token_hash=f"hash{call.id}",
            created_at=MONDAY,
            expires_at=days_later(24),
        )
    )
    session.flush()
    return call.id


def _open_round(session: Session, dossier_id: int) -> None:
    version = TextVersion(
        dossier_id=dossier_id,
        number=1,
        content_hash="a" * 64,
        author=PEN_HOLDER,
        origin="portal",
        created_at=MONDAY,
    )
    session.add(version)
    session.flush()
    assert version.id is not None
    session.add(
        DecisionRound(
            dossier_id=dossier_id,
            version_id=version.id,
            version_hash=version.content_hash,
            form="written_round",
            rule={},
            opened_at=MONDAY,
            opened_by="bram-bedacht",
            closes_at=days_later(14),
        )
    )
    session.flush()


# --- in the main job ------------------------------------------------------------------------------


@on_both
def test_a_channel_hears_of_a_moved_term_once_with_the_item_and_the_dossier_together(job: MainJob) -> None:
    job.publisher.publish(record("a", title="Woningwet", closes_on="2027-01-29"))
    job.begin()
    with job.database.writing() as session:
        dossier_id = a_dossier(session, items=(session.get_one(Item, job.item("a").id),))
        fix_plan(session, DESK, dossier_id, actor=acting(PA), seen_revision=0, now=job.now)
    job.later(hours=1)
    job.publisher.publish(record("a", title="Woningwet", closes_on="2027-02-12"))

    job.poll()
    assemble_items(
        job.database,
        job.publisher,
        WordRouter(),
        job.announcer(),
        clock=job.clock,
        follow=lambda session, row, news, now: follow_publisher(session, DESK, row, news, now),
    )

    of_group = [m.kind for m in job.messages() if m.audience == f"group:{LEAD}"]
    assert of_group.count("term_notice") == 1
    assert "news_reply" not in of_group
    assert job.item("a").closes_on == date(2027, 2, 12)
    with job.database.reading() as session:
        assert dossier_by_id(session, dossier_id).closes_on == date(2027, 2, 12)


def test_without_a_dossier_the_channel_hears_of_the_item_as_ever(job: MainJob) -> None:
    job.publisher.publish(record("a", title="Woningwet", closes_on="2027-01-29"))
    job.begin()
    job.later(hours=1)
    job.publisher.publish(record("a", title="Woningwet", closes_on="2027-02-12"))

    job.poll()
    assemble_items(
        job.database,
        job.publisher,
        WordRouter(),
        job.announcer(),
        clock=job.clock,
        follow=lambda session, row, news, now: follow_publisher(session, DESK, row, news, now),
    )

    assert "news_reply" in [m.kind for m in job.messages() if m.audience == f"group:{LEAD}"]
