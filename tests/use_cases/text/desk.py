"""Short ways to work on a text, for tests."""

from collections.abc import Sequence
from typing import Any

from g40flow.domain.dossier.workflow import Guard
from g40flow.storage.dossier_tables import ChecklistTick, Comment, Point, TextVersion
from g40flow.storage.guards import current_hash, guard_facts
from g40flow.storage.texts import comments_of, points_of, versions_of
from g40flow.use_cases.text.comments import add_comment, dispose_comment, withdraw_comment
from g40flow.use_cases.text.points import PointText, add_point
from g40flow.use_cases.text.versions import write_version
from tests.use_cases.dossier.world import DESK, HOUSING_SECRETARY, World

MEMBER, PILLAR_VICE_CHAIR = "teun-papier", "saar-ten-decor"


class TextDesk(World):
    """A world in which people write."""

    def write(self, dossier_id: int, text: str, by: str = HOUSING_SECRETARY, **more: Any) -> TextVersion:
        """A new version on the newest one."""
        more.setdefault("seen_version", self.hash_of(dossier_id))
        with self.writing() as session:
            return write_version(session, DESK, dossier_id, text, actor=self.actor(by), now=self.now, **more)

    def comment(self, dossier_id: int, body: str, by: str, **more: Any) -> int:
        """A comment on the newest version."""
        more.setdefault("seen_version", self.hash_of(dossier_id))
        with self.writing() as session:
            comment = add_comment(session, DESK, dossier_id, body, actor=self.actor(by), now=self.now, **more)
            assert comment.id is not None
            return comment.id

    def dispose(self, dossier_id: int, comment: int, word: str, by: str, reason: str = "") -> None:
        with self.writing() as session:
            actor = self.actor(by)
            dispose_comment(
                session, DESK, dossier_id, comment, word, actor=actor, reason=reason, now=self.now
            )

    def withdraw(self, dossier_id: int, comment: int, by: str) -> None:
        with self.writing() as session:
            withdraw_comment(session, DESK, dossier_id, comment, actor=self.actor(by), now=self.now)

    def point(self, dossier_id: int, problem: str, by: str = HOUSING_SECRETARY, **more: Any) -> int:
        with self.writing() as session:
            said = PointText(problem=problem, **more)
            point = add_point(session, DESK, dossier_id, said, actor=self.actor(by), now=self.now)
            assert point.id is not None
            return point.id

    def hash_of(self, dossier_id: int) -> str:
        with self.database.reading() as session:
            return current_hash(session, self.read(dossier_id))

    def versions(self, dossier_id: int) -> Sequence[TextVersion]:
        with self.database.reading() as session:
            return versions_of(session, dossier_id)

    def comments(self, dossier_id: int) -> Sequence[Comment]:
        with self.database.reading() as session:
            return comments_of(session, dossier_id)

    def points(self, dossier_id: int) -> Sequence[Point]:
        with self.database.reading() as session:
            return points_of(session, dossier_id)

    def holds(self, dossier_id: int, guard: Guard) -> bool:
        with self.database.reading() as session:
            return guard_facts(session, self.read(dossier_id), self.now, [guard])[guard]

    def tick(self, dossier_id: int, check: str, by: str) -> None:
        """A check on the newest text, past every rule."""
        with self.writing() as session:
            session.add(
                ChecklistTick(
                    dossier_id=dossier_id,
                    check_code=check,
                    version_hash=self.hash_of(dossier_id),
                    person=by,
                    ticked_at=self.now,
                )
            )
