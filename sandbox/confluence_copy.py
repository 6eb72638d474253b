"""Copying one page: v1's way to make a page together with its labels, properties and restrictions, in one call.

https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---children-and-descendants/
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from sandbox import confluence_index
from sandbox.confluence_door import ConfluenceError, body, conflict_by_chance, refused, who, world_of_request
from sandbox.confluence_extras import add_own_properties, fresh_version
from sandbox.confluence_pages import checked_storage, checked_title, editable_in_v1, existing, new_page, save
from sandbox.confluence_v1 import checked_expand, content_json
from sandbox.world import Json, Page, Person, World

blueprint = Blueprint("confluence_copy", __name__, url_prefix="/wiki/rest/api")
blueprint.register_error_handler(ConfluenceError, refused)


@dataclass
class Place:
    """Where a copy goes: below a page or at the top of a space, or in place of a page."""

    space_id: str
    parent: str | None = None
    replaced: Page | None = None


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.post("/content/<page_id>/copy")
def copy_page(page_id: str) -> Response:
    person, given, world = who(), body(), world_of_request()
    expand = checked_expand(request.args.get("expand", ""))
    with world.lock:
        source = existing(page_id, person)
        place = _place(world, person, given.get("destination"))
        text = _text(given) if given.get("body") else source.body
        made = _put(world, person, place, _title(given, source, place), text)
        _take_along(world, person, given, source, made)
        add_own_properties(world, made)
        return jsonify(content_json(world, made, expand))


def _place(world: World, person: Person, given: Any) -> Place:
    kind, value = (given.get("type"), given.get("value")) if isinstance(given, dict) else (None, None)
    if not kind or not value:
        raise ConfluenceError(400, "The destination of a copy has a type and a value")
    if kind == "space":
        found = next((s for s in world.confluence.spaces.values() if s["key"] == value), None)
        if found is None:
            raise ConfluenceError(404, f"No space with key : {value}")
        return Place(found["id"])
    if kind in ("parent_page", "parent_content"):
        parent = existing(str(value), person)
        return Place(parent.space_id, parent=parent.id)
    if kind == "existing_page":
        replaced = editable_in_v1(str(value), person)
        return Place(replaced.space_id, replaced=replaced)
    raise ConfluenceError(400, f"There is no destination of type {kind}")


def _text(given: Json) -> str:
    sent = given["body"].get("storage") if isinstance(given["body"], dict) else None
    if not isinstance(sent, dict) or sent.get("representation") != "storage":
        raise ConfluenceError(400, "The body of a copy must be {storage: {representation: storage, value: …}}")
    return checked_storage(sent.get("value"))


def _title(given: Json, source: Page, place: Place) -> str:
    """As asked for; else that of the page which is replaced, or of the one copied, which is taken in its space."""
    usual = place.replaced.title if place.replaced else source.title
    return checked_title(given.get("pageTitle") or usual, place.space_id, place.replaced)


def _put(world: World, person: Person, place: Place, title: str, text: str) -> Page:
    if place.replaced is None:
        return new_page(world, person, place.space_id, place.parent, title, text)
    conflict_by_chance(world)
    save(world, place.replaced, person.account_id, title, text)
    return place.replaced


def _take_along(world: World, person: Person, given: Json, source: Page, made: Page) -> None:
    """What the caller wants of the source besides its text; the sandbox has no attachments and no custom content."""
    if given.get("copyLabels"):
        made.labels = list(dict.fromkeys([*made.labels, *source.labels]))
        confluence_index.note(world, made)
    if given.get("copyPermissions"):
        made.restrictions = copy.deepcopy(source.restrictions)
    if given.get("copyProperties"):
        own = {kept["key"] for kept in made.properties.values()}
        for each in [each for each in source.properties.values() if each["key"] not in own]:
            id_ = world.next_id("content property", 131073)
            copied = copy.deepcopy(each) | {"id": id_, "version": fresh_version(person.account_id)}
            made.properties[id_] = copied
