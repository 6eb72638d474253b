"""Confluence's search: a little CQL over what the index has seen. It is late and for people; never search before you write.

Understood: `text ~`, `title =` and `~`, `ancestor =`, `label =`, `space =`, `type =`, `id =`, joined by `and`.
https://developer.atlassian.com/cloud/confluence/advanced-searching-using-cql/
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from html import escape
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, jsonify, request

from sandbox.confluence_door import ConfluenceError, moment, refused, who, world_of_request
from sandbox.confluence_index import searchable
from sandbox.confluence_rights import may_see
from sandbox.confluence_storage import AC, parse
from sandbox.world import Json, Page, World

Test = Callable[[World, Page, str], bool]
CLAUSE = re.compile(
    r"\s*(?P<field>[\w.]+)\s*(?P<operator>!?[=~])\s*(?:\"(?P<quoted>(?:\\.|[^\"\\])*)\"|(?P<bare>[^\s\"()]+))\s*(?P<join>and\b)?",
    re.IGNORECASE,
)
#: Parameters of macros and emoji are not words of the page (facts: confluence_adf.md, trap 32).
NOT_INDEXED = (AC + "parameter", AC + "emoticon", "time")
EXCERPT = 300

blueprint = Blueprint("confluence_search", __name__, url_prefix="/wiki/rest/api")
blueprint.register_error_handler(ConfluenceError, refused)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/search")
def search() -> Response:
    """Pages that the caller may see, the one changed last first."""
    person, world, cql = who(), world_of_request(), request.args.get("cql", "")
    clauses = list(_clauses(cql))
    with world.lock:
        pages = [page for page in searchable(world) if page.id in world.confluence.pages]
        pages = [p for p in pages if may_see(world.confluence.pages[p.id], person)]
        found = [p for p in pages if all(test(world, p, value) for test, value in clauses)]
    return _answer(world, sorted(found, key=lambda p: p.updated, reverse=True), cql)


def _clauses(cql: str) -> Iterator[tuple[Test, str]]:
    """Each clause's test, with the value to test for."""
    at, more = 0, True
    while more:
        found = CLAUSE.match(cql, at)
        test = TESTS.get((found["field"].lower(), found["operator"])) if found else None
        if found is None or test is None:
            raise ConfluenceError(400, f"Could not parse cql : {cql}")
        quoted = found["quoted"]
        yield test, found["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        at, more = found.end(), bool(found["join"])
    if cql[at:].strip() and not cql[at:].strip().lower().startswith("order by"):
        raise ConfluenceError(400, f"Could not parse cql : {cql}")


def _tokens(text: str) -> list[str]:
    """Words as the index cuts them: `OPS-123` is two."""
    return re.findall(r"\w+", text.lower())


def _line(words: list[str]) -> str:
    """Words in one text, in which each stands between blanks."""
    return f" {' '.join(words)} "


def _contains(line: str, wanted: str) -> bool:
    """All words; in quotation marks, one after the other; with a star at the end, as a beginning."""
    if len(wanted) > 1 and wanted.startswith('"') and wanted.endswith('"'):
        return _line(_tokens(wanted)) in line
    return all(_has(line, one) for one in wanted.split())


def _has(line: str, wanted: str) -> bool:
    parts = _tokens(wanted)
    if wanted.endswith("*") and len(parts) == 1:
        return f" {parts[0]}" in line
    return all(_line([part]) in line for part in parts)


def text_of(world: World, page: Page) -> str:
    """The words of a page as one reads them, without what stands in attributes and parameters."""
    return _read(world, page)[0]


def _read(world: World, page: Page) -> tuple[str, str]:
    """The text and its line of words; a text is read once, as long as search knows it."""
    known = world.confluence.words.get(page.id)
    if known is None or known[0] is not page.body:
        text = _words(page.body)
        known = world.confluence.words[page.id] = (page.body, text, _line(_tokens(text)))
    return known[1:]


def _says(world: World, page: Page, value: str) -> bool:
    return _contains(_line(_tokens(page.title)) + _read(world, page)[1], value)


def _words(body: str) -> str:
    root = parse(body)
    for element in list(root.iter(*NOT_INDEXED)):
        del element[:]
        element.text = None
    return " ".join(" ".join(map(str, root.itertext())).split())


def _below(world: World, page: Page, ancestor: str) -> bool:
    parent = page.parent_id
    while parent and parent != ancestor:
        above = world.confluence.pages.get(parent)
        parent = above.parent_id if above else None
    return parent is not None


TESTS: dict[tuple[str, str], Test] = {
    ("text", "~"): _says,
    ("title", "~"): lambda world, page, value: _contains(_line(_tokens(page.title)), value),
    ("title", "="): lambda world, page, value: page.title.lower() == value.lower(),
    ("ancestor", "="): _below,
    ("label", "="): lambda world, page, value: value.lower() in page.labels,
    ("space", "="): lambda world, page, value: world.confluence.spaces[page.space_id]["key"] == value,
    ("type", "="): lambda world, page, value: value.lower() == "page",
    ("id", "="): lambda world, page, value: page.id == value,
}


def _answer(world: World, pages: list[Page], cql: str) -> Response:
    try:
        limit = min(max(request.args.get("limit", 25, int), 1), 100)
        start = int(base64.b64decode(request.args.get("cursor", "MA==")))
    except ValueError:
        raise ConfluenceError(400, "Invalid cursor") from None
    links = {"base": world.base_url + "/wiki", "context": "/wiki", "self": request.url}
    if start + limit < len(pages):
        cursor = base64.b64encode(str(start + limit).encode()).decode()
        links["next"] = "/rest/api/search?" + urlencode({"cql": cql, "limit": limit, "cursor": cursor})
    shown = [_result(world, page) for page in pages[start : start + limit]]
    about = {"totalSize": len(pages), "cqlQuery": cql, "searchDuration": 1, "_links": links}
    return jsonify(results=shown, start=start, limit=limit, size=len(shown), **about)


def _result(world: World, page: Page) -> Json:
    space = world.confluence.spaces[page.space_id]
    url = f"/spaces/{space['key']}/pages/{page.id}"
    content = {"id": page.id, "type": "page", "status": page.status, "title": page.title}
    return {
        "content": content | {"_expandable": {}, "_links": {"webui": url}},
        "title": escape(page.title, quote=False),
        "excerpt": escape(text_of(world, page)[:EXCERPT], quote=False),
        "url": url,
        "resultGlobalContainer": {"title": space["name"], "displayUrl": f"/spaces/{space['key']}"},
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": moment(page.updated),
        "score": 1.0,
    }
