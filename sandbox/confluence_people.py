"""What people do to a page while an app writes it, without a word to the app: `POST /_sandbox/confluence/…`."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.confluence_door import world_of_request
from sandbox.confluence_life import NotPossible
from sandbox.confluence_pages import save
from sandbox.confluence_rights import may_edit, may_see
from sandbox.confluence_storage import escaped, kept
from sandbox.world import Page, Person, World

MARKER = '<ac:inline-comment-marker ac:ref="{ref}">{text}</ac:inline-comment-marker>'
#: What is no text of the page: tags, comments, and code, in which nobody can comment inline.
NOT_TEXT = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->|<[^>]*>)", re.DOTALL)

blueprint = Blueprint("confluence_people", __name__, url_prefix="/_sandbox/confluence")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.errorhandler(NotPossible)
def _not_possible(reason: NotPossible) -> ResponseReturnValue:
    return jsonify(error=str(reason)), 400


@blueprint.post("/comment")
def comment() -> Response:
    """`{page, text[, user]}`: comment inline on the first place where *text* stands."""
    world, given = world_of_request(), request.get_json()
    page, person = _page(world, given), person_named(world, given.get("user", "lead@example.com"))
    return jsonify(ref=comment_inline(world, page, person, str(given.get("text") or "")))


@blueprint.get("/comments")
def comments() -> Response:
    """The inline comments of `?page=`; one is `anchored` while its marker stands in the body, else it dangles."""
    page = _page(world_of_request(), request.args)
    return jsonify([one | {"anchored": f'ac:ref="{one["ref"]}"' in page.body} for one in page.comments])


@blueprint.post("/draft")
def draft() -> Response:
    """`{page, user[, add]}`: open the editor and type; *add* is storage that she puts at the end."""
    world, given = world_of_request(), request.get_json()
    page, person = _page(world, given), person_named(world, given.get("user"))
    open_draft(world, page, person, str(given.get("add") or "<p>Written in the editor.</p>"))
    return jsonify(version=page.version)


@blueprint.post("/publish")
def publish() -> Response:
    """`{page, user}`: press Publish."""
    world, given = world_of_request(), request.get_json()
    page, person = _page(world, given), person_named(world, given.get("user"))
    publish_draft(world, page, person)
    return jsonify(version=page.version)


def _page(world: World, given: Any) -> Page:
    wanted = str(given.get("page") or "")
    for page in world.confluence.pages.values():
        if page.status == "current" and wanted in (page.id, page.title):
            return page
    raise NotPossible(f"there is no page {wanted!r}")


def person_named(world: World, name: Any) -> Person:
    """By account id or address; `NotPossible` if there is nobody."""
    found = world.person(str(name))
    if found is None:
        raise NotPossible(f"there is nobody called {name}")
    return found


def comment_inline(world: World, page: Page, person: Person, text: str) -> str:
    """Mark *text* in the body; the comment's reference.

    Confluence writes the marker into the stored body and leaves the version alone, so an app that read before
    and writes after wins, and takes the marker out (measured: https://github.com/hunyadi/md2conf/issues/277).
    """
    with world.lock:
        if not may_see(page, person):
            raise NotPossible(f"{person.name} does not see this page")
        ref, wanted = str(uuid.uuid5(uuid.NAMESPACE_OID, "comment " + world.next_id("comment"))), escaped(text)
        parts = NOT_TEXT.split(page.body)  # text and not-text in turn
        place = next((n for n in range(0, len(parts), 2) if wanted and wanted in parts[n]), None)
        if place is None:
            raise NotPossible(f"{text!r} does not stand on the page in one piece")
        parts[place] = parts[place].replace(wanted, MARKER.format(ref=ref, text=wanted), 1)
        page.body = "".join(parts)
        page.comments.append({"ref": ref, "text": text, "author": person.account_id})
    return ref


def open_draft(world: World, page: Page, person: Person, add: str) -> None:
    """The editor takes the body as it is now."""
    with world.lock:
        if not may_edit(page, person):
            raise NotPossible(f"{person.name} may not edit this page")
        page.drafts[person.account_id] = kept(page.body + add, lambda: world.next_id("macro"))


def publish_draft(world: World, page: Page, person: Person) -> None:
    """The draft's body becomes the next version, whatever was written since it was opened.

    A site tries to bring a draft up to date with each write from outside; here it never does, which is the case
    that loses an app's write without an error for anybody (facts: confluence_adf.md §1.4).
    """
    with world.lock:
        body = page.drafts.pop(person.account_id, None)
        if body is None:
            raise NotPossible(f"{person.name} has no draft of this page open")
        if not may_edit(page, person):
            raise NotPossible(f"{person.name} may not edit this page")
        save(world, page, person.account_id, page.title, body)
