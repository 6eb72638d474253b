"""Two people's changes to one document, as one document: block by block, and word by word within a paragraph.

1. What one side left alone becomes what the other made of it.
2. What both put in at one place stands there twice, ours first; what both have put in stands once.
3. What one took away and the other changed stays, changed; what one took away and the other left alone goes.
4. Where both changed the same words, or the same thing in two ways, the blocks *overlap*, and the caller says whose stand.

Whoever asks again with the result in ours' place gets the result: a crash between our two writes asks like that.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import Any

from app.adf.canonical import canonical, digest
from app.adf.diff3 import Change, Region, Span, applied, regions, spans, united
from app.adf.nodes import Node, attrs, kind_of
from app.adf.text import plain_text
from app.adf.threeway_text import LINES, WORDS, merged_text

#: So many levels of lists, panels and tables are gone down; what lies deeper is one piece.
DEEPEST = 12
#: Changed blocks that may be compared with each other to find who is who; beyond, they are paired in their order.
MOST_COMPARED = 2_500
_TEXT = frozenset({"paragraph", "heading", "taskItem", "decisionItem"})
_LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
_CELLS = frozenset({"tableCell", "tableHeader"})
#: Hold blocks, and are nothing without one.
_HOLDERS = _LISTS | {"listItem", "blockTaskItem", "panel", "blockquote", "expand", "nestedExpand", "table", "tableRow"}
_RULE: Node = {"type": "rule"}


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
    merging = _Merging(stands)
    first = again = merging.merged(_blocks(base), _blocks(ours), _blocks(theirs))
    for _ in range(3):
        said, again = digest(again.doc), merging.merged(_blocks(base), _blocks(again.doc), _blocks(theirs))
        if digest(again.doc) == said != old:
            return Merged(again.doc, first.overlaps)
    # So much is alike that nobody can tell who is who: then the two texts overlap as a whole.
    return merging.whole(_blocks(ours), _blocks(theirs))


def _doc(content: list[Node]) -> Node:
    return {"type": "doc", "version": 1, "content": content}


def _blocks(doc: Any) -> list[Node]:
    content = doc.get("content") if isinstance(doc, dict) else None
    return [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []


def key(node: Node) -> str:
    """What *node* says, as a string: equal for nodes that say the same."""
    # With something behind it, since an empty paragraph at the end of a document says nothing.
    return json.dumps(canonical({"content": [node, _RULE]})[0], sort_keys=True)


@dataclass
class _Merging:
    stands: Stands
    overlaps: list[Overlap] = field(default_factory=list)
    #: By identity, with the node, which so stays alive.
    _keys: dict[int, tuple[Node, str]] = field(default_factory=dict)
    _words: dict[int, tuple[Node, Counter[str]]] = field(default_factory=dict)

    def merged(self, base: list[Node], ours: list[Node], theirs: list[Node]) -> Merged:
        self.overlaps = []
        return Merged(_doc(self.blocks(base, ours, theirs, 0)), tuple(self.overlaps))

    def whole(self, ours: list[Node], theirs: list[Node]) -> Merged:
        overlap = Overlap(ours, theirs)
        both = self.stands is Stands.BOTH
        return Merged(_doc(self._united(ours, theirs) if both else overlap.standing(self.stands)), (overlap,))

    def blocks(self, base: list[Node], ours: list[Node], theirs: list[Node], depth: int) -> list[Node]:
        """The children of one node, or of the document."""
        mine, yours = self._changes(base, ours, set()), self._changes(base, theirs, set())
        # Once more, now that each side knows what the other made of a block: the same is the change that both made.
        mine, yours = self._changes(base, ours, self._made(yours)), self._changes(base, theirs, self._made(mine))
        result: list[Node] = []
        at = 0
        for region in regions(mine, yours):
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
        if self._key(ours) == self._key(theirs):
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
            content = merged_text(versions, WORDS if kind in _TEXT else LINES, self._key)
            return self._overlapping(ours, theirs) if content is None else [{**shell, "content": content}]
        if kind not in _HOLDERS | _CELLS or depth >= DEEPEST:
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
        if self.stands is Stands.BOTH and kind_of(ours) in _CELLS:
            # A second cell would shift the row.
            return [{**ours, "content": self._united(_blocks(ours), _blocks(theirs))}]
        return overlap.standing(self.stands)

    def _united(self, ours: list[Node], theirs: list[Node]) -> list[Node]:
        """Both, and what both have once."""
        return [(ours, theirs)[side][n] for side, n in united([*map(self._key, ours)], [*map(self._key, theirs)])]

    def _shell(self, base: Node, ours: Node, theirs: Node) -> Node | None:
        """The node without what it holds: its level, colour, language; None if both changed that."""
        old, mine, yours = (key({**each, "content": []}) for each in (base, ours, theirs))
        if yours in (mine, old):
            return ours
        return theirs if mine == old else None

    def _made(self, changes: list[Change]) -> set[tuple[int, str]]:
        """Of each block that was changed, what it became."""
        return {
            (change.start, self._key(change.items[0]))
            for change in changes
            if change.items and change.start < change.end
        }

    def _changes(self, base: list[Node], side: list[Node], known: set[tuple[int, str]]) -> list[Change]:
        """A change for each block of *base* that *side* changed or took away, and for what it put in."""
        found: list[Change] = []
        for i, j, k, m in spans([*map(self._key, base)], [*map(self._key, side)]):
            at, taken = i, k
            for one, its in [*self._pairs(base, side, (i, j, k, m), known), (j, m)]:
                if taken < its:
                    found.append(Change(at, at, side[taken:its]))
                found += [Change(n, n + 1, []) for n in range(at, one)]
                if one < j:
                    found.append(Change(one, one + 1, [side[its]]))
                at, taken = one + 1, its + 1
        return found

    def _pairs(
        self, base: list[Node], side: list[Node], span: Span, known: set[tuple[int, str]]
    ) -> list[tuple[int, int]]:
        """Which block became which: the alignment in which the most words are the same, by dynamic programming."""
        i, j, k, m = span
        if (j - i) * (m - k) > MOST_COMPARED:
            return list(zip(range(i, j), range(k, m), strict=False))
        nothing: tuple[float, list[tuple[int, int]]] = (0.0, [])
        above = [nothing] * (m - k + 1)
        for a in range(i, j):
            row = [nothing]
            for n, b in enumerate(range(k, m)):
                likeness = self._likeness(base[a], side[b], (a, self._key(side[b])) in known)
                paired = (above[n][0] + likeness, [*above[n][1], (a, b)]) if likeness else nothing
                row.append(max(paired, above[n + 1], row[n], key=itemgetter(0)))
            above = row
        return above[-1][1]

    def _likeness(self, old: Node, new: Node, known: bool) -> float:
        """0 for two that cannot be one; a paragraph without words is replaced, never changed."""
        here, now = self._counted(old), self._counted(new)
        same = kind_of(old) == kind_of(new)
        alike = 2 * (here & now).total() / ((here.total() + now.total()) or 1)
        if same and (kind_of(old) in _HOLDERS | _CELLS or (here and now)):
            alike += 0.1
        elif alike < 0.5:
            return 0.0
        return alike + 2 * known

    def _key(self, node: Node) -> str:
        if id(node) not in self._keys:
            self._keys[id(node)] = node, key(node)
        return self._keys[id(node)][1]

    def _counted(self, node: Node) -> Counter[str]:
        if id(node) not in self._words:
            self._words[id(node)] = node, Counter(plain_text(node).split())
        return self._words[id(node)][1]


def _holds_nodes(node: Node) -> bool:
    content = node.get("content", [])
    return isinstance(content, list) and all(isinstance(each, dict) for each in content)


def _filled(node: Node) -> list[Node]:
    """Jira takes no list, panel or row without anything in it."""
    if node["content"]:
        return [node]
    return [{**node, "content": [{"type": "paragraph", "content": []}]}] if kind_of(node) in _CELLS else []


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
