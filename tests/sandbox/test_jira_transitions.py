"""Moving issues through the workflow."""

from __future__ import annotations

import pytest
from jira_client import NOTES, JiraClient, a_document
from recording_app import RecordingApp

FIELD = f'{{"fieldId": "{NOTES}", "fieldName": "Resolution Notes"}}'


def guard_done(jira: JiraClient, project: str = "OPS", config: str = FIELD) -> None:
    """Let the installed app's validator watch over Done."""
    rule = {"project": project, "to_status": "Done", "kind": "validator", "config": config}
    jira.control("jira/rules", rule | {"app_key": "com.example.recorder", "module_key": "require-field"})


def test_only_what_leads_out_of_the_status_is_on_offer(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.transit(key, "Send to engineering")

    offered = jira.get(f"issue/{key}/transitions").json()["transitions"]

    assert [(t["name"], t["to"]["name"]) for t in offered] == [
        ("To Do", "To Do"),
        ("Ask for resolution notes", "Resolution Notes Required"),
    ]


def test_the_fields_of_a_screen_are_shown_when_asked_for(jira: JiraClient) -> None:
    key = jira.an_issue()

    offered = jira.get(f"issue/{key}/transitions", expand="transitions.fields").json()["transitions"]

    assert {t["name"]: list(t["fields"]) for t in offered}["Done"] == [NOTES]


def test_a_transition_from_the_wrong_status_is_refused(jira: JiraClient) -> None:
    answer = jira.transit(jira.an_issue(), "Re-open")

    assert (answer.status_code, answer.json()["errorMessages"]) == (
        400,
        ["Transition id '61' is not valid for this issue."],
    )


def test_a_field_that_is_not_on_the_screen_is_refused(jira: JiraClient) -> None:
    key = jira.an_issue()

    answer = jira.transit(key, "Start work", **{NOTES: a_document("Restarted")})

    assert NOTES in answer.json()["errors"]
    assert jira.status(key) == "To Do"


def test_a_transition_with_an_edit_is_one_change(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert jira.transit(key, "Done", **{NOTES: a_document("Restarted")}).status_code == 204

    assert jira.history(key) == [["Resolution Notes", "status"]]


def test_the_resolution_date_comes_with_done_and_goes_with_it(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.transit(key, "Done")
    done = jira.fields(key)

    jira.transit(key, "Re-open")

    assert done["resolutiondate"] is not None
    # A transition does not set the resolution, unless the workflow was told to.
    assert done["resolution"] is None
    assert jira.fields(key)["resolutiondate"] is None


def test_a_resolution_is_set_on_the_screen_of_a_transition_and_nowhere_else(jira: JiraClient) -> None:
    key, done = jira.an_issue("YAY"), {"resolution": {"name": "Won't Do"}}
    assert "resolution" in jira.transit(key, "Done", **done).json()["errors"]
    assert "resolution" in jira.put(f"issue/{key}", {"fields": done}).json()["errors"]
    way = next(each for each in jira.sandbox.world.jira.projects["YAY"].transitions if each.name == "Done")
    way.screen = (*way.screen, "resolution")

    offered = jira.get(f"issue/{key}/transitions", expand="transitions.fields").json()["transitions"]
    field = {t["name"]: t["fields"] for t in offered}["Done"]["resolution"]
    assert [each["name"] for each in field["allowedValues"]] == ["Done", "Won't Do", "Duplicate"]
    assert "resolution" in jira.transit(key, "Done", resolution={"name": "Whatever"}).json()["errors"]
    assert jira.transit(key, "Done", **done).status_code == 204
    assert jira.fields(key)["resolution"]["name"] == "Won't Do"
    jira.transit(key, "Re-open")
    assert jira.fields(key)["resolution"]["name"] == "Won't Do"  # the workflow would have to clear it


def test_a_validator_refuses_done_without_notes(jira: JiraClient, installed: RecordingApp) -> None:
    guard_done(jira)
    key = jira.an_issue()

    answer = jira.transit(key, "Done")

    text = "Resolution Notes must be filled in before this transition."
    assert (answer.status_code, answer.json()) == (400, {"errorMessages": [text], "errors": {}})
    assert (jira.status(key), jira.history(key)) == ("To Do", [])


def test_a_validator_sees_the_notes_that_the_screen_brings(jira: JiraClient, installed: RecordingApp) -> None:
    guard_done(jira)
    key = jira.an_issue()

    assert jira.transit(key, "Done", **{NOTES: a_document("  ")}).status_code == 400
    assert jira.transit(key, "Done", **{NOTES: a_document("Restarted")}).status_code == 204


def test_a_lone_picture_is_no_text(jira: JiraClient, installed: RecordingApp) -> None:
    guard_done(jira)
    key = jira.an_issue()
    picture = {"type": "media", "attrs": {"type": "external", "url": "https://example.com/a.png"}}
    document = {"type": "doc", "version": 1, "content": [{"type": "mediaSingle", "content": [picture]}]}

    assert jira.transit(key, "Done", **{NOTES: document}).status_code == 400


@pytest.mark.parametrize("config", ["", "no JSON", '{"fieldId": "customfield_1"}'], ids=["none", "broken", "unknown"])
def test_a_validator_that_cannot_be_evaluated_refuses(jira: JiraClient, installed: RecordingApp, config: str) -> None:
    guard_done(jira, config=config)
    key = jira.an_issue(**{NOTES: a_document("Restarted")})

    assert jira.transit(key, "Done").status_code == 400


def test_a_validator_of_an_app_that_is_gone_refuses(jira: JiraClient, installed: RecordingApp) -> None:
    guard_done(jira)
    jira.control("connect/uninstall", {"key": "com.example.recorder"})
    key = jira.an_issue(**{NOTES: a_document("Restarted")})

    assert jira.transit(key, "Done").status_code == 400


def test_a_validator_on_create_refuses_the_issue(jira: JiraClient, installed: RecordingApp) -> None:
    rule = {"project": "YAY", "transition": "Create", "kind": "validator", "config": FIELD}
    jira.control("jira/rules", rule | {"app_key": "com.example.recorder", "module_key": "require-field"})

    assert jira.create("YAY").status_code == 400
    assert jira.create("YAY", **{NOTES: a_document("Known already")}).status_code == 201


def test_a_post_function_is_called_after_the_transition(jira: JiraClient, installed: RecordingApp) -> None:
    rule = {"project": "OPS", "to_status": "Done", "kind": "post-function", "config": '{"page": 1}'}
    for _ in range(2):  # the same rule twice is once
        jira.control("jira/rules", rule | {"app_key": "com.example.recorder", "module_key": "publish"})
    key = jira.an_issue(description=a_document("Sold twice"))
    jira.transit(key, "Done")

    call = installed.wait_for("/publish")[0]

    assert call.body["configuration"] == {"value": '{"page": 1}'}
    assert call.body["issue"]["fields"]["status"]["name"] == "Done"
    assert call.body["issue"]["fields"]["description"] == "Sold twice"
    assert call.body["transition"] == {
        "workflowId": 10020,
        "workflowName": "OPS workflow",
        "transitionId": 51,
        "transitionName": "Done",
        "from_status": "To Do",
        "to_status": "Done",
    }
    assert len(installed.to("/publish")) == 1


def test_a_post_function_on_create_is_called_for_the_new_issue(jira: JiraClient, installed: RecordingApp) -> None:
    rule = {"project": "OPS", "transition": "Create", "kind": "post-function", "config": ""}
    jira.control("jira/rules", rule | {"app_key": "com.example.recorder", "module_key": "publish"})
    key = jira.an_issue()

    assert installed.wait_for("/publish")[0].body["issue"]["key"] == key
