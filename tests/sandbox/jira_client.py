"""Jira as a test speaks to it: short words for what every test does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests
from web import web

from sandbox.server import Sandbox

EXCEPTION_TYPE, TEAM, TAGS, NOTES = "customfield_10047", "customfield_10048", "customfield_10049", "customfield_10050"
REPORTER, ADMIN = "reporter@example.com", "admin@example.com"


def a_document(*paragraphs: str) -> dict[str, Any]:
    """A document with one paragraph for each text."""
    texts = [[{"type": "text", "text": text}] if text else [] for text in paragraphs]
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": text} for text in texts]}


def eventually(ready: Callable[[], Any], limit: float = 5.0) -> Any:
    """What *ready* gives, as soon as that is something."""
    end = time.monotonic() + limit
    while not (found := ready()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.005)
    return found


class JiraClient:
    """REST calls as *email*; answers are `requests.Response`, whatever their status."""

    def __init__(self, sandbox: Sandbox, email: str = REPORTER) -> None:
        self.sandbox = sandbox
        self.auth = (email, "sandbox")

    def acting_as(self, email: str) -> JiraClient:
        return JiraClient(self.sandbox, email)

    def get(self, path: str, **parameters: Any) -> requests.Response:
        return web.get(self._url(path), params=parameters, auth=self.auth, allow_redirects=False)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        return web.post(self._url(path), json=body, auth=self.auth, headers=headers)

    def put(self, path: str, body: Any, **parameters: Any) -> requests.Response:
        return web.put(self._url(path), json=body, auth=self.auth, params=parameters)

    def delete(self, path: str, **parameters: Any) -> requests.Response:
        return web.delete(self._url(path), params=parameters, auth=self.auth)

    def _url(self, path: str) -> str:
        return f"{self.sandbox.url}/rest/api/3/{path}"

    def control(self, path: str, body: Any) -> requests.Response:
        """A call to the sandbox itself, which must succeed."""
        answer = web.post(f"{self.sandbox.url}/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer

    def create(self, project: str = "OPS", /, **fields: Any) -> requests.Response:
        """Create an issue with what a project requires, and *fields*."""
        own: dict[str, Any] = {"project": {"key": project}, "summary": "Tickets are sold twice"}
        if project == "OPS":
            own |= {"issuetype": {"name": "Ops Exception"}, TEAM: {"value": "Operations"}}
            own[EXCEPTION_TYPE] = {"value": "Payments and transactions"}
        else:
            own |= {"issuetype": {"name": "Task"}}
        return self.post("issue", {"fields": own | fields})

    def an_issue(self, project: str = "OPS", /, **fields: Any) -> str:
        """The key of a new issue."""
        answer = self.create(project, **fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["key"])

    def fields(self, key: str) -> dict[str, Any]:
        fields: dict[str, Any] = self.get(f"issue/{key}").json()["fields"]
        return fields

    def transit(self, key: str, name: str, **fields: Any) -> requests.Response:
        """Do the transition called *name*, whether it is on offer or not."""
        project = self.sandbox.world.jira.projects[key.split("-")[0]]
        id_ = next(t.id for t in project.transitions if t.name == name)
        return self.post(f"issue/{key}/transitions", {"transition": {"id": id_}, "fields": fields})

    def status(self, key: str) -> str:
        return str(self.fields(key)["status"]["name"])

    def history(self, key: str) -> list[list[str]]:
        """The fields of each entry of the changelog."""
        values = self.get(f"issue/{key}/changelog").json()["values"]
        return [[item["field"] for item in entry["items"]] for entry in values]

    def search(self, jql: str, **more: Any) -> list[str]:
        """Keys, in order."""
        answer = self.post("search/jql", {"jql": jql, "fields": ["summary"], **more})
        assert answer.status_code == 200, answer.text
        return [issue["key"] for issue in answer.json()["issues"]]

    def attach(self, key: str, name: str = "shot.png", content: bytes = b"PNG") -> dict[str, Any]:
        answer = web.post(
            self._url(f"issue/{key}/attachments"),
            files={"file": (name, content, "image/png")},
            auth=self.auth,
            headers={"X-Atlassian-Token": "no-check"},
        )
        assert answer.status_code == 200, answer.text
        attachment: dict[str, Any] = answer.json()[0]
        return attachment
