"""Confluence Cloud, REST v2: pages in storage format."""

from __future__ import annotations

from typing import Any

from app.clients.http import Http
from app.domain import LogPage
from app.errors import NotFound

API = "/api/v2"


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

    def page_titled(self, space_id: str, title: str, status: str = "current") -> str | None:
        """Id of the page with exactly this title; from the database, not from the search index."""
        found = self._http.get(f"{API}/pages", **{"space-id": space_id, "title": title, "status": status})
        results = found.get("results") or []
        return str(results[0]["id"]) if results else None

    def create_page(self, space_id: str, title: str, body: str) -> str:
        """Its id. Raises Refused when the space has a page of this title already."""
        sent = {"spaceId": space_id, "status": "current", "title": title, "body": _storage(body)}
        return str(self._http.send("POST", f"{API}/pages", json=sent)["id"])

    def update_page(self, page: LogPage, title: str, body: str, message: str) -> None:
        """Replace the body that *page* was read with. Raises Conflict if somebody wrote since: the version is the lock."""
        sent = {
            "id": page.id,
            "status": "current",
            "title": title,
            "body": _storage(body),
            "version": {"number": page.version + 1, "message": message},
        }
        self._http.call("PUT", f"{API}/pages/{page.id}", json=sent)


def _storage(body: str) -> dict[str, str]:
    return {"representation": "storage", "value": body}


def _page(raw: dict[str, Any]) -> LogPage:
    return LogPage(str(raw["id"]), raw["version"]["number"], raw["title"], raw["body"]["storage"]["value"])
