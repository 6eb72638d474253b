"""Which block became which when somebody edited a document: the alignment in which the most words are the same."""

from __future__ import annotations

import json
import re
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
#: Part of the words that two blocks must have in common to be one that was changed.
LEAST_ALIKE, LEAST_ALIKE_OF_TWO_KINDS = 0.2, 0.5
CELLS = frozenset({"tableCell", "tableHeader"})
_LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
#: Hold blocks, and are nothing without one.
HOLDERS = _LISTS | {"listItem", "blockTaskItem", "panel", "blockquote", "expand", "nestedExpand", "table", "tableRow"}
_RULE: Node = {"type": "rule"}
_WORD = re.compile(r"\w+|[^\w\s]")
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
                found += self._put_in(range(at, one + 1), side[taken:its], known)
                found += [Change(n, n + 1, []) for n in range(at, one)]
                if one < j:
                    found.append(Change(one, one + 1, [side[its]]))
                at, taken = one + 1, its + 1
        return found

    def _put_in(self, places: range, items: list[Node], known: Collection[_Known]) -> list[Change]:
        """Where among blocks that were taken away others were put in: where the other side put the same in, if it did."""
        found: list[Change] = []
        for item in items:
            at = found[-1].start if found else places[0]
            place = next((n for n in places if n >= at and (n, n, self.key(item)) in known), at)
            if found and place == at:
                found[-1].items.append(item)
            else:
                found.append(Change(place, place, [item]))
        return found

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
                score = self._likeness(base[a], side[b]) + 2 * both_made_it
                score = 0.0 if self.key(side[b]) in put_in and not both_made_it else score
                paired = (above[n][0] + score, [*above[n][1], (a, b)]) if score else nothing
                row.append(max(paired, above[n + 1], row[n], key=itemgetter(0)))
            above = row
        return self._with_replaced(base, side, span, above[-1][1], put_in)

    def _likeness(self, old: Node, new: Node) -> float:
        """0 for two that cannot be one; an empty paragraph is filled, which is putting one in."""
        here, now = self._counted(old), self._counted(new)
        alike = 2 * (here & now).total() / ((here.total() + now.total()) or 1)
        least = LEAST_ALIKE if kind_of(old) == kind_of(new) else LEAST_ALIKE_OF_TWO_KINDS
        return alike if alike >= least else 0.0

    def _with_replaced(
        self, base: list[Node], side: list[Node], span: Span, pairs: list[tuple[int, int]], put_in: set[str]
    ) -> list[tuple[int, int]]:
        """Between *pairs*, one block for one of its kind, and cells for cells, are the same with other words in it."""
        i, j, k, m = span
        result: list[tuple[int, int]] = []
        for one, its in [*pairs, (j, m)]:
            between = list(zip(range(i, one), range(k, its), strict=False))
            if one - i == its - k and all(self._replaced(base[a], side[b], len(between)) for a, b in between):
                result += [(a, b) for a, b in between if self.key(side[b]) not in put_in]
            result.append((one, its))
            i, k = one + 1, its + 1
        return result[:-1]

    def _replaced(self, old: Node, new: Node, count: int) -> bool:
        if kind_of(old) != kind_of(new):
            return False
        return kind_of(old) in HOLDERS | CELLS or (count == 1 and bool(self._counted(old) and self._counted(new)))

    def key(self, node: Node) -> str:
        if id(node) not in self._keys:
            self._keys[id(node)] = node, key(node)
        return self._keys[id(node)][1]

    def _counted(self, node: Node) -> Counter[str]:
        if id(node) not in self._words:
            self._words[id(node)] = node, Counter(_WORD.findall(plain_text(node)))
        return self._words[id(node)][1]
