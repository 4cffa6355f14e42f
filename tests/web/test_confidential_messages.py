"""The ledger of messages shows nothing of a confidential dossier to who may not know of it."""

from datetime import date

import pytest

from g40flow.storage.dossier_tables import Dossier, DossierReader, MessageDossier
from g40flow.storage.messages import write_message
from tests.web.reading import Reader
from tests.web.signing_in import browser_of
from tests.web.world import World


@pytest.mark.parametrize(
    ("person", "sees"),
    [("anna-testerink", False), ("bram-bedacht", True), ("lars-schijn", True), ("kim-modelman", False)],
)
def test_only_readers_and_the_pen_holder_see_messages_about_it(world: World, person: str, sees: bool) -> None:
    with world.database.writing() as session:
        dossier = Dossier(
            number="2026-001",
            title="Geheim",
            stage_since=world.now(),
            confidential=True,
            pen_holder="lars-schijn",
            detected_on=date(2026, 11, 23),
            plan={},
            opened_at=world.now(),
            opened_by="bram-bedacht",
        )
        session.add(dossier)
        session.flush()
        assert dossier.id is not None
        session.add(DossierReader(dossier_id=dossier.id, person="bram-bedacht"))
        message = write_message(session, "m", audience="triage", kind="step_taken", now=world.now())
        message.shown_text = "Over het geheime dossier"
        assert message.id is not None
        session.add(MessageDossier(message_id=message.id, dossier_id=dossier.id))

    page = Reader(browser_of(world, person)).get("/messages")

    assert ("Over het geheime dossier" in page.text) is sees
