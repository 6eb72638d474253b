"""A workflow of Slack's asks for a ticket and goes on with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.models import Request
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

GIVEN = {
    "summary": "Badge printer is out of ribbons",
    "description": "Since *nine*\n```2026-11-22 09:00 ERROR```",
    "exception_type": "event operations",
    "team": "Operations",
    "tags": "Ops - supplies / logistics, Ops - ticketing",
    "channel_id": "C0OPSEX",
    "requester_id": "U0REPORTER",
}


def ended(person: SlackUser, execution: str) -> Any:
    """What the workflow heard, once it has heard something."""
    return eventually(lambda: found if (found := person.workflow(execution))["state"] != "running" else None)


def test_the_workflow_goes_on_with_key_link_and_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    world.world.settings.slack_events_twice = True

    outcome = ended(slack_reporter, slack_reporter.run_workflow(**GIVEN))
    quiet(world.url)

    assert outcome["state"] == "completed"
    card = slack_reporter.messages("#ops-exceptions")[0]
    assert outcome["outputs"] == {
        "issue_key": "OPS-1",
        "issue_url": f"{world.url}/browse/OPS-1",
        "thread_link": card["permalink"],
        "thread_ts": card["ts"],
        "channel_id": "C0OPSEX",
        "status": "To Do",
    }
    issue = reporter.issue("OPS-1")
    assert words(issue["description"]) == "Since nine2026-11-22 09:00 ERROR"
    assert issue["customfield_10047"]["value"] == "Event operations"
    assert [tag["value"] for tag in issue["customfield_10049"]] == ["Ops - supplies / logistics", "Ops - ticketing"]
    assert "Guessed" not in str(card["blocks"])
    assert effects.issues(world, "OPS") == ["OPS-1"]


def test_a_word_that_is_no_value_of_the_form_is_guessed_and_the_card_says_so(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    ended(slack_reporter, slack_reporter.run_workflow(**GIVEN | {"exception_type": "printers", "team": "Facilities"}))

    card = str(slack_reporter.messages("#ops-exceptions")[0]["blocks"])
    assert "type Event operations (from “badge”); team Operations (from “printer”, “badge”)" in card


def test_a_workflow_without_words_hears_what_is_missing(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    outcome = ended(slack_reporter, slack_reporter.run_workflow(**GIVEN | {"summary": "…", "description": ""}))

    assert (outcome["state"], outcome["error"]) == ("failed", "Say in one line what is wrong.")
    assert effects.issues(world, "OPS") == []


def test_a_workflow_hears_why_jira_refused(world: Sandbox, service: Service, slack_reporter: SlackUser) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/issue$", "method": "POST", "by": "solveonce", "status": 400})

    outcome = ended(slack_reporter, slack_reporter.run_workflow(**GIVEN))

    assert outcome["state"] == "failed"
    assert outcome["error"].startswith("Jira did not take the ticket: ")
    eventually(lambda: any("Jira did not take your request" in each for each in effects.direct_messages(world)))


def test_a_workflow_hears_that_there_is_a_ticket_and_no_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    world.world.settings.slack_scopes = tuple(set(world.world.settings.slack_scopes) - {"chat:write"})

    outcome = ended(slack_reporter, slack_reporter.run_workflow(**GIVEN))

    assert outcome["state"] == "failed"
    assert outcome["error"].startswith("The ticket is in Jira, but its thread could not be opened")
    assert effects.issues(world, "OPS") == ["OPS-1"]


def test_after_fifteen_minutes_without_jira_the_workflow_still_hears(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    fault = {"path": "/rest/api/3/", "by": "solveonce", "status": 503}
    id = post(f"{world.url}/_sandbox/faults", fault)["id"]
    execution = slack_reporter.run_workflow(**GIVEN)
    eventually(lambda: any(call["path"].startswith("/rest/api/3/") for call in world.world.calls[-30:]))
    post(f"{world.url}/_sandbox/clock", {"advance": 16 * 60})
    world.world.faults = [each for each in world.world.faults if each["id"] != id]

    assert ended(slack_reporter, execution)["state"] == "completed"


def test_a_step_that_was_completed_before_is_done(world: Sandbox, service: Service, slack_reporter: SlackUser) -> None:
    """The answer to the completion is lost, so it is said again."""
    post(f"{world.url}/_sandbox/faults", {"path": "functions.completeSuccess", "times": 1, "lose": True})
    execution = slack_reporter.run_workflow(**GIVEN)

    assert ended(slack_reporter, execution)["state"] == "completed"
    quiet(world.url)
    assert effects.issues(world, "OPS") == ["OPS-1"]


def test_the_steps_token_is_stored_encrypted_until_it_is_used_and_never_logged(
    world: Sandbox, service: Service, slack_reporter: SlackUser, capfd: pytest.CaptureFixture[str]
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "functions.complete", "times": 3, "status": 503})
    execution = slack_reporter.run_workflow(**GIVEN)
    token = world.world.slack.executions[execution]["token"]

    def stored() -> dict[str, Any]:
        with service.db.reading() as session:
            row = session.get(Request, f"function:{execution}")
            return dict(row.asked) if row else {}

    asked = eventually(stored)
    assert token not in json.dumps(asked)
    ended(slack_reporter, execution)
    quiet(world.url)
    assert stored()["execution"] == {"id": execution}
    written = "".join(capfd.readouterr())
    assert token not in written


def test_a_requester_who_is_nobody_rings_for_nobody(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    """A workflow's builder may put any text there."""
    ended(slack_reporter, slack_reporter.run_workflow(**GIVEN | {"requester_id": "U0REPORTER> <!channel"}))
    quiet(world.url)

    said = str([(m.text, m.blocks) for m in world.world.slack.messages])
    assert "OPS-1 To Do" in said
    assert "<!channel" not in said
    assert "Requested by*\\nsomebody" in said
