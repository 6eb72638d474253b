"""Jira Cloud, REST v3: addresses, paging and shapes (facts: the OpenAPI document of July 2026)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from app.clients.http import Http, parsed
from app.clients.jira_reading import changes_from, issue_from, names_to_read, target_from
from app.domain import FieldIds, Issue, Person
from app.domain_handoff import TargetField, TextChange
from app.errors import Misconfigured, NotFound, Refused

API = "/rest/api/3"
#: The entity property of ours on an issue. It is for recovery and for people who debug; our own tables decide.
MARK = "solveonce"
PAGE = 100
#: Most fields of the create metadata that come at once; more are refused.
MOST_META = 200
#: Field id or name → its changes, oldest first.
Changes = dict[str, list[TextChange]]


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

    def create_fields(self, project: str, issue_type: str) -> dict[str, TargetField]:
        """What may be set when such an issue is created, by field id. Raises NotFound without such a type."""
        path = f"{API}/issue/createmeta/{quote(project)}/issuetypes"
        for each in self._http.get(path, maxResults=MOST_META).get("issueTypes") or []:
            if each["name"] == issue_type:
                return {field["fieldId"]: target_from(field) for field in self._metas(f"{path}/{each['id']}")}
        raise NotFound(f"Project {project} has no issue type {issue_type!r}, or we may not create it there.")

    def settable_fields(self, project: str, issue_type: str) -> set[str]:
        """Ids of the fields that may be set when such an issue is created. Raises NotFound without such a type."""
        return set(self.create_fields(project, issue_type))

    def edit_fields(self, id: str) -> dict[str, TargetField]:
        """What may be changed on the issue, by field id; less than an edit would take, as that checks no screen."""
        found = self._http.get(f"{API}/issue/{id}/editmeta").get("fields") or {}
        return {field: target_from({**raw, "fieldId": field}) for field, raw in found.items()}

    def _metas(self, path: str) -> Iterator[dict[str, Any]]:
        start = 0
        while True:
            page = self._http.get(path, startAt=start, maxResults=MOST_META).get("fields") or []
            yield from page
            if len(page) < MOST_META:
                return
            start += len(page)

    # Issues

    def issue(self, id_or_key: str, fields: FieldIds, more: Sequence[str] = ()) -> Issue:
        """The issue as it is now; what *more* names stands in its `values`.

        Raises NotFound if it was deleted or may not be seen.
        """
        names = ",".join(names_to_read(fields, more))
        raw = self._http.get(f"{API}/issue/{quote(id_or_key)}", fields=names, properties=MARK)
        return issue_from(raw, fields, more)

    def issues(self, ids: Sequence[str], fields: FieldIds, more: Sequence[str] = ()) -> dict[str, Issue]:
        """By id, as they are now; without those that were deleted or may not be seen. In one call for each hundred."""
        found: dict[str, Issue] = {}
        for start in range(0, len(ids), PAGE):
            body = {"issueIdsOrKeys": list(ids[start : start + PAGE]), "fields": names_to_read(fields, more)}
            answer = self._http.send("POST", f"{API}/issue/bulkfetch", json=body | {"properties": [MARK]})
            found |= {raw["id"]: issue_from(raw, fields, more) for raw in answer.get("issues") or []}
        return found

    def search(self, jql: str, fields: FieldIds) -> Iterator[Issue]:
        """Every issue that the search index finds; it lags behind by seconds."""
        body: dict[str, Any] = {"jql": jql, "maxResults": PAGE, "fields": names_to_read(fields)}
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

    def edit_issue(self, id: str, values: dict[str, Any], fields: FieldIds, more: Sequence[str] = ()) -> Issue:
        """Set *values* by field id; the issue as Jira keeps it, normalised."""
        return self.edit_and_look(id, values, fields, more)[0]

    def edit_and_look(
        self, id: str, values: dict[str, Any], fields: FieldIds, more: Sequence[str] = ()
    ) -> tuple[Issue, Changes]:
        """Set *values* by field id: the issue as Jira keeps it, and its latest changes, with this one.

        Both in the answer to the write: Jira knows no conditional write, so whoever wants to know what it has
        replaced has to look afterwards.
        """
        path = f"{API}/issue/{id}"
        query = {"returnIssue": "true", "expand": "changelog"}
        answer = self._http.call("PUT", path, query=query, json={"fields": values})
        raw = parsed(answer, "PUT", path) if answer.status_code != 204 and answer.content else {}
        if "changelog" not in raw:
            return self.issue(id, fields, more), self.changes(id)
        return issue_from(raw, fields, more), changes_from(raw["changelog"].get("histories") or [])

    def changes(self, id: str) -> Changes:
        """The latest hundred changes of an issue, by field id and by field name, oldest first."""
        path = f"{API}/issue/{quote(id)}/changelog"
        page = self._http.get(path, maxResults=PAGE)
        if page["total"] > PAGE:  # Jira has the oldest first
            page = self._http.get(path, startAt=page["total"] - PAGE, maxResults=PAGE)
        return changes_from(page["values"])

    def set_mark(self, id: str, mark: dict[str, Any]) -> None:
        """Replace our entity property on the issue; that is no change of the issue, and nobody is told of it."""
        self._http.call("PUT", f"{API}/issue/{id}/properties/{MARK}", json=mark)

    def last_number(self, project: str) -> int:
        """The highest issue number that search knows of; the index lags, so the true one may be higher, never lower."""
        body = {"jql": f'project = "{project}" ORDER BY key DESC', "maxResults": 1, "fields": ["key"]}
        found = self._http.send("POST", f"{API}/search/jql", json=body).get("issues") or []
        return int(found[0]["key"].rpartition("-")[2]) if found else 0

    def marked(self, project: str, above: int, ours: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
        """The issue with number over *above* whose mark is *ours*, read from the store and not from the search index.

        The first of several: what a person copied from ours came after it. An issue whose mark names another
        one as its own was copied, too.
        """
        for issue in self._numbered(project, above):
            mark = (issue.get("properties") or {}).get(MARK)
            if isinstance(mark, dict) and mark.get("self") in (None, issue["id"]) and ours(mark):
                return {"id": issue["id"], "key": issue["key"], "mark": mark}
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

    def transitions(self, id: str, screens: bool = False) -> list[dict[str, Any]]:
        """What we may do with the issue now: `[{"id", "name", "to": {"id", "name"}}]`; with *screens* their `fields` too."""
        expand = "transitions.fields" if screens else None
        return list(self._http.get(f"{API}/issue/{id}/transitions", expand=expand)["transitions"])

    def move(self, issue: Issue, status: str, resolution: str | None = None) -> bool:
        """Bring *issue* into *status*; False if it is there already. Raises Misconfigured when no transition leads there.

        Looked for by the target status, never by a transition's name or a stored id. *resolution* is set where the
        transition's screen offers it: elsewhere Jira would refuse the whole.
        """
        if issue.status.name == status:
            return False
        ways = [way for way in self.transitions(issue.ref.id, bool(resolution)) if way["to"]["name"] == status]
        if not ways:
            raise Misconfigured(
                f"{issue.ref.key} is in {issue.status.name!r} and no transition leads to {status!r}.",
                "Add one to the project's workflow, and give the app's user the permission to transition issues.",
            )
        way = min(ways, key=lambda way: int(way["id"]))
        self.transition(
            issue.ref.id, way["id"], {"resolution": {"name": resolution}} if _offers(way, resolution) else {}
        )
        return True

    def transition(self, id: str, transition_id: str, values: dict[str, Any] | None = None) -> None:
        """Raises Refused with the validator's text, Conflict when another transition runs."""
        body = {"transition": {"id": transition_id}, **({"fields": values} if values else {})}
        self._http.call("POST", f"{API}/issue/{id}/transitions", json=body)

    # Links

    def links(self, id: str) -> list[dict[str, Any]]:
        """The issue's links as it shows them: each names the type and the other end, by the role which that has."""
        return list(self._http.get(f"{API}/issue/{id}", fields="issuelinks")["fields"].get("issuelinks") or [])

    def link(self, type_id: str, actor: str, other: str) -> None:
        """*actor* ‹outward words› *other*: Jira calls the actor `inwardIssue`. The same link twice is one."""
        body = {"type": {"id": type_id}, "inwardIssue": {"id": actor}, "outwardIssue": {"id": other}}
        self._http.call("POST", f"{API}/issueLink", json=body)

    def linked(self, id: str) -> set[str]:
        """Ids of the issues that this one is linked to, in whatever way; without those that we may not see."""
        links = self._http.get(f"{API}/issue/{id}", fields="issuelinks")["fields"]["issuelinks"]
        return {(link.get("inwardIssue") or link["outwardIssue"])["id"] for link in links}

    def remote_link(self, id: str, global_id: str, url: str, title: str) -> None:
        """Put or replace the remote link with *global_id*; what is left out of the object would be emptied."""
        body = {"globalId": global_id, "object": {"url": url, "title": title}}
        self._http.call("POST", f"{API}/issue/{id}/remotelink", json=body)

    # People

    def may(self, permission: str, project: str) -> bool:
        """Whether we have *permission* in the project of this key."""
        try:
            found = self._http.get(f"{API}/mypermissions", projectKey=project, permissions=permission)
        except NotFound:
            return False  # we may not even see the project
        return bool(found["permissions"][permission]["havePermission"])

    def account_of(self, email: str) -> str | None:
        """The one active person with this address; None when there is none, several, or we may not search."""
        try:
            found = self._http.get(f"{API}/user/search", query=email)
        except Refused:
            return None
        people = [p for p in found if p.get("accountType") == "atlassian" and p.get("active")]
        exact = [p for p in people if (p.get("emailAddress") or email).lower() == email.lower()]
        return exact[0]["accountId"] if len(exact) == 1 else None


def _offers(way: dict[str, Any], resolution: str | None) -> bool:
    """Whether the transition's screen has a field *Resolution* with this value."""
    field = (way.get("fields") or {}).get("resolution")
    return field is not None and resolution in {each.get("name") for each in field.get("allowedValues") or []}
