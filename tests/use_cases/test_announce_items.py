from datetime import UTC, datetime

import pytest
from sqlmodel import select

from g40flow.domain.errors import SourceUnavailable
from g40flow.domain.items import SourceItem
from g40flow.domain.preferences import Pace, Topic
from g40flow.sources.contract import RecordReader
from g40flow.storage.dossier_tables import Follow
from g40flow.storage.preference_tables import MessageChoice
from g40flow.storage.tables import ItemRevision, ItemRouting, MessageState
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import Publisher, consultation

FAR = "2027-01-29"


def told(job: MainJob) -> dict[str, str]:
    """kind of message by audience, for messages about items."""
    return {m.audience: m.kind for m in job.messages() if m.audience != "operators"}


def test_what_was_there_at_the_first_reading_comes_in_one_message_per_group(job: MainJob) -> None:
    job.publisher.publish(
        consultation("Woningen een", closes_on=FAR), consultation("Woningen twee", closes_on=FAR)
    )

    job.round()

    assert job.texts() == ["verzameld 2\nWoningen een\nWoningen twee"]


def test_a_new_consultation_is_a_card_for_each_group_that_it_concerns_and_nobody_else(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Warmte in woningen", closes_on=FAR))

    job.round()

    assert told(job) == {"group:woningmarkt": "item_card", "group:duurzaamheid": "item_card"}
    assert all(text.startswith("kaart Warmte in woningen") for text in job.texts())


def test_an_item_for_nobody_is_kept_and_told_to_nobody(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Visserij", closes_on=FAR))

    job.round()

    assert job.item("Visserij").title == "Visserij"
    assert told(job) == {}


def test_an_uncertain_item_goes_to_triage(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Twijfel over van alles", closes_on=FAR))

    job.round()

    assert told(job) == {"triage": "triage_card"}


def test_reading_assembling_and_delivering_again_tells_nothing_twice(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))
    for _ in range(3):
        job.round()

    assert len(job.texts()) == 1


def test_an_extension_renews_the_card_and_is_told_in_its_thread_once(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))
    job.round()
    job.publisher.publish(consultation("Woningen", closes_on="2027-02-26"))

    job.round()
    job.round()

    card, reply = job.channel.messages.values()
    assert "sluit 2027-02-26" in card.rendered.text
    assert reply.rendered.text == "nieuws Woningen: extended"
    assert reply.thread is not None
    with job.database.reading() as session:
        [revision] = session.exec(select(ItemRevision)).all()
    assert {"field": "closes_on", "old": FAR, "new": "2027-02-26"} in revision.changes


def test_a_change_that_is_no_news_renews_the_card_quietly(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("a", closes_on=FAR, title="Woningen"))
    job.round()
    job.publisher.publish(consultation("a", closes_on=FAR, title="Woningen (verbeterd)"))

    job.round()

    [card] = job.texts()
    assert card.startswith("kaart Woningen (verbeterd)")


def test_a_group_that_a_later_change_concerns_is_told_then(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("a", closes_on=FAR, title="Woningen"))
    job.round()
    job.publisher.publish(consultation("a", closes_on=FAR, title="Woningen en warmte"))

    job.round()

    assert told(job) == {"group:woningmarkt": "item_card", "group:duurzaamheid": "item_card"}


def test_a_machine_never_takes_an_item_away_from_a_group(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("a", closes_on=FAR, title="Woningen"))
    job.round()
    job.publisher.publish(consultation("a", closes_on=FAR, title="Iets anders"))

    job.round()

    with job.database.reading() as session:
        [routing] = session.exec(select(ItemRouting)).all()
    assert (routing.theme_group, routing.withdrawn_at) == ("woningmarkt", None)


def test_an_old_item_that_a_publisher_sends_again_is_stored_but_no_news(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on="2019-03-01", status="closed"))

    job.round()

    assert job.item("Woningen").closes_on is not None
    assert told(job) == {}


