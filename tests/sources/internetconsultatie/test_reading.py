from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from g40flow.domain.errors import NotFound, SourceChanged, SourceError, SourceSuspicious, SourceUnavailable
from g40flow.domain.items import ItemStatus
from g40flow.sources.contract import HistoryPage, StreamState
from tests.sources.internetconsultatie.small_site import MONDAY, OUTAGE, Desk, Poll, Shown, desk
from tests.sources.loopback import Answer

REST = "/rest/openconsultaties/"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def six() -> Iterator[Desk]:
    with desk() as it:
        yield it


@pytest.fixture
def polled(six: Desk) -> Desk:
    six.poll()
    six.now += HOUR
    return six


def test_a_first_poll_stores_the_row_and_the_page_of_every_consultation(six: Desk) -> None:
    poll = six.poll()

    assert sorted(poll.changed) == sorted(
        f"{entity} plan{number}" for entity in ("lijstregel", "consultatie") for number in range(1, 7)
    )
    assert poll.signals == []
    assert poll.seen == 6
    assert six.states["open"].completed_at == MONDAY


def test_polling_again_costs_one_request_and_changes_nothing(polled: Desk) -> None:
    state = polled.states["open"]

    poll = polled.poll()

    assert poll.paths == [REST]
    assert (poll.changed, poll.signals, poll.seen) == ([], [], 0)
    assert polled.states["open"] == state


def test_the_publisher_may_confirm_the_list_by_etag(six: Desk) -> None:
    six.site.etag = '"lijst1"'
    six.poll()
    six.now += HOUR

    poll = six.poll()

    assert poll.paths == [REST]
    assert six.site.loopback.requests[-1].headers["if-none-match"] == '"lijst1"'
    assert poll.changed == []


def test_a_new_consultation_is_read_with_its_page(polled: Desk) -> None:
    polled.site.show("nieuw_plan", Shown(title="Nieuw plan", kind="AMvB", chain="27200", documents=(7, 8)))

    poll = polled.poll()

    assert poll.paths == [REST, "/nieuw_plan", "/nieuw_plan/b1"]
    assert poll.changed == ["lijstregel nieuw_plan", "consultatie nieuw_plan"]
    item = polled.item("nieuw_plan")
    assert (item.title, item.kind_label, item.status) == ("Nieuw plan", "AMvB", ItemStatus.OPEN)
    assert (item.opens_on, item.closes_on) == (date(2026, 7, 6), date(2026, 8, 17))
    assert item.summary == "Kort over Nieuw plan."
    assert item.topics == ("Bestuur", "Gemeenten")
    assert item.ministry == "Ministerie van Voorbeeld"
    assert item.chain_id == "27200"
    assert item.url == f"{polled.site.loopback.url}/nieuw_plan/b1"
    assert [document.url for document in item.documents] == [
        f"{polled.site.loopback.url}/nieuw_plan/document/{number}" for number in (7, 8)
    ]


def test_an_extension_is_noticed_and_the_page_read_again(polled: Desk) -> None:
    polled.site.change("plan2", last="31-08-2026")

    poll = polled.poll()

    assert poll.paths == [REST, "/plan2/b1"]
    assert poll.changed == ["lijstregel plan2", "consultatie plan2"]
    assert polled.item("plan2").closes_on == date(2026, 8, 31)


def test_pages_of_open_consultations_are_read_again_after_a_day(polled: Desk) -> None:
    polled.site.change("plan4", documents=(100, 101))
    polled.now = MONDAY + DAY

    poll = polled.poll()

    assert [path for path in poll.paths if "/zoeken/" not in path] == [REST] + [
        f"/plan{n}/b1" for n in range(1, 7)
    ]
    assert poll.changed == ["consultatie plan4"]
    assert len(polled.item("plan4").documents) == 2


def test_rows_and_pages_that_differ_are_told_and_the_page_counts(six: Desk) -> None:
    six.site.change("plan1", page_last="24-08-2026")

    poll = six.poll()

    assert poll.codes == ["closing_dates_differ"]
    assert six.item("plan1").closes_on == date(2026, 8, 24)


