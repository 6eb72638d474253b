"""Where the log's rows and their cells stand in a page's text, and of which issue each row is.

A row is known by the issue's link in its first cell, the only mark that survives Confluence's editor
(facts: confluence_adf.md §0, §6.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.publishing.columns import COLUMNS, Column, placed

#: Tags that matter, and the two constructs inside which a tag is only text.
_TOKEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(/?)(table|tr|td|th)\b[^>]*?(/?)>", re.DOTALL)
_KEY = re.compile(r"""<a\b[^>]*\bhref=["'][^"']*/browse/([A-Z][A-Z0-9_]*-\d+)["'?#/&]""")
_TAGS = re.compile(r"<[^>]*>")
HEADING = COLUMNS["link"].heading


@dataclass(frozen=True)
class Row:
    """A row of one of the page's outermost tables; *cells* are the places of what stands inside each."""

    start: int
    end: int
    table: int
    cells: tuple[tuple[int, int], ...]
    key: str | None
    heading: bool
    #: Whether a cell is written as `<td/>`: nothing can be put into it.
    closed_cell: bool = False


@dataclass
class _Open:
    start: int
    cells: list[tuple[int, int]] = field(default_factory=list)
    cell: int | None = None
    closed_cell: bool = False


def rows(body: str) -> list[Row]:
    """The rows of every outermost table, in their order."""
    return list(_rows(body))


def log_rows(body: str) -> list[Row]:
    """The log's own rows with a ticket's link: those below our heading, wherever no heading is left those of any table."""
    found = rows(body)
    ours = _tables(found)
    return [row for row in found if row.key and (row.table in ours or not ours)]


def heading(found: list[Row]) -> Row | None:
    return next((row for row in found if row.heading), None)


def columns(body: str, found: list[Row], table: int, otherwise: tuple[Column, ...]) -> tuple[Column | None, ...]:
    """What stands in which cell of *table*, by its headings; *otherwise* when it has none of ours."""
    top = next((row for row in found if row.heading and row.table == table), None)
    return placed([_TAGS.sub("", body[start:end]) for start, end in top.cells]) if top else otherwise


def _tables(found: list[Row]) -> set[int]:
    return {row.table for row in found if row.heading}


def _rows(body: str) -> Iterator[Row]:
    depth = table = 0  # of tables: a row inside a row's cell is part of that cell
    row: _Open | None = None
    for token in _TOKEN.finditer(body):
        closing, tag, empty = token.group(1), token.group(2), token.group(3)
        if tag == "table" and not empty:
            depth += -1 if closing else 1
            table += depth == 0
        elif depth == 1 and tag == "tr":
            if not closing:
                row = _Open(token.start())
            elif row is not None:
                yield _row(body, row, token.end(), table)
                row = None
        elif depth == 1 and tag and row is not None:
            _cell(row, token, bool(closing), bool(empty))


def _cell(row: _Open, token: re.Match[str], closing: bool, empty: bool) -> None:
    if empty:
        row.cells.append((token.end(), token.end()))
        row.closed_cell = True
    elif not closing:
        row.cell = token.end()
    elif row.cell is not None:
        row.cells.append((row.cell, token.start()))
        row.cell = None


def _row(body: str, row: _Open, end: int, table: int) -> Row:
    first = body[slice(*row.cells[0])] if row.cells else ""
    key = _KEY.search(first)
    is_heading = key is None and HEADING in first
    return Row(row.start, end, table, tuple(row.cells), key.group(1) if key else None, is_heading, row.closed_cell)
