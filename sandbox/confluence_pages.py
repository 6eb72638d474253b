"""A Confluence page as REST v2 shows it."""

from __future__ import annotations

from flask import request

from sandbox.confluence_door import ConfluenceError, moment, world_of_request
from sandbox.world import Json, Page


def existing(page_id: str) -> Page:
    """The page, if it is not in the trash: what one may not see is not there."""
    found = world_of_request().confluence.pages.get(page_id)
    if found is None or (found.status == "trashed" and request.args.get("status") != "trashed"):
        raise ConfluenceError(404, "Not Found")
    return found


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
        "position": 0,
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
