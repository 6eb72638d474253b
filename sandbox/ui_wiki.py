"""Confluence as pages: the tree of a space, a page as its readers see it, and its history with what changed."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import confluence_life, confluence_people
from sandbox.confluence_rights import may_edit, may_see
from sandbox.ui_diff import Line, compared
from sandbox.ui_macros import Reading
from sandbox.ui_source import readable
from sandbox.ui_storage import page_html
from sandbox.ui_who import viewer
from sandbox.world import Json, Page, World

blueprint = Blueprint("ui_wiki", __name__, url_prefix="/wiki")


def the_world() -> World:
    world: World = current_app.extensions["world"]
    return world


def the_space(key: str) -> Json:
    found = next((s for s in the_world().confluence.spaces.values() if s["key"] == key), None)
    return found or abort(404)


def the_page(key: str, page_id: str) -> Page:
    """The page, if the viewer may see it; what one may not see is not there."""
    found = the_world().confluence.pages.get(page_id)
    wrong = found is None or found.status != "current" or found.space_id != the_space(key)["id"]
    if wrong or found is None or not may_see(found, viewer()):
        abort(404)
    return found


def the_readable(key: str, page_id: str) -> Page:
    """The same, also from the archive."""
    found = the_world().confluence.pages.get(page_id)
    archived = found is not None and found.status == "archived" and may_see(found, viewer())
    return found if found and archived else the_page(key, page_id)


def address(page: Page) -> str:
    key = the_world().confluence.spaces[page.space_id]["key"]
    return url_for("ui_wiki.page", key=key, page_id=page.id)


@blueprint.get("")
@blueprint.get("/")
def wiki() -> ResponseReturnValue:
    return render_template("wiki_spaces.html", spaces=list(the_world().confluence.spaces.values()))


@blueprint.get("/spaces/<key>")
@blueprint.get("/spaces/<key>/overview")
def space(key: str) -> ResponseReturnValue:
    one, world = the_space(key), the_world()
    seen = [p for p in world.confluence.pages.values() if p.space_id == one["id"] and may_see(p, viewer())]
    away = {status: [p for p in seen if p.status == status] for status in ("archived", "trashed")}
    return render_template("wiki_space.html", space=one, tree=tree(one["id"]), page=None, when=when, away=away)


def tree(space_id: str, shown: Page | None = None) -> list[Json]:
    """The pages that the viewer sees, each with those below it; `open` are those on the way to the page that is *shown*."""
    pages = [p for p in the_world().confluence.pages.values() if p.space_id == space_id and may_see(p, viewer())]
    seen = {p.id: p for p in pages if p.status == "current"}
    below = confluence_life.in_tree(seen.values())
    # Whose parent one does not see stands at the top.
    tops = [page for parent, ours in below.items() if parent not in seen for page in ours]
    way, at = set(), shown
    while at is not None:
        way.add(at.id)
        at = seen.get(at.parent_id or "")

    def branch(pages: list[Page]) -> list[Json]:
        return [{"page": p, "below": branch(below.get(p.id, [])), "open": p.id in way} for p in pages]

    return branch(sorted(tops, key=lambda page: page.position))


@blueprint.get("/spaces/<key>/pages/<page_id>")
@blueprint.get("/spaces/<key>/pages/<page_id>/<slug>")
def page(key: str, page_id: str, slug: str = "") -> ResponseReturnValue:
    return page_view(key, the_readable(key, page_id))


def page_view(key: str, shown: Page, notice: str | None = None) -> str:
    world, one = the_world(), the_space(key)
    return render_template(
        "wiki_page.html",
        space=one,
        tree=tree(one["id"], shown),
        page=shown,
        body=page_html(Reading(world, shown, viewer()), shown.body),
        full_width=is_full_width(shown),
        author=name_of(shown.version_author or shown.author),
        when=when(shown.updated),
        may_edit=may_edit(shown, viewer()),
        comments=[each | {"by": name_of(each["author"])} for each in shown.comments],
        notice=notice,
        here=address(shown),
    )


def is_full_width(page: Page) -> bool:
    """Without the property a page has a column of 760 pixels."""
    return any(
        each["key"] == "content-appearance-published" and each["value"] == "full-width"
        for each in page.properties.values()
    )


def name_of(account_id: str) -> str:
    person = the_world().people.get(account_id)
    return person.name if person else "somebody"


def when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M UTC")


def versions(shown: Page) -> list[Json]:
    """All that is still there of a page's history, oldest first."""
    now = {"number": shown.version, "title": shown.title, "body": shown.body, "message": shown.message}
    now |= {"authorId": shown.version_author or shown.author, "when": when(shown.updated)}
    before = [{**old, "when": when(datetime.fromisoformat(old["createdAt"]).timestamp())} for old in shown.history]
    return [*before, now]


def difference(before: Json, after: Json) -> list[Line]:
    """What changed between two versions of a page, its title included."""
    texts = (f"{version['title']}\n\n{readable(version['body'])}" for version in (before, after))
    return compared(*texts)


@blueprint.get("/spaces/<key>/pages/<page_id>/history")
def history(key: str, page_id: str) -> ResponseReturnValue:
    """The versions, and what changed from one to another: by default in the last one."""
    shown, one = the_page(key, page_id), the_space(key)
    found = {version["number"]: version for version in versions(shown)}
    number = request.args.get("to", shown.version, int)
    after, before = found.get(number), found.get(request.args.get("from", number - 1, int))
    told = [{**v, "by": name_of(v["authorId"])} for v in reversed(found.values())]
    lines = difference(before, after) if before and after else []
    about = {"before": before, "after": after, "lines": lines}
    return render_template(
        "wiki_history.html",
        space=one,
        tree=tree(one["id"], shown),
        page=shown,
        versions=told,
        **about,
        here=request.full_path,
    )


@blueprint.get("/spaces/<key>/pages/<page_id>/history/<int:number>")
def version(key: str, page_id: str, number: int) -> ResponseReturnValue:
    """A page as it was."""
    shown, one = the_page(key, page_id), the_space(key)
    old = next((v for v in versions(shown) if v["number"] == number), None) or abort(404)
    about = {"old": old, "author": name_of(old["authorId"]), "full_width": is_full_width(shown)}
    about["body"] = page_html(Reading(the_world(), shown, viewer()), old["body"])
    return render_template("wiki_version.html", space=one, tree=tree(one["id"], shown), page=shown, **about)


@blueprint.post("/spaces/<key>/pages/<page_id>/comment")
def comment(key: str, page_id: str) -> ResponseReturnValue:
    """An inline comment: Confluence marks the passage in the body and leaves the version as it is."""
    shown, passage = the_page(key, page_id), request.form.get("passage", "").strip()
    try:
        confluence_people.comment_inline(the_world(), shown, viewer(), passage)
    except confluence_life.NotPossible as reason:
        return page_view(key, shown, f"Not commented: {reason}."), 400
    return redirect(address(shown), 303)
