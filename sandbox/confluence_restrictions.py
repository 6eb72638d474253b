"""Who may read or edit one page, as v1 tells and changes it; v2 has nothing for it."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from sandbox.confluence_door import ConfluenceError, refused, who, world_of_request
from sandbox.confluence_extras import user_json
from sandbox.confluence_pages import editable_in_v1, existing
from sandbox.world import Json, Page, World

OPERATIONS = ("read", "update")
#: Operation → {"user": account ids, "group": names}.
Restrictions = dict[str, dict[str, list[str]]]

blueprint = Blueprint("confluence_restrictions", __name__, url_prefix="/wiki/rest/api/content/<page_id>/restriction")
blueprint.register_error_handler(ConfluenceError, refused)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def restrictions(page_id: str) -> Response:
    return _shown(existing(page_id, who()))


@blueprint.put("")
def replace_restrictions(page_id: str) -> Response:
    """What is named is all that holds afterwards. Nobody is added by herself: one can lock oneself out."""
    person, world = who(), world_of_request()
    wanted = _wanted(world, request.get_json(force=True, silent=True))
    with world.lock:
        page = editable_in_v1(page_id, person)
        page.restrictions = wanted
    return _shown(page)


@blueprint.delete("")
def remove_restrictions(page_id: str) -> Response:
    page = editable_in_v1(page_id, who())
    page.restrictions = {}
    return _shown(page)


def _wanted(world: World, given: Any) -> Restrictions:
    """A list, or an object with the list as `results`."""
    each = given.get("results") if isinstance(given, dict) else given
    if not isinstance(each, list) or any(not isinstance(one, dict) for one in each):
        raise ConfluenceError(400, "The body is a list of restrictions")
    wanted: Restrictions = {}
    for one in each:
        if one.get("operation") not in OPERATIONS or not isinstance(one.get("restrictions"), dict):
            raise ConfluenceError(400, "A restriction has an operation, 'read' or 'update', and restrictions")
        users, groups = (_listed(one["restrictions"].get(kind)) for kind in ("user", "group"))
        wanted[one["operation"]] = {"user": _users(world, users), "group": _groups(world, groups)}
    return wanted


def _listed(given: Any) -> list[Json]:
    found = given.get("results") if isinstance(given, dict) else given
    return [one for one in found or [] if isinstance(one, dict)]


def _users(world: World, given: list[Json]) -> list[str]:
    ids = [str(one.get("accountId")) for one in given]
    unknown = [one for one in ids if one not in world.people]
    if unknown:
        raise ConfluenceError(400, f"No user found with account id {unknown[0]}")
    return ids


def _groups(world: World, given: list[Json]) -> list[str]:
    known = {name: name for person in world.people.values() for name in person.groups}
    known |= {group_id(name): name for name in known}
    named = [str(one.get("name") or one.get("id")) for one in given]
    unknown = [one for one in named if one not in known]
    if unknown:
        raise ConfluenceError(400, f"No group found: {unknown[0]}")
    return [known[one] for one in named]


def group_id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "group " + name))


def _shown(page: Page) -> Response:
    results = [_restriction(page, operation) for operation in OPERATIONS]
    mark = hashlib.sha256(json.dumps(page.restrictions, sort_keys=True).encode()).hexdigest()
    links = {"base": world_of_request().base_url + "/wiki", "context": "/wiki", "self": request.base_url}
    return jsonify(results=results, start=0, limit=100, size=len(results), restrictionsHash=mark, _links=links)


def _restriction(page: Page, operation: str) -> Json:
    names = page.restrictions.get(operation) or {"user": [], "group": []}
    people = [user_json(world_of_request().people[one]) for one in names["user"]]
    groups = [{"type": "group", "name": name, "id": group_id(name)} for name in names["group"]]
    lists = {
        kind: {"results": found, "start": 0, "limit": 100, "size": len(found)}
        for kind, found in (("user", people), ("group", groups))
    }
    about: Json = {"operation": operation, "restrictions": lists}
    return about | {"_expandable": {"content": f"/rest/api/content/{page.id}"}, "_links": {"self": request.base_url}}
