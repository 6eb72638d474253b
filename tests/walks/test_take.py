"""*Take it* in the alert: the clone is yours, and everybody sees it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app import engine
from app.models import AuditEntry
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post
from sandbox.seed import account_id
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.story import ENGINEERING
from tests.walks.test_story import handed_over

TAKE = "ops.alert.take"


def shown(person: SlackUser) -> dict[str, Any]:
    """The alert, as it is now."""
    return next(message for message in person.messages(ENGINEERING) if "New Ops Exception" in message["text"])


def press(person: SlackUser, alert: dict[str, Any]) -> None:
    answer = person.do("click", channel=ENGINEERING, ts=alert["ts"], action_id=TAKE)
    assert (answer["status"], answer["error"]) == (200, None)


def told(world: Sandbox, slack_id: str) -> list[str]:
    """What only this person reads."""
    return [message.text for message in world.world.slack.messages if message.only_for == slack_id]


def assignee(person: JiraUser, key: str) -> str | None:
    field = person.issue(key)["assignee"]
    return field["displayName"] if field else None


@pytest.fixture
def erin(world: Sandbox) -> SlackUser:
    return SlackUser(world.url, "engineer@example.com")


@pytest.fixture
def lee(world: Sandbox) -> SlackUser:
    return SlackUser(world.url, "lead@example.com")


def done(service: Service) -> list[str]:
    with service.db.reading() as session:
        steps = session.scalars(select(AuditEntry.step).where(AuditEntry.flow == "handoff.take"))
        return sorted(steps)


def test_whoever_presses_has_it_and_has_begun(
    world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser
) -> None:
    key, clone = handed_over(world, reporter)

    press(erin, shown(erin))
    eventually(lambda: "Taken by <@U0ENGINEER>" in str(shown(erin)["blocks"]))
    quiet(world.url)

    assert (assignee(reporter, clone), reporter.status(clone)) == ("Erin Engineer", "In Progress")
    assert reporter.status(key) == "Sent to Engineering"
    assert TAKE not in str(shown(erin)["blocks"])
    assert len(effects.messages(world, ENGINEERING)) == 1
    assert told(world, "U0ENGINEER") == []
    assert done(service) == ["begin In Progress", "take"]


def test_pressed_twice_it_is_taken_once(world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser) -> None:
    _, clone = handed_over(world, reporter)
    history = world.world.issue(clone)
    assert history
    before, alert = len(history.history), shown(erin)

    press(erin, alert)
    press(erin, alert)
    eventually(lambda: assignee(reporter, clone))
    quiet(world.url)

    assert [[item["field"] for item in entry.items] for entry in history.history[before:]] == [["assignee"], ["status"]]
    assert told(world, "U0ENGINEER") == []


def test_a_second_person_sees_who_has_it(
    world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser, lee: SlackUser
) -> None:
    _, clone = handed_over(world, reporter)
    reporter.edit(clone, assignee={"accountId": reporter.get("user/search?query=engineer")[0]["accountId"]})

    press(lee, shown(lee))
    words = eventually(lambda: told(world, "U0LEAD"))
    quiet(world.url)

    assert words == [
        f"*Erin Engineer* has <{world.url}/browse/{clone}|{clone}>. If that is not so any more, change the assignee in Jira."
    ]
    assert (assignee(reporter, clone), reporter.status(clone)) == ("Erin Engineer", "Backlog")


def test_the_project_s_default_assignee_keeps_nobody_from_taking_it(
    world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser, lee: SlackUser
) -> None:
    world.world.jira.projects["YAY"].default_assignee = account_id("admin@example.com")
    _, clone = handed_over(world, reporter)
    assert assignee(reporter, clone) == "Alex Admin"

    alert = shown(erin)
    press(erin, alert)
    press(lee, alert)
    eventually(lambda: told(world, "U0LEAD"))

    assert assignee(reporter, clone) == "Erin Engineer"


def test_somebody_without_a_jira_account_reads_what_to_do(
    world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser
) -> None:
    """Jira's user search finds nobody for whoever may not browse users, and does not say so."""
    _, clone = handed_over(world, reporter)
    post(f"{world.url}/_sandbox/jira/permissions", {"project": "YAY", "permission": "USER_PICKER", "groups": []})

    press(erin, shown(erin))
    (words,) = eventually(lambda: told(world, "U0ENGINEER"))

    assert f"{clone}> is not assigned to you: Jira has no active account with the e-mail address" in words
    assert assignee(reporter, clone) is None


