"""Where the rows and cells of a page's tables stand in its text, to the character.

Only outermost tables: what stands in a cell belongs to that cell. A tag in a comment or in CDATA is only text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.publishing.reading import ATTRIBUTES, CDATA, COMMENT

_TOKEN = re.compile(
    rf"{CDATA}|{COMMENT}|<(?P<end>/?)(?P<tag>table|tr|td|th|a)(?=[\s/>])(?P<attributes>{ATTRIBUTES})>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"""([\w:.-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
#: An issue's address, whatever follows it.
_ISSUE = re.compile(r"[^?#]*?/browse/([A-Z][A-Z0-9_]*-\d+)(?:[?#/&]|\Z)")


@dataclass(frozen=True)
class Cell:
    """*start* and *end* are of what stands inside."""

    start: int
    end: int
    #: How many columns it covers.
    span: int = 1
    #: The first issue that is linked in it.
    key: str | None = None
    #: For one that is written as `<td/>`, start and end are of that, and this stands around what is put there.
    around: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Found:
    """A row, in the page's outermost table number *table*."""

    start: int
    end: int
    table: int
    cells: tuple[Cell, ...]

    @property
    def width(self) -> int:
        """In columns."""
        return sum(cell.span for cell in self.cells)

    def cell_at(self, column: int) -> Cell | None:
        for cell in self.cells:
            column -= cell.span
            if column < 0:
                return cell
        return None


@dataclass
class _Open:
    """A row that has begun, and the cell in it that has."""

    start: int
    cells: list[Cell] = field(default_factory=list)
    cell: int | None = None
    span: int = 1
    key: str | None = None


def rows(body: str) -> list[Found]:
    """Those of every outermost table, in their order."""
    return list(_rows(body))


def _rows(body: str) -> Iterator[Found]:
    depth = table = 0
    row: _Open | None = None
    for token in _TOKEN.finditer(body):
        tag, closing = token["tag"], bool(token["end"])
        empty = bool(tag) and token["attributes"].endswith("/")
        if tag == "table" and not empty:
            depth = max(0, depth - 1) if closing else depth + 1
            table += depth == 0
        elif depth == 1 and tag == "tr" and not empty:
            if closing and row is not None:
                yield Found(row.start, token.end(), table, tuple(row.cells))
            row = None if closing else _Open(token.start())
        elif depth == 1 and row is not None and tag:
            _within_row(row, token, closing, empty)


def _within_row(row: _Open, token: re.Match[str], closing: bool, empty: bool) -> None:
    if token["tag"] == "a":
        if row.cell is not None and row.key is None and not closing:
            row.key = _issue(token)
    elif empty:
        row.cells.append(Cell(token.start(), token.end(), _span(token), around=_around(token)))
    elif not closing:
        row.cell, row.span, row.key = token.end(), _span(token), None
    elif row.cell is not None:
        row.cells.append(Cell(row.cell, token.start(), row.span, row.key))
        row.cell = None


def _issue(token: re.Match[str]) -> str | None:
    found = _ISSUE.match(_attribute(token, "href"))
    return found[1] if found else None


def _span(token: re.Match[str]) -> int:
    said = _attribute(token, "colspan")
    return max(1, int(said)) if said.isdecimal() and len(said) < 5 else 1


def _attribute(token: re.Match[str], name: str) -> str:
    return next((a or b for found, a, b in _ATTRIBUTE.findall(token["attributes"]) if found == name), "")


def _around(token: re.Match[str]) -> tuple[str, str]:
    return f"<{token['tag']}{token['attributes'].removesuffix('/').rstrip()}>", f"</{token['tag']}>"
