"""A page as Confluence's v1 shows it, where a call is in v1 only; what is not asked for is named under `_expandable`."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.confluence_door import ConfluenceError, moment
from sandbox.confluence_extras import labels_json, user_json
from sandbox.world import Json, Page, World

#: More of `a.b` in one `expand` are refused.
MAX_SUB_EXPANSIONS = 8


def checked_expand(given: str) -> set[str]:
    """The names in `expand`, which is a list with commas."""
    names = {name.strip() for name in given.split(",") if name.strip()}
    if sum("." in name for name in names) > MAX_SUB_EXPANSIONS:
        raise ConfluenceError(400, f"At most {MAX_SUB_EXPANSIONS} sub-expansions are allowed")
    return names


def content_json(world: World, page: Page, expand: set[str]) -> Json:
    """`space`, `history` and `version` are always there."""
    space, url = world.confluence.spaces[page.space_id], f"/rest/api/content/{page.id}"
    shown: Json = {"id": page.id, "type": "page", "status": page.status, "title": page.title}
    shown |= {"space": _space(space), "history": _history(world, page), "version": _version(world, page)}
    shown |= {"extensions": {"position": 0}, "_expandable": {}}
    for name, part in PARTS.items():
        if name in expand:
            outer, _, inner = name.partition(".")
            shown.setdefault(outer, {})[inner] = part(page)
        else:
            shown["_expandable"][name.partition(".")[0]] = ""
    links = {"self": world.base_url + "/wiki" + url, "base": world.base_url + "/wiki", "context": "/wiki"}
    links |= {"webui": f"/spaces/{space['key']}/pages/{page.id}", "tinyui": f"/x/{page.id}"}
    return shown | {"_links": links}


def _space(space: Json) -> Json:
    links = {"webui": f"/spaces/{space['key']}", "self": f"/rest/api/space/{space['key']}"}
    about = {"id": int(space["id"]), "key": space["key"], "name": space["name"], "type": "global", "status": "current"}
    return about | {"_expandable": {}, "_links": links}


def _history(world: World, page: Page) -> Json:
    about = {"latest": True, "createdBy": user_json(world.people[page.author])}
    return about | {"createdDate": moment(page.created), "_expandable": {}, "_links": {}}


def _version(world: World, page: Page) -> Json:
    by = user_json(world.people[page.version_author or page.author])
    about = {"by": by, "when": moment(page.updated), "message": page.message, "number": page.version}
    return about | {"minorEdit": page.minor, "_expandable": {}, "_links": {}}


def _body(page: Page) -> Json:
    return {"value": page.body, "representation": "storage", "embeddedContent": [], "_expandable": {}}


def _labels(page: Page) -> Json:
    found = [label | {"label": label["name"]} for label in labels_json(page)]
    return {"results": found, "start": 0, "limit": 200, "size": len(found)}


#: What of it `expand` can show.
PARTS: dict[str, Callable[[Page], Json]] = {"body.storage": _body, "metadata.labels": _labels}
