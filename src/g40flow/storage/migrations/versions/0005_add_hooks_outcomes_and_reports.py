"""Add hooks outcomes and reports."""

import sqlalchemy as sa
from alembic import op

from g40flow.storage import types
from g40flow.storage.migrations import triggers_0005

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ministry", sa.String(), nullable=False),
        sa.Column("made_in", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", types.UtcInstant(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "identifier"),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_made_in"), ["made_in"], unique=False)

    op.create_table(
        "committee_seat",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("committee", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key"),
    )
    with op.batch_alter_table("committee_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_committee_seat_committee"), ["committee"], unique=False)

    op.create_table(
        "parliamentary_group",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("chamber", sa.Text(), nullable=False),
        sa.Column("abbreviation", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("parliamentary_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parliamentary_group_chamber"), ["chamber"], unique=False)

    op.create_table(
        "parliamentary_group_size",
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_key", "seen_on"),
    )
    op.create_table(
        "people_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "recorded_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("chamber", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("first_seen_at", types.UtcInstant(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "identifier"),
    )
    with op.batch_alter_table("recorded_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recorded_vote_changed_at"), ["changed_at"], unique=False)

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
        "vote_share",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("mistake", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["vote_id"], ["recorded_vote.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("vote_id", "position"),
    )
    op.create_table(
        "vote_subject",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("item_identifier", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["vote_id"], ["recorded_vote.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("vote_id", "item_identifier"),
    )
    with op.batch_alter_table("vote_subject", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vote_subject_item_identifier"), ["item_identifier"], unique=False
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

    op.create_table(
        "outcome_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("vote_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("ask_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("touches", types.JsonValue, nullable=False),
        sa.Column("reasons", types.JsonValue, nullable=False),
        sa.Column("strong", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("corrections", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", types.UtcInstant(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ask_id"],
            ["ask.id"],
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["point.id"],
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["recorded_vote.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dossier_id", "key"),
    )
    with op.batch_alter_table("outcome_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outcome_proposal_commitment_id"), ["commitment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outcome_proposal_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_proposal_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_proposal_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_proposal_vote_id"), ["vote_id"], unique=False)

    op.create_table(
        "outcome_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", types.UtcInstant(), nullable=False),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.Column("removed_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ask_id"],
            ["ask.id"],
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["point.id"],
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["outcome_proposal.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outcome_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_proof_ask_id"), ["ask_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_proof_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_proof_point_id"), ["point_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_proof_proposal_id"), ["proposal_id"], unique=False)

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_agreed_closes_on"), ["agreed_closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_committee"), ["committee"], unique=False)

    triggers_0005.make()


def downgrade() -> None:
    triggers_0005.remove()
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_committee"))
        batch_op.drop_index(batch_op.f("ix_item_agreed_closes_on"))

    with op.batch_alter_table("outcome_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_proof_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_proof_point_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_proof_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_proof_ask_id"))

    op.drop_table("outcome_proof")
    with op.batch_alter_table("outcome_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_proposal_vote_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_proposal_state"))
        batch_op.drop_index(batch_op.f("ix_outcome_proposal_item_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_proposal_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_proposal_commitment_id"))

    op.drop_table("outcome_proposal")
    with op.batch_alter_table("imported_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_case_dossier_id"))

    op.drop_table("imported_case")
    with op.batch_alter_table("hook_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hook_change_hook_id"))

    op.drop_table("hook_change")
    with op.batch_alter_table("vote_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_subject_item_identifier"))

    op.drop_table("vote_subject")
    op.drop_table("vote_share")
    op.drop_table("hook_tie")
    with op.batch_alter_table("hook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hook_state"))
        batch_op.drop_index(batch_op.f("ix_hook_moment_on"))
        batch_op.drop_index(batch_op.f("ix_hook_item_id"))
        batch_op.drop_index(batch_op.f("ix_hook_dossier_id"))

    op.drop_table("hook")
    with op.batch_alter_table("recorded_vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recorded_vote_changed_at"))

    op.drop_table("recorded_vote")
    op.drop_table("people_version")
    op.drop_table("parliamentary_group_size")
    with op.batch_alter_table("parliamentary_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parliamentary_group_chamber"))

    op.drop_table("parliamentary_group")
    with op.batch_alter_table("committee_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_committee_seat_committee"))

    op.drop_table("committee_seat")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_made_in"))
        batch_op.drop_index(batch_op.f("ix_commitment_changed_at"))

    op.drop_table("commitment")
