from g40flow.config.routing import load_router
from g40flow.domain.routing import RoutableItem
from g40flow.resources import resource

ROUTER = load_router(resource("config") / "routing")


def routed(title: str, *home: str) -> tuple[str, ...]:
    item = RoutableItem(id="1", title=title, kind="Consultatie", suggested_groups=home, home_groups=home)
    routing = ROUTER.route(item)
    assert not routing.triage or not home
    return routing.groups


def test_what_says_nothing_of_anybody_goes_to_its_home() -> None:
    assert routed("Etikettering van bepaalde levensmiddelen", "europa") == ("europa",)
    assert routed("Etikettering van bepaalde levensmiddelen") == ()


def test_words_say_more_than_the_home() -> None:
    assert "slimme-verstedelijking-mobiliteit" in routed("Zero-emissiezones in steden", "europa")


def test_a_home_that_the_network_does_not_have_is_none() -> None:
    assert routed("Etikettering van bepaalde levensmiddelen", "bestaat-niet") == ()


def test_the_reason_is_named() -> None:
    item = RoutableItem(id="1", title="Etikettering", suggested_groups=("europa",), home_groups=("europa",))

    routing = ROUTER.route(item)

    assert "feed" in [reason.rule for reason in routing.reasons if reason.group == "europa"]
