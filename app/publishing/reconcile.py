"""What is wrong with the log: rows that are missing, doubled, stale, withheld or foreign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.publishing import table
from app.publishing.columns import COLUMNS, Column
from app.publishing.edits import Written
from app.publishing.reading import text_digest


class Wrong(StrEnum):
    MISSING = "missing"
    #: The issue has another row, which stays.
    DOUBLED = "doubled"
    #: The row does not say what the ticket says, and nobody meant it to.
    STALE = "stale"
    #: The row stands on another page than we thought, or nobody remembers it: somebody moved it, or our memory is lost.
    MISPLACED = "misplaced"
    #: Not everybody who reads the log may see the ticket.
    WITHHELD = "withheld"
    #: A ticket that the log does not know; it is left alone.
    FOREIGN = "foreign"
    #: A page of the log that is gone, laid aside or closed to us; what stands there is not looked at.
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Finding:
    wrong: Wrong
    key: str
    #: Where the row stands; empty for a missing one.
    page_id: str = ""
    #: Empty for a foreign one.
    issue_id: str = ""


@dataclass(frozen=True)
class Standing:
    """A row as it was found on a page: digests of its cells' text by column."""

    key: str
    page_id: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """An issue's row as we remember it."""

    issue_id: str
    key: str
    page_id: str
    digest: str
    written: Mapping[str, Written]


@dataclass(frozen=True)
class Expected:
    """What Jira says about an issue that is solved; *digest* is that of its rendered row, None for one withheld."""

    issue_id: str
    key: str
    digest: str | None


def standing(page_id: str, body: str, columns: tuple[Column, ...]) -> list[Standing]:
    """The log's rows on a page."""
    log = table.Log(body)
    return [_standing(page_id, body, row, log.columns(row.table, columns)) for row in log.rows]


def _standing(page_id: str, body: str, row: table.Row, columns: table.Columns) -> Standing:
    cells = table.aligned(row, columns) or ()
    return Standing(row.key, page_id, {column.name: text_digest(body[cell.start : cell.end]) for column, cell in cells})


def findings(
    found: Iterable[Standing],
    known: Iterable[Known],
    expected: Iterable[Expected] | None = None,
    unread: frozenset[str] = frozenset(),
) -> list[Finding]:
    """*expected*: every solved issue of Jira's, or None when Jira was not asked. *unread*: pages that nobody could read."""
    return list(_Survey(found, known, expected, unread).findings())


class _Survey:
    def __init__(
        self,
        found: Iterable[Standing],
        known: Iterable[Known],
        expected: Iterable[Expected] | None,
        unread: frozenset[str],
    ) -> None:
        self._known = {each.issue_id: each for each in known}
        self._expected = {each.issue_id: each for each in expected or ()}
        self._asked, self._unread = expected is not None, unread
        self._id_of = {each.key: id for id, each in self._known.items()}
        self._id_of |= {each.key: id for id, each in self._expected.items()}
        self._standing: dict[str, list[Standing]] = {}
        self._foreign: list[Standing] = []
        for each in found:
            id = self._id_of.get(each.key)
            (self._standing.setdefault(id, []) if id else self._foreign).append(each)

    def findings(self) -> Iterator[Finding]:
        for id in sorted({*self._known, *self._expected}, key=lambda id: (len(id), id)):
            yield from self._about(id)
        yield from (Finding(Wrong.UNREADABLE, "", page_id) for page_id in sorted(self._unread))
        if self._asked:
            yield from (Finding(Wrong.FOREIGN, each.key, each.page_id) for each in self._foreign)

    def _about(self, id: str) -> Iterator[Finding]:
        known, expected, rows = self._known.get(id), self._expected.get(id), self._standing.get(id, [])
        if expected and expected.digest is None:
            yield from (Finding(Wrong.WITHHELD, each.key, each.page_id, id) for each in rows)
        elif not rows:
            # Nobody can write the row of an issue that Jira no longer has, or that is being worked on again.
            missing = expected or (None if self._asked else known)
            if missing and not (known and known.page_id in self._unread):
                yield Finding(Wrong.MISSING, missing.key, issue_id=id)
        else:
            yield from self._about_rows(id, known, expected, rows)

    def _about_rows(
        self, id: str, known: Known | None, expected: Expected | None, rows: list[Standing]
    ) -> Iterator[Finding]:
        kept = next((each for each in rows if known and each.page_id == known.page_id), rows[0])
        yield from (Finding(Wrong.DOUBLED, each.key, each.page_id, id) for each in rows if each is not kept)
        if known is None or kept.page_id != known.page_id:
            yield Finding(Wrong.MISPLACED, kept.key, kept.page_id, id)
        elif (expected and expected.digest != known.digest) or _changed(kept, known):
            yield Finding(Wrong.STALE, kept.key, kept.page_id, id)


def _changed(row: Standing, known: Known) -> bool:
    """Whether a cell that only the ticket fills says something else; a person's words in the others are welcome."""
    theirs = (name for name, each in known.written.items() if name in row.texts and row.texts[name] != each.page)
    return any(not COLUMNS[name].shared for name in theirs)
