"""One consultation from signal to submission, each step where the person who takes it would be."""

import re
from datetime import date
from typing import Any

import httpx

from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.workflow import Stage
from tests.slack_app.conftest import text_of, wait_until
from tests.walks.world import Walk
from tests.web.reading import Reader
from tests.web.world import consultation

OFFICE, BOARD_SECRETARY = "anna-testerink", "bram-bedacht"
LEAD, SECRETARY = "zeger-de-voorbeeld", "jasmijn-de-voorbeeld"
WRITER = "nout-modelman"  # of Ede; not in Slack, so mail reaches him
MEMBERS = ("joost-proefsma", "lars-schijn", "mieke-van-fictie", "niels-van-schets")
CALL: dict[str, Any] = {
    "question": ["Wat kost dit uw stad?", "", ""],
    "help": ["", "", ""],
    "audience": "chosen",
    "cities": ["ede"],
    "closes_on": "2026-12-11",
    "closes_clock": "17:00",
    "wish": "open",
}
TEXT: dict[str, Any] = {"text": "# Reactie\n\nDe steden vragen om geld.\n", "note": "eerste versie"}
CHOICES: dict[str, Any] = {
    "publish": "yes",
    "organisation": "G40 Stedennetwerk",
    "place": "Den Haag",
    "contact": "PA",
}


def test_a_consultation_goes_from_a_card_in_slack_to_a_receipt(walk: Walk) -> None:
    item = walk.publish(consultation("Wet woningbouw", closes_on=date(2027, 1, 29)))

    dossier = taken_up(walk, item)
    prepared(walk, dossier)
    asked_and_answered(walk, dossier)
    written_and_agreed(walk, dossier)
    adopted_in_slack(walk, dossier)
    handed_in(walk, dossier)

    assert walk.dossier(dossier).stage == Stage.SUBMITTED
    history = walk.reader(OFFICE).get(f"/dossiers/{dossier}/history").text
    for surface in ("Slack", "portaal", "persoonlijke link"):
        assert surface.lower() in history.lower()


def taken_up(walk: Walk, item: int) -> int:
    """The lead presses the button under the card."""
    walk.program.press(LEAD, "item_take_up", group="woningmarkt")
    wait_until(lambda: walk.newest_about(item))
    dossier = walk.newest_about(item)
    walk.deliver()
    # No other group is asked: the program begins the decision, and the card of the item says so.
    assert "besluit wel of niet reageren" in walk.in_channel("woningmarkt")
    return dossier


def prepared(walk: Walk, dossier: int) -> None:
    """The lead chooses what, who and when, on the page of the dossier."""
    walk.act(LEAD, dossier, "response", response_type="own")
    walk.act(LEAD, dossier, "pen-holder", person=WRITER)
    walk.act(LEAD, dossier, "plan/fix")
    walk.step(LEAD, dossier, "call_members")


def asked_and_answered(walk: Walk, dossier: int) -> None:
    """The secretary asks in the portal; the city answers behind the link in its mail."""
    secretary, address = walk.reader(SECRETARY), f"/dossiers/{dossier}/call"
    secretary.send(secretary.get(address), address, **CALL)
    walk.deliver()
    [invitation] = walk.mails(WRITER, "Wat kost dit uw stad?")
    path = re.findall(r"/uitvraag/[\w.-]+", invitation)[0]
    with httpx.Client(base_url=walk.address, headers={"Origin": walk.address}, timeout=60) as nobody:
        city = Reader(nobody)
        city.send(city.get(path), path, kind="input", answer_q1="Twee miljoen per jaar.")
    page = secretary.get(address)
    assert "Twee miljoen per jaar." in page.text
    closing = page.tree.xpath("//form[contains(@action, '/close')]/@action")[0]
    secretary.send(page, closing.partition("#")[0], reason="iedereen antwoordde")
    assert walk.dossier(dossier).stage == Stage.DRAFTING


def written_and_agreed(walk: Walk, dossier: int) -> None:
    """The pen holder writes, and both reviews agree."""
    writer, address = walk.reader(WRITER), f"/dossiers/{dossier}/text"
    writer.send(writer.get(f"{address}/edit"), address, **TEXT)
    walk.step(WRITER, dossier, "offer_for_review")
    walk.step(SECRETARY, dossier, "agree_officially")
    walk.step(LEAD, dossier, "agree_politically")


def adopted_in_slack(walk: Walk, dossier: int) -> None:
    """The secretary of the board asks in the portal, the members press a button in Slack."""
    bram = walk.reader(BOARD_SECRETARY)
    bram.send(bram.get(f"/board/dossiers/{dossier}"), "/round", form="written_round", question="Zo goed?")
    walk.deliver()
    for member in MEMBERS:
        walk.waits_in_slack(member, "Zo goed?")
        ts = next(m["ts"] for m in walk.program.direct(member) if "Zo goed?" in text_of(m))
        press = {"user": member, "channel": "dm", "ts": ts, "action_id": "position_approve"}
        walk.program.slack.do("press", **press)
        walk.waits_in_slack(member, "Genoteerd")
    round_id = int(re.findall(r"/board/(\d+)", walk.page(BOARD_SECRETARY, dossier).source)[0])
    page = bram.get(f"/board/{round_id}")
    assert "Aan de regel is voldaan" in page.text
    bram.send(page, f"/board/{round_id}/close", result="adopted")
    walk.deliver()
    wait_until(lambda: walk.mails(WRITER, "astgesteld"))  # the Slack app may be the one that sends it


def handed_in(walk: Walk, dossier: int) -> None:
    """Two people check, the receipt is kept, and the secretariat says that it was sent."""
    anna, second = walk.reader(OFFICE), walk.reader(BOARD_SECRETARY)
    address = f"/dossiers/{dossier}/submission"
    anna.send(anna.get(address), "/prepare", **CHOICES)
    for check in Check:
        by = second if check is Check.SECOND_PERSON else anna
        by.send(by.get(address), f"/checks/{check}")
    _, values = anna.get(address).form("/receipt")
    stored = anna.client.post(
        f"{address}/receipt",
        data={**values, "sent_on": "2026-11-23", "sent_clock": "10:00"},
        files={"file": ("scherm.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "image/png")},
    )
    assert stored.status_code == 303, stored.text
    walk.step(OFFICE, dossier, "submit")
