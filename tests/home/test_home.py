"""The Home tab: what it lists, and that it is drawn when somebody opens it."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from app.home import blocks
from app.home.lists import Lists, lists
from app.intake.listeners import NEW_FROM_HOME
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post
from tests import effects
from tests.builders import an_issue
from tests.service import Service
from tests.slack_limits import HOSTILE, assert_mrkdwn, walk
from tests.specs import complaints
from tests.waiting import eventually, quiet

NEEDS = "Resolution Notes Required"


def browse(key: str) -> str:
    return f"https://team.atlassian.net/browse/{key}"


def test_what_waits_for_somebody_stands_first_and_nowhere_else() -> None:
    review, asked, other = an_issue("OPS-1", NEEDS), an_issue("OPS-2"), an_issue("OPS-3")
    done, secret = an_issue("OPS-4", "Done"), an_issue("OPS-5", security_level="Staff only")

    found = lists([review, asked, other, done], [review, an_issue("OPS-6"), secret], {asked.ref.id}, NEEDS)

    assert [issue.ref.key for issue in found.waiting] == ["OPS-1", "OPS-2"]
    assert [issue.ref.key for issue in found.requests] == ["OPS-3"]
    assert [issue.ref.key for issue in found.work] == ["OPS-6"]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_stands_in_tickets_slack_takes_the_tab(words: str) -> None:
    many = tuple(an_issue(f"OPS-{n}", summary=words, priority=words[:200]) for n in range(1, 40))
    for view in (blocks.home(Lists(many, many, many), browse), blocks.cannot(words)):
        assert len(view["blocks"]) <= 100
        assert complaints(view, "schemas/slack/blockkit.home.schema.json") == []
        for each in walk(view):
            if each.get("type") == "mrkdwn":
                assert_mrkdwn(each["text"], ())


def test_the_button_is_the_one_that_the_form_listens_to() -> None:
    assert blocks.NEW_TICKET == NEW_FROM_HOME


def tab(world: Sandbox, user: str) -> str:
    home: Any = world.world.slack.homes.get(user)
    return str(home["blocks"]) if home else ""


def test_the_tab_is_brought_up_to_date_when_it_is_opened(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    world.world.settings.search_lag = 0
    slack_reporter.ask(team="Operations", summary="Badge printer is out of ribbons")
    eventually(lambda: effects.issues(world, "OPS"))
    engineer = next(p for p in world.world.people.values() if p.email == "engineer@example.com")
    reporter.new_issue(team="Operations", summary="Gate is closed", assignee={"id": engineer.account_id})
    quiet(world.url)

    slack_reporter.do("home")
    eventually(lambda: "Badge printer" in tab(world, "U0REPORTER"))
    SlackUser(world.url, "engineer@example.com").do("home")
    eventually(lambda: "Gate is closed" in tab(world, "U0ENGINEER"))
    quiet(world.url)

    assert "Gate is closed" not in tab(world, "U0REPORTER")

    reporter.new_issue(summary="Checkout is down")
    (clone,) = eventually(lambda: effects.issues(world, "YAY"))
    task = {"project": {"key": "YAY"}, "issuetype": {"name": "Task"}, "summary": "Tidy up"}
    other = reporter.call("POST", "issue", {"fields": task}).json()["key"]
    for key in (clone, other):
        reporter.edit(key, assignee={"id": engineer.account_id})
    quiet(world.url)
    SlackUser(world.url, "engineer@example.com").do("home")
    eventually(lambda: "Checkout is down" in tab(world, "U0ENGINEER"))
    assert "Tidy up" not in tab(world, "U0ENGINEER"), "engineering's other work is none of this tab's"

    form = slack_reporter.do("click", action_id=blocks.NEW_TICKET, value="new")["view"]
    assert form["callback_id"] == "ops_intake_v1"


def test_an_engineer_s_work_is_the_clones_she_has_and_no_other_engineering_ticket(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    world.world.settings.search_lag = 0
    slack_reporter.ask(summary="Refunds are stuck")
    eventually(lambda: effects.issues(world, "YAY"))
    quiet(world.url)
    me = next(p.account_id for p in world.world.people.values() if p.email == "engineer@example.com")
    engineer.edit("YAY-1", assignee={"id": me})
    own = {"project": {"key": "YAY"}, "issuetype": {"name": "Task"}, "summary": "Our own chore", "assignee": {"id": me}}
    assert engineer.call("POST", "issue", {"fields": own}).status_code == 201

    SlackUser(world.url, "engineer@example.com").do("home")
    eventually(lambda: "YAY-1" in tab(world, "U0ENGINEER"))

    assert f"{world.url}/browse/YAY-1" in tab(world, "U0ENGINEER")
    assert "Our own chore" not in tab(world, "U0ENGINEER")


def test_a_jira_that_does_not_answer_is_said_on_the_tab(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    slack_reporter.ask(team="Operations")
    quiet(world.url)
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/", "by": "solveonce", "status": 503})
    slack_reporter.do("home")

    eventually(lambda: "cannot be shown now" in tab(world, "U0REPORTER"))
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)
