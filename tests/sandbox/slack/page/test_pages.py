"""The pages for people."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html as lxml_html
from slack_sdk import WebClient

import g40flow.sandbox.slack.page
from g40flow.sandbox.slack.server import SlackServer

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(name: str) -> dict[str, Any]:
    return {"text": words(name), "value": name}


BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": words("Kop")},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*vet* <@U0BRAM>"},
        "accessory": {"type": "overflow", "action_id": "more", "options": [option("later")]},
    },
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Sluit*"}, words("morgen")]},
    {"type": "divider"},
    {
        "type": "context",
        "elements": [{"type": "image", "alt_text": "Logo", "image_url": "https://a.nl/x.png"}],
    },
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {"type": "button", "action_id": "go", "value": "1", "text": words("Akkoord")},
            {
                "type": "button",
                "action_id": "stop",
                "text": words("Stop"),
                "confirm": {
                    "title": words("Zeker?"),
                    "text": words("Dit is definitief."),
                    "confirm": words("Ja"),
                    "deny": words("Nee"),
                },
            },
            {"type": "button", "action_id": "link", "url": "https://example.nl/d", "text": words("Open")},
            {"type": "static_select", "action_id": "pick", "options": [option("hoog"), option("laag")]},
            {"type": "checkboxes", "action_id": "tick", "options": [option("a"), option("b")]},
        ],
    },
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": words("Teruggeven"),
    "submit": words("Geef terug"),
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": words("Waarom?"),
            "hint": words("Kort en duidelijk"),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        }
    ],
}


@pytest.fixture
def browser(slack: SlackServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=slack.url, follow_redirects=True, trust_env=False) as client:
        yield client


def page_of(response: httpx.Response) -> lxml_html.HtmlElement:
    assert response.status_code == 200, response.text
    return lxml_html.document_fromstring(response.text)


def text_of(response: httpx.Response) -> str:
    return " ".join(page_of(response).text_content().split())


def channel(browser: httpx.Client, user: str = "U0ANNA", name: str = "C0OPEN") -> httpx.Response:
    return browser.get(f"/sandbox/slack/{user}/{name}")


def press(browser: httpx.Client, ts: str, *parts: str, **fields: Any) -> httpx.Response:
    address = f"/sandbox/slack/U0ANNA/C0OPEN/{ts}/act"
    return browser.post(address, data={"press": json.dumps(parts), **fields})


def test_the_first_page_lets_you_choose_who_you_are(
    slack: SlackServer, web: WebClient, browser: httpx.Client
) -> None:
    web.chat_postMessage(channel="C0OPEN", text="x")

    shown = text_of(browser.get("/"))

    assert "Anna Voorbeeld" in shown
    assert "1 ongelezen" in shown
    assert "gone" not in shown


def test_every_page_has_a_strict_policy_and_no_inline_code(web: WebClient, browser: httpx.Client) -> None:
    web.chat_postMessage(channel="C0OPEN", text="x", blocks=BLOCKS)

    for response in (browser.get("/"), channel(browser), browser.get("/sandbox/slack/U0ANNA/home")):
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert not re.search(r"<script(?! src=)|<style| style=| on\w+=", response.text)


def test_blocks_are_shown_with_their_words(web: WebClient, browser: httpx.Client) -> None:
    web.chat_postMessage(channel="C0OPEN", text="x", blocks=BLOCKS)

    page = page_of(channel(browser))

    (article,) = page.xpath("//article")
    assert article.xpath(".//h4/text()") == ["Kop"]
    assert article.xpath(".//strong/text()") == ["vet", "Sluit"]
    assert article.xpath(".//*[@role='img']/@aria-label") == ["Logo"]
    assert "@Bram Schets" in article.text_content()
    assert "Dit is definitief." in article.text_content()
    assert article.xpath(".//select/option/text()") == ["Kies", "hoog", "laag"]
    assert [b.text_content().strip() for b in article.xpath(".//button[@name='press']")][:2] == [
        "later",
        "Akkoord",
    ]


def test_hostile_text_stays_text_everywhere(
    slack: SlackServer, web: WebClient, browser: httpx.Client
) -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": words(HOSTILE)},
        {"type": "section", "text": {"type": "mrkdwn", "text": HOSTILE}, "fields": [words(HOSTILE)]},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": words(HOSTILE[:70]), "action_id": HOSTILE}],
        },
    ]
    web.chat_postMessage(channel="C0OPEN", text=HOSTILE)
    web.chat_postMessage(channel="C0OPEN", text="x", blocks=blocks)
    slack.do("say", user="bram", channel="algemeen", text=HOSTILE)

    page = page_of(channel(browser))

    assert len(page.xpath("//script")) == 1
    assert page.xpath("//main//script | //main//img | //*[@onerror]") == []


def test_unread_messages_are_counted_until_the_channel_is_opened(
    web: WebClient, browser: httpx.Client
) -> None:
    web.chat_postMessage(channel="C0OPEN", text="een")
    web.chat_postMessage(channel="C0PRIV", text="elders")

    first = page_of(channel(browser))
    second = page_of(channel(browser))

    def counts(page: lxml_html.HtmlElement) -> list[str]:
        return [" ".join(c.text_content().split()) for c in page.xpath("//nav//*[@class='count']")]

    assert counts(first) == ["1 ongelezen", "1 ongelezen"]
    assert counts(second) == ["1 ongelezen"]
    assert len(first.xpath("//*[@class='fresh']")) == 1
    assert second.xpath("//*[@class='fresh']") == []


def test_threads_edits_and_private_notes_are_marked(web: WebClient, browser: httpx.Client) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="ouder")["ts"]
    web.chat_postMessage(channel="C0OPEN", text="antwoord", thread_ts=ts)
    web.chat_update(channel="C0OPEN", ts=ts, text="ouder, beter")
    web.chat_postEphemeral(channel="C0OPEN", user="U0ANNA", text="geheimpje")

    anna, bram = text_of(channel(browser)), text_of(channel(browser, "U0BRAM"))

    assert "(bewerkt)" in anna
    assert "1 antwoord" in anna
    assert "Alleen zichtbaar voor jou geheimpje" in anna
    assert "geheimpje" not in bram


def test_nobody_sees_a_private_channel_of_others(browser: httpx.Client) -> None:
    response = channel(browser, "U0BRAM", "C0PRIV")

    assert response.status_code == 404
    assert "dit kanaal" in response.text.lower()


def test_a_button_works_without_scripts_and_a_silent_app_is_noticed(
    slack: SlackServer, web: WebClient, browser: httpx.Client
) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="x", blocks=BLOCKS)["ts"]

    response = press(browser, ts, "acts", "go")

    (delivery,) = slack.see("deliveries")["deliveries"]
    assert delivery["payload"]["actions"][0]["action_id"] == "go"
    assert "De app gaf niet op tijd antwoord" in text_of(response)


def test_choices_are_sent_with_their_values(
    slack: SlackServer, web: WebClient, browser: httpx.Client
) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="x", blocks=BLOCKS)["ts"]
    block_id = web.conversations_history(channel="C0OPEN")["messages"][0]["blocks"][1]["block_id"]

    press(browser, ts, "acts", "pick", **{'v["acts", "pick"]': "laag"})
    press(browser, ts, "acts", "tick", **{'v["acts", "tick"]': ["a", "b"]})
    press(browser, ts, block_id, "more", "later")

    sent = [d["payload"]["actions"][0] for d in slack.see("deliveries")["deliveries"]]
    assert sent[0]["selected_option"]["value"] == "laag"
    assert [o["value"] for o in sent[1]["selected_options"]] == ["a", "b"]
    assert sent[2]["selected_option"]["value"] == "later"


def test_a_button_of_an_earlier_version_is_explained(web: WebClient, browser: httpx.Client) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="x", blocks=BLOCKS)["ts"]
    web.chat_update(channel="C0OPEN", ts=ts, text="Besloten", blocks=[])

    response = press(browser, ts, "acts", "go")

    assert response.status_code == 404
    assert "eerdere versie" in response.text


def test_a_link_button_tells_the_app_and_leads_to_its_own_address_only(
    slack: SlackServer, web: WebClient, browser: httpx.Client
) -> None:
    ts = web.chat_postMessage(channel="C0OPEN", text="x", blocks=BLOCKS)["ts"]
    follow = f"/sandbox/slack/U0ANNA/C0OPEN/{ts}/follow"

    there = browser.get(follow, params={"block": "acts", "action": "link"}, follow_redirects=False)
    nowhere = browser.get(follow, params={"block": "acts", "action": "go"}, follow_redirects=False)

    assert (there.status_code, there.headers["location"]) == (303, "https://example.nl/d")
    assert nowhere.status_code == 404


def open_modal(web: WebClient) -> str:
    trigger = web.api_call("views.generateTriggerId", json={"user_id": "U0ANNA"})["trigger_id"]
    return str(web.views_open(trigger_id=trigger, view=MODAL)["view"]["id"])


def test_a_modal_is_a_form_with_labels_whose_mistakes_stand_under_the_field(
    web: WebClient, browser: httpx.Client
) -> None:
    address = f"/sandbox/slack/U0ANNA/modal/{open_modal(web)}"

    page = page_of(browser.get(address))
    refused = browser.post(f"{address}/submit", data={'v["why", "text"]': ""})

    (field,) = page.xpath("//main//textarea")
    assert page.xpath(f"//label[@for='{field.get('id')}']")[0].text_content().strip() == "Waarom?"
    assert "Kort en duidelijk" in page.text_content()
    assert refused.status_code == 422
    assert "Vul dit veld in." in refused.text


def test_a_submitted_modal_reaches_the_app_and_a_closed_one_is_gone(
    slack: SlackServer, web: WebClient, browser: httpx.Client
) -> None:
    first, second = open_modal(web), open_modal(web)

    browser.post(f"/sandbox/slack/U0ANNA/modal/{first}/submit", data={'v["why", "text"]': "Daarom\r\nniet"})
    browser.post(f"/sandbox/slack/U0ANNA/modal/{second}/close")

    payload = slack.see("deliveries")["deliveries"][0]["payload"]
    assert payload["view"]["state"]["values"]["why"]["text"]["value"] == "Daarom\nniet"
    assert browser.get(f"/sandbox/slack/U0ANNA/modal/{second}").status_code == 404
    assert browser.get(f"/sandbox/slack/U0BRAM/modal/{first}").status_code == 404


def test_home_is_shown_after_it_was_opened(slack: SlackServer, web: WebClient, browser: httpx.Client) -> None:
    web.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": BLOCKS[:1]})

    shown = text_of(browser.get("/sandbox/slack/U0ANNA/home"))
    browser.post("/sandbox/slack/U0ANNA/home")

    assert "Kop" in shown
    (delivery,) = slack.see("deliveries")["deliveries"]
    assert delivery["payload"]["event"]["type"] == "app_home_opened"
    assert "niets neergezet" in text_of(browser.get("/sandbox/slack/U0BRAM/home"))


def test_people_write_answer_and_react(slack: SlackServer, web: WebClient, browser: httpx.Client) -> None:
    there = "/sandbox/slack/U0ANNA/C0OPEN"
    browser.post(f"{there}/say", data={"text": "hallo <b>"})
    ts = web.conversations_history(channel="C0OPEN")["messages"][0]["ts"]
    browser.post(f"{there}/say", data={"text": "antwoord", "thread_ts": ts})
    browser.post(f"{there}/{ts}/react", data={"name": "eyes"})

    parent, reply = web.conversations_replies(channel="C0OPEN", ts=ts)["messages"]
    assert (parent["text"], reply["text"]) == ("hallo &lt;b&gt;", "antwoord")
    assert parent["reactions"][0]["users"] == ["U0ANNA"]
    browser.post(f"{there}/{ts}/react", data={"name": "eyes"})
    assert web.conversations_history(channel="C0OPEN")["messages"][0]["reactions"] == []


def test_a_line_with_a_slash_is_a_command(slack: SlackServer, browser: httpx.Client) -> None:
    browser.post("/sandbox/slack/U0ANNA/C0OPEN/say", data={"text": "/g40 zoek wonen"})

    payload = slack.see("deliveries")["deliveries"][0]["payload"]
    assert (payload["command"], payload["text"]) == ("/g40", "zoek wonen")


def test_switching_persons_stays_in_the_channel_where_that_is_allowed(browser: httpx.Client) -> None:
    same = browser.get("/sandbox/slack/switch", params={"user": "U0BRAM", "channel": "C0OPEN"})
    other = browser.get("/sandbox/slack/switch", params={"user": "U0BRAM", "channel": "C0PRIV"})

    assert str(same.url).endswith("/U0BRAM/C0OPEN")
    assert not str(other.url).endswith("/C0PRIV")


def test_the_version_grows_only_when_something_changed(web: WebClient, browser: httpx.Client) -> None:
    def version() -> int:
        return int(browser.get("/sandbox/slack/version").json()["version"])

    before = version()
    channel(browser)
    unchanged = version()
    web.chat_postMessage(channel="C0OPEN", text="x")

    assert unchanged == before
    assert version() > before


def test_links_work_below_a_prefix() -> None:
    with SlackServer(prefix="/slack") as below:
        page = httpx.get(f"{below.url}/", trust_env=False).text
        start = httpx.get(f"{below.url}/sandbox/slack/U0G40P001", trust_env=False)

    assert 'href="/slack/sandbox/slack/U0G40P001"' in page
    assert start.headers["location"].startswith("/slack/sandbox/slack/U0G40P001/")


def test_every_address_begins_where_the_stand_in_is_mounted() -> None:
    templates = Path(g40flow.sandbox.slack.page.__file__).parent / "templates"

    fixed = [path.name for path in templates.glob("*.html") if '="/' in path.read_text(encoding="utf-8")]

    assert fixed == []