def test_a_newer_row_counts_more_than_an_older_page(polled: Desk) -> None:
    polled.site.change("plan1", last="24-08-2026", page="<html>kapot</html>")
    with pytest.raises(SourceChanged):
        polled.poll()

    assert polled.item("plan1").closes_on == date(2026, 8, 24)


@pytest.mark.parametrize(
    ("values", "code"),
    [({"status": "Aangehouden"}, "unknown_status"), ({"kind": "Verordening"}, "unknown_type")],
)
def test_an_unknown_word_is_told_and_never_a_default(six: Desk, values: dict[str, str], code: str) -> None:
    six.site.show("vreemd", Shown(title="Vreemd", listed=False, searched=False, **values))  # type: ignore[arg-type]  # two of its texts

    six.poll()
    poll = six.poll("closed")

    assert poll.codes == [code]
    item = six.item("vreemd")
    if code == "unknown_status":
        assert item.status is ItemStatus.UNKNOWN
    else:
        assert item.kind_label == "Verordening"


def test_an_unknown_status_of_a_listed_consultation_does_not_hide_that_it_is_open(six: Desk) -> None:
    six.site.change("plan1", status="In consultatie", searched=False)

    poll = six.poll()

    assert sorted(poll.codes) == ["missing_from_search", "unknown_status"]
    assert six.item("plan1").status is ItemStatus.OPEN


# --- what disappears from the list


def test_a_consultation_that_closed_is_closed(polled: Desk) -> None:
    polled.now = datetime(2026, 8, 18, 6, tzinfo=UTC)
    for number in range(1, 6):
        polled.site.change(f"plan{number}", last="31-08-2026")
    polled.poll()
    polled.site.change("plan6", listed=False, status="Gesloten")

    poll = polled.poll()

    assert poll.changed == ["lijstregel plan6", "consultatie plan6"]
    assert poll.signals == []
    assert polled.item("plan6").status is ItemStatus.CLOSED


def test_a_consultation_whose_page_went_with_it_is_withdrawn(polled: Desk) -> None:
    polled.site.change("plan3", listed=False, searched=False, gone=404)

    poll = polled.poll()

    assert poll.codes == ["withdrawn"]
    assert polled.item("plan3").status is ItemStatus.WITHDRAWN
    assert polled.item("plan3").title == "Plan 3"
    polled.now += HOUR
    assert polled.poll().paths == [REST]
    polled.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert polled.item("plan3").status is ItemStatus.WITHDRAWN


def test_a_page_that_was_removed_after_the_term_is_not_a_withdrawal(polled: Desk) -> None:
    polled.site.change("plan3", listed=False, gone=410)
    polled.now = datetime(2026, 8, 18, 6, tzinfo=UTC)

    poll = polled.poll()

    assert "withdrawn" not in poll.codes
    assert polled.item("plan3").status is ItemStatus.CLOSED


def test_closed_before_its_last_day_is_withdrawn_and_stays_so(polled: Desk) -> None:
    polled.site.change("plan3", listed=False, status="Gesloten")

    poll = polled.poll()

    assert poll.codes == ["withdrawn"]
    assert polled.item("plan3").status is ItemStatus.WITHDRAWN
    polled.now = datetime(2026, 9, 1, tzinfo=UTC)
    polled.poll()
    assert polled.item("plan3").status is ItemStatus.WITHDRAWN


def test_gone_from_the_list_on_its_last_day_is_closed(polled: Desk) -> None:
    polled.now = datetime(2026, 8, 17, 16, tzinfo=UTC)
    polled.site.change("plan3", listed=False, status="Gesloten")

    polled.poll()

    assert polled.item("plan3").status is ItemStatus.CLOSED


def test_a_page_that_is_still_open_outweighs_that_the_list_lost_it(polled: Desk) -> None:
    polled.site.change("plan3", listed=False)

    poll = polled.poll()

    assert poll.codes == ["missing_from_list"]
    assert polled.item("plan3").status is ItemStatus.OPEN


