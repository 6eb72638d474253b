"""Issues: creating, reading, editing and deleting them."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from jira_client import ADMIN, EXCEPTION_TYPE, NOTES, TAGS, TEAM, JiraClient, a_document

TEXT_LIMIT = 32_767


def test_a_caller_without_a_good_token_is_unknown(jira: JiraClient) -> None:
    jira.auth = ("reporter@example.com", "wrong")

    answer = jira.get("myself")

    assert answer.status_code == 401
    assert set(answer.json()) == {"errorMessages", "errors"}


def test_a_new_issue_is_in_the_first_column_with_the_defaults(jira: JiraClient) -> None:
    fields = jira.fields(jira.an_issue())

    assert fields["status"]["name"] == "To Do"
    assert fields["priority"]["name"] == "General"
    assert fields["reporter"]["emailAddress"] == "reporter@example.com"
    assert (fields["labels"], fields["resolution"], fields["resolutiondate"]) == ([], None, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", fields["created"])


def test_keys_count_up_in_each_project(jira: JiraClient) -> None:
    assert [jira.an_issue(), jira.an_issue("YAY"), jira.an_issue()] == ["OPS-1", "YAY-1", "OPS-2"]


def test_a_create_can_carry_properties(jira: JiraClient) -> None:
    fields = {"project": {"key": "YAY"}, "issuetype": {"id": "10031"}, "summary": "A clone"}
    jira.post("issue", {"fields": fields, "properties": [{"key": "opsx", "value": {"origin": "10001"}}]})

    issue = jira.get("issue/YAY-1", fields="summary", properties="opsx,other").json()

    assert issue["properties"] == {"opsx": {"origin": "10001"}}
    assert issue["fields"] == {"summary": "A clone"}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("summary", None, "You must specify a summary of the issue."),
        ("summary", "one\ntwo", "The summary is invalid because it contains newline characters."),
        ("summary", "x" * 256, "Summary can't exceed 255 characters."),
        (EXCEPTION_TYPE, None, "Exception Type is required."),
        (EXCEPTION_TYPE, {"value": "Weather"}, "Option value 'Weather' is not valid"),
        (TEAM, {"id": "10201"}, "Option id '10201' is not valid"),
        (TAGS, {"value": "Ops - ticketing"}, "data was not an array"),
        ("priority", {"name": "Low"}, "The priority selected is invalid."),
        ("labels", ["two words"], "The label 'two words' contains spaces which is invalid."),
        ("description", "plain", "Operation value must be an Atlassian Document."),
        (NOTES, {"type": "paragraph"}, "Operation value must be an Atlassian Document."),
        (
            "description",
            a_document("x" * (TEXT_LIMIT + 1)),
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
        ),
        (
            "customfield_10099",
            "x",
            "Field 'customfield_10099' cannot be set. It is not on the appropriate screen, or unknown.",
        ),
        ("status", {"id": "10004"}, "Field 'status' cannot be set. It is not on the appropriate screen, or unknown."),
    ],
)
def test_a_create_with_a_bad_field_is_refused_at_the_field(
    jira: JiraClient, field: str, value: Any, message: str
) -> None:
    answer = jira.create(**{field: value})

    assert answer.status_code == 400
    assert answer.json()["errors"] == {field: message}


def test_a_field_that_is_not_on_the_create_screen_is_refused(jira: JiraClient) -> None:
    project = jira.sandbox.world.jira.projects["YAY"]
    project.create_screen = tuple(field for field in project.create_screen if field != NOTES)

    answer = jira.create("YAY", **{NOTES: a_document("Restarted")})

    assert answer.json()["errors"][NOTES].startswith(f"Field '{NOTES}' cannot be set.")


@pytest.mark.parametrize(
    "node",
    [
        {"type": "paragraph", "content": [{"type": "text", "text": ""}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "bold"}]}]},
        {"type": "text", "text": "a text needs a paragraph"},
        {"type": "bulletList", "content": [{"type": "paragraph", "content": []}]},
        {"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "code"}, {"type": "em"}]}]},
    ],
    ids=["empty text", "unknown mark", "text on its own", "list without items", "code that is italic"],
)
def test_a_malformed_document_is_invalid_input(jira: JiraClient, node: dict[str, Any]) -> None:
    answer = jira.create(description={"type": "doc", "version": 1, "content": [node]})

    assert (answer.status_code, answer.json()["errorMessages"]) == (400, ["INVALID_INPUT"])


def test_a_document_comes_back_with_other_bytes_and_the_same_words(jira: JiraClient) -> None:
    document = a_document("Sold twice", "")
    key = jira.an_issue(description=document)

    stored = jira.fields(key)["description"]

    assert stored != document
    assert [p["attrs"]["localId"] != "" for p in stored["content"]] == [True, True]
    assert stored["content"][0]["content"] == document["content"][0]["content"]


def test_an_edit_changes_what_it_names_and_writes_it_down(jira: JiraClient) -> None:
    key = jira.an_issue(labels=["a"])
    body = {"fields": {TEAM: {"value": "Engineering"}}, "update": {"labels": [{"add": "b"}, {"remove": "a"}]}}

    assert jira.put(f"issue/{key}", body).status_code == 204

    assert jira.fields(key)["labels"] == ["b"]
    items = jira.get(f"issue/{key}/changelog").json()["values"][0]["items"]
    assert [(i["field"], i["fieldId"], i["fieldtype"], i["fromString"], i["toString"]) for i in items] == [
        ("Team Responsible", TEAM, "custom", "Operations", "Engineering"),
        ("labels", "labels", "jira", "a", "b"),
    ]


def test_an_edit_that_changes_nothing_leaves_no_trace(jira: JiraClient) -> None:
    key = jira.an_issue(description=a_document("The same"), labels=["a"])
    before = jira.get(f"issue/{key}").json()

    jira.put(f"issue/{key}", {"fields": {"description": a_document("The same"), "labels": ["a"]}})

    assert jira.get(f"issue/{key}").json() == before
    assert jira.history(key) == []


def test_the_status_cannot_be_edited(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert jira.put(f"issue/{key}", {"fields": {"status": {"id": "10004"}}}).status_code == 204

    assert jira.status(key) == "To Do"


def test_a_field_in_both_fields_and_update_is_refused(jira: JiraClient) -> None:
    body = {"fields": {"labels": []}, "update": {"labels": [{"add": "a"}]}}

    assert jira.put(f"issue/{jira.an_issue()}", body).status_code == 400


def test_only_an_administrator_edits_without_notifying(jira: JiraClient) -> None:
    key = jira.an_issue()

    refused = jira.put(f"issue/{key}", {"fields": {"labels": ["a"]}}, notifyUsers="false")
    done = jira.acting_as(ADMIN).put(f"issue/{key}", {"fields": {"labels": ["a"]}}, notifyUsers="false")

    assert (refused.status_code, done.status_code) == (400, 204)
    assert "To discard the user notification" in refused.json()["errorMessages"][0]


def test_fields_are_chosen_by_name_and_by_exclusion(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert set(jira.get(f"issue/{key}", fields="summary, status").json()["fields"]) == {"summary", "status"}
    assert "comment" not in jira.get(f"issue/{key}", fields="*all,-comment").json()["fields"]


def test_bulk_fetch_reads_the_store_and_leaves_out_what_it_does_not_find(jira: JiraClient) -> None:
    """`issueErrors` is for what may go better next time; what is not there has no line in it."""
    jira.sandbox.world.settings.search_lag = 60
    key, gone = jira.an_issue(), jira.an_issue()
    jira.delete(f"issue/{gone}")

    answer = jira.post("issue/bulkfetch", {"issueIdsOrKeys": [key, gone, "OPS-99"], "fields": ["summary"]}).json()

    assert [(issue["key"], list(issue["fields"])) for issue in answer["issues"]] == [(key, ["summary"])]
    assert answer["issueErrors"] == []


def test_bulk_fetch_gives_each_issue_once_by_ascending_id(jira: JiraClient) -> None:
    first, second = jira.an_issue(), jira.an_issue("YAY")
    id_ = jira.get(f"issue/{first}").json()["id"]

    answer = jira.post("issue/bulkfetch", {"issueIdsOrKeys": [second, first.lower(), id_]}).json()

    assert [issue["key"] for issue in answer["issues"]] == [first, second]


def test_bulk_fetch_shows_what_a_single_read_shows(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.put(f"issue/{key}/properties/opsx", {"n": 1})
    single = jira.get(f"issue/{key}", fields="*all", properties="opsx").json()

    body = {"issueIdsOrKeys": [key], "fields": ["*all"], "properties": ["opsx"]}
    (bulk,) = jira.post("issue/bulkfetch", body).json()["issues"]
    (default,) = jira.post("issue/bulkfetch", {"issueIdsOrKeys": [key], "fields": ["-summary"]}).json()["issues"]

    assert bulk == single
    assert not {"summary", "comment", "attachment"} & set(default["fields"])


@pytest.mark.parametrize("body", [{"issueIdsOrKeys": []}, {"issueIdsOrKeys": [str(n) for n in range(101)]}])
def test_bulk_fetch_takes_between_one_and_a_hundred(jira: JiraClient, body: dict[str, Any]) -> None:
    assert jira.post("issue/bulkfetch", body).status_code == 400


def test_bulk_fetch_takes_five_properties_at_most(jira: JiraClient) -> None:
    body = {"issueIdsOrKeys": [jira.an_issue()], "properties": ["a", "b", "c", "d", "e"]}
    assert jira.post("issue/bulkfetch", body).status_code == 200
    assert jira.post("issue/bulkfetch", body | {"properties": [*body["properties"], "f"]}).status_code == 400


def test_a_deleted_issue_is_not_found(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert jira.delete(f"issue/{key}").status_code == 204

    assert jira.get(f"issue/{key}").status_code == 404


def test_writing_a_property_is_no_change_of_the_issue(jira: JiraClient) -> None:
    key = jira.an_issue()
    updated = jira.fields(key)["updated"]

    statuses = [jira.put(f"issue/{key}/properties/opsx", {"n": n}).status_code for n in (1, 2)]

    assert statuses == [201, 200]
    assert jira.get(f"issue/{key}/properties/opsx").json() == {"key": "opsx", "value": {"n": 2}}
    assert (jira.fields(key)["updated"], jira.history(key)) == (updated, [])


def test_a_property_is_limited_in_size_and_can_be_removed(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert jira.put(f"issue/{key}/properties/opsx", "x" * 32_768).status_code == 400
    assert jira.put(f"issue/{key}/properties/opsx", "x" * 32_766).status_code == 201
    assert jira.delete(f"issue/{key}/properties/opsx").status_code == 204
    assert jira.get(f"issue/{key}/properties/opsx").status_code == 404


def test_simultaneous_edits_of_two_fields_both_last(jira: JiraClient) -> None:
    key = jira.an_issue()
    edits: list[dict[str, Any]] = [{"labels": [f"l{n}"]} for n in range(5)] + [{"summary": f"s{n}"} for n in range(5)]
    threads = [threading.Thread(target=jira.put, args=(f"issue/{key}", {"fields": edit})) for edit in edits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(jira.history(key)) == len(edits)
    assert jira.fields(key)["labels"][0].startswith("l")


def test_a_comment_is_kept_apart_from_the_changelog(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert jira.post(f"issue/{key}/comment", {"body": a_document("Looking at it")}).status_code == 201
    refused = jira.post(f"issue/{key}/comment", {"body": "plain"})

    assert jira.get(f"issue/{key}/comment").json()["total"] == 1
    assert refused.json()["errors"] == {"comment": "Operation value must be an Atlassian Document."}
    assert jira.history(key) == []


def test_an_edit_answers_with_the_recent_changes_newest_first_if_asked(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.put(f"issue/{key}", {"fields": {"summary": "one"}})

    answer = jira.put(f"issue/{key}", {"fields": {"summary": "two"}}, returnIssue="true", expand="changelog").json()
    read = jira.get(f"issue/{key}", expand="changelog").json()

    for changelog in (answer["changelog"], read["changelog"]):
        told = [item["toString"] for entry in changelog["histories"] for item in entry["items"]]
        assert (told, changelog["total"]) == (["two", "one"], 2)
    assert "changelog" not in jira.get(f"issue/{key}").json()
