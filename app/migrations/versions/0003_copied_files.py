"""which file of a ticket stands for which of the other ticket

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
    op.create_table(
        "copied_files",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.Column("ops_id", sa.String(length=40), nullable=False),
        sa.Column("to_ops", sa.Boolean(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("target_id", sa.String(length=40), nullable=True),
        sa.Column("orphan", sa.Boolean(), nullable=False),
        sa.Column("source_media", sa.String(length=40), nullable=True),
        sa.Column("target_media", sa.String(length=40), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("site_id", "source_id"),
        sa.UniqueConstraint("site_id", "target_id"),
    )
    op.create_index("ix_copied_files_pair", "copied_files", ["site_id", "ops_id"])


def downgrade() -> None:
    op.drop_table("copied_files")
