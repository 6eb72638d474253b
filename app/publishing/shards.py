"""When the head page is full, which rows move to an archive, and what archives are called.

Newest rows stay on the head, whose id never changes; the oldest leave it a page at a time (facts:
confluence_adf.md §6.3). A page may grow to its size while rows change; it is cut at five eighths of it:
the append that cuts it reads it, copies most of it and writes the rest, and moves less than twice its size all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from app.errors import Misconfigured

#: So many archives under one page; more make Confluence's tree slow (facts: §1.6).
CHILDREN = 500
_LONGEST_TITLE = 255


@dataclass(frozen=True)
class Caps:
    """*rows* and *size* (bytes of storage) of a page, and how many rows *stay* on a head that was cut."""

    rows: int
    size: int
    stay: int

    def __post_init__(self) -> None:
        if not (0 <= self.stay < self.rows and self.size >= 10_000):
            raise Misconfigured(
                f"LOG_PAGE_ROWS is {self.rows}, LOG_PAGE_BYTES {self.size} and LOG_KEEP_ROWS {self.stay}.",
                "Fewer rows have to stay than a page holds, and a page holds 10,000 bytes at least.",
            )

    @property
    def cut(self) -> int:
        """So full may a page be after an append."""
        return self.size * 5 // 8

    def surely_holds(self, body: str) -> bool:
        """Whether nothing has to leave, told without looking for rows: so it is for all but one append in a hundred."""
        return body.count("<tr") <= self.rows and len(body.encode()) <= self.cut


def leaving(sizes: Sequence[int], around: int, caps: Caps) -> list[range]:
    """Places of the rows that leave the head, a range for each archive, oldest archive first; empty while there is room.

    *sizes*: bytes of each row, newest first; *around*: bytes of what people wrote beside the rows.
    """
    limit = max(caps.cut - around, caps.cut // 4)
    stay = _staying(sizes, limit, caps)
    end, size, leave = len(sizes), sum(sizes), []
    while end > stay and (end > caps.rows or size > limit):
        start = _start(sizes, end, stay, caps)
        leave.append(range(start, end))
        size -= sum(sizes[start:end])
        end = start
    return leave


def _staying(sizes: Sequence[int], limit: int, caps: Caps) -> int:
    """Large rows do not stay only because they are new: half of the room is for what comes."""
    upto = accumulate(sizes[: caps.stay])
    return sum(size <= limit // 2 for size in upto)


def _start(sizes: Sequence[int], end: int, stay: int, caps: Caps) -> int:
    """Where an archive begins that ends at *end*: as many rows as it may hold, one at least."""
    start, size = end - 1, sizes[end - 1]
    while start > stay and end - start < caps.rows and size + sizes[start - 1] <= caps.cut:
        start -= 1
        size += sizes[start]
    return start


def archive_title(log: str, number: int, first: datetime, last: datetime) -> str:
    """`Ops Exception Log – 00042 (2026-10-03 to 2026-10-17)`: the days on which its tickets were resolved."""
    return _fitting(log, f" – {number:05} ({first:%Y-%m-%d} to {last:%Y-%m-%d})")


def year_title(log: str, year: int, archives: int) -> str:
    """Of the page above the year's next archive, when it has *archives* already."""
    part = archives // CHILDREN + 1
    return _fitting(log, f" – {year}" + (f", part {part}" if part > 1 else ""))


def _fitting(log: str, rest: str) -> str:
    return log[: _LONGEST_TITLE - len(rest)] + rest
