"""How much of a text a cell of the log shows: all of it while there is room, else its first blocks and where the rest is.

Source: the cell policy of facts confluence_adf.md §2.5. One long text must not make the page too big for all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from markupsafe import Markup

from app.adf.build import doc as document
from app.adf.build import paragraph, text
from app.adf.excerpt import (
    MOST_LINES,
    beginning,
    first_blocks,
    with_few_marks,
    with_file_names,
    with_short_code,
    words_of,
)
from app.adf.nodes import Node
from app.adf.storage import to_storage
from app.adf.text import plain_text

MOST_BYTES = 24 * 1024
EMPTY = to_storage(document([paragraph([])]))


def rich_cell(doc: Any, *, key: str, link: str, base_url: str, most_bytes: int = MOST_BYTES) -> Markup:
    """Storage format of *doc* in at most *most_bytes* of UTF-8; shortened, it says so and leads to the issue *key* at *link*.

    *most_bytes* should leave room for that sentence; where it does not, the cell is empty.
    """
    made = to_storage(doc, base_url)
    # Code that is too long has at least as many line ends; where there are fewer, nobody has to look for it.
    if made.count("\n") < MOST_LINES and _fits(made, most_bytes):
        return made or _whole(EMPTY, most_bytes)
    reduced: Node = doc
    for reduced in _reductions(doc, key):
        if _fits(made := to_storage(reduced, base_url), most_bytes):
            return made
    shortened = paragraph([text("… (shortened, the full text is in "), _linked(key, link), text(")")])
    return _cut(reduced, shortened, base_url, most_bytes)


def plain_cell(doc: Any, *, most_bytes: int = MOST_BYTES) -> Markup:
    """Nothing but the words of *doc*, a paragraph for each line: for a row that Confluence refuses otherwise."""
    lines = document([paragraph([text(line)]) for line in plain_text(doc).split("\n") if line])
    made = to_storage(lines)
    if _fits(made, most_bytes):
        return made or _whole(EMPTY, most_bytes)
    return _cut(lines, paragraph([text("… (shortened)")]), "", most_bytes)


def _reductions(doc: Node, key: str) -> Iterator[Node]:
    """Ever less of it; each is only made when the one before is too big."""
    yield (reduced := with_short_code(doc, f"the full text is in {key}"))
    yield (reduced := with_few_marks(reduced))
    yield with_file_names(reduced)


def _linked(key: str, link: str) -> Node:
    return text(key or "Jira", [{"type": "link", "attrs": {"href": link}}])


def _cut(doc: Node, shortened: Node, base_url: str, most_bytes: int) -> Markup:
    """As many blocks as there is room for; the beginning of the next where they would fill less than half of it."""

    def made_of(*blocks: Node) -> Markup:
        return to_storage(document([*blocks, shortened]), base_url)

    count = _most(lambda count: _fits(made_of(first_blocks(doc, count)[0]), most_bytes), most_bytes)
    kept, rest = first_blocks(doc, count)
    made = made_of(kept)
    if rest is None or not _fits(made, most_bytes // 2):
        return _whole(made, most_bytes)
    words = words_of(rest)
    length = _most(lambda length: _fits(made_of(kept, beginning(rest, words[:length])), most_bytes), most_bytes)
    return made_of(kept, beginning(rest, words[:length])) if length else _whole(made, most_bytes)


def _most(fits: Callable[[int], bool], limit: int) -> int:
    """The largest number up to *limit* that fits, given that what is more never takes less room; 0 when none does."""
    low, high = 0, 1
    while high < limit and fits(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _whole(made: Markup, most_bytes: int) -> Markup:
    """*made*, or the emptiest cell where there is no room at all."""
    return next((each for each in (made, EMPTY) if _fits(each, most_bytes)), Markup())


def _fits(made: Markup, most_bytes: int) -> bool:
    return len(made.encode()) <= most_bytes
