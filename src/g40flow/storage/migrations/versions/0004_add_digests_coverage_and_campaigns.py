"""Add digests coverage and campaigns."""

import sqlalchemy as sa
from alembic import op

from g40flow.storage import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("grants", types.JsonValue, nullable=False),
        sa.Column("noted_at", types.UtcInstant(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("ended_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_person"), ["person"], unique=False)

    op.create_table(
        "back_fill",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("reached_at", types.UtcInstant(), nullable=True),
        sa.Column("started_at", types.UtcInstant(), nullable=False),
        sa.Column("renewed_at", types.UtcInstant(), nullable=False),
        sa.Column("finished_at", types.UtcInstant(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stream", "since_on"),
    )
    op.create_table(
        "coverage_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", types.UtcInstant(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Integer(), nullable=True),
        sa.Column("ours", sa.Integer(), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("healed", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("coverage_check", schema=None) as batch_op:
        batch_op.create_index("ix_coverage_check_source_at", ["source", "at"], unique=False)

    op.create_table(
        "coverage_day",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("looks", types.JsonValue, nullable=False),
        sa.Column("rolled_up_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day"),
    )
    op.create_table(
        "coverage_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("found_at", types.UtcInstant(), nullable=False),
        sa.Column("confirmed_at", types.UtcInstant(), nullable=False),
        sa.Column("healed_at", types.UtcInstant(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "identifier", "found_at"),
    )
    with op.batch_alter_table("coverage_gap", schema=None) as batch_op:
        batch_op.create_index("ix_coverage_gap_open", ["source", "healed_at"], unique=False)

    op.create_table(
        "digest_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", types.UtcInstant(), nullable=False),
        sa.Column("until", types.UtcInstant(), nullable=False),
        sa.Column("carries_on_at", types.UtcInstant(), nullable=False),
        sa.Column("started_at", types.UtcInstant(), nullable=False),
        sa.Column("finished_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "number"),
    )
    op.create_table(
        "family",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", types.UtcInstant(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["family.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_merged_into"), ["merged_into"], unique=False)

    op.create_table(
        "message_choice",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("theme_group", sa.String(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("person", "topic", "theme_group"),
    )
    op.create_table(
        "person_habits",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.String(), nullable=False),
        sa.Column("quiet_until", sa.String(), nullable=False),
        sa.Column("quiet_weekdays", types.JsonValue, nullable=False),
        sa.Column("explanations", sa.Text(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "private_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("theme_group", sa.String(), nullable=False),
        sa.Column("reminds", sa.Boolean(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", types.UtcInstant(), nullable=False),
        sa.Column("renewed_at", types.UtcInstant(), nullable=True),
        sa.Column("revoked_at", types.UtcInstant(), nullable=True),
        sa.Column("last_used_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    with op.batch_alter_table("private_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_private_feed_person"), ["person"], unique=False)

    op.create_table(
        "quiet_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since_at", types.UtcInstant(), nullable=False),
        sa.Column("found_at", types.UtcInstant(), nullable=False),
        sa.Column("over_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "why", "found_at"),
    )
    op.create_table(
        "stakeholder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("committee", sa.String(), nullable=False),
        sa.Column("theme_groups", types.JsonValue, nullable=False),
        sa.Column("external_key", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.Column("retired_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stakeholder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stakeholder_committee"), ["committee"], unique=False)
        batch_op.create_index(batch_op.f("ix_stakeholder_external_key"), ["external_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_stakeholder_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_stakeholder_party"), ["party"], unique=False)

    op.create_table(
        "calendar_entry",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.Column("cancelled_at", types.UtcInstant(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_entry_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_entry_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_entry_last_on"), ["last_on"], unique=False)

    op.create_table(
        "campaign_stakeholder",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("stakeholder_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["stakeholder_id"], ["stakeholder.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "stakeholder_id"),
    )
    with op.batch_alter_table("campaign_stakeholder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_stakeholder_stakeholder_id"), ["stakeholder_id"], unique=False
        )

    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("since", types.UtcInstant(), nullable=False),
        sa.Column("until", types.UtcInstant(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", types.UtcInstant(), nullable=False),
        sa.Column("content", types.JsonValue, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("facts", types.JsonValue, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["digest_run.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run_id", "audience"),
    )
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.create_index("ix_digest_audience_until", ["audience", "until"], unique=False)
        batch_op.create_index(batch_op.f("ix_digest_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_digest_until"), ["until"], unique=False)

    op.create_table(
        "family_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("other_item_id", sa.Integer(), nullable=True),
        sa.Column("keys", types.JsonValue, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", types.UtcInstant(), nullable=False),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.Column("undone_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["other_item_id"],
            ["item.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("family_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_decision_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_decision_other_item_id"), ["other_item_id"], unique=False)

    op.create_table(
        "family_member",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id"),
    )
    with op.batch_alter_table("family_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_member_family_id"), ["family_id"], unique=False)

    op.create_table(
        "gathered_message",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("gathering", sa.Text(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["message.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id"),
    )
    with op.batch_alter_table("gathered_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gathered_message_gathering_id"), ["gathering_id"], unique=False)

    op.create_table(
        "touchpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("our_people", types.JsonValue, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("follow_up_owner", sa.String(), nullable=False),
        sa.Column("follow_up_done_at", types.UtcInstant(), nullable=True),
        sa.Column("follow_up_done_by", sa.String(), nullable=False),
        sa.Column("logged_by", sa.String(), nullable=False),
        sa.Column("logged_at", types.UtcInstant(), nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("reduced_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"],
            ["stakeholder.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("touchpoint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_touchpoint_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_touchpoint_follow_up_on"), ["follow_up_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_touchpoint_follow_up_owner"), ["follow_up_owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_touchpoint_happened_on"), ["happened_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_touchpoint_logged_by"), ["logged_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_touchpoint_stakeholder_id"), ["stakeholder_id"], unique=False)

    op.create_table(
        "ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("stakeholder_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_dossier_id", sa.Integer(), nullable=True),
        sa.Column("library_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("result_note", sa.Text(), nullable=False),
        sa.Column("result_source", sa.Text(), nullable=False),
        sa.Column("result_item_id", sa.Integer(), nullable=True),
        sa.Column("result_dossier_id", sa.Integer(), nullable=True),
        sa.Column("result_by", sa.String(), nullable=False),
        sa.Column("result_at", types.UtcInstant(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.Column("changed_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["library_id"],
            ["library_position.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["result_item_id"],
            ["item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source_dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"],
            ["stakeholder.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "campaign",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("campaign_type", sa.Text(), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("mandate_by", sa.String(), nullable=False),
        sa.Column("mandate_on", sa.Date(), nullable=True),
        sa.Column("mandate_at", types.UtcInstant(), nullable=True),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("evaluation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["library_position.id"],
        ),
        sa.PrimaryKeyConstraint("dossier_id"),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_campaign_type"), ["campaign_type"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_lead"), ["lead"], unique=False)

    op.create_table(
        "digest_subject",
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest_id", "subject"),
    )
    with op.batch_alter_table("digest_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_subject_subject"), ["subject"], unique=False)

    op.create_table(
        "family_block",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["family_decision.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", "key", "decision_id"),
    )
    with op.batch_alter_table("family_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_block_decision_id"), ["decision_id"], unique=False)

    op.create_table(
        "ask_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ask_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_evidence_ask_id"), ["ask_id"], unique=False)

    op.create_table(
        "touchpoint_ask",
        sa.Column("touchpoint_id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["touchpoint_id"], ["touchpoint.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("touchpoint_id", "ask_id"),
    )
    with op.batch_alter_table("touchpoint_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_touchpoint_ask_ask_id"), ["ask_id"], unique=False)

    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("process", sa.String(), server_default="response", nullable=False))
        batch_op.add_column(sa.Column("campaign_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("step_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_dossier_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dossier_process"), ["process"], unique=False)

    with op.batch_alter_table("dossier_partner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sign_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", types.UtcInstant(), nullable=True))

    with op.batch_alter_table("library_position", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), server_default="position", nullable=False))

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsure_attempts", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("look_again_at", types.UtcInstant(), nullable=True))
        batch_op.create_index(batch_op.f("ix_message_look_again_at"), ["look_again_at"], unique=False)

    with op.batch_alter_table("pending_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("history", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
        )

    with op.batch_alter_table("source_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pages", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("source_signal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acknowledged_at", types.UtcInstant(), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))

    with op.batch_alter_table("source_stream", schema=None) as batch_op:
        batch_op.add_column(sa.Column("episode", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("good_looks", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("recovered_at", types.UtcInstant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("source_stream", schema=None) as batch_op:
        batch_op.drop_column("recovered_at")
        batch_op.drop_column("good_looks")
        batch_op.drop_column("episode")

    with op.batch_alter_table("source_signal", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("acknowledged_by")
        batch_op.drop_column("acknowledged_at")

    with op.batch_alter_table("source_run", schema=None) as batch_op:
        batch_op.drop_column("pages")

    with op.batch_alter_table("pending_item", schema=None) as batch_op:
        batch_op.drop_column("history")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_look_again_at"))
        batch_op.drop_column("look_again_at")
        batch_op.drop_column("unsure_attempts")

    with op.batch_alter_table("library_position", schema=None) as batch_op:
        batch_op.drop_column("kind")

    with op.batch_alter_table("dossier_partner", schema=None) as batch_op:
        batch_op.drop_column("asked_at")
        batch_op.drop_column("sign_by")
        batch_op.drop_column("name")

    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_process"))
        batch_op.drop_index(batch_op.f("ix_dossier_campaign_id"))
        batch_op.drop_column("step_on")
        batch_op.drop_column("campaign_id")
        batch_op.drop_column("process")

    with op.batch_alter_table("touchpoint_ask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_touchpoint_ask_ask_id"))

    op.drop_table("touchpoint_ask")
    with op.batch_alter_table("ask_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ask_evidence_ask_id"))

    op.drop_table("ask_evidence")
    with op.batch_alter_table("family_block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_block_decision_id"))

    op.drop_table("family_block")
    with op.batch_alter_table("digest_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_subject_subject"))

    op.drop_table("digest_subject")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_lead"))
        batch_op.drop_index(batch_op.f("ix_campaign_campaign_type"))

    op.drop_table("campaign")
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ask_campaign_id"))

    op.drop_table("ask")
    with op.batch_alter_table("touchpoint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_touchpoint_stakeholder_id"))
        batch_op.drop_index(batch_op.f("ix_touchpoint_logged_by"))
        batch_op.drop_index(batch_op.f("ix_touchpoint_happened_on"))
        batch_op.drop_index(batch_op.f("ix_touchpoint_follow_up_owner"))
        batch_op.drop_index(batch_op.f("ix_touchpoint_follow_up_on"))
        batch_op.drop_index(batch_op.f("ix_touchpoint_campaign_id"))

    op.drop_table("touchpoint")
    with op.batch_alter_table("gathered_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gathered_message_gathering_id"))

    op.drop_table("gathered_message")
    with op.batch_alter_table("family_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_member_family_id"))

    op.drop_table("family_member")
    with op.batch_alter_table("family_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_decision_other_item_id"))
        batch_op.drop_index(batch_op.f("ix_family_decision_item_id"))

    op.drop_table("family_decision")
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_until"))
        batch_op.drop_index(batch_op.f("ix_digest_run_id"))
        batch_op.drop_index("ix_digest_audience_until")

    op.drop_table("digest")
    with op.batch_alter_table("campaign_stakeholder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_stakeholder_stakeholder_id"))

    op.drop_table("campaign_stakeholder")
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_entry_last_on"))
        batch_op.drop_index(batch_op.f("ix_calendar_entry_item_id"))
        batch_op.drop_index(batch_op.f("ix_calendar_entry_dossier_id"))

    op.drop_table("calendar_entry")
    with op.batch_alter_table("stakeholder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stakeholder_party"))
        batch_op.drop_index(batch_op.f("ix_stakeholder_kind"))
        batch_op.drop_index(batch_op.f("ix_stakeholder_external_key"))
        batch_op.drop_index(batch_op.f("ix_stakeholder_committee"))

    op.drop_table("stakeholder")
    op.drop_table("quiet_spell")
    with op.batch_alter_table("private_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_private_feed_person"))

    op.drop_table("private_feed")
    op.drop_table("person_habits")
    op.drop_table("message_choice")
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_merged_into"))

    op.drop_table("family")
    op.drop_table("digest_run")
    with op.batch_alter_table("coverage_gap", schema=None) as batch_op:
        batch_op.drop_index("ix_coverage_gap_open")

    op.drop_table("coverage_gap")
    op.drop_table("coverage_day")
    with op.batch_alter_table("coverage_check", schema=None) as batch_op:
        batch_op.drop_index("ix_coverage_check_source_at")

    op.drop_table("coverage_check")
    op.drop_table("back_fill")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_person"))

    op.drop_table("absence")
