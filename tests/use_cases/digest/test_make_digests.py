"""Digests that are due are made once, for whom they are meant."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from g40flow.domain.actors import Surface, actor_on
from g40flow.domain.campaigns.words import Channel
from g40flow.domain.coverage import Listed
from g40flow.domain.digest.audiences import Audience, AudienceKind
from g40flow.domain.digest.content import Digest, Section
from g40flow.domain.digest.waiting import waiting_for
from g40flow.domain.dossier.workflow import Stage
from g40flow.domain.instants import dutch_date
from g40flow.domain.outcomes.words import OutcomeKind
from g40flow.storage.campaign_tables import Touchpoint
from g40flow.storage.coverage import open_gap
from g40flow.storage.database import Database
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.outcome_tables import OutcomeProposal
from g40flow.storage.tables import Item, ItemRouting, RunOutcome
from g40flow.use_cases.campaigns.hooks import NewHook, add_hook
from g40flow.use_cases.digest.make_digests import Splitter
from g40flow.use_cases.digest.preview import preview_digest
from g40flow.use_cases.digest.read_facts import read_facts
from g40flow.use_cases.dossier.follow import follow_dossier
from g40flow.use_cases.dossier.settle import make_confidential
from g40flow.use_cases.dossier.work import work_of
from tests.render.digest_views import long_digest
from tests.use_cases.campaigns.hook_world import HookWorld
from tests.use_cases.digest.newsroom import Newsroom
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    CARE,
    CARE_LEAD,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    NETWORK,
    SECRETARIAT,
)

GROUP = f"theme_group:{HOUSING}"
LEAD = f"person:{HOUSING_LEAD}"


def test_a_new_consultation_stands_in_the_digest_of_each_of_its_groups(room: Newsroom) -> None:
    room.item(HOUSING, CARE, title="Besluit woningbouw")
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    lead, other = (room.lines(f"theme_group:{group}", Section.NEW) for group in (HOUSING, CARE))
    assert [(line.title, line.asked) for line in lead] == [("Besluit woningbouw", "respond")]
    assert [(line.title, line.asked) for line in other] == [("Besluit woningbouw", "join")]
    assert lead[0].act == ("item_take_up", f"1:{HOUSING}")
    assert room.told()[GROUP] == [f"group:{HOUSING}"]


def test_nothing_new_sends_nothing_and_is_kept_all_the_same(room: Newsroom) -> None:
    room.later(days=7)

    made = room.make(AudienceKind.THEME_GROUP)

    assert (made.digests, made.sent, made.messages) == (16, 0, 0)
    assert room.digest(GROUP).parts == ()


def test_terms_that_only_run_on_are_no_reason_for_a_message(room: Newsroom) -> None:
    room.item(HOUSING)
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    assert room.digest(GROUP).part(Section.OPEN) is not None
    assert len(room.told()[GROUP]) == 1


def test_no_news_is_told_when_asked(room: Newsroom) -> None:
    made = room.make(AudienceKind.NETWORK, up_to_now=True, also_empty=True)

    assert made.sent == 1
    assert made.messages == len(room.told()["network"]) > 0


def test_making_them_twice_sends_nothing_twice(room: Newsroom) -> None:
    room.item(HOUSING)
    room.later(days=7)
    first = room.make()

    again = room.make()

    assert first.messages > 0
    assert (again.digests, again.messages, again.stretches) == (0, 0, {})


def test_stretches_join_and_what_was_told_is_not_told_again(room: Newsroom) -> None:
    room.item(HOUSING, title="Eerste")
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    room.item(HOUSING, title="Tweede")
    room.later(days=23)

    room.make(AudienceKind.THEME_GROUP)

    (_, first_until, _), (since, _, _) = room.windows(AudienceKind.THEME_GROUP)
    assert since == first_until
    assert [line.title for line in room.lines(GROUP, Section.NEW)] == ["Tweede"]


def test_what_was_written_just_before_a_digest_and_seen_after_it_is_told_by_the_next(room: Newsroom) -> None:
    room.later(days=6, hours=23)  # 9:00 Dutch time, half an hour after the moment
    room.make(AudienceKind.THEME_GROUP)
    until = room.windows(AudienceKind.THEME_GROUP)[-1][1]
    late = until - timedelta(minutes=2)
    room.item(HOUSING, title="Laat opgeslagen", first_seen_at=late)
    with room.writing() as session:
        _route_at(session, late)
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    assert [line.title for line in room.lines(GROUP, Section.NEW)] == ["Laat opgeslagen"]


def test_a_clock_that_ran_ahead_loses_nothing_and_repeats_nothing(room: Newsroom) -> None:
    room.make(AudienceKind.THEME_GROUP)
    room.item(HOUSING, title="Voor de sprong")
    room.later(days=400)
    room.make(AudienceKind.THEME_GROUP)
    room.later(days=-399)
    room.make(AudienceKind.THEME_GROUP)
    room.item(HOUSING, title="Na het terugzetten")
    room.later(days=8)

    room.make(AudienceKind.THEME_GROUP)

    digests = [digest.part(Section.NEW) for digest in room.digests(GROUP)]
    told = [[line.title for line in part.lines] for part in digests if part is not None]
    assert told == [["Voor de sprong"], ["Na het terugzetten"]]


def test_a_run_that_was_killed_goes_on_where_it_stopped(room: Newsroom) -> None:
    room.item(HOUSING, CARE)
    room.later(days=7)
    dying = _DyingSplitter(room.renderer, after=1)
    killed = replace(room.digester("dead"), splitter=dying, at_once=1)
    with pytest.raises(KeyboardInterrupt):
        killed.make_due([AudienceKind.THEME_GROUP])
    before = room.told()
    room.later(minutes=6)  # its lease is over

    room.make(AudienceKind.THEME_GROUP)

    assert list(before) == [f"theme_group:{CARE}"]  # the first of the two in the configuration
    assert room.told() == {
        f"theme_group:{CARE}": [f"group:{CARE}"],
        f"theme_group:{HOUSING}": [f"group:{HOUSING}"],
    }
    assert len(room.windows(AudienceKind.THEME_GROUP)) == 1


def test_while_one_process_is_at_it_another_one_does_nothing(room: Newsroom) -> None:
    room.item(HOUSING)
    room.later(days=7)
    alive = replace(room.digester("alive"), splitter=_DyingSplitter(room.renderer, after=0))
    with pytest.raises(KeyboardInterrupt):
        alive.make_due([AudienceKind.THEME_GROUP], up_to_now=True)

    made = room.make(AudienceKind.THEME_GROUP)

    assert made.digests == 0
    assert len(made.busy) == 1


def test_one_subject_is_one_line_where_it_matters_most(room: Newsroom) -> None:
    dossier_id = room.at(Stage.DRAFTING, HOUSING)
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    digest = room.digest(GROUP)
    assert [line.key for line in digest.lines] == [f"dossier:{dossier_id}"]
    assert [part.section for part in digest.parts] == [Section.WAITING]
    assert digest.lines[0].also == ()  # the consultation itself needs no mention


def test_a_part_that_is_too_long_leads_to_the_rest(room: Newsroom) -> None:
    for number in range(12):
        room.item(HOUSING, title=f"Besluit {number}")
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    part = room.digest(GROUP).part(Section.NEW)
    assert part is not None
    assert (len(part.lines), part.more) == (8, 4)
    assert part.more_path == f"/items?group={HOUSING}"


def test_the_board_reads_what_it_must_decide_and_what_is_at_risk(room: Newsroom) -> None:
    at_the_board = room.at(Stage.BOARD_APPROVAL)
    late = room.at(Stage.DRAFTING, closes_on=date(2026, 12, 4))
    room.later(days=3)

    room.make(AudienceKind.DAILY_BOARD, up_to_now=True)

    assert [line.dossier_id for line in room.lines("daily_board", Section.DECISIONS_DUE)] == [at_the_board]
    risks = room.lines("daily_board", Section.RISKS)
    assert [(line.dossier_id, "closes_soon" in line.risks) for line in risks] == [(late, True)]


def test_a_pillar_is_asked_what_is_its_own_to_decide(room: Newsroom) -> None:
    own = room.at(Stage.RESPONSE_DECISION)
    of_the_board = room.at(Stage.BOARD_APPROVAL)
    room.later(days=3)

    room.make(AudienceKind.PILLAR, up_to_now=True)

    due = room.lines("pillar:fysiek", Section.DECISIONS_DUE)
    assert {(line.dossier_id, line.asked) for line in due} == {
        (own, "response_decision"),
        (of_the_board, "inform"),
    }


def test_hours_in_which_a_publisher_was_not_read_are_named(room: Newsroom) -> None:
    room.followed = {"publisher": timedelta(hours=12)}
    room.now = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    for _ in range(4):
        room.look()
        room.later(hours=12)
    for _ in range(6):
        room.look(RunOutcome.FAILED)
        room.later(hours=12)
    for _ in range(6):
        room.look()
        room.later(hours=12)

    room.make(AudienceKind.THEME_GROUP)

    (gap,) = room.lines(GROUP, Section.NOT_REACHED)
    assert (gap.title, gap.label) == ("publisher", "unreached")
    assert gap.since is not None
    assert gap.at is not None
    assert gap.at - gap.since == timedelta(days=3)


def test_what_is_missing_of_a_publisher_stands_in_the_digest_by_name(room: Newsroom) -> None:
    room.followed = {"publisher": timedelta(hours=12)}
    room.look()
    with room.writing() as session:
        for number in range(4):
            listed = Listed(identifier=f"stuk-{number}", title=f"Brief regering · {number}")
            open_gap(session, "publisher", listed, room.now)
    for _ in range(14):
        room.later(hours=12)
        room.look()

    room.make(AudienceKind.THEME_GROUP)

    (gap,) = room.lines(GROUP, Section.NOT_REACHED)
    assert (gap.title, gap.label, gap.count) == ("publisher", "missing", 4)
    assert gap.note == "Brief regering · 0; Brief regering · 1; Brief regering · 2"


def test_a_person_hears_only_of_what_waits(room: Newsroom) -> None:
    room.at(Stage.OFFICIAL_REVIEW)
    room.later(days=7)

    room.make(AudienceKind.PERSON)

    assert f"person:{HOUSING_SECRETARY}" in room.told()
    assert f"person:{BOARD_MEMBER}" not in room.told()
    assert [line.asked for line in room.lines(f"person:{HOUSING_SECRETARY}", Section.WAITING)] == [
        "official_review"
    ]


def test_what_waits_in_a_digest_is_what_waits_in_the_portal(room: Newsroom) -> None:
    for stage in (Stage.ROUTED, Stage.RESPONSE_DECISION, Stage.OFFICIAL_REVIEW, Stage.READY_TO_SUBMIT):
        room.at(stage, HOUSING, CARE)
    room.at(Stage.DRAFTING, HOUSING, pen_holder=HOUSING_SECRETARY)
    room.dossier(HOUSING, CARE)
    hidden = room.at(Stage.BOARD_APPROVAL)
    followed = room.at(Stage.FOLLOW_UP, HOUSING, CARE)
    aimed = _aiming_at_moments(room)
    with room.writing() as session:
        _hide(session, hidden, room)
        _hide(session, aimed[-1], room, CARE_LEAD)
        session.add_all(
            OutcomeProposal(
                dossier_id=id_,
                key="item:1",
                kind=OutcomeKind.MOTION,
                touches=[],
                reasons=[],
                made_at=room.now,
                strong=True,
            )
            for id_ in (followed, hidden)  # nothing comes of what was not handed in
        )
    room.later(days=7)

    with room.database.reading() as session:
        prepared: dict[str, set[int]] = {}
        confirming: set[tuple[str, int]] = set()
        window = preview_digest(session, room.sources, _person(HOUSING_LEAD), room.now).window
        facts = read_facts(session, room.sources, window, AudienceKind.PERSON)
        for person in NETWORK.people:
            actor = actor_on(person, dutch_date(room.now), Surface.AUTOMATIC)
            found = waiting_for(actor, facts.dossiers, facts.moves)
            expected = work_of(session, DESK, actor, room.now)

            assert [(w.dossier.id, w.asked, w.scope, w.until, w.subject_id) for w in found] == [
                (w.dossier_id, w.asked, w.scope, w.until, w.subject_id) for w in expected
            ], person.slug
            confirming |= {(person.slug, w.dossier.id) for w in found if w.asked == "confirm_outcomes"}
            due = [w.preparation for w in found if w.preparation is not None]
            hooks = [w for w in expected if w.asked == "prepare_hook"]
            assert [(p.preparation, p.title, p.path) for p in due] == [
                (w.preparation, w.title, w.path) for w in hooks
            ], person.slug
            if hooks:
                prepared[person.slug] = {w.dossier_id for w in hooks}
    assert {(HOUSING_SECRETARY, followed), (SECRETARIAT, followed)} <= confirming
    assert {id_ for _, id_ in confirming} == {followed}
    room.make(AudienceKind.THEME_GROUP)
    asked = [(line.dossier_id, line.asked) for line in room.lines(GROUP, Section.WAITING)]
    assert (followed, "confirm_outcomes") in asked
    text, led, secret = aimed
    assert prepared == {HOUSING_SECRETARY: {text, led}, BOARD_MEMBER: {text}, CARE_LEAD: {led, secret}}


def test_channels_never_hear_of_a_confidential_dossier_and_its_readers_do(room: Newsroom) -> None:
    dossier_id = room.at(Stage.RESPONSE_DECISION)
    with room.writing() as session:
        _hide(session, dossier_id, room, HOUSING_LEAD)
    room.later(days=7)

    room.make()

    assert all(dossier_id not in digest.dossier_ids for digest in room.digests(GROUP))
    assert [line.dossier_id for line in room.lines(LEAD, Section.WAITING)] == [dossier_id]
    assert all(message is not None and message.private for message in room.rendered(LEAD))


def test_a_line_disappears_where_its_dossier_became_confidential(room: Newsroom) -> None:
    dossier_id = room.at(Stage.DRAFTING)
    room.item(HOUSING, title="Blijft staan")
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    (before,) = room.rendered(f"group:{HOUSING}")

    with room.writing() as session:
        _hide(session, dossier_id, room)

    (after,) = room.rendered(f"group:{HOUSING}")
    assert before is not None
    assert after is not None
    assert f"/dossiers/{dossier_id}" in before.text
    assert f"/dossiers/{dossier_id}" not in after.text
    assert "Blijft staan" in after.text


def test_a_digest_says_for_ever_what_it_said(room: Newsroom) -> None:
    room.item(HOUSING, title="Zoals het heette")
    room.later(days=7)
    room.make(AudienceKind.THEME_GROUP)
    (before,) = room.rendered(f"group:{HOUSING}")

    with room.writing() as session:
        _rename(session, "Heet nu anders")
    room.later(days=300)

    assert room.rendered(f"group:{HOUSING}") == [before]


def test_a_mail_is_one_message_however_long(room: Newsroom) -> None:
    audience = f"person:{HOUSING_SECRETARY}"
    room.publish(long_digest(), audience)

    in_slack, by_mail = room.rendered(audience), room.rendered(audience, "mail")

    assert len(in_slack) > 1
    assert None not in in_slack
    assert by_mail[0] is not None
    assert by_mail[1:] == [None] * (len(in_slack) - 1)


def test_what_somebody_follows_is_told_when_it_was_decided(room: Newsroom) -> None:
    dossier_id = room.at(Stage.OFFICIAL_REVIEW)
    with room.writing() as session:
        follow_dossier(session, dossier_id, actor=room.actor(HOUSING_SECRETARY), now=room.now)
    room.later(hours=1)
    room.step(dossier_id, "withdraw", SECRETARIAT)
    room.at(Stage.OFFICIAL_REVIEW)
    room.later(days=7)

    room.make(AudienceKind.PERSON)

    decided = room.lines(f"person:{HOUSING_SECRETARY}", Section.DECIDED)
    assert [(line.dossier_id, line.deeds) for line in decided] == [(dossier_id, ("withdraw",))]


def test_what_was_agreed_in_a_contact_waits_for_who_does_it(room: Newsroom) -> None:
    contact = Touchpoint(
        happened_on=date(2026, 11, 20),
        channel=Channel.CALL,
        our_people=[],
        follow_up="Stuur de cijfers na",
        follow_up_on=date(2026, 12, 1),
        follow_up_owner=HOUSING_SECRETARY,
        logged_by=HOUSING_SECRETARY,
        logged_at=room.now,
        surface="portal",
    )
    with room.writing() as session:
        session.add(contact)
    room.later(days=7)

    room.make(AudienceKind.PERSON)

    (line,) = room.lines(f"person:{HOUSING_SECRETARY}", Section.WAITING)
    (message,) = room.rendered(f"person:{HOUSING_SECRETARY}")
    assert (line.title, line.until) == ("Stuur de cijfers na", date(2026, 12, 1))
    assert message is not None
    assert "Stuur de cijfers na" in message.text


@pytest.mark.postgres
def test_both_databases_make_the_same_digests(database: Database) -> None:
    room = Newsroom(database)
    room.item(HOUSING, CARE, title="Besluit woningbouw")
    room.at(Stage.BOARD_APPROVAL)
    room.later(days=7)

    made = room.make()

    assert made.digests > 22
    assert {line.title for line in room.lines(GROUP, Section.NEW)} == {"Besluit woningbouw", "Wet regie"}
    assert room.make().digests == 0


class _DyingSplitter:
    """Knows what fits, until the process is killed after so many digests."""

    def __init__(self, splitter: Splitter, *, after: int) -> None:
        self.splitter, self.left = splitter, after

    def split(self, digest: Digest, url: str) -> tuple[tuple[int, int], ...]:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return self.splitter.split(digest, url)


def _aiming_at_moments(room: Newsroom) -> tuple[int, int, int]:
    """A text with a pen holder and two campaigns with a lead, that aim at two moments each."""
    lobby = HookWorld(room.database, now=room.now)
    text = room.at(Stage.DRAFTING, pen_holder=BOARD_MEMBER)
    campaigns = (lobby.campaign(), lobby.campaign())
    for campaign in campaigns:
        lobby.step(campaign, "ask_mandate", HOUSING_SECRETARY)
        lobby.mandate(campaign, lead=CARE_LEAD)
    for dossier_id in (text, *campaigns):
        for kind, day in (("committee_debate", 11), ("vote", 8), ("vote", 31)):
            moment = NewHook(kind=kind, title=f"{kind} {day}", on=date(2026, 12, day))
            lobby.do(add_hook, dossier_id, moment, seen_revision=None)
    return text, *campaigns


def _person(slug: str) -> Audience:
    return Audience(kind=AudienceKind.PERSON, slug=slug)


def _hide(session: Session, dossier_id: int, room: Newsroom, *readers: str) -> None:
    make_confidential(
        session,
        DESK,
        dossier_id,
        readers=readers,
        reason="omdat",
        actor=room.actor(SECRETARIAT),
        seen_revision=session.get_one(Dossier, dossier_id).revision,
        now=room.now,
    )


def _route_at(session: Session, moment: datetime) -> None:
    for routing in session.exec(select(ItemRouting)):
        routing.routed_at = moment


def _rename(session: Session, title: str) -> None:
    for item in session.exec(select(Item)):
        item.title = title


def test_publishers_that_were_not_read_in_the_same_hours_are_one_line(room: Newsroom) -> None:
    for source in ("publisher", "another"):
        room.followed[source] = timedelta(hours=1)
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP)

    (gap,) = room.lines(GROUP, Section.NOT_REACHED)
    assert (gap.title, [one.label for one in gap.also]) == ("publisher", ["another"])


def test_a_consultation_with_few_days_left_is_urgent_in_the_digest_of_who_must_decide(room: Newsroom) -> None:
    room.item(HOUSING, CARE, title="Haast", closes_on=dutch_date(room.now) + timedelta(days=12))
    room.later(days=7)

    room.make(AudienceKind.THEME_GROUP, AudienceKind.NETWORK, up_to_now=True)

    assert [line.urgent for line in room.lines(GROUP, Section.NEW)] == [True]
    assert [line.urgent for line in room.lines("network", Section.NEW)] == [False]
