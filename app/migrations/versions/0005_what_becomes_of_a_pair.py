"""what becomes of a pair, and what people were told about it

Works while the previous release still runs: add, fill, switch, remove, in separate releases.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("ops_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("site_id", "ops_id", "kind"),
    )
    with op.batch_alter_table("pairs") as table:
        table.add_column(sa.Column("returned", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("frozen", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("owed", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("pairs") as table:
        for name in ("missing_since", "owed", "frozen", "returned"):
            table.drop_column(name)
    op.drop_table("notices")