def test_a_consultation_can_move_to_another_slug(polled: Desk) -> None:
    polled.site.show("plan3_nieuw", Shown(title="Plan 3", listed=False))
    polled.site.change("plan3", listed=False, redirect="/plan3_nieuw/b1")

    poll = polled.poll()

    assert poll.codes == ["moved"]
    assert polled.item("plan3").status is ItemStatus.MOVED
    assert polled.item("plan3").replaced_by == "plan3_nieuw"
    assert polled.item("plan3_nieuw").status is ItemStatus.OPEN


def test_a_consultation_can_be_opened_again(polled: Desk) -> None:
    polled.site.change("plan3", listed=False, gone=404)
    polled.poll()
    polled.now += HOUR

    polled.site.change("plan3", listed=True, gone=0, last="31-08-2026")
    poll = polled.poll()

    assert poll.changed == ["lijstregel plan3", "consultatie plan3"]
    assert polled.item("plan3").status is ItemStatus.OPEN
    assert polled.item("plan3").closes_on == date(2026, 8, 31)


def test_a_published_report_is_found_by_the_weekly_look_at_closed_consultations(polled: Desk) -> None:
    polled.now = datetime(2026, 8, 18, 6, tzinfo=UTC)
    for number in range(1, 6):
        polled.site.change(f"plan{number}", last="31-08-2026")
    polled.site.change("plan6", listed=False, status="Gesloten")
    polled.poll()
    polled.site.change("plan6", status="Resultaat gepubliceerd", documents=(100, 900))

    polled.now += 6 * DAY
    early = polled.poll()
    polled.now += 2 * DAY
    late = polled.poll()

    assert "/plan6/b1" not in early.paths
    assert "consultatie plan6" in late.changed
    assert polled.item("plan6").status is ItemStatus.RESULT_PUBLISHED


# --- what cannot be believed


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'<?xml version="1.0"?><consultaties></consultaties>', SourceSuspicious),
        (OUTAGE.encode(), SourceUnavailable),
        (b"<consultaties><consultatie>", SourceUnavailable),
    ],
)
def test_an_unusable_list_stores_nothing(polled: Desk, body: bytes, kind: type[SourceError]) -> None:
    before = (polled.states["open"], list(polled.records.all("lijstregel")))
    polled.site.rest = Answer(body=body)
    polled.site.search = Answer(body=OUTAGE.encode())

    with pytest.raises(kind):
        polled.poll()

    assert (polled.states["open"], list(polled.records.all("lijstregel"))) == before


def test_a_list_that_halved_is_suspicious(polled: Desk) -> None:
    for number in range(1, 4):
        polled.site.change(f"plan{number}", listed=False)

    with pytest.raises(SourceSuspicious, match="3 of 6"):
        polled.poll()

    assert polled.item("plan1").status is ItemStatus.OPEN
    assert len(list(polled.records.all("lijstregel"))) == 6


def test_many_consultations_may_close_on_one_day(polled: Desk) -> None:
    polled.now = datetime(2026, 8, 18, 6, tzinfo=UTC)
    for number in range(1, 6):
        polled.site.change(f"plan{number}", listed=False, status="Gesloten")
    polled.site.change("plan6", last="31-08-2026")

    polled.poll()

    assert polled.item("plan1").status is ItemStatus.CLOSED


def test_fewer_than_the_expected_minimum_is_suspicious() -> None:
    with desk(expected_minimum=7) as it, pytest.raises(SourceSuspicious, match=r"6 open.*at least 7"):
        it.poll()


@pytest.mark.parametrize("page", ["<html><body>x</body></html>", "<div id='content'><h1>Kop</h1></div>"])
def test_one_broken_page_does_not_keep_the_others_from_being_read(polled: Desk, page: str) -> None:
    polled.site.show("kapot", Shown(title="Kapot", page=page))
    polled.site.show("heel", Shown(title="Heel"))

    with pytest.raises(SourceChanged, match="1 of 2 pages"):
        polled.poll()

    assert polled.item("heel").summary
    assert polled.item("kapot").title == "Kapot"  # from the list, without what only the page tells
    assert polled.item("kapot").status is ItemStatus.OPEN
    assert polled.records.get("consultatie", "kapot") is None