def test_urgent_news_also_reaches_the_secretary_of_the_lead_group(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on="2026-12-01"))

    job.round()

    people = [audience for audience in told(job) if audience.startswith("person:")]
    assert len(people) == 1
    assert "spoed Woningen" in job.texts()


def test_in_the_evening_a_new_item_waits_for_the_next_working_morning(job: MainJob) -> None:
    job.begin()
    job.now = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)  # Friday evening
    job.publisher.publish(consultation("Woningen", closes_on=FAR))

    job.round()
    in_the_evening = job.texts()
    job.now = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)  # Monday, 8:00 in the Netherlands
    job.deliver()

    assert in_the_evening == []
    assert len(job.texts()) == 1


def test_what_closes_within_a_day_is_told_in_the_evening_all_the_same(job: MainJob) -> None:
    job.begin()
    job.now = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
    job.publisher.publish(consultation("Woningen", closes_on="2026-11-27"))

    job.round()

    assert any(text.startswith("kaart Woningen") for text in job.texts())


def test_in_recess_new_items_are_gathered_for_the_weekly_moment(job: MainJob) -> None:
    job.begin()
    job.now = datetime(2026, 12, 22, 9, 0, tzinfo=UTC)  # Christmas recess
    job.publisher.publish(consultation("Woningen", closes_on=FAR))

    job.round()

    [message] = [m for m in job.messages() if m.audience == "group:woningmarkt"]
    assert (message.kind, message.state) == ("gathered", MessageState.PENDING)
    assert message.not_before == datetime(2026, 12, 28, 8, 0, tzinfo=UTC)


def test_a_withdrawn_consultation_is_told_and_stays_findable(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))
    job.round()
    job.publisher.publish(consultation("Woningen", closes_on=FAR, status="withdrawn"))

    job.round()

    assert "nieuws Woningen: withdrawn" in job.texts()
    assert job.item("Woningen").status == "withdrawn"


def test_the_same_news_under_another_address_goes_in_the_thread_of_the_first(job: MainJob) -> None:
    job.begin()
    title = "Wet betere woningen in steden"
    job.publisher.publish(consultation("wbws", closes_on=FAR, title=title))
    job.round()
    job.publisher.publish(consultation("wbws2", closes_on=FAR, title=title))

    job.round()

    first, second = job.channel.messages.values()
    assert first.thread is None
    assert second.thread is not None
    assert second.rendered.text.startswith(f"kaart {title}")


class Killed(BaseException):
    """The process ends here; nothing catches it."""


class BreaksOnTwo(Publisher):
    """Breaks while the second of its items is assembled, as long as `error` is set."""

    error: BaseException | None = None

    def assemble(self, identifier: str, stored: RecordReader, now: datetime) -> SourceItem | None:
        if identifier.endswith("twee") and self.error is not None:
            raise self.error
        return super().assemble(identifier, stored, now)


def with_three_items(job: MainJob, error: BaseException) -> BreaksOnTwo:
    job.publisher = publisher = BreaksOnTwo()
    job.begin()
    publisher.error = error
    for number in ("een", "twee", "drie"):
        publisher.publish(consultation(f"Woningen {number}", closes_on=FAR))
    job.poll()
    return publisher


def test_items_and_messages_are_written_together_or_not_at_all(job: MainJob) -> None:
    publisher = with_three_items(job, Killed())

    with pytest.raises(Killed):
        job.assemble()
    after_the_kill = job.messages()
    publisher.error = None
    job.assemble()

    assert after_the_kill == []
    assert [m.kind for m in job.messages()] == ["item_card"] * 3


