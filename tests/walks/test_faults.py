"""Each kind of trouble, once at every call of the story: none lost, none doubled."""

from __future__ import annotations

from typing import Any

import pytest

from app import engine
from sandbox import Sandbox
from sandbox.people import Admin, JiraUser, SlackUser, post
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.test_story import attach

#: Every call that the story makes, as the fault finds it.
CALLS = (
    r"POST /rest/api/3/issue$",
    r"POST /rest/api/3/issueLink$",
    r"POST /rest/api/3/issue/\d+/remotelink",
    r"POST /rest/api/3/issue/\d+/transitions",
    r"POST /rest/api/3/search/jql",
    r"PUT /rest/api/3/issue/\d+\?",
    r"PUT /rest/api/3/issue/\d+/properties",
    r"GET /rest/api/3/issue/\d+\?",
    r"GET /rest/api/3/issue/createmeta",
    r"GET /rest/api/3/issue/\d+/transitions",
    r"GET /rest/api/3/field",
    r"GET /rest/api/3/issueLinkType",
    r"GET /rest/api/3/user/search",
    r"POST /wiki/api/v2/pages",
    r"PUT /wiki/api/v2/pages/\d+",
    r"GET /wiki/api/v2/pages/\d+",
    r"GET /wiki/api/v2/spaces",
    r"POST /slack/api/chat.postMessage",
    r"POST /slack/api/chat.update",
    r"POST /slack/api/chat.getPermalink",
    r"POST /slack/api/conversations",
    r"POST /slack/api/users.info",
)
TROUBLE: dict[str, dict[str, Any]] = {
    "429 with Retry-After": {"status": 429, "retry_after": 0.2},
    "500": {"status": 500},
    "a cut connection": {"cut": True},
    "an answer lost after the effect": {"lose": True},
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
def test_the_story_survives_at_every_call(world: Sandbox, service: Service, trouble: dict[str, Any]) -> None:
    faults = []
    for call in CALLS:
        method, path = call.split(" ", 1)
        by = "solveonce" if "/slack/" not in path else None
        faults.append({"path": path, "method": method, "times": 1, "by": by, **trouble})
    post(f"{world.url}/_sandbox/faults", faults)

    story.play(world, limit=60)

    story.assert_told_once(world)
    unused = [fault["path"] for fault in world.world.faults if not fault["fired"]]
    assert unused == [], "these calls are not part of the story any more"


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
def test_the_story_survives_when_every_third_write_fails(
    world: Sandbox, service: Service, trouble: dict[str, Any]
) -> None:
    writes = {"path": "/rest/api/3/|/wiki/|/slack/api/chat", "method": "POST", "every": 3, **trouble}
    post(f"{world.url}/_sandbox/faults", [writes | {"by": "solveonce"}, writes | {"path": "/slack/api/chat.post"}])

    story.play(world, limit=60)

    story.assert_told_once(world)


def test_a_lost_answer_does_not_make_two_issues_while_search_lags(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """The index may lag for minutes; what decides is read from the store."""
    world.world.settings.search_lag = 3600
    lose = {"path": "/rest/api/3/issue$", "method": "POST", "by": "solveonce", "lose": True, "times": 2}
    post(f"{world.url}/_sandbox/faults", lose)

    story.play(world, limit=60)

    story.assert_told_once(world)


def test_files_are_copied_once_when_an_answer_is_lost(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    attach(reporter, key, "a.txt", b"one")
    attach(reporter, key, "a.txt", b"one")
    attach(reporter, key, "b.txt", b"two")
    post(
        f"{world.url}/_sandbox/faults",
        {"path": "/attachments", "method": "POST", "by": "solveonce", "lose": True, "times": 3},
    )

    reporter.edit(key, customfield_10048={"value": "Engineering"})

    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: effects.messages(world, story.ENGINEERING))
    quiet(world.url)
    assert sorted(file["filename"] for file in reporter.issue(clone)["attachment"]) == ["a.txt", "a.txt", "b.txt"]


def test_the_same_delivery_twice_is_one_effect(world: Sandbox, service: Service) -> None:
    """Our yes is lost on the way, so Jira sends the delivery again under the same identifier."""
    world.world.settings.deliver_twice = True

    story.play(world, limit=60)

    story.assert_told_once(world)
    identifiers = [each["identifier"] for each in world.world.deliveries if each["kind"] == "webhook"]
    assert len(identifiers) == 2 * len(set(identifiers))


def test_intake_does_not_fail_while_jira_is_down(world: Sandbox, service: Service, slack_reporter: Any) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/", "by": "solveonce", "status": 503})

    answer = slack_reporter.ask()

    assert answer["status"] == 200
    assert answer["errors"] is None
    eventually(lambda: sum(call["status"] == 503 for call in world.world.calls) > 3)
    world.world.faults.clear()
    eventually(lambda: effects.issues(world, "OPS") == ["OPS-1"])


def test_a_conflict_on_the_log_page_keeps_the_other_writers_text(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """Somebody saves the page between our read and our write."""
    keys = [reporter.new_issue(team="Operations") for _ in range(3)]
    for key in keys:
        reporter.write_notes(key, f"Notes of {key}")
    reporter.move(keys[0], "Done")
    eventually(lambda: effects.log_rows(world))
    page = next(page for page in world.world.confluence.pages.values() if page.title == effects.LOG)
    edits = iter(range(3))

    def somebody_saves(phase: str, method: str, path: str) -> None:
        if (
            phase == "before"
            and method == "PUT"
            and f"/pages/{page.id}" in path
            and (n := next(edits, None)) is not None
        ):
            page.body, page.version = page.body + f"<p>edit {n}</p>", page.version + 1

    world.world.watchers.append(somebody_saves)
    try:
        for key in keys[1:]:
            reporter.move(key, "Done")
        eventually(lambda: sorted(row[0] for row in effects.log_rows(world)) == keys)
    finally:
        world.world.watchers.clear()
    assert page.body.endswith("<p>edit 0</p><p>edit 1</p><p>edit 2</p>")


def test_a_clear_no_of_jira_is_told_to_the_person_and_can_be_tried_again(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issue$", "by": "solveonce", "status": 400, "times": 1})

    slack_reporter.ask()

    told = eventually(lambda: effects.direct_messages(world))
    assert told == ["Jira did not take your request “Refunds are stuck”."]
    failed = eventually(engine.failed)
    assert "400" in failed[0]["reason"]
    engine.repeat(failed[0]["id"])
    eventually(lambda: effects.issues(world, "OPS") == ["OPS-1"])
    quiet(world.url)
    assert engine.failed() == []


def test_a_slack_that_is_away_does_not_hold_up_the_tickets(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    slack_reporter.ask()
    clone = eventually(lambda: reporter.clone_of("OPS-1"))
    quiet(world.url)
    post(f"{world.url}/_sandbox/faults", {"path": "/slack/api/chat", "status": 503})

    engineer.write_notes(clone, "Fixed")
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status("OPS-1") == "Resolution Notes Required")
    reporter.move("OPS-1", "Done")
    eventually(lambda: effects.log_rows(world))

    told = len(effects.messages(world, story.INTAKE))
    world.world.faults.clear()
    eventually(lambda: len(effects.messages(world, story.INTAKE)) > told)


def test_a_re_installation_in_the_middle_changes_the_secret_and_loses_nothing(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    """What was signed with the old secret is refused, and signed with the new one at the next try."""
    hold = {"path": "/rest/api/3/issue$", "method": "POST", "by": "solveonce", "status": 503, "times": 2}
    post(f"{world.url}/_sandbox/faults", hold)
    key = reporter.new_issue()
    eventually(lambda: any(call["status"] == 503 for call in world.world.calls))

    Admin(world.url, service.url).install("jira")

    eventually(lambda: reporter.clone_of(key))
    eventually(lambda: reporter.status(key) == "Sent to Engineering")
    quiet(world.url)
    assert engine.failed() == []
