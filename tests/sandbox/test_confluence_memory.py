"""A log that is written ten thousand times does not fill the sandbox's memory."""

from __future__ import annotations

from wiki_client import LEAD, Wiki

from sandbox.confluence_history import LETTERS_KEPT, VERSIONS_KEPT
from sandbox.confluence_pages import save


def write(wiki: Wiki, page: str, times: int, letters: int = 10) -> None:
    """New versions of the page, by a person, each with a text of its own."""
    world = wiki.sandbox.world
    one = world.confluence.pages[page]
    for _ in range(times):
        save(world, one, one.author, one.title, f"<p>{one.version + 1} {'x' * letters}</p>")


def numbers(wiki: Wiki, page: str) -> list[int]:
    return [version["number"] for version in wiki("GET", f"pages/{page}/versions", limit=250).json()["results"]]


def letters(wiki: Wiki) -> int:
    return sum(len(old["body"]) for page in wiki.sandbox.world.confluence.pages.values() for old in page.history)


def test_the_last_versions_can_be_read(wiki: Wiki) -> None:
    page = wiki.a_page()
    write(wiki, page, 2 * VERSIONS_KEPT)
    assert numbers(wiki, page) == list(range(2 * VERSIONS_KEPT + 1, VERSIONS_KEPT, -1))
    assert wiki("GET", f"pages/{page}", version=VERSIONS_KEPT).status_code == 404
    assert wiki.storage(page, version=VERSIONS_KEPT + 1).startswith(f"<p>{VERSIONS_KEPT + 1} ")


def test_of_many_large_versions_the_oldest_are_forgotten(wiki: Wiki) -> None:
    first, second = wiki.a_page(), wiki.create("Archive").json()["id"]
    write(wiki, first, 3, letters=LETTERS_KEPT // 8)
    write(wiki, second, 8, letters=LETTERS_KEPT // 8)
    assert letters(wiki) == wiki.sandbox.world.confluence.past_letters <= LETTERS_KEPT
    assert (numbers(wiki, first), numbers(wiki, second)) == ([4], [9, 8, 7, 6, 5, 4, 3, 2, 1])


def test_a_purged_page_takes_its_history_along(wiki: Wiki) -> None:
    page = wiki.a_page()
    write(wiki, page, 5)
    wiki("DELETE", f"pages/{page}")
    wiki("DELETE", f"pages/{page}", purge="true")
    assert (len(wiki.sandbox.world.confluence.past), wiki.sandbox.world.confluence.past_letters) == (0, 0)


def test_search_keeps_few_texts_of_a_page_that_is_written_all_the_time(wiki: Wiki) -> None:
    page, world = wiki.a_page(), wiki.sandbox.world
    for _ in range(100):
        write(wiki, page, 1)
        world.clock.advance(2)
    assert len(world.confluence.index[page]) <= 5

    found = wiki("GET", "rest/api/search", cql=f"id = {page}").json()["results"][0]

    assert 1 < int(found["excerpt"].split()[0]) < 100, "late, and not as late as can be"
    world.clock.advance(31)
    found = wiki.as_(LEAD)("GET", "rest/api/search", cql=f"id = {page}").json()["results"][0]
    assert found["excerpt"].startswith("101 ")
