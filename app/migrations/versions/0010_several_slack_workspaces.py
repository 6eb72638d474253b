"""several Slack workspaces

Works while the previous release still runs: add, fill, switch, remove, in separate releases.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_workspaces",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("bot_token", sa.Text(), nullable=False),
        sa.Column("bot_user", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=40), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("main_team", sa.String(length=40), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "slack_install_states",
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state"),
    )
    with op.batch_alter_table("threads") as table:
        # Empty for the workspace of SLACK_BOT_TOKEN, which is all that earlier releases knew.
        table.add_column(sa.Column("team", sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("threads") as table:
        table.drop_column("team")
    op.drop_table("slack_install_states")
    op.drop_table("slack_workspaces")
