"""What was taken in from files of past work, so that a second run of the same file changes nothing."""

from datetime import datetime

from sqlmodel import Field

from g40flow.storage import dossier_tables as dossier_tables  # its foreign keys refer there
from g40flow.storage.columns import Table, instant, refers_to


class ImportedCase(Table, table=True):
    """One past response, position or campaign as a file had it.

    kind: "response", "position" or "campaign". reference: of the file, unique within its kind.
    content_hash: SHA-256, hex, over what the file said; file_name, row: where it stood.
    dossier_id, position_id: what it became; a response became both.
    """

    __tablename__ = "imported_case"
    kind: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    content_hash: str
    file_name: str
    row: int
    dossier_id: int | None = refers_to("dossier", index=True)
    position_id: int | None = refers_to("library_position")
    imported_at: datetime = instant()
    imported_by: str
