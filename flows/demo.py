"""Plays the main job in Prefect against the sandbox: `python -m flows.demo [--once]`.

Started by `g40flow demo`, which has the sandbox, Prefect and the portal running.
"""

import argparse
import logging
import os
import time
from collections import Counter

import httpx
from prefect.logging import disable_run_logger
from sqlalchemy import func, select
from sqlmodel import col

from flows import serve
from flows.demo_response import Stage, leave_open, play_response
from flows.main_job import poll_sources, the_app
from g40flow.bootstrap import App
from g40flow.cli_text import plain, table
from g40flow.demo_campaigns import aim_at_debate
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.storage.publishers import last_runs
from g40flow.storage.tables import Delivery, Item, ItemRouting, Message, MessageState

SCRIPT = "/sandbox/script"
CONSULTATIONS = "internetconsultatie"


def main() -> None:
    """First look, the script of events, a summary; then stay up and keep polling."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--began", type=float, default=0.0)
    arguments = parser.parse_args()
    began = time.monotonic() - arguments.began
    logging.getLogger("g40flow").setLevel(logging.ERROR)  # troubles are part of the play
    app = the_app()
    print("1. De eerste blik op de uitgevers: alles wat al loopt, zonder storm van berichten.", flush=True)
    _look(app)
    if (number := aim_at_debate(app)) is not None:
        _tell(f"Campagne {number} mikt op het commissiedebat Woningbouwopgave.")
    print("\n2. Wat er daarna gebeurt:", flush=True)
    with httpx.Client(base_url=os.environ["SANDBOX_URL"], trust_env=False) as sandbox:
        for step in sandbox.get(SCRIPT).raise_for_status().json()["steps"]:
            print(f"\n   ▸ {step['title']}", flush=True)
            sandbox.post(f"{SCRIPT}/next").raise_for_status()
            _look(app)
        print("\n3. Een consultatie van signaal tot indiening, door de mensen van het netwerk:", flush=True)
        stage = Stage(app=app, sandbox=sandbox, look=lambda: _look_quietly(app), tell=_tell)
        play_response(stage)
        print("\n4. Twee dossiers om zelf mee verder te gaan:", flush=True)
        calling, deciding = leave_open(stage)
        _look(app)
    print("\n5. De weekoverzichten van de themagroepen en van het dagelijks bestuur:", flush=True)
    app.digester().make_due([AudienceKind.THEME_GROUP, AudienceKind.DAILY_BOARD], up_to_now=True)
    _look(app)
    _summary(app, time.monotonic() - began)
    if not arguments.once:
        _invite(app, calling, deciding)
        serve.main()


def _tell(line: str) -> None:
    print(f"   ▸ {line}", flush=True)


def _look_quietly(app: App) -> None:
    """One round of the main job, of which nothing is said."""
    with disable_run_logger():
        poll_sources([CONSULTATIONS], return_state=True)


def _look(app: App) -> None:
    """One round of the main job, and what it said."""
    before = _last_delivery(app)
    enabled = [name for name, config in app.sources_config.all().items() if config.enabled]
    with disable_run_logger():
        poll_sources(enabled, return_state=True)
    with app.database.reading() as session:
        query = (
            select(Message, Delivery)
            .join(Delivery, col(Delivery.message_id) == col(Message.id))
            .where(col(Delivery.id) > before)
            .order_by(col(Delivery.id))
        )
        told = session.execute(query).all()
    by_mail = {message.id for message, delivery in told if delivery.act == "route"}
    lines = [
        (_told_to(message), delivery)
        for message, delivery in told
        if delivery.act != "route" and not (delivery.act == "attempt" and message.id in by_mail)
    ]
    for (whom, act), count in Counter((whom, delivery.act) for whom, delivery in lines).items():
        sample = next(d.text for found, d in lines if (found, d.act) == (whom, act))
        first = plain(sample.partition("\n")[0])[:90]
        print(f"     {ACTS.get(act, act):<11} {whom:<48} {count:>3}×  {first}", flush=True)
    if not told:
        print("     niets te melden", flush=True)


def _told_to(message: Message) -> str:
    """Persons together, with how they are reached; everybody else by name."""
    if message.audience.startswith("person:"):
        return f"personen, via {message.transport}"
    return message.audience


ACTS = {"post": "geplaatst", "renew": "bijgewerkt", "found": "gevonden", "attempt": "mislukt"}


def _last_delivery(app: App) -> int:
    with app.database.reading() as session:
        return session.scalar(select(func.max(col(Delivery.id)))) or 0


def _summary(app: App, seconds: float) -> None:
    with app.database.reading() as session:
        runs = [(name, last_runs(session, name, limit=1000)) for name in app.sources_config.all()]
        items = session.scalar(select(func.count()).select_from(Item)) or 0
        routed = session.scalar(select(func.count(func.distinct(col(ItemRouting.item_id))))) or 0
        triage = session.scalar(select(func.count()).select_from(Item).where(col(Item.triage))) or 0
        by_state = select(col(Message.state), func.count()).group_by(col(Message.state))
        states: dict[str, int] = {row[0]: row[1] for row in session.execute(by_state)}
    print("\n6. Samenvatting")
    print(
        table(
            ["bron", "gekeken", "verzoeken", "gezien", "nieuw", "gewijzigd", "mislukt"],
            [
                [
                    name,
                    len(rows),
                    sum(r.requests for r in rows),
                    sum(r.seen for r in rows),
                    sum(r.new for r in rows),
                    sum(r.changed for r in rows),
                    sum(bool(r.errors) for r in rows),
                ]
                for name, rows in runs
            ],
        )
    )
    print(f"\nstukken     {items}: {routed} verdeeld, {triage} te beoordelen, de rest voor niemand")
    waiting = states.get(MessageState.PENDING, 0)
    print(
        f"berichten   {states.get(MessageState.SENT, 0)} bezorgd, {waiting} wachten op hun moment, "
        f"{states.get(MessageState.FAILED, 0)} mislukt"
    )
    print(f"tijd        {seconds:.0f} s", flush=True)


def _invite(app: App, calling: int, deciding: int) -> None:
    sandbox, prefect = os.environ["SANDBOX_URL"], os.environ["PREFECT_API_URL"].removesuffix("/api")
    lines: list[tuple[str, str]] = [
        ("Portaal", app.settings.portal_url),
        ("Slack (nagebouwd)", f"{sandbox}/slack/"),
        ("Mail (nagebouwd)", f"{sandbox}/mail/"),
        ("Prefect", prefect),
        ("Oefenwereld", f"{sandbox}/sandbox/"),
        ("Weekoverzichten", f"{app.settings.portal_url}/weekoverzichten"),
        ("Open uitvraag", f"{app.settings.portal_url}/dossiers/{calling}"),
        ("Wacht op het bestuur", f"{app.settings.portal_url}/dossiers/{deciding}"),
    ]
    print("\nOpen in de browser:")
    for name, address in lines:
        print(f"  {name:<22}{address}")
    print(
        "\nKies in het portaal wie u bent, en ga verder waar zij zijn:"
        "\n  Nout Modelman         stad Ede: beantwoord de uitvraag, in Mijn werk of met de link in de mail"
        "\n  Jasmijn de Voorbeeld  secretaris: lees de antwoorden en sluit de uitvraag"
        "\n  Teun Papier           penvoerder: schrijf alvast de tekst, zie Mijn werk onder U houdt de pen"
        "\n  Joost Proefsma        bestuurslid: besluit in het portaal, of met de knoppen in Slack"
        "\n  Bram Bedacht          secretaris van het bestuur: leg de uitkomst vast, of geef meer tijd"
        "\nIn de nagebouwde Slack kiest u bovenaan als wie u kijkt."
        "\nProbeer daarna: verleng in de oefenwereld een consultatie, wacht een minuut of vijf (of start in"
        "\nPrefect de flow poll-sources) en kijk hoe de kaart in Slack verandert. Stop met Ctrl-C.",
        flush=True,
    )


if __name__ == "__main__":
    main()
