"""views.*"""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from g40flow.sandbox.slack.server import SlackServer

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "return",
    "private_metadata": "r17:v3",
    "title": {"type": "plain_text", "text": "Teruggeven"},
    "blocks": [{"type": "divider"}],
}
HOME = {"type": "home", "blocks": [{"type": "divider", "block_id": "line"}]}


def trigger(web: WebClient, **arguments: str) -> str:
    given = arguments or {"user_id": "U0ANNA"}
    return str(web.api_call("views.generateTriggerId", json=given)["trigger_id"])


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_an_opened_view_comes_back_with_id_hash_and_empty_state(web: WebClient) -> None:
    view = web.views_open(trigger_id=trigger(web), view=MODAL)["view"]

    assert view["id"].startswith("V")
    assert (view["callback_id"], view["private_metadata"]) == ("return", "r17:v3")
    assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
    assert view["state"] == {"values": {}}
    assert view["hash"]
    assert view["blocks"][0]["block_id"]


def test_a_trigger_works_once_and_for_three_seconds(slack: SlackServer, web: WebClient) -> None:
    used, late = trigger(web), trigger(web)
    web.views_open(trigger_id=used, view=MODAL)

    slack.advance(seconds=3.1)

    assert refusal(web.views_open, trigger_id=used, view=MODAL) == "exchanged_trigger_id"
    assert refusal(web.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    assert refusal(web.views_open, trigger_id="1.2.x", view=MODAL) == "invalid_trigger_id"


def test_a_view_that_is_refused_does_not_use_up_the_trigger(web: WebClient) -> None:
    name = trigger(web)

    assert refusal(web.views_open, trigger_id=name, view={**MODAL, "title": None}) == "invalid_arguments"
    assert web.views_open(trigger_id=name, view=MODAL)["ok"]


def test_an_update_needs_the_view_and_the_hash_of_its_last_state(web: WebClient) -> None:
    view = web.views_open(trigger_id=trigger(web), view=MODAL)["view"]

    changed = web.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)["view"]

    assert changed["hash"] != view["hash"]
    assert refusal(web.views_update, view_id=view["id"], hash=view["hash"], view=MODAL) == "hash_conflict"
    assert refusal(web.views_update, view_id="V0NONE", view=MODAL) == "not_found"


def test_a_view_is_also_found_by_its_external_id_which_is_unique(web: WebClient) -> None:
    named = {**MODAL, "external_id": "dossier-17"}
    view = web.views_open(trigger_id=trigger(web), view=named)["view"]

    assert web.views_update(external_id="dossier-17", view=named)["view"]["id"] == view["id"]
    assert refusal(web.views_open, trigger_id=trigger(web), view=named) == "duplicate_external_id"


def test_three_views_fit_on_each_other(web: WebClient) -> None:
    first = web.views_open(trigger_id=trigger(web), view=MODAL)["view"]
    second = web.views_push(trigger_id=trigger(web, view_id=first["id"]), view=MODAL)["view"]
    third = web.views_push(trigger_id=trigger(web), view=MODAL)["view"]

    assert (second["previous_view_id"], third["previous_view_id"]) == (first["id"], second["id"])
    assert third["root_view_id"] == first["id"]
    assert refusal(web.views_push, trigger_id=trigger(web), view=MODAL) == "push_limit_reached"


def test_a_view_that_is_too_large_is_refused(web: WebClient) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "x" * 2990}}

    error = refusal(web.views_open, trigger_id=trigger(web), view={**MODAL, "blocks": [block] * 90})

    assert error == "view_too_large"


def test_a_home_tab_is_replaced_and_guarded_by_its_hash(web: WebClient) -> None:
    first = web.views_publish(user_id="U0ANNA", view=HOME)["view"]
    second = web.views_publish(user_id="U0ANNA", view=HOME, hash=first["hash"])["view"]

    assert first["id"] == second["id"]
    assert second["blocks"] == HOME["blocks"]
    stale = {"user_id": "U0ANNA", "view": HOME, "hash": first["hash"]}
    assert refusal(web.views_publish, **stale) == "hash_conflict"


def test_when_a_home_tab_is_refused(slack: SlackServer, web: WebClient) -> None:
    with_title = {**HOME, "title": {"type": "plain_text", "text": "x"}}

    assert refusal(web.views_publish, user_id="U0ANNA", view=with_title) == "invalid_arguments"
    assert refusal(web.views_publish, user_id="U0ANNA", view=MODAL) == "invalid_arguments"
    assert refusal(web.views_publish, user_id="U0NOBODY", view=HOME) == "invalid_arguments"
    slack.do("app", home_tab=False)
    try:
        assert refusal(web.views_publish, user_id="U0ANNA", view=HOME) == "not_enabled"
    finally:
        slack.do("app", home_tab=True)