def test_a_broken_page_is_tried_again_until_it_can_be_read(polled: Desk) -> None:
    polled.site.show("kapot", Shown(title="Kapot", page="<html></html>"))
    with pytest.raises(SourceChanged):
        polled.poll()
    polled.site.change("kapot", page="")
    polled.now += HOUR

    poll = polled.poll()

    assert poll.changed == ["consultatie kapot"]
    polled.now += HOUR
    assert polled.poll().paths == [REST]


def test_an_outage_in_the_middle_ends_the_poll_and_the_next_one_goes_on(polled: Desk) -> None:
    polled.site.show("nieuw1", Shown(title="Nieuw 1"))
    polled.site.show("nieuw2", Shown(title="Nieuw 2", page=OUTAGE))
    polled.site.show("nieuw3", Shown(title="Nieuw 3"))

    with pytest.raises(SourceUnavailable, match="not available"):
        polled.poll()
    polled.site.change("nieuw2", page="")
    poll = polled.poll()

    assert poll.paths == [REST, "/nieuw2", "/nieuw2/b1", "/nieuw3", "/nieuw3/b1"]


def test_a_changed_template_is_not_asked_for_sixty_times(six: Desk) -> None:
    for number in range(1, 7):
        six.site.change(f"plan{number}", page="<html><main>nieuw ontwerp</main></html>")

    with pytest.raises(SourceChanged, match="3 of 6 pages"):
        six.poll()


def test_a_request_to_wait_ends_the_poll_and_is_passed_on(polled: Desk) -> None:
    polled.site.rest = Answer(status=429, headers={"Retry-After": "900"})

    with pytest.raises(SourceUnavailable) as caught:
        polled.poll()

    assert caught.value.retry_after == timedelta(minutes=15)


def test_a_listed_consultation_without_a_page_stays_open_and_is_told(six: Desk) -> None:
    six.site.change("plan1", gone=404)

    poll = six.poll()

    assert poll.codes == ["page_missing"]
    assert six.item("plan1").status is ItemStatus.OPEN
    six.site.change("plan1", gone=0)
    six.now += HOUR
    assert six.poll().changed == ["consultatie plan1"]


def test_pages_that_lead_elsewhere_on_the_site_count_as_lost(polled: Desk) -> None:
    polled.site.change("plan3", listed=False, redirect="/zoeken/resultaat")

    assert polled.poll().codes == ["withdrawn"]


def test_a_list_that_leads_to_another_host_leads_nowhere(polled: Desk) -> None:
    polled.site.rest = Answer(
        body=b"<consultaties>"
        + b"".join(
            b"<consultatie><titel>x</titel><url>http://127.0.0.1:9/x%d</url><startdatum>01-07-2026</startdatum>"
            b"<einddatum>01-09-2026</einddatum></consultatie>" % number
            for number in range(6)
        )
        + b"</consultaties>"
    )

    with pytest.raises(SourceSuspicious, match="empty"):
        polled.poll()


# --- resuming


@pytest.mark.parametrize("batches", range(1, 9))
def test_a_crash_between_any_two_batches_loses_and_doubles_nothing(batches: int) -> None:
    with desk() as it:
        it.poll(batches=batches)

        poll = it.poll()

        assert len(set(poll.changed)) == len(poll.changed)
        assert len(list(it.records.all("lijstregel"))) == 6
        assert len(list(it.records.all("consultatie"))) == 6
        it.now += HOUR
        assert it.poll().paths == [REST]


