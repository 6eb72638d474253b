"""Two people's changes to one paragraph, word by word, or to one code block, line by line; None where they met.

A word carries its marks; a mention, a card or a line end is one piece.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from app.adf.diff3 import Change, Region, applied, regions, spans
from app.adf.nodes import Node

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
LINES = re.compile(r"\n|[^\n]+")


class _Piece(NamedTuple):
    """A word with its marks, or a whole node."""

    key: str
    node: Node
    #: Both empty for a whole node.
    word: str = ""
    marks: str = ""


def merged_text(
    versions: Sequence[list[Node]], cut: re.Pattern[str], key_of: Callable[[Node], str]
) -> list[Node] | None:
    """The inline nodes of base, ours and theirs as one; None where both changed the same words, or it cannot be told."""
    if not all(isinstance(each.get("text", ""), str) for nodes in versions for each in nodes):
        return None
    base, ours, theirs = ([piece for node in nodes for piece in _pieces(node, cut, key_of)] for nodes in versions)
    found = _merged(base, ours, theirs)
    # Asked again with the result in ours' place, as after a crash between two writes, the answer has to be the same.
    if found is None or _keys(found) == _keys(base) or _keys(_merged(base, found, theirs) or []) != _keys(found):
        return None
    return _joined(found)


def _pieces(node: Node, cut: re.Pattern[str], key_of: Callable[[Node], str]) -> list[_Piece]:
    if node.get("type") != "text":
        return [_Piece(key_of(node), node)]
    marks = key_of({**node, "text": "x"})
    return [_Piece(word + marks, node, word, marks) for word in cut.findall(node.get("text", ""))]


def _keys(pieces: Sequence[_Piece]) -> list[str]:
    return [each.key for each in pieces]


def _merged(base: list[_Piece], ours: list[_Piece], theirs: list[_Piece]) -> list[_Piece] | None:
    result: list[_Piece] = []
    at = 0
    for region in regions(_changes(base, ours), _changes(base, theirs)):
        found = _settled(base, region)
        if found is None:
            return None
        result += [*base[at : region.start], *found]
        at = region.end
    return [*result, *base[at:]]


def _changes(base: list[_Piece], side: list[_Piece]) -> list[Change]:
    old, new = _keys(base), _keys(side)
    found: list[Change] = []
    for i, j, k, m in spans(old, new, _is_blank):
        if j - i != m - k:
            found.append(Change(i, j, side[k:m]))
        else:  # word for word: the blank between two changed ones is not changed
            found += [Change(i + n, i + n + 1, [side[k + n]]) for n in range(j - i) if old[i + n] != new[k + n]]
    return found


def _is_blank(key: str) -> bool:
    return key[:1].isspace()


def _settled(base: list[_Piece], region: Region) -> list[_Piece] | None:
    ours, theirs = applied(base, region, region.ours), applied(base, region, region.theirs)
    if not region.theirs or _keys(ours) == _keys(theirs):
        return ours
    if not region.ours:
        return theirs
    return _both(ours, theirs) if region.start == region.end else None


def _both(ours: list[_Piece], theirs: list[_Piece]) -> list[_Piece]:
    """What two people put in at one place: one after the other, once if one has all of the other."""
    if _has(ours, theirs):
        return ours
    if _has(theirs, ours):
        return theirs
    grown_together = ours[-1].word[-1:].isalnum() and theirs[0].word[:1].isalnum()
    last = ours[-1]
    between = [_Piece(" " + last.marks, last.node, " ", last.marks)] if grown_together else []
    return [*ours, *between, *theirs]


def _has(long: list[_Piece], short: list[_Piece]) -> bool:
    size, wanted = len(short), _keys(short)
    return any(_keys(long[n : n + size]) == wanted for n in range(len(long) - size + 1))


def _joined(pieces: Sequence[_Piece]) -> list[Node]:
    """Neighbouring words with the same marks are one text again."""
    nodes: list[Node] = []
    for marks, each in groupby(pieces, key=lambda piece: piece.marks):
        run = list(each)
        if marks:
            nodes.append({**run[0].node, "text": "".join(piece.word for piece in run)})
        else:
            nodes += [piece.node for piece in run]
    return nodes
