"""The earlier versions of pages: all can be read for a while. A site keeps them for ever; a log would fill our memory."""

from __future__ import annotations

from sandbox.world import Json, Page, World

#: Versions of one page.
VERSIONS_KEPT = 50
#: Letters in the bodies of earlier versions, of all pages together; what was replaced first is forgotten first.
LETTERS_KEPT = 64 * 1024 * 1024


def remember(world: World, page: Page, version: Json) -> None:
    """Put *version* at the end of the page's history: as REST v2 shows it, with its title and body."""
    past = world.confluence.past
    page.history = [*page.history, version]
    past[page.id, version["number"]] = page
    world.confluence.past_letters += len(version["body"])
    if len(page.history) > VERSIONS_KEPT:
        _forget(world, page.id, page.history[0]["number"])
    while world.confluence.past_letters > LETTERS_KEPT:
        _forget(world, *next(iter(past)))


def _forget(world: World, page_id: str, number: int) -> None:
    page = world.confluence.past.pop((page_id, number))
    world.confluence.past_letters -= sum(len(old["body"]) for old in page.history if old["number"] == number)
    page.history = [old for old in page.history if old["number"] != number]


def forget_page(world: World, page: Page) -> None:
    """The page was purged, and its history with it."""
    for old in page.history:
        _forget(world, page.id, old["number"])
