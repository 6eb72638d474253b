"""Put rows into the log page or bring them up to date, newest first; never touch what people wrote around them.

The page's text is spliced, not written anew: everything outside of the cells that change stays byte for byte,
inline comments included, which are markers in that text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.publishing import table
from app.publishing.columns import Column
from app.publishing.edits import Verdict, Written, joined, merge
from app.publishing.reading import text, text_digest
from app.publishing.rendering import empty_cell, empty_table, row_markup
from app.publishing.scan import Cell
from app.publishing.table import Columns, Log, Row

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
    #: Keys whose row was not there before, and those that had more than one.
    added: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)


def put(body: str, wanted: Sequence[Wanted], columns: tuple[Column, ...], dropped: frozenset[str] = frozenset()) -> Put:
    """*body* with the *wanted* rows, oldest first, and without those of the keys in *dropped*.

    A second row of an issue is taken out. *columns* are for a page on which no table of ours is left; one is put
    at its end. Any other table is somebody else's, and stays as it is.
    """
    log = Log(body)
    if wanted and log.top is None:
        body += empty_table(columns)
        log = Log(body)
    return _Splice(body, log, columns).done(wanted, dropped)


def without(body: str, keys: frozenset[str]) -> str:
    """*body* without the rows of *keys*."""
    return put(body, (), (), keys).body if keys else body


class _Splice:
    """Collects the changes of one page by their places, and makes them all at once."""

    def __init__(self, body: str, log: Log, columns: tuple[Column, ...]) -> None:
        self._body, self._log, self._columns = body, log, columns
        self._own: dict[str, list[Row]] = {}
        for row in log.rows:
            self._own.setdefault(row.key, []).append(row)
        self._edits: list[_Edit] = []
        self._out = Put(body)

    def done(self, wanted: Sequence[Wanted], dropped: frozenset[str]) -> Put:
        for key in dropped:
            self._take_out(self._own.pop(key, []))
        new = [self._inserted(each) for each in wanted if not self._brought_up_to_date(each)]
        if new and self._log.top:
            top = self._log.top[0]
            self._edits.append((top, top, "".join(reversed(new))))
        self._out.body = _spliced(self._body, self._edits)
        return self._out

    def _take_out(self, rows: list[Row]) -> None:
        self._edits += [(row.start, row.end, "") for row in rows]

    def _brought_up_to_date(self, wanted: Wanted) -> bool:
        rows = sorted((row for key in wanted.keys for row in self._own.get(key, [])), key=lambda row: row.start)
        if not rows:
            return False
        self._take_out(rows[1:])
        self._out.doubled |= {wanted.keys[0]} if rows[1:] else set()
        self._update(rows[0], wanted)
        return True

    def _update(self, row: Row, wanted: Wanted) -> None:
        columns = self._log.columns(row.table, self._columns)
        cells = table.aligned(row, columns)
        self._out.verdicts[wanted.keys[0]] = {}
        # What a cell said that nobody sees now is remembered: people may take joined cells apart again.
        self._out.written[wanted.keys[0]] = dict(wanted.written)
        if cells is None:
            self._edits.append((row.start, row.end, self._new_row(wanted, columns, self._own_words(row, wanted))))
            return
        for column, cell in cells:
            if column.name in wanted.cells:
                self._merge(column, cell, wanted)

    def _merge(self, column: Column, cell: Cell, wanted: Wanted) -> None:
        there = "" if any(cell.around) else self._body[cell.start : cell.end]
        merged = merge(column, there, wanted.cells[column.name], wanted.written.get(column.name))
        if merged.cell != there:
            before, after = cell.around
            self._edits.append((cell.start, cell.end, before + merged.cell + after))
        self._note(wanted, column.name, merged.written, merged.verdict)

    def _note(self, wanted: Wanted, column: str, written: Written, verdict: Verdict) -> None:
        key = wanted.keys[0]
        self._out.written.setdefault(key, {})[column] = written
        self._out.verdicts.setdefault(key, {})[column] = verdict

    def _own_words(self, row: Row, wanted: Wanted) -> str:
        """What stands in a row of too many or too few cells, and is not of ours."""
        ours = {digest for each in wanted.written.values() for digest in (each.page, each.text)}
        cells = [self._body[cell.start : cell.end] for cell in row.cells if cell.key != row.key] if ours else []
        return "".join(cell for cell in cells if text(cell) and text_digest(cell) not in ours)

    def _inserted(self, wanted: Wanted) -> str:
        assert self._log.top  # a table was made for it
        self._out.added.add(wanted.keys[0])
        return self._new_row(wanted, self._log.columns(self._log.top[1], self._columns))

    def _new_row(self, wanted: Wanted, columns: Columns, own: str = "") -> str:
        """With a person's *own* words in the last of the columns that are shared with them: the notes, mostly."""
        shared = [column.name for column in columns if column and column.shared][-1:] if own else []
        return row_markup(
            [self._first(wanted, column, own if column and column.name in shared else "") for column in columns]
        )

    def _first(self, wanted: Wanted, column: Column | None, own: str) -> str:
        ours = wanted.cells.get(column.name) if column else None
        if column is None or ours is None:
            return empty_cell()
        merged = joined(own, ours)
        self._note(wanted, column.name, merged.written, merged.verdict)
        return merged.cell or empty_cell()


def _spliced(body: str, edits: list[_Edit]) -> str:
    """All places are of the text as it was read."""
    pieces, at = [], 0
    for start, end, words in sorted(edits):
        pieces += [body[at:start], words]
        at = end
    return "".join([*pieces, body[at:]])


def replaced(body: str, rows: Mapping[str, str]) -> str:
    """*body* with these rows, by key, as they stand elsewhere; one that says the same stays, a missing one goes on top."""
    log = Log(body)
    found = {row.key: row for row in reversed(log.rows)}
    edits, missing = [], []
    for key, words in rows.items():
        row = found.get(key)
        if row is None:
            missing.append(words)
        elif text_digest(body[row.start : row.end]) != text_digest(words):
            edits.append((row.start, row.end, words))
    if missing and log.top is None:
        body += "<table><tbody>" + "".join(missing) + "</tbody></table>"
    elif missing and log.top:
        edits.append((log.top[0], log.top[0], "".join(missing)))
    return _spliced(body, edits)


def rows_of(body: str, keys: Sequence[str]) -> dict[str, str]:
    """The text of these issues' rows in the log, as they stand on the page, in this order; without those that do not."""
    found = {row.key: body[row.start : row.end] for row in reversed(table.log_rows(body))}
    return {key: found[key] for key in keys if key in found}


def row_of(body: str, key: str) -> str | None:
    """The text of the issue's row in the log, as it stands on the page."""
    return rows_of(body, [key]).get(key)
