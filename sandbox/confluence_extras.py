"""What hangs on a Confluence page: its properties and labels; and v1's answer to who one is."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import confluence_index
from sandbox.confluence_door import (
    ConfluenceError,
    body,
    conflict_by_chance,
    listing,
    moment,
    refused,
    who,
    world_of_request,
)
from sandbox.confluence_pages import editable, editable_in_v1, existing
from sandbox.world import Json, Page, Person, World

#: Documented for content properties; no separate figure exists for Cloud.
MAX_PROPERTY = 32_768

blueprint = Blueprint("confluence_extras", __name__, url_prefix="/wiki")
blueprint.register_error_handler(ConfluenceError, refused)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/api/v2/pages/<page_id>/properties")
def properties(page_id: str) -> Response:
    person, key = who(), request.args.get("key")
    found = existing(page_id, person).properties.values()
    return listing([p for p in found if key in (None, p["key"])])


@blueprint.post("/api/v2/pages/<page_id>/properties")
def add_property(page_id: str) -> Response:
    person, given, world = who(), body(), world_of_request()
    with world.lock:
        page = editable(page_id, person)
        key, value = _checked(given)
        if any(p["key"] == key for p in page.properties.values()):
            raise ConfluenceError(400, f"Property with key {key} already exists for this content")
        property_id = world.next_id("content property", 131073)
        kept = {"id": property_id, "key": key, "value": value, "version": fresh_version(person.account_id)}
        page.properties[property_id] = kept
        return jsonify(kept)


def add_own_properties(world: World, page: Page) -> None:
    """Confluence has properties of its own, and may be quicker than an app that wants to make them.

    https://github.com/sphinx-contrib/confluencebuilder/issues/1094
    """
    if world.settings.confluence_own_properties and all(p["key"] != "editor" for p in page.properties.values()):
        id_ = world.next_id("content property", 131073)
        page.properties[id_] = {"id": id_, "key": "editor", "value": "v2", "version": fresh_version(page.author)}


def _checked(given: Json) -> tuple[str, Any]:
    key = given.get("key")
    if not isinstance(key, str) or not key or len(key) > 255 or "value" not in given:
        raise ConfluenceError(400, "A property needs a key of at most 255 characters and a value")
    if len(json.dumps(given["value"]).encode()) > MAX_PROPERTY:
        raise ConfluenceError(400, f"The value of a property has at most {MAX_PROPERTY} bytes")
    return key, given["value"]


def fresh_version(author: str) -> Json:
    """The version of a property that *author* has just made."""
    return _version(author, 1)


def _version(author: str, number: int, message: str = "") -> Json:
    now = moment(world_of_request().now())
    return {"number": number, "message": message, "minorEdit": False, "authorId": author, "createdAt": now}


def _property(page: Page, property_id: str) -> Json:
    found = page.properties.get(property_id)
    if found is None:
        raise ConfluenceError(404, "Not Found")
    return found


@blueprint.get("/api/v2/pages/<page_id>/properties/<property_id>")
def one_property(page_id: str, property_id: str) -> Response:
    return jsonify(_property(existing(page_id, who()), property_id))


@blueprint.put("/api/v2/pages/<page_id>/properties/<property_id>")
def change_property(page_id: str, property_id: str) -> Response:
    """The version number is a lock of its own, beside the page's."""
    person, given = who(), body()
    with world_of_request().lock:
        kept = _property(editable(page_id, person), property_id)
        key, value = _checked(given)
        wanted = given.get("version") or {}
        if key != kept["key"]:
            raise ConfluenceError(400, "The key of a property cannot be changed")
        if wanted.get("number") != kept["version"]["number"] + 1:
            told = f"Current version: {kept['version']['number']}. Provided version: {wanted.get('number')}"
            raise ConfluenceError(409, f"Version conflict. {told}")
        conflict_by_chance(world_of_request())
        kept["value"] = value
        kept["version"] = _version(person.account_id, wanted["number"], str(wanted.get("message") or ""))
        return jsonify(kept)


@blueprint.delete("/api/v2/pages/<page_id>/properties/<property_id>")
def remove_property(page_id: str, property_id: str) -> ResponseReturnValue:
    person = who()
    with world_of_request().lock:
        page = editable(page_id, person)
        _property(page, property_id)
        del page.properties[property_id]
    return "", 204


@blueprint.get("/api/v2/pages/<page_id>/labels")
def labels(page_id: str) -> Response:
    return listing(labels_json(existing(page_id, who())))


def labels_json(page: Page) -> list[Json]:
    """The page's labels as v2 shows them."""
    return [{"id": str(n), "name": name, "prefix": "global"} for n, name in enumerate(page.labels, 163841)]


@blueprint.post("/rest/api/content/<page_id>/label")
def addlabels_json(page_id: str) -> Response:
    """Adds, does not replace; v2 can only read labels."""
    person, world = who(), world_of_request()
    given = request.get_json(force=True, silent=True)
    names = [_label_name(label) for label in (given if isinstance(given, list) else [given])]
    with world.lock:
        page = editable_in_v1(page_id, person)
        page.labels.extend(name for name in dict.fromkeys(names) if name not in page.labels)
        confluence_index.note(world, page)
        found = [label | {"label": label["name"]} for label in labels_json(page)]
    return jsonify(results=found, start=0, limit=200, size=len(found))


def _label_name(label: Any) -> str:
    name = label.get("name") if isinstance(label, dict) else None
    # LabelCreate of the official document requires both.
    if name and not label.get("prefix"):
        raise ConfluenceError(400, f"The label {name!r} has no prefix")
    if not isinstance(name, str) or not name or len(name) > 255 or set(name) & set(" :;,.?&[]()#^*!@"):
        raise ConfluenceError(400, f"{name!r} is not a label")
    return name.lower()


@blueprint.get("/rest/api/user/current")
def current_user() -> Response:
    return jsonify(user_json(who()))


def user_json(person: Person) -> Json:
    """A person as v1 shows her."""
    about = {"type": "known", "accountId": person.account_id, "accountType": person.account_type, "email": person.email}
    return about | {"publicName": person.name, "displayName": person.name, "isExternalCollaborator": False}
