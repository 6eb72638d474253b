"""python -m app log …: as an operator types it, beside a service that runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from sandbox import Sandbox
from sandbox.people import JiraUser
from tests.service import Service, environment
from tests.waiting import eventually, quiet
from tests.walks.log import archives, head, keys, rows, solved, waiting

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.settings(log_page_rows=4, log_keep_rows=2, log_batch=2)


def log(service: Service, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["log", *arguments], env=environment(service.settings, 0))


def log_apart(service: Service, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, from its first line to its exit status."""
    env = environment(service.settings, 0)
    command = [sys.executable, "-m", "app", "log", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


@pytest.fixture
def written(world: Sandbox, service: Service) -> list[str]:
    world.world.settings.search_lag = 0
    found = solved(world, service, 6)
    eventually(lambda: dict(rows(world)) == dict.fromkeys(found, 1) and not waiting(service))
    quiet(world.url)
    return found


def remove_row(world: Sandbox, key: str) -> None:
    page = head(world)
    page.body = re.sub(rf"<tr\b(?:(?!<tr\b).)*?/browse/{key}\".*?</tr>", "", page.body, flags=re.DOTALL)
    page.version, page.message = page.version + 1, ""


def test_a_log_that_is_wrong_is_told_repaired_and_right(world: Sandbox, service: Service, written: list[str]) -> None:
    key = keys(head(world))[0]
    remove_row(world, key)

    dry = log(service, "repair", "--dry-run")

    assert (dry.exit_code, dry.stdout.splitlines()[-2:]) == (0, [f"{key} has no row.", "1 missing"])
    assert rows(world)[key] == 0
    assert log_apart(service, "check").returncode == 1
    assert log(service, "repair").stdout.splitlines()[-1] == "1 put right."
    assert rows(world)[key] == 1


def test_the_log_is_rebuilt_on_fresh_pages_and_the_old_ones_stay(
    world: Sandbox, service: Service, written: list[str]
) -> None:
    old = {page.id: page.version for page in world.world.confluence.pages.values()}

    dry = log(service, "rebuild", "--dry-run")
    assert "About 6 solved tickets would be written to a new page tree." in dry.stdout
    assert len(world.world.confluence.pages) == len(old)
    done = log(service, "rebuild")

    assert done.stdout.splitlines()[-1] == "6 rows."
    fresh = [page for page in world.world.confluence.pages.values() if page.id not in old]
    assert sorted(key for page in fresh for key in keys(page)) == written
    assert {page.id: page.version for page in world.world.confluence.pages.values() if page.id in old} == old
    clean = log(service, "check")
    assert (clean.exit_code, clean.stdout.splitlines()[-1]) == (0, "The log says what Jira says.")
    assert any("(rebuilt " in page.title for page in fresh)
    assert archives(world)


def test_a_row_is_printed_and_drawn_before_it_is_published(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue(team="Operations", summary="Refunds <stuck>")
    nothing = log(service, "preview", key)
    assert nothing.exit_code == 1
    assert f"{key} gets no row: it is not done, or has no Resolution Notes." in nothing.stderr
    reporter.write_notes(key, "Restarted the queue")
    reporter.move(key, "Done")

    answer = log(service, "preview", key, "--no-open")

    assert "Resolution Notes: Restarted the queue" in answer.stdout
    assert "Refunds <stuck>" in answer.stdout
    page = Path(answer.stdout.splitlines()[-1].removeprefix("Rendered: ")).read_text()
    assert "<td><p>Refunds &lt;stuck&gt;</p></td>" in page
    assert "There is no issue OPS-99" in log(service, "preview", "OPS-99").stderr


def test_a_site_that_is_not_there_is_said_to_be_wrong(service: Service) -> None:
    answer = log(service, "check", "--site", "nobody.atlassian.net")

    assert answer.exit_code == 1
    assert "Name a site with --site: 127.0.0.1:" in answer.stderr
