"""what was looked at, and which change a delivery tells

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
        "looks",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("site_id", "what"),
    )
    # What a site told before was told without the number of its change: the look for what was not begins now.
    op.execute("insert into looks (site_id, what, until) select id, 'events', CURRENT_TIMESTAMP from sites")
    with op.batch_alter_table("deliveries") as table:
        # Deliveries of earlier releases tell no change: nothing is the same as nothing.
        table.add_column(sa.Column("change_id", sa.String(length=40), nullable=True))
        table.create_unique_constraint("uq_deliveries_change", ["site_id", "issue_id", "change_id"])
        table.create_index("ix_deliveries_received", ["received_at"])


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.drop_index("ix_deliveries_received")
        table.drop_constraint("uq_deliveries_change", type_="unique")
        table.drop_column("change_id")
    op.drop_table("looks")
