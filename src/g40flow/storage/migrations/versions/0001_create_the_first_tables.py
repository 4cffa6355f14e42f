"""Create the first tables."""

import sqlalchemy as sa
from alembic import op

from g40flow.storage import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("kind_label", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("agreed_closes_on", sa.Date(), nullable=True),
        sa.Column("agreed_closes_source", sa.String(), nullable=False),
        sa.Column("starts_at", types.UtcInstant(), nullable=True),
        sa.Column("ends_at", types.UtcInstant(), nullable=True),
        sa.Column("ministry", sa.String(), nullable=False),
        sa.Column("committee", sa.String(), nullable=False),
        sa.Column("dossier_number", sa.String(), nullable=True),
        sa.Column("chain_id", sa.String(), nullable=True),
        sa.Column("facts", types.JsonValue, nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("first_read", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", types.UtcInstant(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.Column("routed_at", types.UtcInstant(), nullable=True),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("triage", sa.Boolean(), nullable=False),
        sa.Column("triage_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "identifier"),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_chain_id"), ["chain_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_closes_on"), ["closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_dossier_number"), ["dossier_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_first_seen_at"), ["first_seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_triage"), ["triage"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", types.JsonValue, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcInstant(), nullable=False),
        sa.Column("not_before", types.UtcInstant(), nullable=False),
        sa.Column("next_attempt_at", types.UtcInstant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", types.UtcInstant(), nullable=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("sent_at", types.UtcInstant(), nullable=True),
        sa.Column("renewed_at", types.UtcInstant(), nullable=True),
        sa.Column("external_channel", sa.String(), nullable=True),
        sa.Column("external_ts", sa.String(), nullable=True),
        sa.Column("shown_hash", sa.String(), nullable=False),
        sa.Column("shown_text", sa.Text(), nullable=False),
        sa.Column("wanted_version", sa.Integer(), nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_audience"), ["audience"], unique=False)
        batch_op.create_index("ix_message_due", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "pending_item",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("first_read", sa.Boolean(), nullable=False),
        sa.Column("broken", sa.Text(), nullable=False),
        sa.Column("marked_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("source", "identifier"),
    )
    with op.batch_alter_table("pending_item", schema=None) as batch_op:
        batch_op.create_index("ix_pending_item_order", ["source", "marked_at", "identifier"], unique=False)

    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("fields", types.JsonValue, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("updated_at", types.UtcInstant(), nullable=True),
        sa.Column("first_seen_at", types.UtcInstant(), nullable=False),
        sa.Column("last_seen_at", types.UtcInstant(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "entity", "identifier"),
    )
    op.create_table(
        "rule_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_group", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("adds", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", types.UtcInstant(), nullable=False),
        sa.Column("correction_ids", types.JsonValue, nullable=False),
        sa.Column("effect", types.JsonValue, nullable=False),
        sa.Column("measured_at", types.UtcInstant(), nullable=False),
        sa.Column("measured_rules", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("theme_group", "role", "term", "adds"),
    )
    op.create_table(
        "source_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started_at", types.UtcInstant(), nullable=False),
        sa.Column("finished_at", types.UtcInstant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("source_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_run_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_source_run_started_at"), ["started_at"], unique=False)

    op.create_table(
        "source_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", types.UtcInstant(), nullable=False),
        sa.Column("last_seen_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "code", "subject"),
    )
    op.create_table(
        "source_stream",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("looked_at", types.UtcInstant(), nullable=True),
        sa.Column("completed_at", types.UtcInstant(), nullable=True),
        sa.Column("newest_entry_at", types.UtcInstant(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_since", types.UtcInstant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stream"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcInstant(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_message_id"), ["message_id"], unique=False)

    op.create_table(
        "item_family",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", "key"),
    )
    with op.batch_alter_table("item_family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_family_key"), ["key"], unique=False)

    op.create_table(
        "item_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", types.UtcInstant(), nullable=False),
        sa.Column("changes", types.JsonValue, nullable=False),
        sa.Column("news", types.JsonValue, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("item_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_revision_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_revision_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "item_routing",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("theme_group", sa.String(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", types.JsonValue, nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("routed_at", types.UtcInstant(), nullable=False),
        sa.Column("withdrawn_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", "theme_group"),
    )
    with op.batch_alter_table("item_routing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_routing_routed_at"), ["routed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_routing_theme_group"), ["theme_group"], unique=False)

    op.create_table(
        "message_item",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "item_id"),
        sa.UniqueConstraint("item_id", "audience"),
    )
    op.create_table(
        "record_reference",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record_id", "relation", "identifier"),
    )
    with op.batch_alter_table("record_reference", schema=None) as batch_op:
        batch_op.create_index("ix_record_reference_target", ["identifier", "relation"], unique=False)

    op.create_table(
        "record_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", types.UtcInstant(), nullable=False),
        sa.Column("changes", types.JsonValue, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("record_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_revision_record_id"), ["record_id"], unique=False)

    op.create_table(
        "routing_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", types.UtcInstant(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("old_groups", types.JsonValue, nullable=False),
        sa.Column("new_groups", types.JsonValue, nullable=False),
        sa.Column("example", types.JsonValue, nullable=False),
        sa.Column("examined_rules", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("routing_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_routing_correction_item_id"), ["item_id"], unique=False)

    op.create_table(
        "rule_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", types.UtcInstant(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effect", types.JsonValue, nullable=False),
        sa.Column("rules_before", sa.String(), nullable=False),
        sa.Column("rules_after", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["rule_proposal.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("rule_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_decision_proposal_id"), ["proposal_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("rule_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_decision_proposal_id"))

    op.drop_table("rule_decision")
    with op.batch_alter_table("routing_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_routing_correction_item_id"))

    op.drop_table("routing_correction")
    with op.batch_alter_table("record_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_revision_record_id"))

    op.drop_table("record_revision")
    with op.batch_alter_table("record_reference", schema=None) as batch_op:
        batch_op.drop_index("ix_record_reference_target")

    op.drop_table("record_reference")
    op.drop_table("message_item")
    with op.batch_alter_table("item_routing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_routing_theme_group"))
        batch_op.drop_index(batch_op.f("ix_item_routing_routed_at"))

    op.drop_table("item_routing")
    with op.batch_alter_table("item_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_revision_seen_at"))
        batch_op.drop_index(batch_op.f("ix_item_revision_item_id"))

    op.drop_table("item_revision")
    with op.batch_alter_table("item_family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_family_key"))

    op.drop_table("item_family")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_message_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_at"))

    op.drop_table("delivery")
    op.drop_table("source_stream")
    op.drop_table("source_signal")
    with op.batch_alter_table("source_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_run_started_at"))
        batch_op.drop_index(batch_op.f("ix_source_run_source"))

    op.drop_table("source_run")
    op.drop_table("rule_proposal")
    op.drop_table("record")
    with op.batch_alter_table("pending_item", schema=None) as batch_op:
        batch_op.drop_index("ix_pending_item_order")

    op.drop_table("pending_item")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_due")
        batch_op.drop_index(batch_op.f("ix_message_audience"))

    op.drop_table("message")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_triage"))
        batch_op.drop_index(batch_op.f("ix_item_starts_at"))
        batch_op.drop_index(batch_op.f("ix_item_number"))
        batch_op.drop_index(batch_op.f("ix_item_kind"))
        batch_op.drop_index(batch_op.f("ix_item_first_seen_at"))
        batch_op.drop_index(batch_op.f("ix_item_dossier_number"))
        batch_op.drop_index(batch_op.f("ix_item_closes_on"))
        batch_op.drop_index(batch_op.f("ix_item_changed_at"))
        batch_op.drop_index(batch_op.f("ix_item_chain_id"))

    op.drop_table("item")
    op.drop_table("claim")
