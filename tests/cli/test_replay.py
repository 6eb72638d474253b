"""python -m app replay: what Jira told us is done once more, and nothing doubles."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from app import engine
from app.cli import cli
from app.models import Delivery, SyncedField, utcnow
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, words
from tests import effects
from tests.service import Service, environment
from tests.waiting import eventually, quiet


def replay(service: Service, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["replay", *arguments], env=environment(service.settings, 0))


def last(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()[-1]


@pytest.fixture
def handed_over(world: Sandbox, service: Service, reporter: JiraUser) -> str:
    key = reporter.new_issue()
    clone = eventually(lambda: reporter.clone_of(key))
    quiet(world.url)
    reporter.write_notes(key, "Restarted")
    eventually(lambda: words(reporter.issue(clone)[NOTES]) == "Restarted")
    quiet(world.url)
    return key


def test_all_is_done_already_so_a_replay_writes_nothing(world: Sandbox, service: Service, handed_over: str) -> None:
    world.world.calls.clear()

    result = replay(service)

    quiet(world.url)
    assert effects.writes(world) == []
    assert effects.issues(world, "YAY") == ["YAY-1"]
    started = [id for id in engine.some("SUCCESS") if ":replay:" in id]
    assert len(started) > 2
    assert last(result).endswith(f"deliveries, {len(started)} flows started.")


def test_what_was_not_done_is_done_now(world: Sandbox, service: Service, reporter: JiraUser, handed_over: str) -> None:
    """As after a mistake in the code that was put right."""
    issue = world.world.issue("YAY-1")
    assert issue
    issue.fields[NOTES] = None
    with service.db.writing() as session:
        session.query(SyncedField).delete()

    replay(service, "--issue", handed_over)

    eventually(lambda: words(reporter.issue("YAY-1")[NOTES]) == "Restarted")


def test_a_dry_run_only_says_what_would_be_started(world: Sandbox, service: Service, handed_over: str) -> None:
    result = replay(service, "--dry-run")

    assert "flows would be started." in last(result)
    assert "handoff.route" in result.stdout
    assert [id for id in engine.some(["SUCCESS", "PENDING", "ENQUEUED"]) if ":replay:" in id] == []


def test_only_one_issue_by_key_or_id_with_its_post_functions(
    world: Sandbox, service: Service, reporter: JiraUser, handed_over: str
) -> None:
    other = reporter.new_issue("Operations")
    quiet(world.url)
    id = reporter.get(f"issue/{other}")["id"]

    by_key, by_id = (replay(service, "--issue", each, "--dry-run") for each in (other, id))

    # Its creation, told by the webhook and by the post-function.
    assert last(by_key) == last(by_id) == "2 deliveries, 2 flows would be started."
    assert last(replay(service, "--issue", "OPS-99")) == "0 deliveries, 0 flows started."


def test_only_what_came_since(world: Sandbox, service: Service, handed_over: str) -> None:
    with service.db.writing() as session:
        session.execute(update(Delivery).values(received_at=utcnow().replace(year=2025)))

    assert last(replay(service, "--since", "3d")) == "0 deliveries, 0 flows started."


@pytest.mark.parametrize("since", ["2", "h", "2w", "-2h", "2 h"])
def test_a_span_that_is_none_is_said_to_be_wrong(service: Service, since: str) -> None:
    result = replay(service, "--since", since)

    assert result.exit_code == 2
    assert "Say it like 30m, 2h or 3d." in result.stderr
