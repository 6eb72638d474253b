"""What a person does with whole pages in Confluence's own: `POST /_sandbox/confluence/…`, each with `{page, user, …}`.

*page* is an id or a title, whatever the state of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import confluence_life
from sandbox.confluence_door import ConfluenceError, world_of_request
from sandbox.confluence_life import NotPossible
from sandbox.confluence_pages import checked_title, save
from sandbox.confluence_people import person_named
from sandbox.confluence_rights import may_edit, restrict
from sandbox.world import Page, Person, World

Given = dict[str, Any]

blueprint = Blueprint("confluence_admin", __name__, url_prefix="/_sandbox/confluence")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.errorhandler(NotPossible)
@blueprint.errorhandler(ConfluenceError)
def _not_possible(reason: Exception) -> ResponseReturnValue:
    return jsonify(error=str(reason)), 400


@blueprint.post("/<any(archive, unarchive, trash, restore, purge, move, rename, restrict):act>")
def act(act: str) -> Response:
    """The page's state, version and parent afterwards."""
    world, given = world_of_request(), request.get_json()
    with world.lock:
        page, person = _page(world, given.get("page")), person_named(world, given.get("user", "admin@example.com"))
        if act != "restrict" and not may_edit(page, person):
            raise NotPossible(f"{person.name} may not edit this page")
        ACTS[act](world, page, person, given)
        return jsonify(id=page.id, status=page.status, version=page.version, parentId=page.parent_id)


def _page(world: World, wanted: Any) -> Page:
    for page in world.confluence.pages.values():
        if str(wanted) in (page.id, page.title):
            return page
    raise NotPossible(f"there is no page {wanted!r}")


def _move(world: World, page: Page, person: Person, given: Given) -> None:
    """`parent`: the page to move it below."""
    confluence_life.move(world, page, _page(world, given.get("parent")))


def _rename(world: World, page: Page, person: Person, given: Given) -> None:
    """`title`, which makes a new version."""
    save(world, page, person.account_id, checked_title(given.get("title"), page.space_id, page), page.body)


def _restrict(world: World, page: Page, person: Person, given: Given) -> None:
    """`operation` (`read` or `update`), `users` by address and `groups`: nobody else then; without both, everybody.

    An administrator of the space can do this also to a page that shuts her out.
    """
    users = [person_named(world, each).account_id for each in given.get("users") or []]
    groups = [str(name) for name in given.get("groups") or []]
    if given.get("operation") not in ("read", "update"):
        raise NotPossible("the operation is 'read' or 'update'")
    restrict(page, given["operation"], users, groups)


def _bring_back(world: World, page: Page, person: Person, given: Given) -> None:
    confluence_life.bring_back(world, page)


ACTS: dict[str, Callable[[World, Page, Person, Given], None]] = {
    "archive": lambda world, page, person, given: confluence_life.archive(world, page),
    "trash": lambda world, page, person, given: confluence_life.trash(world, page),
    "purge": lambda world, page, person, given: confluence_life.purge(world, page),
    "unarchive": _bring_back,
    "restore": _bring_back,
    "move": _move,
    "rename": _rename,
    "restrict": _restrict,
}
