"""Confluence Cloud's pages and spaces: REST v2, and the corner of v1 that v2 has no replacement for."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import (
    confluence_copy,
    confluence_extras,
    confluence_gone,
    confluence_history,
    confluence_index,
    confluence_people,
    confluence_restrictions,
    confluence_search,
)
from sandbox.confluence_door import ConfluenceError, body, conflict_by_chance, listing, refused, who, world_of_request
from sandbox.confluence_pages import checked_storage, checked_title, editable, existing, new_page, page_json, save
from sandbox.confluence_rights import may_edit, may_see
from sandbox.world import Json, Page

PARTS = (
    confluence_extras,
    confluence_copy,
    confluence_restrictions,
    confluence_search,
    confluence_people,
    confluence_gone,
)
blueprint = Blueprint("confluence", __name__, url_prefix="/wiki/api/v2")
blueprint.register_error_handler(ConfluenceError, refused)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    for part in PARTS:
        part.register(app)


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
    return jsonify(space_json(_space(space_id)))


def space_json(one: Json) -> Json:
    about = {"id": one["id"], "key": one["key"], "name": one["name"], "type": "global", "status": "current"}
    about |= {"createdAt": "2024-11-22T00:00:00.000Z", "_links": {"webui": f"/spaces/{one['key']}"}}
    return about | ({"homepageId": one["homepageId"]} if one.get("homepageId") else {})


def _space(space_id: str) -> Json:
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
    spaces_wanted = [s for s in asked.get("space-id", "").split(",") if s]
    found = []
    with world_of_request().lock:
        for one in world_of_request().confluence.pages.values():
            right_place = not spaces_wanted or one.space_id in spaces_wanted
            right_title = "title" not in asked or one.title.lower() == asked["title"].lower()
            if right_place and right_title and one.status in states and may_see(one, person):
                found.append(page_json(one, asked.get("body-format")))
        return listing(found)


@blueprint.get("/pages/<page_id>")
def page(page_id: str) -> Response:
    one = existing(page_id, who())
    number = request.args.get("version", type=int)
    if number is not None and number != one.version:
        return jsonify(_earlier(one, number))
    return jsonify(page_json(one, request.args.get("body-format")))


def _earlier(one: Page, number: int) -> Json:
    old = next((h for h in one.history if h["number"] == number), None)
    if old is None:
        raise ConfluenceError(404, "Version not found")
    shown = page_json(one, request.args.get("body-format"))
    if shown["body"]:
        shown["body"] = {"storage": {"representation": "storage", "value": old["body"]}}
    return shown | {"title": old["title"], "version": {name: old[name] for name in shown["version"]}}


@blueprint.post("/pages")
def create() -> Response:
    person, given, world = who(), body(), world_of_request()
    with world.lock:
        place = _space(str(given.get("spaceId") or ""))
        title = checked_title(given.get("title"), place["id"])
        if given.get("parentId"):
            existing(str(given["parentId"]), person)
        root_level = request.args.get("root-level") == "true"
        parent = str(given.get("parentId") or "") or (None if root_level else place.get("homepageId"))
        return jsonify(page_json(new_page(world, person, place["id"], parent, title, _storage(given)), "storage"))


@blueprint.put("/pages/<page_id>")
def update(page_id: str) -> Response:
    """The whole body each time; the version number is the lock."""
    person, given, world = who(), body(), world_of_request()
    with world.lock:
        one = editable(page_id, person)
        _check_update(one, given)
        title = checked_title(given["title"], one.space_id, one)
        storage, version = _storage(given), given["version"]
        conflict_by_chance(world)
        save(
            world, one, person.account_id, title, storage, version.get("message") or "", bool(version.get("minorEdit"))
        )
        return jsonify(page_json(one, "storage"))


def _check_update(one: Page, given: Json) -> None:
    missing = [name for name in ("id", "status", "title", "body", "version") if not given.get(name)]
    if missing:
        raise ConfluenceError(400, f"Required property is missing: {', '.join(missing)}")
    if str(given["id"]) != one.id:
        raise ConfluenceError(400, "The id in the path and the id in the body are not the same")
    if given["status"] != "current":
        raise ConfluenceError(400, "This page is published; its status can only be 'current'")
    number = given["version"].get("number") if isinstance(given["version"], dict) else None
    if number != one.version + 1:
        told = f"Current Version: [{one.version}]. Provided version: [{number}]"
        raise ConfluenceError(409, f"Version must be incremented when updating a page. {told}")


def _storage(given: Json) -> str:
    sent = given.get("body")
    if not isinstance(sent, dict) or sent.get("representation") != "storage":
        raise ConfluenceError(400, "body must be {representation: storage, value: …}")
    return checked_storage(sent.get("value"))


@blueprint.delete("/pages/<page_id>")
def delete(page_id: str) -> ResponseReturnValue:
    """Into the trash; with `purge=true` out of it for good."""
    person, world = who(), world_of_request()
    purge = request.args.get("purge") == "true"
    with world.lock:
        one = world.confluence.pages.get(page_id)
        if one is None or (one.status == "trashed") != purge or not may_edit(one, person):
            raise ConfluenceError(404, "Not Found")
        if purge:
            del world.confluence.pages[page_id]
            confluence_history.forget_page(world, one)
            confluence_index.note_purge(world, page_id)
        else:
            one.status = "trashed"
            confluence_index.note(world, one)
    return "", 204
