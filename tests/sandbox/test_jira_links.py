"""Links between issues, and remote links."""

from __future__ import annotations

from typing import Any

from jira_client import JiraClient, eventually
from recording_app import RecordingApp


def link(jira: JiraClient, inward: str, outward: str, type_: str = "Cloners") -> int:
    body = {"type": {"name": type_}, "inwardIssue": {"key": inward}, "outwardIssue": {"key": outward}}
    return jira.post("issueLink", body).status_code


def shown(jira: JiraClient, key: str) -> list[tuple[str, str]]:
    """The links as a person reads them on the issue."""
    links = jira.fields(key)["issuelinks"]
    return [
        (entry["type"]["outward"], entry["outwardIssue"]["key"])
        if "outwardIssue" in entry
        else (entry["type"]["inward"], entry["inwardIssue"]["key"])
        for entry in links
    ]


def test_the_inward_issue_is_the_one_that_acts(jira: JiraClient) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")

    assert link(jira, inward=clone, outward=original) == 201

    assert shown(jira, clone) == [("clones", original)]
    assert shown(jira, original) == [("is cloned by", clone)]


def test_linking_twice_is_linking_once_and_the_other_way_round_is_another_link(jira: JiraClient) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")

    assert [link(jira, clone, original), link(jira, clone, original)] == [201, 201]
    assert len(shown(jira, clone)) == 1
    link(jira, original, clone)
    assert len(shown(jira, clone)) == 2


def test_a_link_of_an_unknown_type_or_issue_is_not_found(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert link(jira, key, "OPS-99") == 404
    assert link(jira, key, jira.an_issue(), "Duplicates") == 404


def test_a_deleted_link_is_gone_from_both_ends(jira: JiraClient) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")
    link(jira, clone, original)
    link_id = jira.fields(clone)["issuelinks"][0]["id"]

    assert jira.get(f"issueLink/{link_id}").json()["inwardIssue"]["key"] == clone
    assert jira.delete(f"issueLink/{link_id}").status_code == 204
    assert shown(jira, original) == []


def test_a_link_that_comes_or_goes_is_an_update_of_both_ends(jira: JiraClient, installed: RecordingApp) -> None:
    original, clone = jira.an_issue(), jira.an_issue("YAY")
    link(jira, clone, original)
    jira.delete(f"issueLink/{jira.fields(clone)['issuelinks'][0]['id']}")

    told = eventually(lambda: updates if len(updates := updates_of_links(installed)) == 4 else None)

    shown_as = {
        (clone, original, f"This work item clones {original}"),
        (original, clone, f"This work item is cloned by {clone}"),
    }
    assert {(key, item["to"], item["toString"]) for key, item in told[:2]} == shown_as
    assert {(key, item["from"], item["fromString"]) for key, item in told[2:]} == shown_as


def updates_of_links(installed: RecordingApp) -> list[tuple[str, dict[str, Any]]]:
    """Key and changelog item, the links that were made first."""
    bodies = [call.body for call in installed.to("/hook") if call.body["webhookEvent"] == "jira:issue_updated"]
    items = [(body["issue"]["key"], body["changelog"]["items"][0]) for body in bodies]
    return sorted((each for each in items if each[1]["field"] == "Link"), key=lambda each: each[1]["to"] is None)


def a_remote_link(title: str, **more: Any) -> dict[str, Any]:
    return {"globalId": "slack=C1&ts=1.2", "object": {"url": "https://example.com/t", "title": title}, **more}


def test_a_remote_link_with_the_same_global_id_replaces_the_first(jira: JiraClient) -> None:
    key = jira.an_issue()

    first = jira.post(f"issue/{key}/remotelink", a_remote_link("Thread", relationship="talked about"))
    second = jira.post(f"issue/{key}/remotelink", a_remote_link("The thread"))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    (kept,) = jira.get(f"issue/{key}/remotelink").json()
    assert kept["object"]["title"] == "The thread"
    # What the second left out is gone.
    assert "relationship" not in kept


def test_a_remote_link_is_found_and_removed_by_its_global_id(jira: JiraClient) -> None:
    key = jira.an_issue()
    jira.post(f"issue/{key}/remotelink", a_remote_link("Thread"))
    one = {"globalId": "slack=C1&ts=1.2"}

    assert jira.get(f"issue/{key}/remotelink", **one).json()["object"]["title"] == "Thread"
    assert jira.delete(f"issue/{key}/remotelink", **one).status_code == 204
    assert jira.delete(f"issue/{key}/remotelink", **one).status_code == 404
    assert jira.delete(f"issue/{key}/remotelink").status_code == 400


def test_a_remote_link_needs_an_address_and_a_title(jira: JiraClient) -> None:
    answer = jira.post(f"issue/{jira.an_issue()}/remotelink", {"object": {"title": "Nowhere"}})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["url"])
