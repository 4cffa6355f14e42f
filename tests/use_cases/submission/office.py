"""Short ways to hand a text in, for tests."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from g40flow.domain.dossier.checklist import Check
from g40flow.domain.dossier.workflow import Stage
from g40flow.render.documents import Documents
from g40flow.resources import resource
from g40flow.storage.dossier_tables import Submission
from g40flow.storage.submissions import submissions_of
from g40flow.use_cases.submission.checks import Checklist, checklist, tick_check, untick_check
from g40flow.use_cases.submission.form import (
    FormChoices,
    Pack,
    build_pack,
    prepare_submission,
    set_answers,
)
from g40flow.use_cases.submission.receipt import store_link, store_receipt
from tests.use_cases.dossier.world import BOARD_SECRETARY, DESK, HOUSING_SECRETARY, SECRETARIAT
from tests.use_cases.text.desk import TextDesk

DOCUMENTS = Documents(resource("templates"))
CLEAN = "## Inleiding\n\nDe steden steunen dit voorstel (Kamerstuk 36 512).\n"
CHOICES = FormChoices(
    publish=True, organisation="G40 Stedennetwerk", place="Den Haag", contact="PA-secretariaat"
)


class Office(TextDesk):
    """A world in which texts are handed in."""

    def ready(self, text: str = CLEAN, **fields: Any) -> int:
        """A dossier whose text was adopted and waits to be handed in."""
        dossier = self.at(Stage.DRAFTING)
        version = self.write(dossier, text)
        self.change(
            dossier,
            stage=Stage.READY_TO_SUBMIT,
            adopted_hash=version.content_hash,
            adopted_at=self.now,
            **fields,
        )
        return dossier

    def prepare(
        self, dossier: int, choices: FormChoices = CHOICES, by: str = SECRETARIAT, seen: str | None = None
    ) -> None:
        with self.writing() as session:
            prepare_submission(
                session,
                DESK,
                DOCUMENTS,
                dossier,
                choices,
                actor=self.actor(by),
                seen_version=self.hash_of(dossier) if seen is None else seen,
                now=self.now,
            )

    def answers(self, dossier: int, *answers: tuple[str, str], by: str = HOUSING_SECRETARY) -> None:
        with self.writing() as session:
            actor = self.actor(by)
            set_answers(session, DESK, dossier, answers, actor=actor, seen_revision=None, now=self.now)

    def check(self, dossier: int, check: str, by: str = SECRETARIAT, seen: str | None = None) -> None:
        with self.writing() as session:
            tick_check(
                session,
                DESK,
                DOCUMENTS,
                dossier,
                check,
                actor=self.actor(by),
                seen_version=self.hash_of(dossier) if seen is None else seen,
                now=self.now,
            )

    def uncheck(self, dossier: int, check: str, by: str = SECRETARIAT) -> None:
        with self.writing() as session:
            untick_check(session, DESK, dossier, check, actor=self.actor(by), now=self.now)

    def check_all(self, dossier: int, first: str = SECRETARIAT, second: str = BOARD_SECRETARY) -> None:
        """Every check, the last one by somebody else."""
        for check in Check:
            self.check(dossier, check, second if check is Check.SECOND_PERSON else first)

    def checklist(self, dossier: int, by: str = SECRETARIAT) -> Checklist:
        with self.database.reading() as session:
            return checklist(session, DESK, DOCUMENTS, dossier, actor=self.actor(by), now=self.now)

    def pack(self, dossier: int, by: str = SECRETARIAT) -> Pack:
        with self.database.reading() as session:
            return build_pack(session, DESK, DOCUMENTS, dossier, actor=self.actor(by), now=self.now)

    def receipt(self, dossier: int, by: str = SECRETARIAT, **more: Any) -> None:
        values: dict[str, Any] = {
            "seen_version": self.hash_of(dossier),
            "sent_at": self.now,
            "note": "mail van 10:00",
        }
        with self.writing() as session:
            store_receipt(session, DESK, dossier, actor=self.actor(by), now=self.now, **(values | more))

    def sent(self, text: str = CLEAN) -> int:
        """A dossier whose text was handed in."""
        dossier = self.ready(text)
        self.prepare(dossier)
        self.check_all(dossier)
        self.now += timedelta(hours=1)
        self.receipt(dossier)
        self.step(dossier, "submit", SECRETARIAT)
        return dossier

    def link(self, dossier: int, url: str, by: str = SECRETARIAT) -> None:
        with self.writing() as session:
            store_link(session, DESK, dossier, url, actor=self.actor(by), now=self.now)

    def submissions(self, dossier: int) -> Sequence[Submission]:
        with self.database.reading() as session:
            return submissions_of(session, dossier)
