"""What becomes of a page besides new text: it is moved, archived, thrown away, and brought back.

Nothing of this makes a new version. A page that goes leaves its children to the page above it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox import confluence_history, confluence_index
from sandbox.world import Page, World


class NotPossible(ValueError):
    """Something that nobody can do in Confluence; says why."""


def next_position(world: World) -> int:
    """Behind all that are there, among whatever siblings."""
    return int(world.next_id("page position", 1))


def children(world: World, page_id: str | None) -> list[Page]:
    """The current pages right below the page, in the order of the tree."""
    return in_tree(p for p in world.confluence.pages.values() if p.parent_id == page_id).get(page_id, [])


def in_tree(pages: Iterable[Page]) -> dict[str | None, list[Page]]:
    """Those of *pages* that are current, by the page above them."""
    tree: dict[str | None, list[Page]] = {}
    for page in sorted(pages, key=lambda page: page.position):
        if page.status == "current":
            tree.setdefault(page.parent_id, []).append(page)
    return tree


def move(world: World, page: Page, parent: Page) -> None:
    """To the end of *parent*'s children."""
    if parent.space_id != page.space_id or parent.status != "current":
        raise NotPossible("a page can only be moved below a current page of its space")
    above: Page | None = parent
    while above is not None:
        if above is page:
            raise NotPossible("a page cannot be moved below itself")
        above = world.confluence.pages.get(above.parent_id or "")
    page.parent_id, page.position = parent.id, next_position(world)
    confluence_index.note(world, page)


def archive(world: World, page: Page) -> None:
    _need(page, "current")
    _leave(world, page, "archived")


def trash(world: World, page: Page) -> None:
    _need(page, "current", "archived")
    _leave(world, page, "trashed")


def bring_back(world: World, page: Page) -> None:
    """Out of the archive or the trash; to the top of the space, if the page above it is gone."""
    _need(page, "archived", "trashed")
    above = world.confluence.pages.get(page.parent_id or "")
    page.status, page.position = "current", next_position(world)
    page.parent_id = above.id if above and above.status == "current" else None
    confluence_index.note(world, page)


def purge(world: World, page: Page) -> None:
    """For good."""
    _need(page, "trashed")
    del world.confluence.pages[page.id]
    confluence_history.forget_page(world, page)
    confluence_index.note_purge(world, page.id)


def _need(page: Page, *states: str) -> None:
    if page.status not in states:
        raise NotPossible(f"the page is {page.status}")


def _leave(world: World, page: Page, status: str) -> None:
    for child in children(world, page.id):
        child.parent_id = page.parent_id
        confluence_index.note(world, child)
    page.status = status
    confluence_index.note(world, page)
