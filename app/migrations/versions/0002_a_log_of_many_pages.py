"""a log of many pages, rows that wait, what a row's cells said

Works while the previous release still runs: add, fill, switch, remove, in separate releases.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_pending",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("site_id", "issue_id"),
    )
    op.create_table(
        "log_shards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("page_id", sa.String(length=40), nullable=True),
        sa.Column("moving", sa.JSON(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("site_id", "title"),
    )
    with op.batch_alter_table("log_rows") as table:
        # Rows of the first release have no digests of their cells: what stands there counts as ours.
        table.add_column(sa.Column("cells", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(
            sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00")
        )
        table.create_index("ix_log_rows_page", ["site_id", "page_id"])
        table.create_index("ix_log_rows_key", ["site_id", "issue_key"])
    op.execute("update log_rows set resolved_at = published_at")
    with op.batch_alter_table("logs") as table:
        table.alter_column("page_id", existing_type=sa.String(length=40), nullable=True)
        table.add_column(sa.Column("title", sa.String(length=255), nullable=False, server_default="Ops Exception Log"))
        table.add_column(sa.Column("dressed", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("flush_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("archives", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("paused", sa.Text(), nullable=True))
        table.add_column(sa.Column("rebuilding", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("logs") as table:
        for name in ("rebuilding", "paused", "looked_at", "archives", "written_at", "flush_asked", "dressed", "title"):
            table.drop_column(name)
        table.alter_column("page_id", existing_type=sa.String(length=40), nullable=False)
    with op.batch_alter_table("log_rows") as table:
        table.drop_index("ix_log_rows_key")
        table.drop_index("ix_log_rows_page")
        table.drop_column("resolved_at")
        table.drop_column("cells")
    op.drop_table("log_shards")
    op.drop_table("log_pending")
