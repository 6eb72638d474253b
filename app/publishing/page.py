"""Put rows into the log page or bring them up to date, newest first; never touch what people wrote around them.

The page's text is spliced, not written anew: everything outside of the cells that change stays byte for byte,
inline comments included, which are markers in that text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.publishing import table
from app.publishing.columns import Column
from app.publishing.edits import Verdict, Written, first, merge, text_digest
from app.publishing.rendering import empty_cell, empty_table, row_markup
from app.publishing.table import Row

_Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Wanted:
    """A row as it has to stand: storage by column name, the issue's keys (now first), and what we wrote last."""

    keys: tuple[str, ...]
    cells: Mapping[str, str]
    written: Mapping[str, Written] = field(default_factory=dict)


@dataclass
class Put:
    """The page's new text; for each key what its cells now are, and in which of them a person's words were met."""

    body: str
    written: dict[str, dict[str, Written]] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    #: Keys whose row was not there before.
    added: set[str] = field(default_factory=set)


def put(body: str, wanted: Sequence[Wanted], columns: tuple[Column, ...], dropped: frozenset[str] = frozenset()) -> Put:
    """*body* with the *wanted* rows, oldest first, and without those of the keys in *dropped*.

    A second row of an issue is taken out. *columns* are for a page on which no table of ours is left; one is put
    at its end. A table without our heading is somebody else's, and stays as it is, unless no table has it any more.
    """
    found = table.rows(body)
    if wanted and not table.log_rows(body) and table.heading(found) is None:
        body += empty_table(columns)
        found = table.rows(body)
    return _Splice(body, found, columns).done(wanted, dropped)


def without(body: str, keys: frozenset[str]) -> str:
    """*body* without the rows of *keys*."""
    return put(body, (), (), keys).body


class _Splice:
    """Collects the changes of one page by their places, and makes them all at once."""

    def __init__(self, body: str, found: list[Row], columns: tuple[Column, ...]) -> None:
        self._body, self._found, self._columns = body, found, columns
        self._own: dict[str, list[Row]] = {}
        for row in table.log_rows(body):
            self._own.setdefault(row.key or "", []).append(row)
        self._edits: list[_Edit] = []
        self._out = Put(body)

    def done(self, wanted: Sequence[Wanted], dropped: frozenset[str]) -> Put:
        new = [self._inserted(each) for each in wanted if not self._brought_up_to_date(each)]
        for key in dropped:
            self._edits += [(row.start, row.end, "") for row in self._own.get(key, [])]
        if new:
            top = self._top()
            self._edits.append((top, top, "".join(reversed(new))))
        self._out.body = _spliced(self._body, self._edits)
        return self._out

    def _brought_up_to_date(self, wanted: Wanted) -> bool:
        rows = sorted((row for key in wanted.keys for row in self._own.get(key, [])), key=lambda row: row.start)
        if not rows:
            return False
        self._edits += [(extra.start, extra.end, "") for extra in rows[1:]]
        self._update(rows[0], wanted)
        return True

    def _update(self, row: Row, wanted: Wanted) -> None:
        columns = table.columns(self._body, self._found, row.table, self._columns)
        if row.closed_cell or len(columns) != len(row.cells):  # somebody has joined cells: what is where cannot be told
            self._edits.append((row.start, row.end, self._new_row(wanted, columns)))
            return
        for column, (start, end) in zip(columns, row.cells, strict=True):
            if column is not None and column.name in wanted.cells:
                self._merge(column, start, end, wanted)

    def _merge(self, column: Column, start: int, end: int, wanted: Wanted) -> None:
        key, there = wanted.keys[0], self._body[start:end]
        merged = merge(column, there, wanted.cells[column.name], wanted.written.get(column.name))
        if merged.cell != there:
            self._edits.append((start, end, merged.cell))
        self._out.written.setdefault(key, {})[column.name] = merged.written
        self._out.verdicts.setdefault(key, {})[column.name] = merged.verdict

    def _inserted(self, wanted: Wanted) -> str:
        top = table.heading(self._found)
        columns = table.columns(self._body, self._found, top.table if top else -1, self._columns)
        self._out.added.add(wanted.keys[0])
        return self._new_row(wanted, columns)

    def _new_row(self, wanted: Wanted, columns: Sequence[Column | None]) -> str:
        known = [column.name if column else "" for column in columns]
        self._out.written[wanted.keys[0]] = {n: first(wanted.cells[n]) for n in known if n in wanted.cells}
        return row_markup([wanted.cells.get(name) or empty_cell() for name in known])

    def _top(self) -> int:
        """Below the heading; where people have taken it away, above the first row."""
        top = table.heading(self._found)
        return top.end if top else table.log_rows(self._body)[0].start


def _spliced(body: str, edits: list[_Edit]) -> str:
    """All places are of the text as it was read."""
    pieces, at = [], 0
    for start, end, text in sorted(edits):
        pieces += [body[at:start], text]
        at = end
    return "".join([*pieces, body[at:]])


def replaced(body: str, rows: Mapping[str, str]) -> str:
    """*body* with these rows, by key, as they stand elsewhere; one that says the same stays, a missing one goes on top."""
    found = {row.key: row for row in table.log_rows(body)}
    edits, missing = [], []
    for key, text in rows.items():
        row = found.get(key)
        if row is None:
            missing.append(text)
        elif text_digest(body[row.start : row.end]) != text_digest(text):
            edits.append((row.start, row.end, text))
    if missing:
        top = table.heading(table.rows(body))
        edits.append((top.end, top.end, "".join(missing)) if top else (len(body), len(body), "".join(missing)))
    return _spliced(body, edits)


def row_of(body: str, key: str) -> str | None:
    """The text of the issue's row as it stands on the page."""
    return next((body[row.start : row.end] for row in table.rows(body) if row.key == key), None)
