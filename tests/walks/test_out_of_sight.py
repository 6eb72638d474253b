"""What people do while one of the two tickets is out of sight for a moment, or elsewhere, is not passed over."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import engine
from app.models_handoff import Pair
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post, words
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.pairs import another_project, by_ops, edit_description, hide, move_to
from tests.walks.test_files import names
from tests.walks.test_story import attach

SNOWFLAKE = ":snowflake:"
pytestmark = pytest.mark.settings(settle_time=4.0)


def until_looked_for_again(service: Service) -> None:
    def looked_for() -> bool:
        with service.db.reading() as session:
            return session.scalar(select(Pair.missing_since)) is not None

    eventually(looked_for)


@pytest.mark.parametrize("side", ["original", "clone"])
def test_an_edit_while_the_other_ticket_is_not_found_for_a_moment_is_carried(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, side: str
) -> None:
    key, clone = pair
    gone, there, writer, reader = (
        (key, clone, engineer, reporter) if side == "original" else (clone, key, reporter, engineer)
    )
    hide(world, gone)
    edit_description(writer, there, "Written meanwhile")
    until_looked_for_again(service)

    hide(world, gone, hidden=False)

    eventually(lambda: words(reader.issue(gone)["description"]) == "Written meanwhile")
    quiet(world.url)
    assert by_ops(world, SNOWFLAKE) == []
    assert engine.failed() == []


def test_a_file_that_is_attached_while_the_other_ticket_is_not_found_for_a_moment_is_carried(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    hide(world, clone)
    attach(reporter, key, "proof.txt", b"proof")
    until_looked_for_again(service)

    hide(world, clone, hidden=False)

    eventually(lambda: "proof.txt" in names(world, clone))
    quiet(world.url)
    assert by_ops(world, SNOWFLAKE) == []


@pytest.mark.settings(settle_time=0.5)
def test_an_edit_while_the_other_ticket_is_hidden_freezes_the_pair_and_is_carried_when_it_is_back(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    hide(world, clone)
    edit_description(reporter, key, "Written meanwhile")
    attach(reporter, key, "proof.txt", b"proof")
    quiet(world.url)
    assert len(by_ops(world, "or out of the app's sight")) == 1

    hide(world, clone, hidden=False)
    reporter.edit(key, summary="Whatever event comes looks again")
    attach(reporter, key, "more.txt", b"more")

    eventually(lambda: words(engineer.issue(clone)["description"]) == "Written meanwhile")
    eventually(lambda: {"proof.txt", "more.txt"} <= set(names(world, clone)))
    quiet(world.url)
    assert len(by_ops(world, "are both there again")) == 1


@pytest.mark.parametrize("side", ["original", "clone"])
def test_what_is_written_elsewhere_is_carried_when_the_ticket_is_back_before_anybody_looked(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, side: str
) -> None:
    """In another project its edits concern nobody."""
    another_project(world)
    key, clone = pair
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issue/", "by": "solveonce", "status": 503})
    moved = move_to(world, key if side == "original" else clone, "HR")
    edit_description(reporter, moved, "Written elsewhere")
    attach(reporter, moved, "proof.txt", b"proof")
    move_to(world, moved, "OPS" if side == "original" else "YAY")
    eventually(lambda: world.world.faults[0]["fired"])

    world.world.faults.clear()

    other = clone if side == "original" else key
    eventually(lambda: words(engineer.issue(other)["description"]) == "Written elsewhere")
    eventually(lambda: "proof.txt" in names(world, other))
    quiet(world.url)
    assert by_ops(world, SNOWFLAKE) == []


def test_a_ticket_that_is_not_solved_goes_back_to_engineering_although_its_clone_is_not_found_for_a_moment(
    world: Sandbox, service: Service, slack_reporter: SlackUser, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    engineer = JiraUser(world.url, "engineer@example.com")
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    eventually(lambda: [m for m in world.world.slack.messages if "needs your review" in m.text and m.thread_ts])
    quiet(world.url)
    reopened = f"/rest/api/3/issue/{world.world.issue(clone).id}/transitions"  # type: ignore[union-attr]

    def hide_it(phase: str, method: str, path: str) -> None:
        if (phase, method, path) == ("after", "POST", reopened):
            world.world.watchers.remove(hide_it)
            hide(world, clone)

    world.world.watchers.append(hide_it)
    asked = next(m for m in world.world.slack.messages if "needs your review" in m.text and m.thread_ts)
    view = slack_reporter.do("click", action_id="ops.notes.reject", channel=asked.channel, ts=asked.ts)["view"]
    slack_reporter.do("submit", view_id=view["id"], values={"notes_b": "Still stuck"})
    until_looked_for_again(service)

    hide(world, clone, hidden=False)

    eventually(lambda: reporter.status(key) == "Sent to Engineering")
