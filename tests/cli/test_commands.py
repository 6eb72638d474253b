"""The command line, as an operator types it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.auth.vault import Vault, new_key
from app.cli import cli
from app.db import Database
from app.sites import store

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **env: str) -> Result:
    return CliRunner().invoke(cli, arguments, env=env)


def run_apart(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, from its first line to its exit status."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**kept, **env}, capture_output=True, text=True, timeout=60)


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> str:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    return f"sqlite:///{tmp_path}/solveonce.sqlite"


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/solveonce.sqlite"
    first, again = run_apart("migrate", DATABASE_URL=url), run("migrate", DATABASE_URL=url)
    assert (first.returncode, first.stdout) == (0, "The database is up to date.\n")
    assert (again.exit_code, again.stdout) == (0, "The database is up to date.\n")


def test_nothing_has_failed_in_a_fresh_database(database: str) -> None:
    assert run("failed", DATABASE_URL=database).stdout == "Nothing has failed.\n"


def test_to_repeat_a_flow_that_was_not_put_aside_is_said_to_be_wrong(database: str) -> None:
    answer = run("repeat", "publishing.publish/1:x", DATABASE_URL=database)
    assert answer.exit_code == 1
    assert "No flow 'publishing.publish/1:x' was put aside." in answer.stderr


def test_repeat_wants_one_flow_or_all(database: str) -> None:
    assert "Name one flow, or say --all." in run("repeat", DATABASE_URL=database).stderr


def test_secrets_are_moved_to_the_newest_key_and_the_old_one_is_not_needed_any_more(database: str) -> None:
    old, new = new_key(), new_key()
    db = Database(database)
    with db.writing() as session:
        store.install(session, Vault(old), "jira", "solveonce-jira", "client", "s3cret", "https://x.atlassian.net")

    answer = run("rotate-keys", DATABASE_URL=database, SECRET_KEYS=f"{new},{old}")

    assert answer.stdout == "1 secrets are encrypted with the newest key.\n"
    with db.reading() as session:
        found = store.access(session, Vault(new), "solveonce-jira", "client")
    assert found
    assert found.shared_secret == "s3cret"


def test_a_worker_without_a_key_says_what_to_do(database: str) -> None:
    answer = run_apart("worker", DATABASE_URL=database)
    assert answer.returncode == 2
    assert "Set SECRET_KEYS" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_setting_of_the_wrong_kind_is_named(database: str) -> None:
    answer = run_apart("worker", DATABASE_URL=database, SECRET_KEYS=new_key(), RETRY_TRIES="many")
    assert "RETRY_TRIES is 'many', which is no int." in answer.stderr


def test_a_new_key_can_be_used_at_once() -> None:
    Vault(run("new-key").stdout.strip()).lock("x")


def test_the_rules_are_listed_with_their_sentences() -> None:
    printed = [line.split(maxsplit=1) for line in run("rules").stdout.splitlines()]
    assert ["app/publishing/entry.py", "Which issues get a row in the log, and what the row says."] in printed
