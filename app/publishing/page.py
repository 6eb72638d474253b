"""Put a row into the log page or replace it, newest first; never touch what people wrote around it.

The page's text is spliced, not written anew: everything outside of our row stays byte for byte (inline
comments are markers in that text). A row is known by the issue's link in its first cell, the only mark that
survives Confluence's editor (facts: confluence_adf.md §0, §6.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Tags that matter, and the two constructs inside which a tag is only text.
_TOKEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(/?)(table|tr|td|th)\b[^>]*?(/?)>", re.DOTALL)
_FIRST_CELL_KEY = re.compile(r"""<a\b[^>]*\bhref=["'][^"']*/browse/([A-Z][A-Z0-9_]*-\d+)["'?#/&]""")
HEADING = "Ticket Link"


@dataclass(frozen=True)
class Row:
    """Where a table row stands in the text, and of which issue it is."""

    start: int
    end: int
    #: Which of the page's outermost tables it belongs to.
    table: int
    key: str | None
    heading: bool


def with_row(body: str, key: str, row: str, empty_table: str, earlier_keys: frozenset[str] = frozenset()) -> str:
    """*body* with *row* for issue *key*: in the place of its old row, else on top of the log's table.

    A second row of the same issue is taken out. *earlier_keys*: keys that the issue had before it was moved.
    *empty_table* is put at the end of a page on which no table of ours is left. A table without our heading is
    somebody else's, and stays as it is, unless no table has it any more.
    """
    found = rows(body)
    ours = {each.table for each in found if each.heading}
    own = [each for each in found if each.key in {key, *earlier_keys} and (each.table in ours or not ours)]
    if own:
        kept = own[0]
        for extra in reversed(own[1:]):
            body = body[: extra.start] + body[extra.end :]
        return body[: kept.start] + row + body[kept.end :]
    heading = next((each for each in found if each.heading), None)
    if heading is None:
        return with_row(body + empty_table, key, row, "") if empty_table else body + row
    return body[: heading.end] + row + body[heading.end :]


def row_of(body: str, key: str) -> str | None:
    """The text of the issue's row as it stands on the page."""
    return next((body[each.start : each.end] for each in rows(body) if each.key == key), None)


def rows(body: str) -> list[Row]:
    """The rows of every outermost table, in their order."""
    return list(_rows(body))


def _rows(body: str) -> Iterator[Row]:
    depth = 0  # of tables: a row inside a row's cell is part of that cell
    table = 0
    start: int | None = None
    for token in _TOKEN.finditer(body):
        closing, tag, empty = token.group(1), token.group(2), token.group(3)
        if tag == "table" and not empty:
            depth += -1 if closing else 1
            table += depth == 0
        elif tag == "tr" and depth == 1:
            if not closing:
                start = token.start()
            elif start is not None:
                yield _row(body, start, token.end(), table)
                start = None


def _row(body: str, start: int, end: int, table: int) -> Row:
    text = body[start:end]
    first_cell = re.split(r"</t[dh]>", text, maxsplit=1)[0]
    key = _FIRST_CELL_KEY.search(first_cell)
    return Row(start, end, table, key.group(1) if key else None, heading=key is None and HEADING in first_cell)
