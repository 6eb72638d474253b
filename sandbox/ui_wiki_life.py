"""What one does with a whole page of Confluence from its menu: move it, put it away, bring it back, say who may see it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import confluence_life
from sandbox.confluence_rights import may_edit, restrict
from sandbox.ui_who import viewer
from sandbox.ui_wiki import address, page_view, the_page, the_readable, the_space, the_world
from sandbox.world import Page

blueprint = Blueprint("ui_wiki_life", __name__, url_prefix="/wiki/spaces/<key>/pages/<page_id>")


def _changeable(key: str, page_id: str) -> Page:
    """The page, in whatever state, for whoever may change it."""
    found = the_world().confluence.pages.get(page_id)
    if found is None or found.space_id != the_space(key)["id"] or not may_edit(found, viewer()):
        abort(404)
    return found


@blueprint.post("/move")
def move(key: str, page_id: str) -> ResponseReturnValue:
    """Below the page with the title that was given."""
    world, shown, title = the_world(), _changeable(key, page_id), request.form.get("parent", "").strip()
    try:
        with world.lock:
            confluence_life.move(world, shown, _titled(shown, title))
    except confluence_life.NotPossible as reason:
        return page_view(key, shown, f"Not moved: {reason}."), 400
    return redirect(address(shown), 303)


def _titled(page: Page, title: str) -> Page:
    for other in the_world().confluence.pages.values():
        if other.space_id == page.space_id and other.title.lower() == title.lower() and other.status == "current":
            return other
    raise confluence_life.NotPossible(f"there is no page {title!r} here")


@blueprint.post("/<any(archive, trash):act>")
def put_away(key: str, page_id: str, act: str) -> ResponseReturnValue:
    world, shown = the_world(), _changeable(key, page_id)
    try:
        with world.lock:
            (confluence_life.archive if act == "archive" else confluence_life.trash)(world, shown)
    except confluence_life.NotPossible as reason:
        return page_view(key, the_readable(key, page_id), f"Not done: {reason}."), 400
    return redirect(url_for("ui_wiki.space", key=key), 303)


@blueprint.post("/restore")
def restore(key: str, page_id: str) -> ResponseReturnValue:
    world, shown = the_world(), _changeable(key, page_id)
    with world.lock:
        if shown.status != "current":
            confluence_life.bring_back(world, shown)
    return redirect(address(shown), 303)


@blueprint.post("/restrict")
def say_who(key: str, page_id: str) -> ResponseReturnValue:
    """`only` is `read` or `update`, for the viewer alone; without it everybody may again."""
    shown, only = the_page(key, page_id), request.form.get("only")
    if not may_edit(_changeable(key, page_id), viewer()) or only not in (None, "", "read", "update"):
        abort(404)
    with the_world().lock:
        if only:
            restrict(shown, only, [viewer().account_id], [])
        else:
            shown.restrictions = {}
    return redirect(address(shown), 303)
