"""Two people's changes to one document, as one document: block by block, and word by word within a paragraph.

1. What one side left alone becomes what the other made of it.
2. What both put in at one place stands there twice, ours first; what both have put in stands once.
3. What one took away and the other changed stays, changed; what one took away and the other left alone goes.
4. Where both changed the same words, or the same thing in two ways, the blocks *overlap*, and the caller says whose stand.

Whoever asks again with the result in ours' place gets the result: a crash between our two writes asks like that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.adf.canonical import digest
from app.adf.diff3 import Region, applied, regions, united
from app.adf.nodes import Node, attrs, kind_of
from app.adf.threeway_blocks import CELLS, HOLDERS, Alignment, key
from app.adf.threeway_text import LINES, WORDS, merged_text

#: So many levels of lists, panels and tables are gone down; what lies deeper is one piece.
DEEPEST = 12
_TEXT = frozenset({"paragraph", "heading", "taskItem", "decisionItem"})


class Stands(StrEnum):
    """Whose blocks stand where two overlap."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Overlap:
    """Blocks that both sides changed, each in its own way."""

    ours: list[Node]
    theirs: list[Node]

    def standing(self, stands: Stands) -> list[Node]:
        return {Stands.OURS: self.ours, Stands.THEIRS: self.theirs, Stands.BOTH: self.ours + self.theirs}[stands]


@dataclass(frozen=True)
class Merged:
    doc: Node
    overlaps: tuple[Overlap, ...] = ()


def merge(base: Any, ours: Any, theirs: Any, stands: Stands = Stands.OURS) -> Merged:
    """One document of both. It never raises, and of documents that Jira takes it makes one that Jira takes."""
    old, mine, yours = digest(base), digest(ours), digest(theirs)
    if yours in (mine, old):
        return Merged(_doc(_blocks(ours)))
    if mine == old:
        return Merged(_doc(_blocks(theirs)))
    merging = _Merging(stands, _blocks(base), _blocks(theirs))
    if found := merging.settled(_blocks(ours)):
        return found
    # So much is alike that nobody can tell who is who: then the two texts overlap as a whole.
    whole = merging.whole(_blocks(ours))
    again = merging.settled(whole.doc["content"]) if stands is Stands.BOTH else None
    return Merged(again.doc, whole.overlaps) if again else whole


def _doc(content: list[Node]) -> Node:
    return {"type": "doc", "version": 1, "content": content}


