"""Jira Cloud, REST v3: addresses, paging and shapes (facts: the OpenAPI document of July 2026)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from app.clients.http import Http, parsed
from app.clients.jira_reading import issue_from, names_to_read
from app.domain import FieldIds, Issue, Person
from app.errors import Misconfigured, NotFound, Refused

API = "/rest/api/3"
#: The entity property of ours on an issue. It is for recovery and for people who debug; our own tables decide.
MARK = "solveonce"
PAGE = 100


class JiraClient:
    def __init__(self, http: Http) -> None:
        self._http = http

    def myself(self) -> Person:
        found = self._http.get(f"{API}/myself")
        return Person(found["accountId"], found.get("displayName", ""))

    def fields(self) -> list[dict[str, Any]]:
        """All fields of the site: `[{"id", "name", "custom", "schema"}]`. Names are not unique."""
        return list(self._http.get(f"{API}/field"))

    def link_types(self) -> list[dict[str, str]]:
        return list(self._http.get(f"{API}/issueLinkType")["issueLinkTypes"])

    def settable_fields(self, project: str, issue_type: str) -> set[str]:
        """Ids of the fields that may be set when such an issue is created. Raises NotFound without such a type."""
        types = self._http.get(f"{API}/issue/createmeta/{quote(project)}/issuetypes", maxResults=200)
        for each in types.get("issueTypes") or []:
            if each["name"] == issue_type:
                path = f"{API}/issue/createmeta/{quote(project)}/issuetypes/{each['id']}"
                return {field["fieldId"] for field in self._http.get(path, maxResults=200).get("fields") or []}
        raise NotFound(f"Project {project} has no issue type {issue_type!r}, or we may not create it there.")

    # Issues

    def issue(self, id_or_key: str, fields: FieldIds) -> Issue:
        """The issue as it is now. Raises NotFound if it was deleted or may not be seen."""
        raw = self._http.get(f"{API}/issue/{quote(id_or_key)}", fields=names_to_read(fields), properties=MARK)
        return issue_from(raw, fields)

    def issues(self, ids: Sequence[str], fields: FieldIds) -> dict[str, Issue]:
        """By id, as they are now; without those that were deleted or may not be seen. In one call for each hundred."""
        found: dict[str, Issue] = {}
        for start in range(0, len(ids), PAGE):
            body = {"issueIdsOrKeys": list(ids[start : start + PAGE]), "fields": names_to_read(fields).split(",")}
            answer = self._http.send("POST", f"{API}/issue/bulkfetch", json=body | {"properties": [MARK]})
            found |= {raw["id"]: issue_from(raw, fields) for raw in answer.get("issues") or []}
        return found

    def search(self, jql: str, fields: FieldIds) -> Iterator[Issue]:
        """Every issue that the search index finds; it lags behind by seconds."""
        body: dict[str, Any] = {"jql": jql, "maxResults": PAGE, "fields": names_to_read(fields).split(",")}
        body["properties"] = [MARK]
        while True:
            answer = self._http.send("POST", f"{API}/search/jql", json=body)
            yield from (issue_from(raw, fields) for raw in answer.get("issues") or [])
            if not answer.get("nextPageToken"):
                return
            body["nextPageToken"] = answer["nextPageToken"]

    def count(self, jql: str) -> int:
        """About how many issues a search would find."""
        return int(self._http.send("POST", f"{API}/search/approximate-count", json={"jql": jql})["count"])

    def create_issue(self, fields: dict[str, Any], mark: dict[str, Any]) -> dict[str, str]:
        """`{"id", "key"}`. Jira has no idempotency key: call it through `once`."""
        body = {"fields": fields, "properties": [{"key": MARK, "value": mark}]}
        made = self._http.send("POST", f"{API}/issue", json=body)
        return {"id": made["id"], "key": made["key"]}

    def edit_issue(self, id: str, values: dict[str, Any], fields: FieldIds) -> Issue:
        """Set *values* by field id; the issue as Jira keeps it, normalised."""
        path = f"{API}/issue/{id}"
        answer = self._http.call("PUT", path, query={"returnIssue": "true"}, json={"fields": values})
        if answer.status_code == 204 or not answer.content:
            return self.issue(id, fields)
        return issue_from(parsed(answer, "PUT", path), fields)

    def last_number(self, project: str) -> int:
        """The highest issue number that search knows of; the index lags, so the true one may be higher, never lower."""
        body = {"jql": f'project = "{project}" ORDER BY key DESC', "maxResults": 1, "fields": ["key"]}
        found = self._http.send("POST", f"{API}/search/jql", json=body).get("issues") or []
        return int(found[0]["key"].rpartition("-")[2]) if found else 0

    def marked(self, project: str, above: int, ours: Callable[[dict[str, Any]], bool]) -> dict[str, str] | None:
        """The issue with number over *above* whose mark is *ours*, read from the store and not from the search index."""
        for issue in self._numbered(project, above):
            mark = (issue.get("properties") or {}).get(MARK)
            if isinstance(mark, dict) and ours(mark):
                return {"id": issue["id"], "key": issue["key"]}
        return None

    def _numbered(self, project: str, above: int) -> Iterator[dict[str, Any]]:
        """Issues by key, a hundred numbers at a time, until a hundred in a row do not exist."""
        while True:
            keys = [f"{project}-{number}" for number in range(above + 1, above + 1 + PAGE)]
            body = {"issueIdsOrKeys": keys, "fields": ["summary"], "properties": [MARK]}
            found = self._http.send("POST", f"{API}/issue/bulkfetch", json=body).get("issues") or []
            yield from found
            if not found:
                return
            above += PAGE

    # Transitions

    def transitions(self, id: str) -> list[dict[str, Any]]:
        """What we may do with the issue now: `[{"id", "name", "to": {"id", "name"}}]`."""
        return list(self._http.get(f"{API}/issue/{id}/transitions")["transitions"])

    def move(self, issue: Issue, status: str) -> bool:
        """Bring *issue* into *status*; False if it is there already. Raises Misconfigured when no transition leads there.

        Looked for by the target status, never by a transition's name or a stored id.
        """
        if issue.status.name == status:
            return False
        ways = [way for way in self.transitions(issue.ref.id) if way["to"]["name"] == status]
        if not ways:
            raise Misconfigured(
                f"{issue.ref.key} is in {issue.status.name!r} and no transition leads to {status!r}.",
                "Add one to the project's workflow, and give the app's user the permission to transition issues.",
            )
        self.transition(issue.ref.id, min(ways, key=lambda way: int(way["id"]))["id"])
        return True

    def transition(self, id: str, transition_id: str) -> None:
        """Raises Refused with the validator's text, Conflict when another transition runs."""
        self._http.call("POST", f"{API}/issue/{id}/transitions", json={"transition": {"id": transition_id}})

    # Links

    def link(self, type_id: str, actor: str, other: str) -> None:
        """*actor* ‹outward words› *other*: Jira calls the actor `inwardIssue`. The same link twice is one."""
        body = {"type": {"id": type_id}, "inwardIssue": {"id": actor}, "outwardIssue": {"id": other}}
        self._http.call("POST", f"{API}/issueLink", json=body)

    def remote_link(self, id: str, global_id: str, url: str, title: str) -> None:
        """Put or replace the remote link with *global_id*; what is left out of the object would be emptied."""
        body = {"globalId": global_id, "object": {"url": url, "title": title}}
        self._http.call("POST", f"{API}/issue/{id}/remotelink", json=body)

    # People

    def account_of(self, email: str) -> str | None:
        """The one active person with this address; None when there is none, several, or we may not search."""
        try:
            found = self._http.get(f"{API}/user/search", query=email)
        except Refused:
            return None
        people = [p for p in found if p.get("accountType") == "atlassian" and p.get("active")]
        exact = [p for p in people if (p.get("emailAddress") or email).lower() == email.lower()]
        return exact[0]["accountId"] if len(exact) == 1 else None
