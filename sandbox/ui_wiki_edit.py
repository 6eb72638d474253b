"""Writing pages of Confluence as a person does: a new one, a paragraph more, or the whole; also while an app writes."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.confluence_door import ConfluenceError
from sandbox.confluence_pages import checked_title, new_page, save
from sandbox.confluence_rights import may_edit
from sandbox.confluence_storage import IllFormed, kept
from sandbox.ui_diff import merged
from sandbox.ui_markdown_storage import storage_of
from sandbox.ui_source import compact, readable
from sandbox.ui_who import viewer
from sandbox.ui_wiki import address, difference, name_of, the_page, the_space, the_world, tree, versions
from sandbox.world import Json, Page

blueprint = Blueprint("ui_wiki_edit", __name__, url_prefix="/wiki/spaces/<key>")


@blueprint.get("/new")
def new(key: str) -> ResponseReturnValue:
    return _new_page(key)


def _new_page(key: str, notice: str | None = None) -> str:
    one = the_space(key)
    return render_template("wiki_new.html", space=one, tree=tree(one["id"]), page=None, notice=notice)


@blueprint.post("/new")
def create(key: str) -> ResponseReturnValue:
    world, one = the_world(), the_space(key)
    try:
        with world.lock:
            title = checked_title(request.form.get("title"), one["id"])
            body = _kept(storage_of(request.form.get("text", "")))
            made = new_page(world, viewer(), one["id"], one.get("homepageId"), title, body)
    except ConfluenceError as refused:
        return _new_page(key, refused.title), refused.status
    return redirect(address(made), 303)


def _editable(key: str, page_id: str) -> Page:
    shown = the_page(key, page_id)
    if not may_edit(shown, viewer()):
        abort(404)
    return shown


@blueprint.get("/pages/<page_id>/edit")
def edit(key: str, page_id: str) -> ResponseReturnValue:
    shown = _editable(key, page_id)
    return _editor(key, shown, {"title": shown.title, "body": readable(shown.body), "version": shown.version})


def _editor(key: str, shown: Page, given: Json) -> str:
    """The editor with what is written so far; *given* may hold a `notice` and what changed `meanwhile`."""
    one = the_space(key)
    return render_template("wiki_edit.html", space=one, tree=tree(one["id"], shown), page=shown, given=given)


@blueprint.post("/pages/<page_id>/edit")
def publish(key: str, page_id: str) -> ResponseReturnValue:
    """A new version made of the one that was read. Has somebody else published since, the person is told what."""
    world, shown = the_world(), _editable(key, page_id)
    form = request.form
    given: Json = {"title": form.get("title", ""), "body": form.get("body", "").replace("\r\n", "\n")}
    given |= {"version": form.get("version", 0, int), "message": form.get("message", "")}
    with world.lock:
        if given["version"] != shown.version:
            return _editor(key, shown, given | _meanwhile(shown, given)), 409
        try:
            title = checked_title(given["title"], shown.space_id, shown)
            body = _kept(compact(given["body"]))
        except (ConfluenceError, IllFormed) as refused:
            return _editor(key, shown, given | {"notice": _words(refused)}), 400
        save(world, shown, viewer().account_id, title, body, given["message"])
    return redirect(address(shown), 303)


def _words(refused: ConfluenceError | IllFormed) -> str:
    return refused.title if isinstance(refused, ConfluenceError) else f"This is not well-formed: {refused}"


def _kept(storage: str) -> str:
    return kept(storage, lambda: the_world().next_id("macro"))


def _meanwhile(shown: Page, given: Json) -> Json:
    """What was published since, and the text with both changes where they do not touch each other."""
    found = {version["number"]: version for version in versions(shown)}
    base = found.get(given["version"])
    told: Json = {"by": name_of(found[shown.version]["authorId"]), "version": shown.version}
    if base is None:
        return told | {"stale": "lost", "meanwhile": []}
    told["meanwhile"] = difference(base, found[shown.version])
    both = merged(readable(base["body"]), given["body"], readable(shown.body))
    title = shown.title if given["title"] == base["title"] else given["title"]
    return told | {"title": title} | ({"stale": "merged", "body": both} if both else {"stale": "both"})


@blueprint.post("/pages/<page_id>/add")
def add(key: str, page_id: str) -> ResponseReturnValue:
    """A few lines of Markdown above or below everything."""
    world, shown = the_world(), _editable(key, page_id)
    more = storage_of(request.form.get("text", ""))
    with world.lock:
        if more:
            parts = (more, shown.body) if request.form.get("where") == "top" else (shown.body, more)
            save(world, shown, viewer().account_id, shown.title, _kept("".join(parts)), "")
    return redirect(url_for("ui_wiki.page", key=key, page_id=page_id), 303)
