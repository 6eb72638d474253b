"""Files on issues, and pictures in documents."""

from __future__ import annotations

import re
from typing import Any

from jira_client import JiraClient
from web import web


def media_id(jira: JiraClient, attachment_id: str) -> str:
    """The id for documents, which only the address of the media service tells."""
    location = jira.get(f"attachment/content/{attachment_id}").headers["Location"]
    found = re.search(r"/file/([0-9a-f-]{36})/binary\?token=", location)
    assert found is not None, location
    return found[1]


def a_picture(media: str) -> dict[str, Any]:
    node = {"type": "media", "attrs": {"type": "file", "id": media, "collection": ""}}
    return {"type": "doc", "version": 1, "content": [{"type": "mediaSingle", "content": [node]}]}


def test_an_upload_without_the_header_against_forgery_is_blocked(jira: JiraClient) -> None:
    url = f"{jira.sandbox.url}/rest/api/3/issue/{jira.an_issue()}/attachments"

    assert web.post(url, files={"file": b"x"}, auth=jira.auth).status_code == 403


def test_a_file_comes_back_from_the_media_service_without_credentials(jira: JiraClient) -> None:
    attachment = jira.attach(jira.an_issue(), content=b"PNG...")

    answer = jira.get(f"attachment/content/{attachment['id']}")

    assert answer.status_code == 303
    assert web.get(answer.headers["Location"]).content == b"PNG..."
    assert web.get(answer.headers["Location"] + "x").status_code == 403
    assert jira.get(f"attachment/content/{attachment['id']}", redirect="false").content == b"PNG..."


def test_an_attachment_is_shown_on_the_issue_and_by_itself(jira: JiraClient) -> None:
    key = jira.an_issue()
    attachment = jira.attach(key, "shot.png", b"12345")

    assert (attachment["filename"], attachment["size"], attachment["mimeType"]) == ("shot.png", 5, "image/png")
    assert jira.fields(key)["attachment"] == [attachment]
    assert jira.get(f"attachment/{attachment['id']}").json()["id"] == int(attachment["id"])
    assert jira.history(key) == [["Attachment"]]


def test_a_deleted_file_is_gone_and_a_text_that_showed_it_cannot_be_written_again(jira: JiraClient) -> None:
    key = jira.an_issue()
    attachment = jira.attach(key)
    picture = a_picture(media_id(jira, attachment["id"]))
    jira.put(f"issue/{key}", {"fields": {"description": picture}})

    assert jira.delete(f"attachment/{attachment['id']}").status_code == 204

    assert jira.fields(key)["attachment"] == []
    assert jira.fields(key)["description"] == picture
    assert jira.history(key)[-1] == ["Attachment"]
    assert jira.delete(f"attachment/{attachment['id']}").status_code == 404
    again = {**picture, "content": [*picture["content"], {"type": "rule"}]}
    assert jira.put(f"issue/{key}", {"fields": {"description": again}}).status_code == 400


def test_two_files_of_the_same_name_are_two_files(jira: JiraClient) -> None:
    key = jira.an_issue()

    assert jira.attach(key)["id"] != jira.attach(key)["id"]


def test_a_picture_in_a_text_must_be_a_file_of_this_issue(jira: JiraClient) -> None:
    here, there = jira.an_issue(), jira.an_issue("YAY")
    picture = a_picture(media_id(jira, jira.attach(here)["id"]))

    assert jira.put(f"issue/{here}", {"fields": {"description": picture}}).status_code == 204
    refused = jira.put(f"issue/{there}", {"fields": {"description": picture}})

    assert (refused.status_code, refused.json()["errorMessages"]) == (400, ["ATTACHMENT_VALIDATION_ERROR"])


def test_the_id_of_an_attachment_is_not_that_of_its_picture(jira: JiraClient) -> None:
    key = jira.an_issue()
    picture = a_picture(jira.attach(key)["id"])

    assert jira.put(f"issue/{key}", {"fields": {"description": picture}}).status_code == 400


def test_a_part_of_a_file_can_be_had(jira: JiraClient) -> None:
    attachment = jira.attach(jira.an_issue(), content=b"0123456789")
    location = jira.get(f"attachment/content/{attachment['id']}").headers["Location"]

    answer = web.get(location, headers={"Range": "bytes=2-4"})

    assert (answer.status_code, answer.content) == (206, b"234")


def test_a_token_of_jira_is_no_good_at_the_media_service(jira: JiraClient) -> None:
    """Whoever follows the redirect with the same headers gives Jira's token to another host, and gets nothing for it."""
    attachment = jira.attach(jira.an_issue())
    location = jira.get(f"attachment/content/{attachment['id']}").headers["Location"]

    assert web.get(location, headers={"Authorization": "JWT x"}).status_code == 403


def test_a_file_above_the_limit_is_refused_and_jira_says_what_the_limit_is(jira: JiraClient) -> None:
    jira.sandbox.world.settings.attachment_limit = 5
    url, headers = (
        f"{jira.sandbox.url}/rest/api/3/issue/{jira.an_issue()}/attachments",
        {"X-Atlassian-Token": "no-check"},
    )

    statuses = [
        web.post(url, files={"file": ("a.txt", b"x" * size)}, headers=headers, auth=jira.auth).status_code
        for size in (5, 6)
    ]

    assert jira.get("attachment/meta").json() == {"enabled": True, "uploadLimit": 5}
    assert statuses == [200, 413]
