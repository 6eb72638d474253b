"""What Confluence's search knows: a copy of each page that is half a minute behind (facts: confluence_adf.md §6.5)."""

from __future__ import annotations

from dataclasses import replace

from sandbox.world import Page, World

#: Versions of one page that search has not reached yet.
WAITING = 4


def note(world: World, page: Page) -> None:
    """Search will see *page* as it is now, after the lag."""
    # The text is shared, and what search never asks for is not kept.
    _append(world, page.id, replace(page, labels=list(page.labels), history=[], drafts={}, comments=[]))


def note_purge(world: World, page_id: str) -> None:
    """Search will stop seeing the page, after the lag."""
    _append(world, page_id, None)
    world.confluence.words.pop(page_id, None)


def _append(world: World, page_id: str, copy: Page | None) -> None:
    past = world.confluence.index.setdefault(page_id, [])
    seen = [version for version in past if version[0] <= world.now()]
    # Of the versions that search has reached only the last one can still be asked for. A page that is written all
    # the time is taken now and then: what lies between is never seen.
    waiting = past[len(seen) :][: WAITING - 1]
    past[:] = [*seen[-1:], *waiting, (world.now() + world.settings.confluence_search_lag, copy)]


def searchable(world: World) -> list[Page]:
    """The current pages as search sees them; a page that nobody has changed yet has been there always."""
    index = world.confluence.index
    found = [page for page in world.confluence.pages.values() if page.id not in index]
    for versions in index.values():
        reached = next((copy for when, copy in reversed(versions) if when <= world.now()), None)
        found.extend([reached] if reached else [])
    return [page for page in found if page.status == "current"]
