"""Confluence as pages: a space's table of contents, and a page as its readers see it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from sandbox.ui_storage import page_html
from sandbox.world import Json, Page, World

blueprint = Blueprint("ui_wiki", __name__, url_prefix="/wiki")


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


def _space(key: str) -> Json:
    found = next((s for s in _world().confluence.spaces.values() if s["key"] == key), None)
    return found or abort(404)


@blueprint.get("")
@blueprint.get("/")
def wiki() -> ResponseReturnValue:
    return render_template("wiki_spaces.html", spaces=list(_world().confluence.spaces.values()))


@blueprint.get("/spaces/<key>")
@blueprint.get("/spaces/<key>/overview")
def space(key: str) -> ResponseReturnValue:
    return render_template("wiki_space.html", space=_space(key), tree=_tree(_space(key)["id"]), when=_when)


def _tree(space_id: str) -> list[tuple[int, Page]]:
    """The pages of a space with their depth, each under its parent."""
    pages = [p for p in _world().confluence.pages.values() if p.space_id == space_id and p.status == "current"]
    known = {p.id for p in pages}

    def below(parent: str | None, depth: int) -> list[tuple[int, Page]]:
        ours = [p for p in pages if (p.parent_id if p.parent_id in known else None) == parent]
        return [line for p in ours for line in [(depth, p), *below(p.id, depth + 1)]]

    return below(None, 0)


@blueprint.get("/spaces/<key>/pages/<page_id>")
@blueprint.get("/spaces/<key>/pages/<page_id>/<slug>")
def page(key: str, page_id: str, slug: str = "") -> ResponseReturnValue:
    shown = _world().confluence.pages.get(page_id)
    if shown is None or shown.status != "current":
        abort(404)
    people = _world().people
    author = people.get(shown.version_author or shown.author)
    return render_template(
        "wiki_page.html",
        space=_space(key),
        page=shown,
        body=page_html(_world(), shown.body),
        author=author.name if author else "somebody",
        when=_when(shown.updated),
    )


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M UTC")
