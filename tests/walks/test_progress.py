"""What becomes of a pair, under every order of events: each case of it, played by people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import engine
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story

TEAM = "customfield_10048"


@pytest.fixture(autouse=True)
def _nothing_is_put_aside(service: Service) -> Iterator[None]:
    """No case of this page makes a flow fail."""
    yield
    assert engine.failed() == []


@pytest.fixture
def pair(world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser) -> tuple[str, str]:
    """A ticket from Slack that is with engineering, and its clone."""
    slack_reporter.ask()
    clone = eventually(lambda: effects.issues(world, "OPS") and reporter.clone_of("OPS-1"))
    quiet(world.url)
    return "OPS-1", clone


def switch(reporter: JiraUser, key: str, *teams: str) -> None:
    for team in teams:
        reporter.edit(key, **{TEAM: {"value": team}})


def ways(world: Sandbox, project: str, status: str) -> list[object]:
    """The project's transitions to *status*, for an administrator's hands."""
    jira = world.world.jira
    return [way for way in jira.projects[project].transitions[1:] if jira.statuses[way.target].name == status]


def take_away(world: Sandbox, project: str, status: str) -> list[object]:
    """Nothing leads to *status* any more; what was taken away, to be put back."""
    taken = ways(world, project, status)
    world.world.jira.projects[project].transitions = [
        way for way in world.world.jira.projects[project].transitions if way not in taken
    ]
    return taken


def put_back(world: Sandbox, project: str, taken: list[object]) -> None:
    world.world.jira.projects[project].transitions.extend(taken)  # type: ignore[arg-type]


def heard(world: Sandbox, channel: str, part: str) -> list[str]:
    """The thread's messages in *channel* with *part* in them; all of them have to lie in a thread."""
    ids = {id for id, each in world.world.slack.channels.items() if each.get("name") == channel.lstrip("#")}
    found = [each for each in world.world.slack.messages if each.channel in ids and part in each.text]
    assert all(each.thread_ts for each in found)
    return [each.text for each in found]


def by_engineering(world: Sandbox, part: str) -> list[str]:
    return heard(world, story.ENGINEERING, part)


def by_ops(world: Sandbox, part: str) -> list[str]:
    return heard(world, story.INTAKE, part)


def our_moves(world: Sandbox) -> int:
    return sum(method == "POST" and path.endswith("/transitions") for method, path in effects.writes(world))


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

    reporter.edit(key, description=story_text("Something else"))

    eventually(lambda: by_ops(world, "Jira refused to move it"))
    reporter.edit(key, description=story_text("Something else again"))
    quiet(world.url)
    assert len(by_ops(world, "Jira refused to move it")) == 1


def story_text(said: str) -> dict[str, object]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": said}]}],
    }


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
    reporter.edit("OPS-1", description=story_text("More"))
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


def test_notes_are_synced_both_ways_after_all_of_it(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    switch(reporter, key, "Operations", "Engineering")
    quiet(world.url)

    engineer.write_notes(clone, "One")
    eventually(lambda: words(reporter.issue(key)[NOTES]) == "One")
    reporter.write_notes(key, "Two")
    eventually(lambda: words(engineer.issue(clone)[NOTES]) == "Two")