def test_somebody_who_may_not_be_assigned_reads_what_to_do(
    world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser
) -> None:
    _, clone = handed_over(world, reporter)
    post(f"{world.url}/_sandbox/jira/permissions", {"project": "YAY", "permission": "ASSIGNABLE_USER", "groups": ["x"]})

    press(erin, shown(erin))
    (words,) = eventually(lambda: told(world, "U0ENGINEER"))
    quiet(world.url)

    assert "You need the permission *Assignable User*" in words
    assert reporter.status(clone) == "Backlog"
    assert TAKE in str(shown(erin)["blocks"])
    assert engine.failed() == []


@pytest.mark.settings(status_engineering_taken="In Review")
def test_no_way_into_the_status_is_said_and_the_clone_is_theirs_all_the_same(
    world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser
) -> None:
    _, clone = handed_over(world, reporter)

    press(erin, shown(erin))
    (words,) = eventually(lambda: told(world, "U0ENGINEER"))

    assert f"{clone} is in 'Backlog' and no transition leads to 'In Review'." in words
    assert (assignee(reporter, clone), reporter.status(clone)) == ("Erin Engineer", "Backlog")
    eventually(lambda: "Taken by <@U0ENGINEER>" in str(shown(erin)["blocks"]))


def test_what_is_done_or_deleted_is_not_taken(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser, erin: SlackUser
) -> None:
    _, clone = handed_over(world, reporter)
    engineer.write_notes(clone, "Fixed")
    engineer.move(clone, "Done")
    quiet(world.url)

    press(erin, shown(erin))
    eventually(lambda: len(told(world, "U0ENGINEER")) == 1)
    assert engineer.call("DELETE", f"issue/{clone}").status_code == 204
    press(erin, shown(erin))
    eventually(lambda: len(told(world, "U0ENGINEER")) == 2)

    first, second = told(world, "U0ENGINEER")
    assert first.endswith("is done; there is nothing to take.")
    assert second == f"{clone} is not there any more, or I may not see it."


def test_a_slack_that_is_away_holds_up_no_ticket(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser, erin: SlackUser
) -> None:
    key, clone = handed_over(world, reporter)
    post(f"{world.url}/_sandbox/faults", {"path": "/slack/api/(users.info|chat.update)", "status": 503, "times": 4})

    press(erin, shown(erin))
    engineer.write_notes(clone, "Root cause found")
    eventually(lambda: reporter.issue(key)["customfield_10050"])
    eventually(lambda: "Taken by <@U0ENGINEER>" in str(shown(erin)["blocks"]))

    assert assignee(reporter, clone) == "Erin Engineer"


def test_a_lost_answer_does_not_take_it_from_the_one_who_has_it(
    world: Sandbox, service: Service, reporter: JiraUser, erin: SlackUser
) -> None:
    _, clone = handed_over(world, reporter)
    lost = {"path": r"/rest/api/3/issue/\d+", "method": "PUT", "by": "solveonce", "times": 1, "lose": True}
    post(f"{world.url}/_sandbox/faults", lost)

    press(erin, shown(erin))
    eventually(lambda: "Taken by <@U0ENGINEER>" in str(shown(erin)["blocks"]))

    assert (assignee(reporter, clone), reporter.status(clone)) == ("Erin Engineer", "In Progress")
    assert told(world, "U0ENGINEER") == []
