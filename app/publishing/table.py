"""Which table on a page is the log, what stands in which of its cells, and of which issue each row is.

A row is known by the issue's link, the only mark that survives Confluence's editor (facts: confluence_adf.md §0,
§6.3). It stands below its heading, or in the first cell where people have taken that heading away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.publishing import scan
from app.publishing.columns import COLUMNS, Column, placed
from app.publishing.reading import text
from app.publishing.scan import Cell, Found

Columns = tuple[Column | None, ...]
_LINK = COLUMNS["link"]


@dataclass(frozen=True)
class Row(Found):
    """A row of the log."""

    key: str


@dataclass(frozen=True)
class _Table:
    """An outermost table; *columns* by the heading that knows most of ours, None without any."""

    number: int
    rows: list[Found]
    heading: Found | None
    columns: Columns | None

    @property
    def says_link(self) -> bool:
        return _LINK in (self.columns or ())

    @property
    def link(self) -> int:
        return (self.columns or (_LINK,)).index(_LINK) if self.says_link else 0

    @cached_property
    def own(self) -> list[Row]:
        return [Row(row.start, row.end, row.table, row.cells, key) for row in self.rows if (key := self.key(row))]

    @property
    def looks_like_ours(self) -> bool:
        """It has tickets, or our headings but for the link's, which was renamed."""
        return bool(self.own or (self.columns and self.columns[0] is None))

    def key(self, row: Found) -> str | None:
        cell = row.cell_at(self.link)
        return cell.key if cell else None

    def at_least(self, otherwise: Columns) -> Columns:
        """Its columns, one of which has the link: without it a row would never be found again."""
        columns = otherwise if self.columns is None else self.columns
        return columns if _LINK in columns else (_LINK, *columns[1:])


class Log:
    """The log on a page: tables with our heading; where none has it, the one that looks most like it."""

    def __init__(self, body: str) -> None:
        found = list(_tables(body))
        tables = [table for table in found if table.says_link]
        likely = [table for table in found if table.looks_like_ours]
        if not tables and likely:
            tables = [max(likely, key=lambda table: (_known(table.columns), len(table.own)))]
        self._tables = {table.number: table for table in tables}
        #: In the page's order.
        self.rows = [row for table in tables for row in table.own]

    @property
    def top(self) -> tuple[int, int] | None:
        """Where a new row goes, and the number of the table; None where there is no log."""
        for number, table in self._tables.items():
            return table.heading.end if table.heading else table.own[0].start, number
        return None

    def columns(self, table: int, otherwise: Columns) -> Columns:
        """What stands in which column of *table*, by its headings; *otherwise* when it has none."""
        return self._tables[table].at_least(otherwise)


def log_rows(body: str) -> list[Row]:
    return Log(body).rows


def aligned(row: Found, columns: Columns) -> Iterator[tuple[Column, Cell]] | None:
    """Each cell with its column; None for a row that is not as wide as *columns*: what is where cannot be told.

    Cells that people have joined stand in no column, nor do those below a heading of theirs.
    """
    return _aligned(row, columns) if row.width == len(columns) else None


def _aligned(row: Found, columns: Columns) -> Iterator[tuple[Column, Cell]]:
    place = 0
    for cell in row.cells:
        column = columns[place]
        if cell.span == 1 and column is not None:
            yield column, cell
        place += cell.span


def _tables(body: str) -> Iterator[_Table]:
    rows: dict[int, list[Found]] = {}
    for row in scan.rows(body):
        rows.setdefault(row.table, []).append(row)
    for number, own in rows.items():
        headings = [(row, _placed(body, row)) for row in own if not any(cell.key for cell in row.cells)]
        heading, columns = max(headings, key=lambda each: _known(each[1]), default=(None, None))
        # A single word of ours may stand in any table.
        known = _known(columns) >= (False, 2)
        yield _Table(number, own, heading if known else None, columns if known else None)


def _placed(body: str, row: Found) -> Columns:
    headings = [[text(body[cell.start : cell.end])] + [""] * (cell.span - 1) for cell in row.cells]
    return placed([heading for each in headings for heading in each])


def _known(columns: Columns | None) -> tuple[bool, int]:
    """So that the link's heading counts for more than all others."""
    known = [column for column in columns or () if column]
    return _LINK in known, len(known)
