"""Confluence as a test speaks to it: REST calls by a person."""

from __future__ import annotations

from typing import Any

import requests
from web import web

from sandbox.server import Sandbox

SPACE = "65537"
LEAD, REPORTER, ADMIN = "lead@example.com", "reporter@example.com", "admin@example.com"


class Wiki:
    """REST calls, by the reporter unless `by` names somebody else."""

    def __init__(self, sandbox: Sandbox, by: str = REPORTER) -> None:
        self.sandbox = sandbox
        self.url = sandbox.url
        self.by = by

    def as_(self, email: str) -> Wiki:
        return Wiki(self.sandbox, email)

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        base = f"{self.url}/wiki/" + (path if path.startswith("rest/") else "api/v2/" + path)
        return web.request(method, base, json=body, params=query, auth=(self.by, "sandbox"))

    def create(self, title: str = "Ops Exception Log", storage: str = "<p>x</p>", **more: Any) -> requests.Response:
        return self("POST", "pages", {"spaceId": SPACE, "status": "current", "title": title, **_body(storage), **more})

    def a_page(self, storage: str = "<p>x</p>") -> str:
        answer = self.create(storage=storage)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def update(self, page: str, number: int, storage: str = "<p>y</p>", **more: Any) -> requests.Response:
        version = {"number": number, "message": "one row more"}
        body = {"id": page, "status": "current", "title": "Ops Exception Log", "version": version, **_body(storage)}
        return self("PUT", f"pages/{page}", body | more)

    def do(self, what: str, **body: Any) -> requests.Response:
        """What people do in Confluence's own pages."""
        return web.post(f"{self.url}/_sandbox/confluence/{what}", json=body)

    def storage(self, page: str, **query: Any) -> str:
        found = self("GET", f"pages/{page}", **{"body-format": "storage", **query}).json()
        return str(found["body"]["storage"]["value"])


def _body(storage: str) -> dict[str, Any]:
    return {"body": {"representation": "storage", "value": storage}}


def title_of(answer: requests.Response) -> str:
    """The one error in v2's style."""
    (error,) = answer.json()["errors"]
    assert error["status"] == answer.status_code
    return str(error["title"])


def restrict(wiki: Wiki, page: str, operation: str, *emails: str, groups: tuple[str, ...] = ()) -> requests.Response:
    people = [wiki.sandbox.world.person(email) for email in emails]
    users = [{"type": "known", "accountId": person.account_id} for person in people if person]
    named = [{"type": "group", "name": name} for name in groups]
    body = [{"operation": operation, "restrictions": {"user": users, "group": named}}]
    return wiki("PUT", f"rest/api/content/{page}/restriction", body)
