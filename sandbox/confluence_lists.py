"""Confluence's lists: spaces, pages, what is below a page, and its versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from sandbox import confluence_life
from sandbox.confluence_door import ConfluenceError, listing, refused, who, world_of_request
from sandbox.confluence_extras import labels_json
from sandbox.confluence_pages import existing, page_json, version_json
from sandbox.confluence_rights import may_see
from sandbox.world import Json, Page

#: Most labels, properties and versions that come with a page.
INCLUDED = 50
SORTS: dict[str, Callable[[Page], Any]] = {
    "id": lambda page: int(page.id),
    "created-date": lambda page: page.created,
    "modified-date": lambda page: page.updated,
    "child-position": lambda page: page.position,
    "title": lambda page: page.title.lower(),
}

blueprint = Blueprint("confluence_lists", __name__, url_prefix="/wiki/api/v2")
blueprint.register_error_handler(ConfluenceError, refused)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/spaces")
def spaces() -> Response:
    who()
    keys = [k for k in request.args.get("keys", "").split(",") if k]
    ids = [i for i in request.args.get("ids", "").split(",") if i]
    found = world_of_request().confluence.spaces.values()
    return listing([space_json(s) for s in found if s["key"] in (keys or [s["key"]]) and s["id"] in (ids or [s["id"]])])


@blueprint.get("/spaces/<space_id>")
def one_space(space_id: str) -> Response:
    who()
    return jsonify(space_json(space(space_id)))


def space_json(one: Json) -> Json:
    about = {"id": one["id"], "key": one["key"], "name": one["name"], "type": "global", "status": "current"}
    about |= {"createdAt": "2024-11-22T00:00:00.000Z", "_links": {"webui": f"/spaces/{one['key']}"}}
    return about | ({"homepageId": one["homepageId"]} if one.get("homepageId") else {})


def space(space_id: str) -> Json:
    found = world_of_request().confluence.spaces.get(space_id)
    if found is None:
        raise ConfluenceError(404, "Space not found")
    found_space: Json = found
    return found_space


@blueprint.get("/pages")
def pages() -> Response:
    """By space and exact title, from the database and not from the search index."""
    person, asked = who(), request.args
    states = asked.get("status", "current,archived").split(",")
    ids, spaces_wanted = _several("id"), _several("space-id")
    with world_of_request().lock:
        found = [p for p in world_of_request().confluence.pages.values() if p.status in states and may_see(p, person)]
        found = [p for p in found if p.space_id in (spaces_wanted or [p.space_id]) and p.id in (ids or [p.id])]
        if "title" in asked:
            found = [p for p in found if p.title.lower() == asked["title"].lower()]
        return listing(_in_order(found, "id"), lambda page: page_json(page, asked.get("body-format")))


def _several(name: str) -> list[str]:
    return [one for one in ",".join(request.args.getlist(name)).split(",") if one]


def _in_order(found: list[Page], usual: str) -> list[Page]:
    field = request.args.get("sort", usual)
    key = SORTS.get(field.removeprefix("-"))
    if key is None:
        raise ConfluenceError(400, f"Provided value {{{field}}} for 'sort' is not one of its values")
    return sorted(found, key=key, reverse=field.startswith("-"))


@blueprint.get("/pages/<page_id>/direct-children")
def direct_children(page_id: str) -> Response:
    """In the order of the tree, those that the caller may see."""
    person, world = who(), world_of_request()
    with world.lock:
        below = confluence_life.children(world, existing(page_id, person).id)
        seen = [child for child in below if may_see(child, person)]
        return listing(_in_order(seen, "child-position"), _child_json)


def _child_json(child: Page) -> Json:
    about = {"id": child.id, "status": child.status, "title": child.title, "type": "page", "spaceId": child.space_id}
    return about | {"childPosition": child.position}


@blueprint.get("/pages/<page_id>/versions")
def versions(page_id: str) -> Response:
    """Newest first."""
    page = existing(page_id, who())
    return listing(_versions(page), lambda version: version)


def _versions(page: Page) -> list[Json]:
    now = version_json(page)
    return [now, *({name: old[name] for name in now} for old in reversed(page.history))]


@blueprint.get("/pages/<page_id>/versions/<int:number>")
def one_version(page_id: str, number: int) -> Response:
    page = existing(page_id, who())
    found = next((version for version in _versions(page) if version["number"] == number), None)
    if found is None:
        raise ConfluenceError(404, "Version not found")
    around = {"prevVersion": number - 1, "nextVersion": number + 1}
    if number == 1:
        del around["prevVersion"]
    if number == page.version:
        del around["nextVersion"]
    return jsonify(found | around | {"contentTypeModified": False, "collaborators": [found["authorId"]]})


def included(page: Page) -> Json:
    """What `include-labels` and its like ask for; of each the first fifty."""
    shown = {}
    for name, items in PARTS.items():
        if request.args.get(f"include-{name}") == "true":
            found = items(page)
            more = {"meta": {"hasMore": len(found) > INCLUDED}, "_links": {"self": f"/api/v2/pages/{page.id}/{name}"}}
            shown[name] = {"results": found[:INCLUDED], **more}
    return shown


#: What `include-…` can add to a page.
PARTS: dict[str, Callable[[Page], list[Json]]] = {
    "labels": labels_json,
    "properties": lambda page: list(page.properties.values()),
    "versions": _versions,
}
