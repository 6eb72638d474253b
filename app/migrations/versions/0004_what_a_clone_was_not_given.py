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
        table.add_column(sa.Column("left_out", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("synced_fields") as table:
        table.add_column(sa.Column("said", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    # Those of plain fields mean nothing to the previous release.
    op.execute("delete from synced_fields where said is not null")
    with op.batch_alter_table("synced_fields") as table:
        table.drop_column("said")
    with op.batch_alter_table("pairs") as table:
        table.drop_column("left_out")
