"""Confluence Cloud, mostly REST v2: pages in storage format, their labels and properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.clients.http import Http
from app.domain_log import LogPage
from app.errors import NotFound

API = "/api/v2"
#: What v2 has not: labels, copies.
V1 = "/rest/api"


class ConfluenceClient:
    """*http* has the site's Confluence address, which ends in `/wiki`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def space_id(self, key: str) -> str:
        found = self._http.get(f"{API}/spaces", keys=key).get("results") or []
        if not found:
            raise NotFound(f"There is no Confluence space {key!r}, or we may not see it.")
        return str(found[0]["id"])

    def page(self, id: str) -> LogPage:
        return _page(self._http.get(f"{API}/pages/{id}", **{"body-format": "storage"}))

    def address(self, page: LogPage) -> str:
        """Where people open it, whatever it is called."""
        return f"{self._http.base_url}/pages/viewpage.action?pageId={page.id}"

    def page_titled(self, space_id: str, title: str, status: str = "current") -> str | None:
        """Id of the page with exactly this title; from the database, not from the search index."""
        found = self._http.get(f"{API}/pages", **{"space-id": space_id, "title": title, "status": status})
        results = found.get("results") or []
        return str(results[0]["id"]) if results else None

    def children(self, id: str) -> Iterator[tuple[str, str]]:
        """Id and title of each page right below this one."""
        path: str | None = f"{API}/pages/{id}/direct-children?limit=250"
        while path:
            found = self._http.get(path)
            yield from ((str(each["id"]), each["title"]) for each in found.get("results") or [] if _is_page(each))
            # The link is of the site, with its `/wiki`, which our address has already.
            path = ((found.get("_links") or {}).get("next") or "").removeprefix("/wiki") or None

    def create_page(self, space_id: str, title: str, body: str) -> str:
        """Its id. Raises Refused when the space has a page of this title already."""
        sent = {"spaceId": space_id, "status": "current", "title": title, "body": _storage(body)}
        return str(self._http.send("POST", f"{API}/pages", json=sent)["id"])

    def copy_page(self, id: str, parent: str, title: str, body: str) -> LogPage:
        """A page below *parent* with another body, and with the labels, the properties and the rights of page *id*.

        One call where a new page would need five. Raises Refused when the space has a page of this title already.
        """
        sent = {
            "copyLabels": True,
            "copyProperties": True,
            "copyPermissions": True,
            "copyAttachments": False,
            "copyCustomContents": False,
            "destination": {"type": "parent_page", "value": parent},
            "pageTitle": title,
            "body": {"storage": _storage(body)},
        }
        path = f"{V1}/content/{id}/copy"
        made = self._http.send("POST", path, query={"expand": "body.storage,version"}, json=sent)
        return LogPage(str(made["id"]), made["version"]["number"], made["title"], made["body"]["storage"]["value"])

    def update_page(self, page: LogPage, body: str, message: str) -> None:
        """Replace the body that *page* was read with. Raises Conflict if somebody wrote since: the version is the lock."""
        sent = {
            "id": page.id,
            "status": "current",
            "title": page.title,
            "body": _storage(body),
            "version": {"number": page.version + 1, "message": message, "minorEdit": True},
        }
        self._http.call("PUT", f"{API}/pages/{page.id}", json=sent)

    def set_property(self, page_id: str, key: str, value: Any) -> None:
        """Put a page's property, whether it is there or not; Confluence writes some of them by itself meanwhile."""
        path = f"{API}/pages/{page_id}/properties"
        there = self._http.get(path, key=key).get("results") or []
        if not there:
            self._http.call("POST", path, json={"key": key, "value": value})
        elif there[0]["value"] != value:
            version = {"number": there[0]["version"]["number"] + 1, "message": ""}
            sent = {"key": key, "value": value, "version": version}
            self._http.call("PUT", f"{path}/{there[0]['id']}", json=sent)

    def add_label(self, page_id: str, label: str) -> None:
        """Labels are written by REST v1 only; one that is there already stays."""
        self._http.call("POST", f"{V1}/content/{page_id}/label", json=[{"prefix": "global", "name": label}])


def _storage(body: str) -> dict[str, str]:
    return {"representation": "storage", "value": body}


def _is_page(child: dict[str, Any]) -> bool:
    return bool(child.get("type", "page") == "page")


def _page(raw: dict[str, Any]) -> LogPage:
    version = raw["version"]
    body = raw["body"]["storage"]["value"]
    status = raw.get("status") or "current"
    space = str(raw.get("spaceId") or "")
    return LogPage(str(raw["id"]), version["number"], raw["title"], body, status, space, version.get("message") or "")
