"""What Jira says about itself: people, fields, projects and permissions."""

from __future__ import annotations

from jira_client import ADMIN, EXCEPTION_TYPE, NOTES, TEAM, JiraClient


def test_who_am_i(jira: JiraClient) -> None:
    me = jira.get("myself").json()

    assert (me["emailAddress"], me["timeZone"], me["accountType"]) == ("reporter@example.com", "Etc/UTC", "atlassian")


def test_a_person_is_found_by_the_beginning_of_name_or_address(jira: JiraClient) -> None:
    def names(query: str) -> list[str]:
        return [user["displayName"] for user in jira.get("user/search", query=query).json()]

    assert names("engineer@example.com") == ["Erin Engineer"]
    assert names("e") == ["Erin Engineer"]
    assert names("nobody@example.com") == []
    assert jira.get("user/search").status_code == 400


def test_a_person_is_found_by_account_id(jira: JiraClient) -> None:
    account_id = jira.get("myself").json()["accountId"]

    assert jira.get("user", accountId=account_id).json()["displayName"] == "Riley Reporter"
    assert jira.get("user", accountId="712020:nobody").status_code == 404


def test_fields_say_what_kind_they_are(jira: JiraClient) -> None:
    kinds = {field["name"]: field["schema"].get("custom", "") for field in jira.get("field").json()}

    assert kinds["Resolution Notes"].endswith(":textarea")
    assert kinds["Exception Type"].endswith(":select")
    assert kinds["Context Tags"].endswith(":multiselect")
    assert kinds["Description"] == ""


def test_the_create_screen_says_what_is_required_and_what_can_be_chosen(jira: JiraClient) -> None:
    types = jira.get("issue/createmeta/OPS/issuetypes").json()["issueTypes"]
    fields = jira.get(f"issue/createmeta/OPS/issuetypes/{types[0]['id']}").json()["fields"]

    required = {field["fieldId"] for field in fields if field["required"]}
    choices = {f["fieldId"]: [o.get("value") or o.get("name") for o in f.get("allowedValues", [])] for f in fields}
    assert required == {"project", "issuetype", "summary", EXCEPTION_TYPE, TEAM}
    assert choices[TEAM] == ["Engineering", "Operations"]
    assert choices["priority"] == ["Blocker", "Critical", "Major", "General"]
    assert NOTES in choices


def test_the_create_screen_is_given_in_pages(jira: JiraClient) -> None:
    page = jira.get("issue/createmeta/YAY/issuetypes/10031", startAt=2, maxResults=3).json()

    assert (page["startAt"], page["maxResults"], len(page["fields"])) == (2, 3, 3)
    assert page["total"] > 3


def test_a_project_says_its_types_and_statuses(jira: JiraClient) -> None:
    assert jira.get("project/YAY").json()["issueTypes"][0]["name"] == "Task"
    (task,) = jira.get("project/10021/statuses").json()
    assert [s["name"] for s in task["statuses"]] == ["Backlog", "Selected for Development", "In Progress", "Done"]
    assert jira.get("project/XYZ").status_code == 404


def test_permissions_are_told_for_those_asked_after(jira: JiraClient) -> None:
    asked = {"permissions": "EDIT_ISSUES,ADMINISTER_PROJECTS", "projectKey": "OPS"}

    def have(client: JiraClient) -> list[bool]:
        permissions = client.get("mypermissions", **asked).json()["permissions"]
        return [permissions[key]["havePermission"] for key in asked["permissions"].split(",")]

    assert (have(jira), have(jira.acting_as(ADMIN))) == ([True, False], [True, True])
    assert jira.get("mypermissions").status_code == 400
    assert jira.get("mypermissions", permissions="FLY").status_code == 400


def test_priorities_and_link_types(jira: JiraClient) -> None:
    priorities = jira.get("priority/search").json()["values"]
    types = jira.get("issueLinkType").json()["issueLinkTypes"]

    assert [(p["name"], p["isDefault"]) for p in priorities][-1] == ("General", True)
    assert {t["outward"] for t in types} == {"clones", "blocks", "relates to", "duplicates"}


def test_what_the_sandbox_does_not_play_is_an_error_body(jira: JiraClient) -> None:
    answer = jira.get("dashboard")

    assert (answer.status_code, set(answer.json())) == (404, {"errorMessages", "errors"})


def test_the_edit_screen_says_what_can_be_chosen_in_the_issue_s_own_context(jira: JiraClient) -> None:
    jira.sandbox.world.settings.own_contexts = True

    fields = jira.get(f"issue/{jira.an_issue('YAY')}/editmeta").json()["fields"]

    assert [option["id"] for option in fields[TEAM]["allowedValues"]] == ["10307", "10308"]
    assert fields["summary"]["required"]
    assert "status" not in fields


def test_whoever_may_not_edit_is_offered_nothing(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.control("jira/permissions", {"project": "OPS", "permission": "EDIT_ISSUES", "groups": ["engineering"]})

    assert jira.get(f"issue/{key}/editmeta").json() == {"fields": {}}
