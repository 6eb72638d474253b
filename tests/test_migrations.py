"""The migrations lead from nothing to the models, on both databases, and may run again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.db import Database, connect
from app.migrate import alembic_config, migrate
from app.models import Base, Look, utcnow
from tests import postgres

NEEDS_POSTGRES = pytest.mark.skipif(
    postgres.programs() is None and "CI" not in os.environ, reason=postgres.HOW_TO_GET_IT
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRES)])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that was empty and is migrated."""
    file = tmp_path_factory.mktemp("migrations") / "migrated.sqlite"
    if request.param == "sqlite":
        place: AbstractContextManager[str] = nullcontext(f"sqlite:///{file}")
    else:
        place = postgres.database(request.getfixturevalue("postgres_server"))
    with place as url:
        migrate(url)
        yield url


@contextmanager
def migrations(url: str) -> Iterator[MigrationContext]:
    engine = connect(url)
    ours = Base.metadata.tables
    options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in ours}
    with engine.connect() as connection:
        yield MigrationContext.configure(connection, opts=options)
    engine.dispose()


def test_from_nothing_to_the_models(url: str) -> None:
    with migrations(url) as context:
        assert compare_metadata(context, Base.metadata) == []


def test_a_site_of_an_earlier_release_is_looked_over_from_now_on(tmp_path: Path) -> None:
    """Its deliveries do not say which change they tell: all of a day would look as if nobody had told it."""
    url = f"sqlite:///{tmp_path}/earlier.sqlite"
    command.upgrade(alembic_config(url), "0002")
    db = Database(url)
    with db.writing() as session:
        session.execute(text("insert into sites (host, created_at) values ('team.atlassian.net', '2026-01-01')"))

    migrate(url)

    with db.reading() as session:
        [look] = session.query(Look)
    assert (look.what, abs(look.until - utcnow()) < timedelta(minutes=1)) == ("events", True)


def test_running_them_again_changes_nothing_and_loses_nothing(url: str) -> None:
    with migrations(url) as context:
        before = context.get_current_heads()
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("insert into sites (host, created_at) values ('team.atlassian.net', '2026-11-22')")

    migrate(url)

    with migrations(url) as context:
        assert context.get_current_heads() == before
        assert compare_metadata(context, Base.metadata) == []
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from sites").scalar() == 1
    engine.dispose()


def test_the_job_library_s_tables_are_there_too(url: str) -> None:
    engine = connect(url)
    found = inspect(engine)

    tables = {table for schema in found.get_schema_names() for table in found.get_table_names(schema=schema)}

    assert "workflow_status" in tables
    engine.dispose()


def test_there_is_one_way_from_the_first_to_the_last() -> None:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))

    assert len(scripts.get_heads()) == 1
    assert all(revision.doc for revision in scripts.walk_revisions())


def test_a_password_with_a_percent_sign_is_no_obstacle() -> None:
    """Alembic's configuration would read it as the start of a name."""
    url = "postgresql://solveonce:50%25@127.0.0.1/solveonce"

    assert alembic_config(url).get_main_option("sqlalchemy.url") == url