def test_a_change_is_not_lost_in_a_crash(polled: Desk) -> None:
    polled.site.change("plan2", last="31-08-2026", documents=(1, 2))
    polled.site.change("plan3", last="31-08-2026", documents=(1, 2))

    polled.poll(batches=1)
    polled.poll()

    assert len(polled.item("plan2").documents) == 2
    assert len(polled.item("plan3").documents) == 2


def test_an_unreadable_cursor_only_costs_a_full_reading(polled: Desk) -> None:
    polled.states["open"] = StreamState(cursor="[niet van ons", completed_at=MONDAY)

    poll = polled.poll()

    assert poll.changed == []
    assert poll.paths[0] == REST


# --- the search page as fallback and cross-check


def test_the_search_page_takes_over_when_rest_cannot_be_used(polled: Desk) -> None:
    polled.site.rest = Answer(status=404)
    polled.site.show("nieuw", Shown(title="Nieuw"))

    poll = polled.poll()

    assert poll.codes == ["rest_unusable"]
    assert poll.changed == ["lijstregel nieuw", "consultatie nieuw"]
    assert polled.item("nieuw").closes_on == date(2026, 8, 17)


def test_an_outage_page_in_place_of_the_list_is_not_worked_around(polled: Desk) -> None:
    polled.site.rest = Answer(body=OUTAGE.encode())

    with pytest.raises(SourceUnavailable):
        polled.poll()

    assert polled.site.loopback.paths()[-1] == REST


def test_going_back_to_rest_changes_nothing_but_what_it_tells_more(polled: Desk) -> None:
    polled.site.rest = Answer(body=b"<html>geen lijst</html>")
    polled.poll()
    polled.site.rest = None

    poll = polled.poll()

    assert poll.changed == []


def test_a_broken_rest_list_and_an_unusable_search_page_together_are_an_error(polled: Desk) -> None:
    polled.site.rest = Answer(status=404)
    polled.site.search = Answer(status=404)

    with pytest.raises(SourceChanged, match="REST list: expected status 200"):
        polled.poll()


def test_many_results_are_read_page_by_page() -> None:
    with desk(consultations=25) as it:
        it.site.rest = Answer(status=404)

        poll = it.poll()

        assert len([path for path in poll.paths if path.startswith("/zoeken/")]) == 3
        assert len(list(it.records.all("consultatie"))) == 25


def test_what_only_the_search_page_has_is_read_and_told_once_a_day(polled: Desk) -> None:
    polled.site.show("vergeten", Shown(title="Vergeten", listed=False))

    same_day = polled.poll()
    polled.now += DAY
    next_day = polled.poll()

    assert same_day.paths == [REST]
    assert "missing_from_rest" in next_day.codes
    assert "consultatie vergeten" in next_day.changed
    assert polled.item("vergeten").status is ItemStatus.OPEN


def test_lists_that_differ_altogether_are_told_in_one_signal() -> None:
    with desk(consultations=25) as it:
        for number in range(1, 25):
            it.site.change(f"plan{number}", searched=False)

        assert it.poll().codes == ["lists_differ"]


def test_a_failing_cross_check_does_not_stop_the_poll(six: Desk) -> None:
    six.site.search = Answer(body=b"<html>anders</html>")

    poll = six.poll()

    assert poll.codes == ["cross_check_failed"]
    assert len(list(six.records.all("consultatie"))) == 6


def test_an_outage_page_during_the_cross_check_ends_the_poll(six: Desk) -> None:
    six.site.search = Answer(body=OUTAGE.encode())

    with pytest.raises(SourceUnavailable):
        six.poll()

    assert len(six.site.loopback.requests) == 2


def test_what_is_odd_about_a_list_is_told_even_if_a_page_fails(polled: Desk) -> None:
    polled.site.show("zoeken", Shown(title="Geen consultatie"))
    polled.site.show("kapot", Shown(title="Kapot", page="<html></html>"))
    poll = Poll(paths=[], changed=[], signals=[], seen=0)

    with pytest.raises(SourceChanged):
        polled.poll(into=poll)

    assert poll.codes == ["foreign_address"]


# --- the closed list


