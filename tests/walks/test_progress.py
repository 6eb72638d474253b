"""The Ops issue follows its clone, under every order of events; where it cannot, people are told once."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser, post, text
from sandbox.seed import DONE, NOTES_REQUIRED
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.pairs import by_engineering, by_ops, edit_description, our_moves, put_back, take_away

pytestmark = pytest.mark.usefixtures("nothing_is_put_aside")


# The clone's progress


def test_done_re_opened_and_done_again_asks_the_reporter_each_time(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    for times in (1, 2):
        engineer.move(clone, "Done")
        eventually(lambda: reporter.status(key) == "Resolution Notes Required")
        quiet(world.url)
        assert len(by_ops(world, "needs your review")) == times
        engineer.move(clone, "In Progress")
        eventually(lambda: reporter.status(key) == "Sent to Engineering")


def test_a_ticket_that_was_finished_before_it_was_handed_over_goes_to_engineering_when_it_is_opened_again(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issue", "by": "solveonce", "status": 503})
    key = reporter.new_issue(**{NOTES: text(story.FIX)})
    eventually(lambda: any(call["status"] == 503 for call in world.world.calls))
    reporter.move(key, "Done")
    world.world.faults.clear()
    quiet(world.url)
    assert effects.issues(world, "YAY") == []

    reporter.move(key, "In Progress")
    assert eventually(lambda: reporter.clone_of(key))
    quiet(world.url)
    assert len(effects.issues(world, "YAY")) == 1


def test_events_late_doubled_and_out_of_order_end_where_both_issues_are(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    world.world.settings.deliver_twice = True
    world.world.settings.webhook_overtaken = 0.3
    engineer.write_notes(clone, story.FIX)
    for _ in range(3):
        engineer.move(clone, "Done")
        engineer.move(clone, "In Progress")
    engineer.move(clone, "Done")
    quiet(world.url)

    assert reporter.status(key) == "Resolution Notes Required"


def test_an_original_that_is_done_already_stays_done_and_nobody_is_asked(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    closed_by_hand(world, reporter, key)
    world.world.calls.clear()

    engineer.move(clone, "Done")
    quiet(world.url)

    assert reporter.status(key) == "Done"
    assert our_moves(world) == 0
    assert by_ops(world, "needs your review") == []


def closed_by_hand(world: Sandbox, reporter: JiraUser, key: str) -> None:
    reporter.write_notes(key, story.FIX)
    quiet(world.url)
    reporter.move(key, "To Do")
    reporter.move(key, "Done")
    quiet(world.url)


def test_an_original_closed_while_the_clone_is_open_is_told_to_engineering_once(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair

    closed_by_hand(world, reporter, key)
    engineer.move(clone, "In Progress")
    quiet(world.url)

    (told,) = by_engineering(world, "was closed while")
    assert "close" in told
    assert reporter.status(key) == "Done"
    assert engineer.status(clone) == "In Progress"


def test_an_original_in_the_status_already_is_left_there_and_the_reporter_asked(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    reporter.move(key, "Resolution Notes Required")
    quiet(world.url)
    world.world.calls.clear()

    engineer.move(clone, "Done")

    eventually(lambda: by_ops(world, "needs your review"))
    quiet(world.url)
    assert our_moves(world) == 0


# No way there


def test_no_way_is_told_once_and_tried_again_when_it_was_mended(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    quiet(world.url)
    taken = take_away(world, "OPS", "Resolution Notes Required")
    engineer.move(clone, "Done")
    quiet(world.url)

    (told,) = by_ops(world, "no transition leads")
    assert "*Sent to Engineering* to *Resolution Notes Required*" in told
    reporter.write_notes(key, "The next event of the pair")
    quiet(world.url)
    assert len(by_ops(world, "no transition leads")) == 1
    assert by_ops(world, "needs your review") == []

    put_back(world, "OPS", taken)
    reporter.write_notes(key, "And one more")

    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    quiet(world.url)
    assert len(by_ops(world, "needs your review")) == 1


def test_another_problem_is_told_too(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    quiet(world.url)
    taken = take_away(world, "OPS", "Resolution Notes Required")
    engineer.move(clone, "Done")
    eventually(lambda: by_ops(world, "no transition leads"))
    put_back(world, "OPS", taken)
    post(
        f"{world.url}/_sandbox/faults",
        {"path": "/transitions$", "method": "POST", "by": "solveonce", "status": 400},
    )

    edit_description(reporter, key, "Something else")

    eventually(lambda: by_ops(world, "Jira refused to move it"))
    edit_description(reporter, key, "Something else again")
    quiet(world.url)
    assert len(by_ops(world, "Jira refused to move it")) == 1


def test_without_the_permission_people_are_told_and_the_rest_goes_on(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    limit = {"project": "OPS", "permission": "TRANSITION_ISSUES", "groups": ["ops"]}
    post(f"{world.url}/_sandbox/jira/permissions", limit)

    slack_reporter.ask()

    eventually(lambda: by_ops(world, "the permission to transition issues"))
    quiet(world.url)
    assert reporter.status("OPS-1") == "To Do"
    assert reporter.clone_of("OPS-1") == "YAY-1"
    assert len(effects.messages(world, story.ENGINEERING)) == 1

    post(f"{world.url}/_sandbox/jira/permissions", limit | {"groups": None})
    edit_description(reporter, "OPS-1", "More")
    eventually(lambda: reporter.status("OPS-1") == "Sent to Engineering")


def test_a_conflict_is_tried_again_and_told_to_nobody(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    quiet(world.url)
    post(
        f"{world.url}/_sandbox/faults",
        {"path": "/transitions$", "method": "POST", "by": "solveonce", "status": 409, "times": 3},
    )

    engineer.move(clone, "Done")

    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    quiet(world.url)
    assert by_ops(world, ":warning:") == []


def test_somebody_who_is_quicker_than_our_move_is_no_problem_to_tell(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    """Between our look at the transitions and our use of one the ticket is closed, and Jira refuses."""
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    quiet(world.url)
    issue = world.world.issue(key)
    assert issue
    way = next(way for way in world.world.jira.projects["OPS"].transitions if way.target == NOTES_REQUIRED)
    way.sources = tuple(status for status in way.sources if status != DONE)

    def somebody_closes(phase: str, method: str, path: str) -> None:
        if phase == "before" and method == "POST" and path.endswith(f"/issue/{issue.id}/transitions"):
            issue.status = DONE

    world.world.watchers.append(somebody_closes)
    try:
        engineer.move(clone, "Done")
        quiet(world.url)
    finally:
        world.world.watchers.clear()
    assert reporter.status(key) == "Done"
    assert our_moves(world) >= 1
    assert by_ops(world, ":warning:") == []


def test_a_re_opening_that_cannot_be_followed_is_told_and_followed_when_it_was_mended(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    reporter.move(key, "Done")
    quiet(world.url)
    taken = take_away(world, "OPS", "Sent to Engineering")

    engineer.move(clone, "In Progress")

    eventually(lambda: by_ops(world, "*Done* to *Sent to Engineering*"))
    quiet(world.url)
    assert by_engineering(world, "was closed while") == []
    put_back(world, "OPS", taken)
    engineer.move(clone, "Backlog")
    eventually(lambda: reporter.status(key) == "Sent to Engineering")


def test_a_ticket_that_did_not_come_from_slack_is_told_in_the_alert_s_thread(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key = reporter.new_issue()
    clone = eventually(lambda: reporter.clone_of(key))
    engineer.write_notes(clone, story.FIX)
    quiet(world.url)
    take_away(world, "OPS", "Resolution Notes Required")

    engineer.move(clone, "Done")

    eventually(lambda: by_engineering(world, "no transition leads"))
