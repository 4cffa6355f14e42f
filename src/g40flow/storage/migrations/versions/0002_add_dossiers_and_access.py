"""Add dossiers and access."""

import sqlalchemy as sa
from alembic import op

from g40flow.storage import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.UtcInstant(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", types.UtcInstant(), nullable=False),
        sa.Column("revoked_at", types.UtcInstant(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.Column("last_used_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_person"), ["person"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("began_at", types.UtcInstant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_began_at", ["began_at"], unique=False)

    op.create_table(
        "deactivation",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("deactivated_at", types.UtcInstant(), nullable=False),
        sa.Column("deactivated_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("document_type", sa.String(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("stage_before", sa.String(), nullable=False),
        sa.Column("stage_since", types.UtcInstant(), nullable=False),
        sa.Column("lead_group", sa.String(), nullable=False),
        sa.Column("pillar", sa.String(), nullable=False),
        sa.Column("pen_holder", sa.String(), nullable=False),
        sa.Column("response_type", sa.String(), nullable=False),
        sa.Column("no_response_code", sa.String(), nullable=False),
        sa.Column("objection_until", types.UtcInstant(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("agreed_closes_on", sa.Date(), nullable=True),
        sa.Column("agreed_closes_source", sa.String(), nullable=False),
        sa.Column("detected_on", sa.Date(), nullable=False),
        sa.Column("days_lost", sa.Integer(), nullable=False),
        sa.Column("plan", types.JsonValue, nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.Column("adopted_hash", sa.String(), nullable=False),
        sa.Column("adopted_at", types.UtcInstant(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", types.UtcInstant(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("closed_at", types.UtcInstant(), nullable=True),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_closes_on"), ["closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_dossier_lead_group"), ["lead_group"], unique=False)
        batch_op.create_index(batch_op.f("ix_dossier_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_dossier_pen_holder"), ["pen_holder"], unique=False)
        batch_op.create_index(batch_op.f("ix_dossier_stage"), ["stage"], unique=False)

    op.create_table(
        "follow",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("since", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("person", "subject"),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_subject"), ["subject"], unique=False)

    op.create_table(
        "history_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcInstant(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("version_hash", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", types.JsonValue, nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("entry_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chain", "sequence"),
    )
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_entry_chain"), ["chain"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_entry_person"), ["person"], unique=False)

    op.create_table(
        "history_head",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("entry_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "mail_address_state",
        sa.Column("address_mark", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since_at", types.UtcInstant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address_mark"),
    )
    with op.batch_alter_table("mail_address_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_address_state_person"), ["person"], unique=False)

    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("theme_groups", types.JsonValue, nullable=False),
        sa.Column("document_types", types.JsonValue, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("must_ratify", sa.Boolean(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("granted_at", types.UtcInstant(), nullable=False),
        sa.Column("revoked_at", types.UtcInstant(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandate_holder"), ["holder"], unique=False)

    op.create_table(
        "person",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("slack_user", sa.String(), nullable=True),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("slug"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("deputy_of", sa.String(), nullable=True),
        sa.Column("from_config", sa.Boolean(), nullable=False),
        sa.Column("granted_at", types.UtcInstant(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("ended_at", types.UtcInstant(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person"), ["person"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("requested_at", types.UtcInstant(), nullable=False),
        sa.Column("expires_at", types.UtcInstant(), nullable=False),
        sa.Column("used_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_link_person"), ["person"], unique=False)

    op.create_table(
        "slack_home",
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("opened_at", types.UtcInstant(), nullable=False),
        sa.Column("view_hash", sa.String(), nullable=False),
        sa.Column("shown_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("slack_user"),
    )
    with op.batch_alter_table("slack_home", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slack_home_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_slack_home_person"), ["person"], unique=False)

    op.create_table(
        "slack_interaction",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("received_at", types.UtcInstant(), nullable=False),
        sa.Column("payload", types.JsonValue, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", types.UtcInstant(), nullable=True),
        sa.Column("done_at", types.UtcInstant(), nullable=True),
        sa.Column("answer", types.JsonValue, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("slack_interaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slack_interaction_received_at"), ["received_at"], unique=False)

    op.create_table(
        "slack_link",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("linked_at", types.UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
        sa.UniqueConstraint("slack_user"),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("created_at", types.UtcInstant(), nullable=False),
        sa.Column("last_seen_at", types.UtcInstant(), nullable=False),
        sa.Column("expires_at", types.UtcInstant(), nullable=False),
        sa.Column("ended_at", types.UtcInstant(), nullable=True),
        sa.Column("agent", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_person"), ["person"], unique=False)

    op.create_table(
        "checklist_tick",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("check_code", sa.String(), nullable=False),
        sa.Column("version_hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ticked_at", types.UtcInstant(), nullable=False),
        sa.Column("removed_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("checklist_tick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_tick_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "consultation_answer",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dossier_id", "number"),
    )
    op.create_table(
        "dossier_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("raised_at", types.UtcInstant(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", types.JsonValue, nullable=False),
        sa.Column("lifted_at", types.UtcInstant(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("dossier_exception", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_exception_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "dossier_group",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("theme_group", sa.String(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dossier_id", "theme_group"),
    )
    with op.batch_alter_table("dossier_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_group_theme_group"), ["theme_group"], unique=False)

    op.create_table(
        "dossier_item",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dossier_id", "item_id"),
    )
    with op.batch_alter_table("dossier_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "dossier_partner",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("signed_hash", sa.String(), nullable=False),
        sa.Column("name_consent", sa.Boolean(), nullable=False),
        sa.Column("logo_consent", sa.Boolean(), nullable=False),
        sa.Column("answered_at", types.UtcInstant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dossier_id", "partner"),
    )
    op.create_table(
        "dossier_reader",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dossier_id", "person"),
    )
    op.create_table(
        "library_position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("theme_groups", types.JsonValue, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.Column("retired_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "member_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("questions", types.JsonValue, nullable=False),
        sa.Column("theme_groups", types.JsonValue, nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("cities", types.JsonValue, nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("minimum_answers", sa.Integer(), nullable=False),
        sa.Column("opened_at", types.UtcInstant(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("term_since", types.UtcInstant(), nullable=False),
        sa.Column("closes_at", types.UtcInstant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", types.UtcInstant(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("member_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_call_closes_at"), ["closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_call_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "message_dossier",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "dossier_id"),
    )
    with op.batch_alter_table("message_dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_dossier_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("proposed_wording", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_note", sa.Text(), nullable=False),
        sa.Column("outcome_source", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", types.UtcInstant(), nullable=False),
        sa.Column("removed_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "text_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("shared_with_partners", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dossier_id", "number"),
    )
    with op.batch_alter_table("text_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_version_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_text_version_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "call_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", types.UtcInstant(), nullable=False),
        sa.Column("expires_at", types.UtcInstant(), nullable=False),
        sa.Column("revoked_at", types.UtcInstant(), nullable=True),
        sa.Column("last_used_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["member_call.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    with op.batch_alter_table("call_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_invitation_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_invitation_city"), ["city"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("objection", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.UtcInstant(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("disposition_reason", sa.Text(), nullable=False),
        sa.Column("disposed_by", sa.String(), nullable=False),
        sa.Column("disposed_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version_id"], ["text_version.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "decision_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("version_hash", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("rule", types.JsonValue, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("opened_at", types.UtcInstant(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("closes_at", types.UtcInstant(), nullable=True),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", types.UtcInstant(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["mandate_id"],
            ["mandate.id"],
        ),
        sa.ForeignKeyConstraint(["version_id"], ["text_version.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("decision_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_round_closes_at"), ["closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_round_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(
            "ux_decision_round_open",
            ["dossier_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "point_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("point_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_evidence_point_id"), ["point_id"], unique=False)

    op.create_table(
        "seen_version",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version_id"], ["text_version.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "dossier_id"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version_hash", sa.String(), nullable=False),
        sa.Column("choices", types.JsonValue, nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=False),
        sa.Column("prepared_at", types.UtcInstant(), nullable=False),
        sa.Column("submitted_at", types.UtcInstant(), nullable=True),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("receipt_file_id", sa.Integer(), nullable=True),
        sa.Column("receipt_note", sa.Text(), nullable=False),
        sa.Column("public_url", sa.Text(), nullable=False),
        sa.Column("seen_public_at", types.UtcInstant(), nullable=True),
        sa.Column("last_looked_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["receipt_file_id"],
            ["stored_file.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "call_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("answers", types.JsonValue, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("publish_example", sa.Boolean(), nullable=False),
        sa.Column("mention_dissent", sa.Boolean(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", types.UtcInstant(), nullable=False),
        sa.Column("replaced_at", types.UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["member_call.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["call_invitation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("call_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_answer_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_answer_city"), ["city"], unique=False)

    op.create_table(
        "call_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("at", types.UtcInstant(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["call_invitation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("call_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_visit_invitation_id"), ["invitation_id"], unique=False)

    op.create_table(
        "ratification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["round_id"], ["decision_round.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ratification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratification_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "round_member",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("asked_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["decision_round.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "member"),
    )
    op.create_table(
        "round_position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("seen_hash", sa.String(), nullable=False),
        sa.Column("at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["decision_round.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("round_position", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_position_round_id"), ["round_id"], unique=False)

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("transport", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("transport")

    with op.batch_alter_table("round_position", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_position_round_id"))

    op.drop_table("round_position")
    op.drop_table("round_member")
    with op.batch_alter_table("ratification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ratification_dossier_id"))

    op.drop_table("ratification")
    with op.batch_alter_table("call_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_visit_invitation_id"))

    op.drop_table("call_visit")
    with op.batch_alter_table("call_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_answer_city"))
        batch_op.drop_index(batch_op.f("ix_call_answer_call_id"))

    op.drop_table("call_answer")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_dossier_id"))

    op.drop_table("submission")
    op.drop_table("seen_version")
    with op.batch_alter_table("point_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_evidence_point_id"))

    op.drop_table("point_evidence")
    with op.batch_alter_table("decision_round", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_decision_round_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_decision_round_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_decision_round_closes_at"))

    op.drop_table("decision_round")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_dossier_id"))

    op.drop_table("comment")
    with op.batch_alter_table("call_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_invitation_city"))
        batch_op.drop_index(batch_op.f("ix_call_invitation_call_id"))

    op.drop_table("call_invitation")
    with op.batch_alter_table("text_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_version_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_text_version_content_hash"))

    op.drop_table("text_version")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_dossier_id"))

    op.drop_table("stored_file")
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_dossier_id"))

    op.drop_table("point")
    with op.batch_alter_table("message_dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_dossier_dossier_id"))

    op.drop_table("message_dossier")
    with op.batch_alter_table("member_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_call_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_member_call_closes_at"))

    op.drop_table("member_call")
    op.drop_table("library_position")
    op.drop_table("dossier_reader")
    op.drop_table("dossier_partner")
    with op.batch_alter_table("dossier_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_item_item_id"))

    op.drop_table("dossier_item")
    with op.batch_alter_table("dossier_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_group_theme_group"))

    op.drop_table("dossier_group")
    with op.batch_alter_table("dossier_exception", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_exception_dossier_id"))

    op.drop_table("dossier_exception")
    op.drop_table("consultation_answer")
    with op.batch_alter_table("checklist_tick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_tick_dossier_id"))

    op.drop_table("checklist_tick")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_person"))
        batch_op.drop_index(batch_op.f("ix_web_session_expires_at"))

    op.drop_table("web_session")
    op.drop_table("slack_link")
    with op.batch_alter_table("slack_interaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_interaction_received_at"))

    op.drop_table("slack_interaction")
    with op.batch_alter_table("slack_home", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_home_person"))
        batch_op.drop_index(batch_op.f("ix_slack_home_opened_at"))

    op.drop_table("slack_home")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_person"))
        batch_op.drop_index(batch_op.f("ix_sign_in_link_expires_at"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_person"))

    op.drop_table("role_grant")
    op.drop_table("person")
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandate_holder"))

    op.drop_table("mandate")
    with op.batch_alter_table("mail_address_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_address_state_person"))

    op.drop_table("mail_address_state")
    op.drop_table("history_head")
    with op.batch_alter_table("history_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_entry_person"))
        batch_op.drop_index(batch_op.f("ix_history_entry_chain"))
        batch_op.drop_index(batch_op.f("ix_history_entry_at"))

    op.drop_table("history_entry")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_subject"))

    op.drop_table("follow")
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_stage"))
        batch_op.drop_index(batch_op.f("ix_dossier_pen_holder"))
        batch_op.drop_index(batch_op.f("ix_dossier_opened_at"))
        batch_op.drop_index(batch_op.f("ix_dossier_lead_group"))
        batch_op.drop_index(batch_op.f("ix_dossier_closes_on"))

    op.drop_table("dossier")
    op.drop_table("deactivation")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_began_at")

    op.drop_table("attempt")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_person"))

    op.drop_table("api_token")