def test_the_closed_list_is_read_to_its_end_and_resumed_where_it_stopped() -> None:
    with desk() as it:
        for number in range(250):
            it.site.show(f"oud{number}", Shown(title=f"Oud {number}", status="Gesloten", listed=False))

        first = it.poll("closed", batches=120)
        second = it.poll("closed")

        assert first.paths[0] == "/geslotenconsultaties/1/100"
        assert second.paths[0] == "/geslotenconsultaties/2/100"
        assert len(list(it.records.all("consultatie"))) == 250
        assert len(first.changed) + len(second.changed) == 250
        assert it.states["closed"].cursor is None
        assert it.states["closed"].completed_at == it.now


def test_once_read_the_closed_list_costs_one_request() -> None:
    with desk() as it:
        for number in range(250):
            it.site.show(f"oud{number}", Shown(title=f"Oud {number}", status="Gesloten", listed=False))
        it.poll("closed")

        poll = it.poll("closed")

        assert poll.paths == ["/geslotenconsultaties/1/100"]
        assert poll.changed == []


def test_an_unreadable_closed_page_is_told_and_passed_over() -> None:
    with desk() as it:
        it.site.show("oud1", Shown(title="Oud 1", status="Gesloten", listed=False, page="<html></html>"))
        it.site.show("oud2", Shown(title="Oud 2", status="Gesloten", listed=False))

        poll = it.poll("closed")

        assert poll.codes == ["page_unreadable"]
        assert poll.changed == ["consultatie oud2"]


# --- links


def test_consultations_with_the_same_chain_belong_together(six: Desk) -> None:
    six.site.change("plan1", chain="27200")
    six.site.change("plan2", chain="27200")

    six.poll()

    record = six.records.get("consultatie", "plan1")
    assert record is not None
    assert six.source.item_identifiers([record.record], six.records) == {"plan1", "plan2"}
    assert six.item("plan1").related == ("plan2",)


def test_a_naive_moment_and_an_unknown_stream_are_refused(six: Desk) -> None:
    with pytest.raises(ValueError, match="aware"):
        six.source.read("open", StreamState(), six.records, six.fetch, datetime(2026, 7, 20))  # noqa: DTZ001  # that is the point
    with pytest.raises(NotFound, match="anders"):
        six.source.read("anders", StreamState(), six.records, six.fetch, MONDAY)


def test_what_was_never_told_makes_no_item(six: Desk) -> None:
    assert six.source.assemble("onbekend", six.records, MONDAY) is None


def test_what_the_search_page_shows_and_we_lack_is_named_and_read(six: Desk) -> None:
    six.poll()
    six.site.show("verborgen", Shown(title="Verborgen plan", listed=False))

    found = six.source.compare(six.records, six.fetch, six.now)
    missing = [one for one in found.listed if one.identifier not in found.held]
    read = list(six.source.read_again(missing, six.records, six.fetch, six.now))

    assert (found.theirs, found.ours) == (7, 6)
    assert [(one.identifier, one.title) for one in missing] == [("verborgen", "Verborgen plan")]
    assert [one.records[0].identifier for one in read] == ["verborgen"]


def test_history_reads_the_closed_list_until_the_day_that_is_asked_for() -> None:
    with desk() as it:
        for number in range(250):
            closing = date(2026, 6, 1) - timedelta(days=number)
            last = closing.strftime("%d-%m-%Y")
            it.site.show(f"oud{number}", Shown(title="Oud", status="Gesloten", last=last, listed=False))

        def read(cursor: str | None) -> list[HistoryPage]:
            since = date(2026, 2, 1)
            pages = []
            for page in it.source.history(
                "closed", since, cursor, StreamState(), it.records, it.fetch, it.now
            ):
                it.records.apply(page.batch, it.now)
                pages.append(page)
            return pages

        pages = read(None)

        assert len(list(it.records.all("consultatie"))) == 121
        assert pages[-1].batch.more is False
        assert sum(len(page.batch.records) for page in read(pages[-2].batch.state.cursor)) == 0