def _blocks(doc: Any) -> list[Node]:
    content = doc.get("content") if isinstance(doc, dict) else None
    return [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []


@dataclass
class _Merging:
    stands: Stands
    base: list[Node]
    theirs: list[Node]
    overlaps: list[Overlap] = field(default_factory=list)
    _known: Alignment = field(default_factory=Alignment)

    def settled(self, ours: list[Node]) -> Merged | None:
        """The merged document, once asking again with it changes nothing any more; None if it never is."""
        found = self._once(ours)
        overlaps = list(found.overlaps)
        for _ in range(3):
            said, again = digest(found.doc), self._once(found.doc["content"])
            if said == digest(_doc(self.base)):
                return None  # a text that says what the base says would count as unchanged
            if digest(again.doc) == said:
                return Merged(again.doc, tuple(overlaps))
            found, overlaps = again, overlaps + [each for each in again.overlaps if each not in overlaps]
        return None

    def _once(self, ours: list[Node]) -> Merged:
        self.overlaps = []
        return Merged(_doc(self.blocks(self.base, ours, self.theirs, 0)), tuple(self.overlaps))

    def whole(self, ours: list[Node]) -> Merged:
        overlap = Overlap(ours, self.theirs)
        both = self.stands is Stands.BOTH
        return Merged(_doc(self._united(ours, self.theirs) if both else overlap.standing(self.stands)), (overlap,))

    def blocks(self, base: list[Node], ours: list[Node], theirs: list[Node], depth: int) -> list[Node]:
        """The children of one node, or of the document."""
        result: list[Node] = []
        at = 0
        for region in regions(*self._known.changes_of_both(base, ours, theirs)):
            result += [*base[at : region.start], *self._settled(base, region, depth)]
            at = region.end
        return [*result, *base[at:]]

    def _settled(self, base: list[Node], region: Region, depth: int) -> list[Node]:
        ours, theirs = applied(base, region, region.ours), applied(base, region, region.theirs)
        if not region.ours or not region.theirs:
            return ours if region.ours else theirs
        if not ours or not theirs:
            return ours or theirs  # what one took away and the other changed stays
        if region.start == region.end:
            return self._united(ours, theirs)
        return self._node(base[region.start], ours[0], theirs[0], depth)

    def _node(self, base: Node, ours: Node, theirs: Node, depth: int) -> list[Node]:
        """One block that both changed."""
        if self._known.key(ours) == self._known.key(theirs):
            return [ours]
        kind, shell = kind_of(base), self._shell(base, ours, theirs)
        if (
            shell is None
            or {kind_of(ours), kind_of(theirs)} != {kind}
            or not all(map(_holds_nodes, (base, ours, theirs)))
        ):
            return self._overlapping(ours, theirs)
        versions = _blocks(base), _blocks(ours), _blocks(theirs)
        if kind in _TEXT or kind == "codeBlock":
            content = merged_text(versions, WORDS if kind in _TEXT else LINES, self._known.key)
            return self._overlapping(ours, theirs) if content is None else [{**shell, "content": content}]
        if kind not in HOLDERS | CELLS or depth >= DEEPEST:
            return self._overlapping(ours, theirs)
        before = len(self.overlaps)
        made = {**shell, "content": self.blocks(*versions, depth + 1)}
        if kind == "table" and not _is_even(made):
            del self.overlaps[before:]
            return self._overlapping(ours, theirs)
        return _filled(made)

    def _overlapping(self, ours: Node, theirs: Node) -> list[Node]:
        overlap = Overlap([ours], [theirs])
        self.overlaps.append(overlap)
        if self.stands is Stands.BOTH and kind_of(ours) in CELLS:
            # A second cell would shift the row.
            return [{**ours, "content": self._united(_blocks(ours), _blocks(theirs))}]
        return overlap.standing(self.stands)

    def _united(self, ours: list[Node], theirs: list[Node]) -> list[Node]:
        """Both, and what both have once."""
        return [
            (ours, theirs)[side][n]
            for side, n in united([*map(self._known.key, ours)], [*map(self._known.key, theirs)])
        ]

    def _shell(self, base: Node, ours: Node, theirs: Node) -> Node | None:
        """The node without what it holds: its level, colour, language; None if both changed that."""
        old, mine, yours = (key({**each, "content": []}) for each in (base, ours, theirs))
        if yours in (mine, old):
            return ours
        return theirs if mine == old else None


def _holds_nodes(node: Node) -> bool:
    content = node.get("content", [])
    return isinstance(content, list) and all(isinstance(each, dict) for each in content)


def _filled(node: Node) -> list[Node]:
    """Jira takes no list, panel or row without anything in it."""
    if node["content"]:
        return [node]
    return [{**node, "content": [{"type": "paragraph", "content": []}]}] if kind_of(node) in CELLS else []


def _is_even(table: Node) -> bool:
    """Whether all rows are of one width; where a cell reaches over rows that cannot be told, so it is not."""
    cells = [[attrs(cell) for cell in _blocks(row)] for row in _blocks(table)]
    if any(each.get("rowspan") not in (None, 1) for row in cells for each in row):
        return False
    return len({sum(_width(each) for each in row) for row in cells}) <= 1


def _width(cell: dict[str, Any]) -> int:
    span = cell.get("colspan")
    return span if isinstance(span, int) else 1


def kept_in(doc: Any, blocks: Sequence[Node]) -> bool:
    """Whether each of *blocks* still stands somewhere in *doc*, as it is."""
    wanted, waiting = set(map(key, blocks)), [(each, 0) for each in _blocks(doc)]
    while wanted and waiting:
        node, depth = waiting.pop()
        wanted.discard(key(node))
        waiting += [(child, depth + 1) for child in _blocks(node)] if depth < DEEPEST else []
    return not wanted
