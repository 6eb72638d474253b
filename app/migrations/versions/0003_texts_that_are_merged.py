"""texts that are merged: what both sides said last, writes under way, clashes

Works while the previous release still runs: add, fill, switch, remove, in separate releases.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("synced_fields") as table:
        # Pairs of an earlier release learn it when their texts agree again.
        table.add_column(sa.Column("text", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "open_syncs",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("ops_id", sa.String(length=40), nullable=False),
        sa.Column("ops_read", sa.DateTime(timezone=True), nullable=False),
        sa.Column("engineering_read", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("site_id", "ops_id"),
    )
    op.create_table(
        "clashes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("ops_id", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("base_text", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ops_text", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("engineering_text", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("engineering_hash", sa.String(length=64), nullable=False),
        sa.Column("written_hash", sa.String(length=64), nullable=False),
        sa.Column("stands", sa.String(length=20), nullable=False),
        sa.Column("ops_by", sa.String(length=255), nullable=False),
        sa.Column("engineering_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.String(length=20), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("ts", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_clashes_pair", "clashes", ["site_id", "ops_id", "field"])


def downgrade() -> None:
    op.drop_table("clashes")
    op.drop_table("open_syncs")
    with op.batch_alter_table("synced_fields") as table:
        table.drop_column("text")
