"""Looking over a Jira site: how it is set up, and what has changed. It reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from app.clients.http import Http
from app.clients.jira import API, PAGE
from app.clients.jira_reading import moment, status_from
from app.domain import Edit, FieldChange, IssueRef, Status, Touched


class JiraSurvey:
    def __init__(self, http: Http) -> None:
        self._http = http

    def time_zone(self) -> str:
        """The zone in which JQL reads our dates: that of our own profile."""
        return str(self._http.get(f"{API}/myself").get("timeZone") or "")

    def board(self, project: str) -> dict[str, list[Status]]:
        """Issue type → its statuses. Raises NotFound for a project that is not there or that we may not see."""
        found = self._http.get(f"{API}/project/{quote(project)}/statuses")
        return {each["name"]: [status_from(status) for status in each["statuses"]] for each in found}

    def project_key(self, project: str) -> str:
        """What the project is called now: Jira answers to its former keys too. Raises NotFound, also if we may not see it."""
        return str(self._http.get(f"{API}/project/{quote(project)}")["key"])

    def permissions(self, project: str, keys: Sequence[str]) -> dict[str, bool]:
        """Which of these permissions we have in the project; a key that Jira does not know is refused."""
        found = self._http.get(f"{API}/mypermissions", projectKey=project, permissions=",".join(keys))
        return {key: bool(found["permissions"].get(key, {}).get("havePermission")) for key in keys}

    def touched(self, jql: str) -> Iterator[list[Touched]]:
        """What the search index finds, a page at a time: pages may be short, and only a missing token ends them."""
        body: dict[str, Any] = {"jql": jql, "maxResults": PAGE, "fields": ["project", "status", "created", "updated"]}
        while True:
            answer = self._http.send("POST", f"{API}/search/jql", json=body)
            yield [_touched(raw) for raw in answer.get("issues") or []]
            if not answer.get("nextPageToken"):
                return
            body["nextPageToken"] = answer["nextPageToken"]

    def places(self, ids: Sequence[str]) -> dict[str, str]:
        """Issue id → key of the project in which it lies now; without those that were deleted or may not be seen."""
        found: dict[str, str] = {}
        for start in range(0, len(ids), PAGE):
            body = {"issueIdsOrKeys": list(ids[start : start + PAGE]), "fields": ["project"]}
            answer = self._http.send("POST", f"{API}/issue/bulkfetch", json=body)
            found |= {raw["id"]: raw["fields"]["project"]["key"] for raw in answer.get("issues") or []}
        return found

    def edits(self, id: str, since: datetime) -> list[Edit]:
        """The issue's changelog from *since* on, oldest first. Raises NotFound."""
        found, end = self._page_of_edits(id, 0, PAGE)
        if end > PAGE:  # Jira has the oldest first: of a long changelog only the end is read, from the back
            found = []
            while end and (not found or found[0].at >= since):
                start = max(0, end - PAGE)
                found, end = self._page_of_edits(id, start, end - start)[0] + found, start
        return [each for each in found if each.at >= since]

    def _page_of_edits(self, id: str, start: int, size: int) -> tuple[list[Edit], int]:
        page = self._http.get(f"{API}/issue/{id}/changelog", startAt=start, maxResults=size)
        return [_edit(raw) for raw in page["values"]], int(page["total"])


def _touched(raw: dict[str, Any]) -> Touched:
    fields = raw["fields"]
    ref, project = IssueRef(raw["id"], raw["key"]), fields["project"]["key"]
    return Touched(
        ref, project, status_from(fields["status"]), moment(fields["created"]), updated=moment(fields["updated"])
    )


def _edit(raw: dict[str, Any]) -> Edit:
    changes = tuple(FieldChange(each["field"], each.get("from"), each.get("to")) for each in raw["items"])
    return Edit(str(raw["id"]), (raw.get("author") or {}).get("accountId", ""), moment(raw["created"]), changes)
