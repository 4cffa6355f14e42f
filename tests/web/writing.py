"""A dossier about housing in the portal whose text is being written."""

from g40flow.bootstrap import App
from g40flow.domain.actors import Surface
from g40flow.domain.dossier.workflow import Stage
from g40flow.storage.dossier_tables import Dossier
from g40flow.storage.guards import current_hash
from g40flow.use_cases.access.sign_in import actor_for
from g40flow.use_cases.text.versions import write_version
from tests.web.calling import PEN_HOLDER, dossier_in_call

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) ![x](http://evil.example/x.png)"


def dossier_in_writing(app: App, item_id: int) -> int:
    """A dossier without a text, at the stage of writing."""
    dossier_id = dossier_in_call(app, item_id)
    put(app, dossier_id, stage=Stage.DRAFTING)
    return dossier_id


def put(app: App, dossier_id: int, **fields: object) -> None:
    """Put a dossier in some state, past every rule."""
    with app.database.writing() as session:
        row = session.get_one(Dossier, dossier_id)
        for name, value in fields.items():
            setattr(row, name, value)


def written(app: App, dossier_id: int, text: str, *, by: str = PEN_HOLDER) -> str:
    """A new version of the text; its hash."""
    with app.database.writing() as session:
        actor = actor_for(session, app.network, by, surface=Surface.PORTAL, now=app.now())
        seen = current_hash(session, session.get_one(Dossier, dossier_id))
        version = write_version(
            session, app.desk, dossier_id, text, actor=actor, seen_version=seen, now=app.now()
        )
        return version.content_hash


def adopted(app: App, dossier_id: int, text: str) -> str:
    """A text that the board adopted and that waits to be handed in; its hash."""
    content_hash = written(app, dossier_id, text)
    put(app, dossier_id, stage=Stage.READY_TO_SUBMIT, adopted_hash=content_hash, adopted_at=app.now())
    return content_hash
