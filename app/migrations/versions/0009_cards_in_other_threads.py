"""a ticket's card may stand in the thread of somebody's message

Works while the previous release still runs: add, fill, switch, remove, in separate releases.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("threads") as table:
        # Empty for what the first releases opened: there the card is the thread's first message.
        table.add_column(sa.Column("card_ts", sa.String(length=40), nullable=True))
        table.create_index("ix_threads_place", ["channel", "ts"])


def downgrade() -> None:
    with op.batch_alter_table("threads") as table:
        table.drop_index("ix_threads_place")
        table.drop_column("card_ts")
