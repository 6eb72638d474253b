"""Confluence Cloud's pages: REST v2, and the registration of everything else under `/wiki`."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import (
    confluence_admin,
    confluence_copy,
    confluence_extras,
    confluence_gone,
    confluence_life,
    confluence_lists,
    confluence_people,
    confluence_restrictions,
    confluence_search,
)
from sandbox.confluence_door import ConfluenceError, body, conflict_by_chance, refused, who, world_of_request
from sandbox.confluence_extras import add_own_properties
from sandbox.confluence_lists import included, space
from sandbox.confluence_pages import (
    checked_storage,
    checked_title,
    editable,
    existing,
    new_page,
    page_json,
    save,
    seen,
    updated_json,
)
from sandbox.confluence_rights import may_edit
from sandbox.world import Json, Page, Person

PARTS = (
    confluence_lists,
    confluence_extras,
    confluence_copy,
    confluence_restrictions,
    confluence_search,
    confluence_people,
    confluence_admin,
    confluence_gone,
)
blueprint = Blueprint("confluence", __name__, url_prefix="/wiki/api/v2")
blueprint.register_error_handler(ConfluenceError, refused)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    for part in PARTS:
        part.register(app)


@blueprint.get("/pages/<page_id>")
def page(page_id: str) -> Response:
    one, asked = seen(page_id, who()), request.args
    if one.status not in _states_asked():
        raise ConfluenceError(404, "Not Found")
    number = asked.get("version", type=int)
    if number is not None and number != one.version:
        return jsonify(_earlier(one, number))
    shown = page_json(one, asked.get("body-format"))
    if asked.get("include-version") == "false":
        del shown["version"]
    return jsonify(shown | included(one))


def _states_asked() -> list[str]:
    """The document says that `status` filters, and not what is shown without it."""
    if "status" in request.args:
        return ",".join(request.args.getlist("status")).split(",")
    return ["current", "archived", *(["trashed"] if world_of_request().settings.confluence_trash_found else [])]


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
        place = space(str(given.get("spaceId") or ""))
        title = checked_title(given.get("title"), place["id"])
        if given.get("parentId"):
            existing(str(given["parentId"]), person)
        root_level = request.args.get("root-level") == "true"
        parent = str(given.get("parentId") or "") or (None if root_level else place.get("homepageId"))
        made = new_page(world, person, place["id"], parent, title, _storage(given))
        add_own_properties(world, made)
        return jsonify(page_json(made, "storage"))


@blueprint.put("/pages/<page_id>")
def update(page_id: str) -> Response:
    """The whole body each time; the version number is the lock."""
    person, given, world = who(), body(), world_of_request()
    with world.lock:
        one = seen(page_id, person)
        if one.status == "trashed":
            return _restored(one, person, given)
        one = editable(page_id, person)
        _check_update(one, given)
        title, storage = checked_title(given["title"], one.space_id, one), _storage(given)
        conflict_by_chance(world)
        _move(one, person, given)
        save(world, one, person.account_id, title, storage, *_about(given))
        return jsonify(updated_json(one))


def _about(given: Json) -> tuple[str, bool]:
    """The message of a version, and whether it is minor."""
    return given["version"].get("message") or "", bool(given["version"].get("minorEdit"))


def _restored(one: Page, person: Person, given: Json) -> Response:
    """An update of a page in the trash brings it back as it was: "page contents will not be updated"."""
    if not may_edit(one, person):
        raise ConfluenceError(404, "Not Found")
    _check_update(one, given)
    confluence_life.bring_back(world_of_request(), one)
    save(world_of_request(), one, person.account_id, one.title, one.body, *_about(given))
    return jsonify(updated_json(one))


def _move(one: Page, person: Person, given: Json) -> None:
    parent_id = str(given.get("parentId") or "")
    if parent_id in ("", one.parent_id):
        return
    try:
        confluence_life.move(world_of_request(), one, existing(parent_id, person))
    except confluence_life.NotPossible as reason:
        raise ConfluenceError(400, str(reason)) from None


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
    """`body` has the text, or names its form first."""
    sent = given.get("body")
    if isinstance(sent, dict) and "storage" in sent:
        sent = sent["storage"]
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
        (confluence_life.purge if purge else confluence_life.trash)(world, one)
    return "", 204
