"""Add hooks outcomes and reports."""

import sqlalchemy as sa
from alembic import op

from g40flow.storage import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_before", sa.String(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("moment_on", sa.Date(), nullable=True),
        sa.Column("moment_at", types.UtcInstant(), nullable=True),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("reasons", types.JsonValue, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done", types.JsonValue, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", types.UtcInstant(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dossier_id", "key"),
    )
    with op.batch_alter_table("hook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hook_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hook_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hook_moment_on"), ["moment_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_hook_state"), ["state"], unique=False)

    op.create_table(
        "hook_tie",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dossier_id", "kind", "value"),
    )
    op.create_table(
        "hook_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcInstant(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("old_on", sa.Date(), nullable=True),
        sa.Column("old_at", types.UtcInstant(), nullable=True),
        sa.Column("new_on", sa.Date(), nullable=True),
        sa.Column("new_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["hook_id"], ["hook.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("hook_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hook_change_hook_id"), ["hook_id"], unique=False)

    op.create_table(
        "imported_case",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("imported_at", types.UtcInstant(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["library_position.id"],
        ),
        sa.PrimaryKeyConstraint("kind", "reference"),
    )
    with op.batch_alter_table("imported_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_case_dossier_id"), ["dossier_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("imported_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_case_dossier_id"))

    op.drop_table("imported_case")
    with op.batch_alter_table("hook_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hook_change_hook_id"))

    op.drop_table("hook_change")
    op.drop_table("hook_tie")
    with op.batch_alter_table("hook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hook_state"))
        batch_op.drop_index(batch_op.f("ix_hook_moment_on"))
        batch_op.drop_index(batch_op.f("ix_hook_item_id"))
        batch_op.drop_index(batch_op.f("ix_hook_dossier_id"))

    op.drop_table("hook")
