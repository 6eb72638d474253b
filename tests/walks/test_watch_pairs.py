"""Every hour the pairs are looked over: of what was deleted, moved or hidden no event may ever come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import context, engine
from app.engine_schedules import SCHEDULES
from sandbox import Sandbox
from sandbox.people import JiraUser, post
from tests import effects
from tests.callers import log_lines
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.pairs import (
    another_project,
    by_engineering,
    by_ops,
    delete,
    edit_description,
    hide,
    move_to,
    rename_project,
)
from tests.walks.test_standing import said_by
from tests.walks.test_sweep import deaf

CLOSED = {"permission": "BROWSE_PROJECTS", "groups": ["engineering", "ops"]}
pytestmark = pytest.mark.usefixtures("nothing_is_put_aside")


def look(world: Sandbox, service: Service, run: str = "now") -> None:
    """What happens by itself every hour."""
    with service.db.writing() as session:
        engine.enqueue(session, "handoff.watch", 1, run, id=f"1:{run}", lane="1:pairs")
    quiet(world.url)


def looked_into() -> int:
    """How many pairs were read because of it."""
    return sum(id.startswith("handoff.progress/") for id in engine.some("SUCCESS"))


def reads(world: Sandbox) -> list[str]:
    return [call["path"] for call in world.world.calls if call["path"].startswith("/rest/")]


def test_it_starts_by_itself_every_hour() -> None:
    assert SCHEDULES["handoff.watch_pairs"][0] == "11 * * * *"


def test_a_clone_that_was_deleted_while_nothing_was_heard_is_told_once_in_both_threads(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    with deaf(world):
        delete(world, clone)
    assert by_ops(world, ":snowflake:") == []

    for run in ("first", "second"):
        look(world, service, run)

    assert len(by_ops(world, "or out of the app's sight")) == 1
    assert len(by_engineering(world, "or out of the app's sight")) == 1
    assert reporter.status(key) == "Sent to Engineering"


def test_an_original_that_was_moved_while_nothing_was_heard_freezes_the_pair_until_it_is_back(
    world: Sandbox, service: Service, pair: tuple[str, str], engineer: JiraUser
) -> None:
    another_project(world)
    key, clone = pair
    with deaf(world):
        moved = move_to(world, key, "HR")

    look(world, service, "first")

    (told,) = by_ops(world, "was moved to another project")
    assert moved in told
    with deaf(world):
        key = move_to(world, moved, "OPS")
        edit_description(engineer, clone, "Written meanwhile")

    look(world, service, "second")

    assert len(by_ops(world, "are both there again")) == 1
    assert said_by(engineer, key) == "Written meanwhile"


def test_what_a_permission_hides_and_shows_again_is_found_although_jira_tells_of_neither(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    hide(world, clone)
    look(world, service, "first")
    assert len(by_ops(world, "or out of the app's sight")) == 1

    edit_description(engineer, clone, "Written out of our sight")
    hide(world, clone, hidden=False)
    look(world, service, "second")

    assert said_by(reporter, key) == "Written out of our sight"
    assert len(by_ops(world, "are both there again")) == 1


def test_pairs_that_hold_are_read_in_one_call_and_nothing_is_started(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser
) -> None:
    more = [reporter.new_issue() for _ in range(3)]
    for key in more:
        eventually(lambda key=key: reporter.clone_of(key))
    quiet(world.url)
    before = looked_into()
    world.world.calls.clear()

    look(world, service)

    assert looked_into() == before
    assert reads(world).count("/rest/api/3/issue/bulkfetch") == 1
    assert len(reads(world)) == 3  # besides: what both projects are called


def test_pairs_that_engineering_is_done_with_are_not_read(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    quiet(world.url)
    world.world.calls.clear()

    look(world, service)

    assert reads(world) == []


@pytest.mark.parametrize("project", ["OPS", "YAY"])
def test_a_project_that_is_closed_to_the_app_is_a_line_in_its_log_and_no_message_in_every_thread(
    world: Sandbox, service: Service, pair: tuple[str, str], project: str
) -> None:
    log = log_lines()
    post(f"{world.url}/_sandbox/jira/permissions", CLOSED | {"project": project})

    look(world, service, "first")

    assert by_ops(world, ":snowflake:") == []
    assert f"event='pairs not watched' site=1 reason='project {project} is closed to the app'" in log.getvalue()
    post(f"{world.url}/_sandbox/jira/permissions", CLOSED | {"project": project, "groups": None})
    look(world, service, "second")
    assert by_ops(world, ":snowflake:") == []


def test_a_project_that_was_renamed_is_a_line_in_the_log_and_no_message_in_every_thread(
    world: Sandbox, service: Service, pair: tuple[str, str]
) -> None:
    """Jira answers to its former key, and calls it by the new one."""
    log = log_lines()
    rename_project(world, "YAY", "ENG")

    look(world, service)

    assert by_ops(world, ":snowflake:") == []
    assert "reason='project YAY is called ENG now, and the settings do not say so'" in log.getvalue()


def test_pairs_of_the_project_that_the_settings_named_before_are_left_alone(
    world: Sandbox, service: Service, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    another_project(world)
    before = looked_into()
    monkeypatch.setattr(context.current(), "settings", replace(service.settings, engineering_project="HR"))

    look(world, service)

    assert looked_into() == before
    assert by_ops(world, ":snowflake:") == []


def test_a_pair_that_an_event_froze_because_its_project_was_closed_is_whole_again_when_that_is_open(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, _ = pair
    post(f"{world.url}/_sandbox/jira/permissions", CLOSED | {"project": "YAY"})
    reporter.move(key, "To Do")
    quiet(world.url)
    assert len(by_ops(world, "lost the permission to browse its project")) == 1
    post(f"{world.url}/_sandbox/jira/permissions", CLOSED | {"project": "YAY", "groups": None})

    look(world, service)

    assert len(by_ops(world, "are both there again")) == 1


@pytest.mark.parametrize("status", [400, 503])
def test_a_look_that_jira_does_not_answer_is_a_line_in_the_log_and_leaves_nothing_waiting(
    world: Sandbox, service: Service, pair: tuple[str, str], status: int
) -> None:
    log = log_lines()
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issue/bulkfetch", "status": status, "by": "solveonce"})

    look(world, service)

    assert "event='pairs not watched' site=1 reason=" in log.getvalue()
    assert effects.issues(world, "YAY") == [pair[1]]
