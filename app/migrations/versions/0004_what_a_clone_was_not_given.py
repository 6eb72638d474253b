"""what a clone could not be given, what both sides said of plain fields

Works while the previous release still runs: add, fill, switch, remove, in separate releases.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pairs") as table:
        table.add_column(sa.Column("left_out", sa.JSON(), nullable=True))
    op.create_table(
        "synced_plain",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("ops_id", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "ops_id", "field"),
    )


def downgrade() -> None:
    op.drop_table("synced_plain")
    with op.batch_alter_table("pairs") as table:
        table.drop_column("left_out")
