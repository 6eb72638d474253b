"""A Confluence page: who finds it, how it comes to be and gets a new version, and how REST v2 shows it."""

from __future__ import annotations

from typing import Any

from sandbox import confluence_history, confluence_index
from sandbox.confluence_door import ConfluenceError, moment, world_of_request
from sandbox.confluence_life import next_position
from sandbox.confluence_rights import may_edit, may_see
from sandbox.confluence_storage import IllFormed, kept
from sandbox.world import Json, Page, Person, World

MAX_TITLE = 255


def seen(page_id: str, person: Person) -> Page:
    """The page in whatever state, if *person* may see it: what one may not see is not there."""
    world = world_of_request()
    found = world.confluence.pages.get(page_id)
    # A page just created may not be found by its id for a moment (md2conf, docstring of `get_page`).
    if not found or not may_see(found, person) or world.now() < found.created + world.settings.confluence_page_lag:
        raise ConfluenceError(404, "Not Found")
    return found


def existing(page_id: str, person: Person) -> Page:
    """The same, if it is not in the trash."""
    found = seen(page_id, person)
    if found.status == "trashed":
        raise ConfluenceError(404, "Not Found")
    return found


def editable(page_id: str, person: Person) -> Page:
    """The page, for a change. Archived, or without the right to edit it, v2 answers 404, although GET finds it.

    https://github.com/sphinx-contrib/confluencebuilder/pull/1111
    """
    found = existing(page_id, person)
    if found.status == "archived" or not may_edit(found, person):
        raise ConfluenceError(404, "Not Found")
    return found


def editable_in_v1(page_id: str, person: Person) -> Page:
    """The same; v1 says 403 to who may see the page."""
    found = existing(page_id, person)
    if found.status == "archived" or not may_edit(found, person):
        raise ConfluenceError(403, "User not permitted to edit the content")
    return found


def new_page(world: World, person: Person, space_id: str, parent: str | None, title: str, body: str) -> Page:
    """Version 1 of a page; *title* is checked, *body* is as Confluence keeps it."""
    now = world.now()
    one = Page(world.next_id("page", 98305), space_id, title, body, 1, person.account_id, now, now, parent_id=parent)
    one.position = next_position(world)
    world.confluence.pages[one.id] = one
    confluence_index.note(world, one)
    return one


def checked_title(given: Any, space_id: str, own: Page | None = None) -> str:
    """A title stands once in a space, whatever its case, and a page in the trash keeps hers."""
    title = str(given or "").strip()
    if not title or len(title) > MAX_TITLE:
        raise ConfluenceError(400, f"Title must have 1 to {MAX_TITLE} characters")
    for other in world_of_request().confluence.pages.values():
        if other is not own and other.space_id == space_id and other.title.lower() == title.lower():
            told = "A page already exists with the same TITLE in this space"
            raise ConfluenceError(400, f"A page with this title already exists: {told}")
    return title


def checked_storage(given: Any) -> str:
    """A body as Confluence keeps it; 400 for one that it does not take."""
    if not isinstance(given, str):
        raise ConfluenceError(400, "The value of a body is text in storage format")
    world = world_of_request()
    try:
        return kept(given, lambda: world.next_id("macro"))
    except IllFormed as reason:
        raise ConfluenceError(400, f"Error parsing xhtml: {reason}") from None


def save(world: World, one: Page, author: str, title: str, body: str, message: str = "", minor: bool = False) -> None:
    """A new version by *author*; the one before can still be read. *body* is as Confluence keeps it."""
    with world.lock:
        confluence_history.remember(world, one, version_json(one) | {"title": one.title, "body": one.body})
        one.title, one.body, one.version, one.updated = title, body, one.version + 1, world.now()
        one.message, one.minor, one.version_author = message, minor, author
        confluence_index.note(world, one)


def version_json(one: Page) -> Json:
    about = {"number": one.version, "message": one.message, "minorEdit": one.minor}
    return about | {"authorId": one.version_author or one.author, "createdAt": moment(one.updated)}


def page_json(one: Page, body_format: str | None) -> Json:
    """A page as v2 shows it; without a body unless the caller named the format."""
    if body_format not in (None, "", "storage"):
        raise ConfluenceError(400, f"Provided value {{{body_format}}} for 'body-format' is not one this site can give")
    key = world_of_request().confluence.spaces[one.space_id]["key"]
    text = {"storage": {"representation": "storage", "value": one.body}} if body_format else {}
    return {
        "id": one.id,
        "status": one.status,
        "title": one.title,
        "spaceId": one.space_id,
        "parentId": one.parent_id,
        "parentType": "page" if one.parent_id else None,
        "position": one.position,
        "authorId": one.author,
        "ownerId": one.author,
        "lastOwnerId": None,
        "createdAt": moment(one.created),
        "version": version_json(one),
        "body": text,
        "_links": {
            "webui": f"/spaces/{key}/pages/{one.id}",
            "editui": f"/pages/resumedraft.action?draftId={one.id}",
            "tinyui": f"/x/{one.id}",
            "base": world_of_request().base_url + "/wiki",
        },
    }


def updated_json(one: Page) -> Json:
    """What an update answers: the page with its body, and less about it than a read tells.

    Measured in May 2026 (examples of a command line tool for Confluence Cloud): no message in `version`, for one.
    """
    shown = page_json(one, "storage") | {"version": {"number": one.version, "createdAt": moment(one.updated)}}
    return {name: value for name, value in shown.items() if name not in ("position", "lastOwnerId")}
