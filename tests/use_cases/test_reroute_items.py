from g40flow.domain.routing import RoutableItem, Routing
from g40flow.use_cases.reroute_items import Rerouted, reroute_items
from tests.use_cases.conftest import MainJob, WordRouter
from tests.use_cases.publisher import consultation

FAR = "2027-01-29"


class NewRules(WordRouter):
    """The word router after somebody added a word."""

    words = {**WordRouter.words, "fiets": "slimme-verstedelijking-mobiliteit"}

    def route(self, item: RoutableItem) -> Routing:
        routing = super().route(item)
        return Routing(**{**vars(routing), "rule_version": "new"})


def reroute(job: MainJob) -> Rerouted:
    return reroute_items(job.database, NewRules(), job.announcer(), rule_version="new", clock=job.clock)


def test_what_new_rules_add_is_told_in_a_gathered_message(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Fietsen", closes_on=FAR), consultation("Woningen", closes_on=FAR))
    job.round()

    result = reroute(job)

    assert (result.total, result.done, result.added) == (2, 2, 1)
    assert {m.audience: m.kind for m in job.messages()} == {
        "group:woningmarkt": "item_card",
        "group:slimme-verstedelijking-mobiliteit": "gathered",
    }


def test_items_that_these_rules_have_routed_are_passed_over(job: MainJob) -> None:
    job.begin()
    job.publisher.publish(consultation("Fietsen", closes_on=FAR))
    job.round()
    reroute(job)

    assert reroute(job) == Rerouted(total=0)
