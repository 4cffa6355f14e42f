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
