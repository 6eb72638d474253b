"""Alembic's entry: the same models, the same database; a change waits for nobody's lock for long."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import text

from app.db import connect
from app.models import Base, UtcDateTime
from app.models_handoff import Pair  # noqa: F401 - its tables have to be known
from app.models_log import Log  # noqa: F401 - the same
from app.models_slack import SlackWorkspace  # noqa: F401 - the same

config = context.config


def run() -> None:
    """Migrate the database named by the option `url`."""
    engine = connect(config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # Better a failed release than a table that nobody can use while we wait.
            connection.execute(text("set lock_timeout = '5s'"))
            connection.execute(text("set statement_timeout = '60s'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=_plain_types,
            compare_type=True,
            include_name=_is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """The job library keeps its own tables in the same SQLite file."""
    return kind != "table" or name in Base.metadata.tables


def _plain_types(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """A migration must not depend on the models of its day."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


run()
