"""What two sides made of one sequence, place by place: where only one changed it, where both did, where they met.

The usual diff3 (Khanna, Kunal, Pierce, "A Formal Investigation of Diff3", 2007), here over changes: two changes meet
only if they take away the same element or put something in at the same place; neighbours do not disturb each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

#: Pairs of equal elements that may be looked at; beyond, what lies between the first and the last difference is one change.
MOST_PAIRS = 2_000_000
#: The same for elements whatever they are, between two places that are surely the same.
MOST_COMPARED = 1_000_000
#: So many need no help.
FEW = 10_000
#: Elements in a row by which a place is known.
RUN = 4


@dataclass(frozen=True)
class Change:
    """Elements *start* to *end* of the base gave way to *items*."""

    start: int
    end: int
    items: list[Any]


@dataclass(frozen=True)
class Region:
    """A part of the base, and what each side did there; no changes: it left the part alone."""

    start: int
    end: int
    ours: list[Change]
    theirs: list[Change]


#: (base start, base end, side start, side end) of what is not the same.
Span = tuple[int, int, int, int]


def spans(base: Sequence[str], side: Sequence[str], junk: Callable[[str], bool] | None = None) -> list[Span]:
    """Where *side* differs. Junk (blanks between words) is never what two sequences are aligned by."""
    first = _common(base, side)
    last = _common(base[first:][::-1], side[first:][::-1])
    before, after = base[first : len(base) - last], side[first : len(side) - last]
    found: list[Span] = []
    i, k = 0, 0
    for j, m in [*_anchors(before, after), (len(before), len(after))]:
        found += [(i + a, i + b, k + c, k + d) for a, b, c, d in _between(before[i:j], after[k:m], junk)]
        i, k = j, m
    return [(i + first, j + first, k + first, m + first) for i, j, k, m in found]


def _between(before: Sequence[str], after: Sequence[str], junk: Callable[[str], bool] | None) -> list[Span]:
    if not before and not after:
        return []
    if not before or not after or _pairs(before, after, junk) > MOST_PAIRS or len(before) * len(after) > MOST_COMPARED:
        return [(0, len(before), 0, len(after))]
    found = SequenceMatcher(junk, before, after, autojunk=False).get_opcodes()
    return [(i, j, k, m) for tag, i, j, k, m in found if tag != "equal"]


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Places where both surely say the same, in order: begins of runs that occur once in each (a "patience" diff).

    Without them the library takes a quadratic time over a long text that was changed in many places.
    """
    if len(before) * len(after) <= FEW:
        return []
    here, there = _once(before), _once(after)
    pairs = [(i, there[run]) for run, i in here.items() if run in there]  # in the order of the first
    ends: list[int] = []  # the longest increasing sequence of the second: the least last element for each length
    chain: list[tuple[int, int]] = []
    before_it: dict[int, int] = {}
    for _, j in pairs:
        at = bisect_left(ends, j)
        before_it[j] = ends[at - 1] if at else -1
        ends[at : at + 1] = [j]
    first_of = {j: i for i, j in pairs}
    j = ends[-1] if ends else -1
    while j >= 0:
        chain.append((first_of[j], j))
        j = before_it[j]
    return chain[::-1]


def _once(sequence: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Runs of so many elements that occur once, and where."""
    runs = [tuple(sequence[n : n + RUN]) for n in range(len(sequence) - RUN + 1)]
    counts = Counter(runs)
    return {run: n for n, run in enumerate(runs) if counts[run] == 1}


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements the two have in common at their begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _pairs(one: Sequence[str], other: Sequence[str], junk: Callable[[str], bool] | None) -> int:
    here, there = Counter(one), Counter(other)
    return sum(count * there[each] for each, count in here.items() if not (junk and junk(each)))


def regions(ours: Sequence[Change], theirs: Sequence[Change]) -> Iterator[Region]:
    """All places at which something changed, in the order of the base."""
    waiting = [sorted(ours, key=_place), sorted(theirs, key=_place)]
    while any(waiting):
        start, end = min(_place(side[0]) for side in waiting if side)
        met: list[list[Change]] = [[], []]
        while taken := next(
            ((n, side) for n, side in enumerate(waiting) if side and _meets(side[0], start, end)), None
        ):
            number, side = taken
            met[number].append(side.pop(0))
            end = max(end, met[number][-1].end)
        yield Region(start, end, *met)


def _place(change: Change) -> tuple[int, int]:
    return change.start, change.end


def _meets(change: Change, start: int, end: int) -> bool:
    if change.start == change.end or start == end:  # something put in meets what is put in there, or taken around it
        return (change.start, change.end) == (start, end) or start < change.start < end
    return change.start < end and start < change.end


def applied(base: Sequence[Any], region: Region, changes: Sequence[Change]) -> list[Any]:
    """What one side has in *region*."""
    result: list[Any] = []
    at = region.start
    for change in changes:
        result += [*base[at : change.start], *change.items]
        at = change.end
    return [*result, *base[at : region.end]]


def united(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Both sequences as one, each in its own order and ours first, with what both have once: (side 0 or 1, index).

    If one has all of the other in order, it is that one: so whoever asks again with the result gets the result.
    """
    if _within(theirs, ours):
        return [(0, n) for n in range(len(ours))]
    if _within(ours, theirs):
        return [(1, n) for n in range(len(theirs))]
    # Aligned in an order that does not depend on who asks, since the library's answer does.
    swapped = list(theirs) < list(ours)
    one, other = (theirs, ours) if swapped else (ours, theirs)
    result: list[tuple[int, int]] = []
    for tag, *bounds in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        mine, yours = bounds[:2], bounds[2:]
        if swapped:
            mine, yours = yours, mine
        result += [(0, n) for n in range(*mine)]
        result += [(1, n) for n in range(*yours)] if tag != "equal" else []
    return result


def _within(short: Sequence[str], long: Sequence[str]) -> bool:
    rest = iter(long)
    return all(each in rest for each in short)
