"""Which block became which when somebody edited a document: the alignment in which the most words are the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from operator import itemgetter

from app.adf.canonical import canonical
from app.adf.diff3 import Change, Span, spans
from app.adf.nodes import Node, kind_of
from app.adf.text import plain_text

#: Changed blocks that may be compared with each other to find who is who; beyond, they are paired in their order.
MOST_COMPARED = 2_500
CELLS = frozenset({"tableCell", "tableHeader"})
_LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
#: Hold blocks, and are nothing without one.
HOLDERS = _LISTS | {"listItem", "blockTaskItem", "panel", "blockquote", "expand", "nestedExpand", "table", "tableRow"}
_RULE: Node = {"type": "rule"}
#: Of a change: where in the base, and what one of its new blocks says.
_Known = tuple[int, int, str]


def key(node: Node) -> str:
    """What *node* says, as a string: equal for nodes that say the same."""
    # With something behind it, since an empty paragraph at the end of a document says nothing.
    return json.dumps(canonical({"content": [node, _RULE]})[0], sort_keys=True)


@dataclass
class Alignment:
    """Remembers what it has worked out of each node."""

    #: By identity, with the node, which so stays alive.
    _keys: dict[int, tuple[Node, str]] = field(default_factory=dict)
    _words: dict[int, tuple[Node, Counter[str]]] = field(default_factory=dict)
    #: By what both say: asked again, two of the three documents are what they were.
    _spans: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Span]] = field(default_factory=dict)

    def changes_of_both(
        self, base: list[Node], ours: list[Node], theirs: list[Node]
    ) -> tuple[list[Change], list[Change]]:
        """What each side changed; where it can be told in several ways, in the way that fits what the other side did."""
        mine, yours = self._changes(base, ours), self._changes(base, theirs)
        mine = self._again(base, ours, mine, yours)
        return mine, self._again(base, theirs, yours, mine)

    def _again(self, base: list[Node], side: list[Node], own: list[Change], others: list[Change]) -> list[Change]:
        here = set(map(self.key, side))
        said = {(change.start, change.end, self.key(item)) for change in others for item in change.items}
        known = {each for each in said if each[2] in here}
        return self._changes(base, side, known) if known else own

    def _changes(self, base: list[Node], side: list[Node], known: Collection[_Known] = ()) -> list[Change]:
        """A change for each block of *base* that *side* changed or took away, and for what it put in."""
        found: list[Change] = []
        for i, j, k, m in self._differences(base, side):
            at, taken = i, k
            for one, its in [*self._pairs(base, side, (i, j, k, m), known), (j, m)]:
                if taken < its:
                    gap = self._gap(range(at, one + 1), side[taken:its], known)
                    found.append(Change(gap, gap, side[taken:its]))
                found += [Change(n, n + 1, []) for n in range(at, one)]
                if one < j:
                    found.append(Change(one, one + 1, [side[its]]))
                at, taken = one + 1, its + 1
        return found

    def _gap(self, places: range, items: list[Node], known: Collection[_Known]) -> int:
        """Where among blocks that were taken away something was put in: where the other side put it in, if it did."""
        said = set(map(self.key, items))
        fitting = {start for start, end, each in known if start == end and each in said}
        return next((place for place in places if place in fitting), places[0])

    def _differences(self, base: list[Node], side: list[Node]) -> list[Span]:
        keys = tuple(map(self.key, base)), tuple(map(self.key, side))
        if keys not in self._spans:
            self._spans[keys] = spans(*keys)
        return self._spans[keys]

    def _pairs(
        self, base: list[Node], side: list[Node], span: Span, known: Collection[_Known]
    ) -> list[tuple[int, int]]:
        """Of a part that differs: (place in the base, place in the side), by dynamic programming."""
        i, j, k, m = span
        if (j - i) * (m - k) > MOST_COMPARED:
            return list(zip(range(i, j), range(k, m), strict=False))
        put_in = {said for start, end, said in known if start == end}
        nothing: tuple[float, list[tuple[int, int]]] = (0.0, [])
        above = [nothing] * (m - k + 1)
        for a in range(i, j):
            row = [nothing]
            for n, b in enumerate(range(k, m)):
                both_made_it = (a, a + 1, self.key(side[b])) in known
                likeness = 0.0 if not both_made_it and self.key(side[b]) in put_in else self._likeness(base[a], side[b])
                score = likeness + 2 * both_made_it
                paired = (above[n][0] + score, [*above[n][1], (a, b)]) if score else nothing
                row.append(max(paired, above[n + 1], row[n], key=itemgetter(0)))
            above = row
        return above[-1][1]

    def _likeness(self, old: Node, new: Node) -> float:
        """0 for two that cannot be one; a paragraph without words is replaced, never changed."""
        here, now = self._counted(old), self._counted(new)
        same = kind_of(old) == kind_of(new)
        alike = 2 * (here & now).total() / ((here.total() + now.total()) or 1)
        if same and (kind_of(old) in HOLDERS | CELLS or (here and now)):
            return alike + 0.1
        return alike if alike >= 0.5 else 0.0

    def key(self, node: Node) -> str:
        if id(node) not in self._keys:
            self._keys[id(node)] = node, key(node)
        return self._keys[id(node)][1]

    def _counted(self, node: Node) -> Counter[str]:
        if id(node) not in self._words:
            self._words[id(node)] = node, Counter(plain_text(node).split())
        return self._words[id(node)][1]
