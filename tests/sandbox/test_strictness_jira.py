"""Where Jira is strict with whoever may not: permissions, issues that one may not see, and Jira's own workflow rules."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from jira_client import NOTES, TEAM, JiraClient, a_document
from recording_app import RecordingApp
from web import web

from sandbox.jwt_qsh import query_string_hash, signed

ENGINEER, LEAD = "engineer@example.com", "lead@example.com"


def limit(jira: JiraClient, permission: str, *groups: str, project: str = "OPS") -> None:
    """Only *groups* have *permission* from now on."""
    jira.control("jira/permissions", {"project": project, "permission": permission, "groups": list(groups)})


def hide(jira: JiraClient, key: str, *hidden_from: str) -> None:
    jira.control("jira/visibility", {"issue": key, "hidden_from": list(hidden_from)})


def link(jira: JiraClient, inward: str, outward: str) -> requests.Response:
    ends = {"inwardIssue": {"key": inward}, "outwardIssue": {"key": outward}}
    return jira.post("issueLink", {"type": {"name": "Cloners"}, **ends})


def attach(jira: JiraClient, key: str) -> requests.Response:
    url, headers = f"{jira.sandbox.url}/rest/api/3/issue/{key}/attachments", {"X-Atlassian-Token": "no-check"}
    return web.post(url, files={"file": ("a.txt", b"a")}, auth=jira.auth, headers=headers)


def have(jira: JiraClient, *permissions: str, **where: str) -> list[bool]:
    answer = jira.get("mypermissions", permissions=",".join(permissions), **where).json()["permissions"]
    return [answer[permission]["havePermission"] for permission in permissions]


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda jira, key: jira.get(f"issue/{key}"), 404),
        (lambda jira, key: jira.put(f"issue/{key}", {"fields": {"summary": "Mine"}}), 404),
        (lambda jira, key: jira.get(f"issue/{key}/transitions"), 404),
        (lambda jira, key: jira.post(f"issue/{key}/transitions", {"transition": {"id": "21"}}), 404),
        (lambda jira, key: jira.get(f"issue/{key}/comment"), 404),
        (lambda jira, key: jira.get(f"issue/{key}/properties"), 404),
        (lambda jira, key: jira.get(f"issue/{key}/remotelink"), 404),
        (lambda jira, key: jira.get(f"issue/{key}/changelog"), 404),
        (lambda jira, key: jira.get("mypermissions", permissions="EDIT_ISSUES", issueKey=key), 404),
        (lambda jira, key: attach(jira, key), 404),
        (lambda jira, key: jira.get("attachment/content/10501"), 404),
        (lambda jira, key: link(jira, key, jira.an_issue("YAY")), 404),
        (lambda jira, key: jira.delete(f"issue/{key}"), 404),
    ],
)
@pytest.mark.parametrize("how", ["the issue is hidden", "the project cannot be browsed"])
def test_what_one_may_not_see_does_not_exist(jira: JiraClient, call: Any, status: int, how: str) -> None:
    key = jira.an_issue()
    jira.attach(key)
    if how == "the issue is hidden":
        hide(jira, key, ENGINEER)
    else:
        limit(jira, "BROWSE_PROJECTS", "ops")

    assert call(jira.acting_as(ENGINEER), key).status_code == status
    assert jira.get(f"issue/{key}").status_code == 200


def test_lists_and_searches_leave_out_what_one_may_not_see(jira: JiraClient) -> None:
    key, other = jira.an_issue(), jira.an_issue("YAY")
    link(jira, other, key)
    hide(jira, key, "engineering")
    engineer = jira.acting_as(ENGINEER)

    assert engineer.search("project in (OPS, YAY)") == [other]
    assert engineer.fields(other)["issuelinks"] == []
    assert engineer.get("search/jql", jql=f"key = {key}").status_code == 400
    fetched = engineer.post("issue/bulkfetch", {"issueIdsOrKeys": [key, other]}).json()
    assert [issue["key"] for issue in fetched["issues"]] == [other]
    assert fetched["issueErrors"] == []
    assert jira.fields(other)["issuelinks"][0]["outwardIssue"]["key"] == key


def test_an_app_hears_nothing_of_what_it_may_not_see(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()
    installed.wait_for("/hook")
    hide(jira, key, "com.example.recorder")
    jira.put(f"issue/{key}", {"fields": {"summary": "Nothing for apps"}})
    jira.an_issue("YAY")

    told = installed.wait_for("/hook", 2)

    assert [call.body["issue"]["key"] for call in told] == [key, "YAY-1"]


@pytest.mark.parametrize(
    ("permission", "call", "status"),
    [
        ("DELETE_ISSUES", lambda jira, key: jira.delete(f"issue/{key}"), 403),
        ("EDIT_ISSUES", lambda jira, key: jira.put(f"issue/{key}", {"fields": {"summary": "Mine"}}), 400),
        ("EDIT_ISSUES", lambda jira, key: jira.put(f"issue/{key}", {"properties": [{"key": "a", "value": 1}]}), 400),
        ("EDIT_ISSUES", lambda jira, key: jira.put(f"issue/{key}/properties/a", 1), 403),
        ("CREATE_ISSUES", lambda jira, key: jira.create(), 400),
        ("CREATE_ATTACHMENTS", attach, 403),
        ("ADD_COMMENTS", lambda jira, key: jira.post(f"issue/{key}/comment", {"body": a_document("x")}), 400),
        ("LINK_ISSUES", lambda jira, key: link(jira, key, jira.an_issue("YAY")), 404),
        ("LINK_ISSUES", lambda jira, key: jira.delete(f"issue/{key}/remotelink", globalId="a"), 403),
        ("TRANSITION_ISSUES", lambda jira, key: jira.transit(key, "Start work"), 400),
    ],
)
def test_an_act_needs_its_permission(jira: JiraClient, permission: str, call: Any, status: int) -> None:
    key = jira.an_issue()
    limit(jira, permission, "ops")

    assert call(jira.acting_as(ENGINEER), key).status_code == status
    assert call(jira.acting_as(LEAD), key).status_code not in (status, 401)


def test_without_the_permission_no_transition_is_on_offer(jira: JiraClient) -> None:
    key = jira.an_issue()
    limit(jira, "TRANSITION_ISSUES", "engineering")

    assert jira.get(f"issue/{key}/transitions").json()["transitions"] == []


def test_without_the_permission_a_field_is_not_on_the_screen(jira: JiraClient) -> None:
    limit(jira, "MODIFY_REPORTER", "jira-admins")
    me = {"id": jira.get("myself").json()["accountId"]}

    refused = jira.create(reporter=me)

    assert "not on the appropriate screen" in refused.json()["errors"]["reporter"]
    offered = jira.get("issue/createmeta/OPS/issuetypes/10030").json()["fields"]
    assert "reporter" not in [field["fieldId"] for field in offered]


def test_only_who_is_assignable_is_assigned(jira: JiraClient) -> None:
    limit(jira, "ASSIGNABLE_USER", "engineering", project="YAY")
    me = jira.get("myself").json()["accountId"]

    assert jira.create("YAY", assignee={"id": me}).json()["errors"] == {
        "assignee": f"User '{me}' cannot be assigned issues."
    }


def test_who_may_not_browse_users_finds_nobody(jira: JiraClient) -> None:
    limit(jira, "USER_PICKER", "jira-admins")

    assert jira.get("user/search", query=ENGINEER).json() == []


def test_my_permissions_are_those_of_the_place(jira: JiraClient) -> None:
    limit(jira, "EDIT_ISSUES", "engineering")
    limit(jira, "BROWSE_PROJECTS", "engineering", project="YAY")

    assert have(jira, "EDIT_ISSUES", "BROWSE_PROJECTS", projectKey="OPS") == [False, True]
    assert have(jira, "EDIT_ISSUES", issueKey=jira.an_issue()) == [False]
    assert have(jira.acting_as(LEAD), "EDIT_ISSUES", "ADMINISTER", projectKey="OPS") == [True, False]
    assert have(jira, "BROWSE_PROJECTS") == [True]
    assert jira.get("mypermissions", permissions="EDIT_ISSUES", projectKey="YAY").status_code == 404


def test_who_may_browse_no_project_may_nothing_anywhere(jira: JiraClient) -> None:
    for project in ("OPS", "YAY"):
        limit(jira, "BROWSE_PROJECTS", "jira-admins", project=project)

    assert have(jira, "EDIT_ISSUES", "CREATE_ISSUES", "USER_PICKER") == [False, False, True]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("permissions", {"project": "OPS", "permission": "FLY", "groups": []}),
        ("permissions", {"project": "NO", "permission": "EDIT_ISSUES", "groups": []}),
        ("visibility", {"issue": "OPS-9", "hidden_from": []}),
        ("move", {"user": "nobody@example.com", "issue": "OPS-1", "project": "YAY"}),
        ("profile", {"user": ENGINEER, "time_zone": "Mars/Olympus"}),
        ("profile", {"user": ENGINEER}),
    ],
)
def test_an_impossible_wish_of_an_administrator_is_refused(jira: JiraClient, path: str, body: dict[str, Any]) -> None:
    assert web.post(f"{jira.sandbox.url}/_sandbox/jira/{path}", json=body).status_code == 400


def own_rule(jira: JiraClient, kind: str, key: str, to_status: str = "Done", **parameters: str) -> requests.Response:
    rule = {"project": "OPS", "kind": kind, "rule_key": f"system:{key}", "parameters": parameters}
    return web.post(f"{jira.sandbox.url}/_sandbox/jira/rules", json={**rule, "to_status": to_status})


def test_a_transition_can_be_kept_from_people(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()
    own_rule(jira, "condition", "restrict-from-all-users", "Resolution Notes Required", restrictMode="users")

    offered = [t["name"] for t in jira.get(f"issue/{key}/transitions").json()["transitions"]]
    assert "Ask for resolution notes" not in offered
    assert jira.transit(key, "Ask for resolution notes").status_code == 400
    path = f"/rest/api/3/issue/{key}/transitions"
    shown = web.get(jira.sandbox.url + path, headers=installed_app(jira, "GET", path)).json()["transitions"]
    assert [t["isConditional"] for t in shown if t["name"] == "Ask for resolution notes"] == [True]
    body = {"transition": {"id": "41"}}
    done = web.post(jira.sandbox.url + path, json=body, headers=installed_app(jira, "POST", path))
    assert done.status_code == 204
    assert jira.status(key) == "Resolution Notes Required"


def installed_app(jira: JiraClient, method: str, path: str) -> dict[str, str]:
    """Headers of the recording app for a call."""
    app = jira.sandbox.world.apps["com.example.recorder"]
    now = int(time.time())
    claims = {"iss": app.key, "iat": now, "exp": now + 60, "qsh": query_string_hash(method, path)}
    return {"Authorization": f"JWT {signed(claims, app.shared_secret)}"}


def test_a_transition_can_be_kept_from_everybody(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()
    own_rule(jira, "condition", "restrict-from-all-users", restrictMode="usersAndAPI")
    path = f"/rest/api/3/issue/{key}/transitions"

    refused = web.post(
        jira.sandbox.url + path, json={"transition": {"id": "51"}}, headers=installed_app(jira, "POST", path)
    )

    assert refused.json()["errorMessages"] == ["Transition id '51' is not valid for this issue."]


def test_a_required_field_is_refused_at_the_field(jira: JiraClient) -> None:
    own_rule(jira, "validator", "validate-field-value", ruleType="fieldRequired", fieldsRequired=NOTES)
    key = jira.an_issue()

    refused = jira.transit(key, "Done")

    assert (refused.status_code, refused.json()) == (
        400,
        {"errorMessages": [], "errors": {NOTES: "Resolution Notes is required."}},
    )
    assert jira.transit(key, "Done", **{NOTES: a_document("Restarted")}).status_code == 204


def test_a_blank_paragraph_passes_jiras_own_validator(jira: JiraClient) -> None:
    """Which is why an app has to look itself."""
    own_rule(jira, "validator", "validate-field-value", ruleType="fieldRequired", fieldsRequired=NOTES)
    nothing = {"type": "doc", "version": 1, "content": []}

    assert jira.transit(jira.an_issue(), "Done", **{NOTES: nothing}).status_code == 400
    assert jira.transit(jira.an_issue(), "Done", **{NOTES: a_document(" ")}).status_code == 204


@pytest.mark.parametrize(("ignored", "status"), [("true", 204), ("false", 400)])
def test_ignoring_the_context_lets_pass_what_has_none(jira: JiraClient, ignored: str, status: int) -> None:
    jira.sandbox.world.jira.fields[NOTES].projects = ("YAY",)
    words = {"ignoreContext": ignored, "errorMessage": "What did you do?"}
    own_rule(jira, "validator", "validate-field-value", ruleType="fieldRequired", fieldsRequired=NOTES, **words)

    answer = jira.transit(jira.an_issue(), "Done")

    assert answer.status_code == status
    assert status == 204 or answer.json()["errors"] == {NOTES: "What did you do?"}


@pytest.mark.parametrize(
    ("kind", "key", "parameters"),
    [
        ("condition", "fly", {}),
        ("validator", "restrict-from-all-users", {"restrictMode": "users"}),
        ("condition", "restrict-from-all-users", {"restrictMode": "nobody"}),
        ("validator", "validate-field-value", {"ruleType": "fieldRequired"}),
        ("validator", "validate-field-value", {"ruleType": "fieldRequired", "fieldsRequired": "customfield_1"}),
        (
            "validator",
            "validate-field-value",
            {"ruleType": "fieldRequired", "fieldsRequired": NOTES, "ignoreContext": True},
        ),
    ],
)
def test_a_rule_that_jira_would_not_save_is_refused(
    jira: JiraClient, kind: str, key: str, parameters: dict[str, Any]
) -> None:
    assert own_rule(jira, kind, key, **parameters).status_code == 400


def test_each_context_has_options_of_its_own(jira: JiraClient) -> None:
    jira.control("settings", {"own_contexts": True})

    def offered(project: str, type_: str) -> dict[str, str]:
        fields = jira.get(f"issue/createmeta/{project}/issuetypes/{type_}").json()["fields"]
        team = next(field for field in fields if field["fieldId"] == TEAM)
        return {option["value"]: option["id"] for option in team["allowedValues"]}

    ops, yay = offered("OPS", "10030"), offered("YAY", "10031")
    assert set(ops) == set(yay)
    assert set(ops.values()).isdisjoint(yay.values())
    foreign = jira.create("YAY", **{TEAM: {"id": ops["Engineering"]}})
    assert foreign.json()["errors"] == {TEAM: f"Option id '{ops['Engineering']}' is not valid"}
    by_word = jira.an_issue("YAY", **{TEAM: {"value": "Engineering"}})
    assert jira.fields(by_word)[TEAM]["id"] == yay["Engineering"]
    original = jira.an_issue("OPS", **{TEAM: {"value": "Engineering"}})
    assert sorted(jira.search('"Team Responsible" = Engineering')) == [original, by_word]
    assert jira.search(f'"Team Responsible" = {yay["Engineering"]}') == [by_word]


def test_a_field_without_a_context_is_not_on_the_screen(jira: JiraClient) -> None:
    jira.sandbox.world.jira.fields[NOTES].projects = ("OPS",)

    refused = jira.create("YAY", **{NOTES: a_document("x")})

    assert "not on the appropriate screen" in refused.json()["errors"][NOTES]
    assert jira.create("OPS", **{NOTES: a_document("x")}).status_code == 201


def test_copying_a_text_to_and_fro_never_settles_by_bytes(jira: JiraClient) -> None:
    """Each save makes new local ids, and an edit that says the same keeps what is stored."""
    one, other = jira.an_issue(description=a_document("Restarted")), jira.an_issue("YAY")

    for source, target in ((one, other), (other, one), (one, other)):
        jira.put(f"issue/{target}", {"fields": {"description": jira.fields(source)["description"]}})

        assert jira.fields(one)["description"] != jira.fields(other)["description"]
    assert jira.history(other) == [["description"]]
    assert jira.history(one) == []
