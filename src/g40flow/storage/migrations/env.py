"""Alembic's entry: brings the connection that `schema` hands over to the wanted revision."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import JSON
from sqlmodel import AutoString

from g40flow.storage.schema import METADATA, is_declared
from g40flow.storage.types import UtcInstant, Word

WRITTEN_AS = {
    UtcInstant: "types.UtcInstant()",
    Word: "sa.Text()",
    JSON: "types.JsonValue",
    AutoString: "sa.String()",
}


def _render_type(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    return WRITTEN_AS.get(type(value), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    include_object=is_declared,
    render_item=_render_type,
)
with context.begin_transaction():
    context.run_migrations()