def test_an_item_that_cannot_be_assembled_does_not_hold_up_the_others(job: MainJob) -> None:
    publisher = with_three_items(job, ValueError("no title"))

    job.round()
    first = job.texts()
    publisher.error = None
    publisher.publish(consultation("Woningen twee", closes_on="2027-01-30"))
    job.round()

    assert sorted(text.split(" sluit")[0] for text in first) == [
        "bron publisher: cannot_assemble Woningen twee kan niet worden samengesteld: ValueError('no title')",
        "kaart Woningen drie",
        "kaart Woningen een",
    ]
    assert any(text.startswith("kaart Woningen twee") for text in job.texts())


def test_what_a_change_brings_to_another_group_is_news_to_it_however_old_the_item(job: MainJob) -> None:
    job.publisher.publish(consultation("a", closes_on=FAR, title="Woningen"))
    job.begin()
    job.publisher.publish(consultation("a", closes_on=FAR, title="Woningen en warmte"))

    job.round()

    assert told(job) == {"group:woningmarkt": "gathered", "group:duurzaamheid": "item_card"}


def test_a_stream_that_cannot_be_read_yet_does_not_make_the_news_of_the_others_history(job: MainJob) -> None:
    job.publisher.streams = ("news", "documents")
    job.publisher.troubles["documents"] = SourceUnavailable("time-out")
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))

    job.round()

    assert told(job) == {"group:woningmarkt": "item_card"}


def test_what_the_first_reading_of_a_stream_adds_to_items_is_no_news(job: MainJob) -> None:
    job.publisher.streams = ("news", "documents")
    job.publisher.troubles["documents"] = SourceUnavailable("time-out")
    job.begin()
    job.publisher.publish(consultation("Woningen", closes_on=FAR))
    job.round()
    job.publisher.troubles.clear()
    job.publisher.publish(consultation("Woningen", closes_on="2027-02-26"), stream="documents")

    job.round()

    about_items = [text for text in job.texts() if "Woningen" in text]
    assert [text.partition("\n")[0] for text in about_items] == ["kaart Woningen sluit 2027-02-26 open"]


def test_what_a_first_reading_finds_hours_after_the_start_is_not_hidden_in_a_message_that_was_read(
    job: MainJob,
) -> None:
    job.publisher.streams = ("news", "late")
    job.publisher.troubles["late"] = SourceUnavailable("time-out")
    job.publisher.publish(consultation("Woningen een", closes_on=FAR))
    job.begin()
    job.publisher.troubles.clear()
    job.publisher.publish(consultation("Woningen twee", closes_on=FAR), stream="late")
    job.later(hours=2)

    job.round()

    gathered = [text for text in job.texts() if text.startswith("verzameld")]
    assert gathered == ["verzameld 1\nWoningen een", "verzameld 1\nWoningen twee"]


def test_who_follows_an_item_hears_of_its_news_once(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Visserij", closes_on=FAR))
    job.round()
    item = job.item("Visserij")
    with job.database.writing() as session:
        session.add(Follow(person="zeger-de-voorbeeld", subject=f"item:{item.id}", since=job.now))

    job.publisher.publish(consultation("Visserij", closes_on="2027-02-12"))
    job.round()
    job.round()

    assert told(job) == {"person:zeger-de-voorbeeld": "followed_news"}
    assert job.texts()[-1].startswith("gevolgd Visserij: extended")


def test_who_wants_every_new_item_of_a_group_gets_each_of_them_once(job: MainJob) -> None:
    job.begin()
    with job.database.writing() as session:
        for group in ("woningmarkt", "duurzaamheid"):
            session.add(
                MessageChoice(
                    person="anna-testerink",
                    topic=Topic.GROUP_NEWS,
                    theme_group=group,
                    pace=Pace.AT_ONCE,
                    changed_at=datetime(2026, 11, 2, tzinfo=UTC),
                )
            )
    job.publisher.publish(consultation("Warmte in woningen", closes_on=FAR))

    job.round()

    assert told(job) == {
        "group:woningmarkt": "item_card",
        "group:duurzaamheid": "item_card",
        "person:anna-testerink": "group_news",
    }
