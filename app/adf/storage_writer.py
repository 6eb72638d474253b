"""How the pieces of a cell are put together: blocks one after the other, runs of text within a line, and what is too deep.

A document is read once, from the front; pieces are appended to one list. Past `DEEPEST` levels or `MOST_NODES` nodes
what is left is shown as plain text (facts: confluence_adf.md §3.6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from app.adf.nodes import Node, children, kind_of, said
from app.adf.storage_inline import INLINE, label
from app.adf.storage_marks import NO_TAGS, tags
from app.adf.storage_markup import AMP, GT, LT, Tags, escaped, pair
from app.adf.text import plain_text

DEEPEST, MOST_NODES = 40, 20_000
#: What belongs within a line, even where it stands among blocks.
WITHIN_LINE = frozenset(INLINE) | {"text", "inlineExtension"}

PARAGRAPH, STRONG = pair("paragraph"), pair("strong")
EMPTY = "".join(PARAGRAPH)


class Place(Enum):
    """What the blocks stand in: each may hold less than the one before (facts: confluence_adf.md §2.3)."""

    CELL = auto()
    PANEL = auto()
    QUOTE = auto()
    ITEM = auto()


class Writer:
    """One document on its way into a cell. *blocks*: node type → how such a block is written."""

    def __init__(self, blocks: Mapping[str, Callable[[Writer, Node], None]], base_url: str) -> None:
        #: The first piece is empty, so that there always is a last one.
        self.out: list[str] = [""]
        self.base_url = base_url
        self.place = Place.CELL
        #: Whether all words are bold anyway.
        self.bold = False
        #: How many lists are open.
        self.lists = 0
        self.depth = 0
        self._blocks = blocks
        self._nodes_left = MOST_NODES

    def blocks(self, nodes: Any) -> None:
        """Each of *nodes* as a block; what stands loose among them becomes a paragraph."""
        if nodes.__class__ is not list:
            nodes = [nodes]  # whoever forgot the brackets meant one
        self._nodes_left -= len(nodes)
        if self.depth >= DEEPEST or self._nodes_left < 0:
            return self._plain_blocks(nodes)
        self.depth += 1
        loose: list[Node] = []
        for node in nodes:
            if node.__class__ is not dict:
                continue
            kind = node.get("type")
            show = self._blocks.get(kind) if kind.__class__ is str else _unknown
            if show is None and kind in WITHIN_LINE:
                loose.append(node)
                continue
            if loose:
                self.line(loose, PARAGRAPH)
                loose = []
            (show or _unknown)(self, node)
        if loose:
            self.line(loose, PARAGRAPH)
        self.depth -= 1
        return None

    def within(self, around: Tags, nodes: Any, place: Place) -> None:
        """*nodes* as the blocks of a box, which is never left empty: an editor could not put the cursor into it."""
        was, self.place = self.place, place
        self.out.append(around[0])
        self.blocks(nodes)
        if self.out[-1] is around[0]:
            self.out.append(EMPTY)
        self.out.append(around[1])
        self.place = was

    def line(self, nodes: Any, around: Tags) -> None:
        """*nodes* as one line. A block among them ends the line, and another begins behind it."""
        out = self.out
        start = len(out)
        out.append(around[0])
        self.inline(nodes, around)
        if out[-1] is around[0] and len(out) - 1 > start:  # as `close`, without the call for each paragraph
            out.pop()
        else:
            out.append(around[1])

    def close(self, start: int, around: Tags) -> None:
        """End the line that was begun at *start*; take it away if a block was the last thing in it."""
        if self.out[-1] is around[0] and len(self.out) - 1 > start:
            self.out.pop()
        else:
            self.out.append(around[1])

    def inline(self, nodes: Any, around: Tags) -> None:
        """What stands within a line that *around* opened; neighbours with the same marks are one run."""
        if nodes.__class__ is not list:
            nodes = [nodes]  # whoever forgot the brackets meant one
        self._nodes_left -= len(nodes)
        if self._nodes_left < 0:
            return self._plain_words({"content": nodes})
        # One loop without a call for what is plain text: that is three nodes in four.
        append, run, no_tags = self.out.append, NO_TAGS, NO_TAGS
        for node in nodes:
            try:
                kind = node["type"]
            except (KeyError, TypeError):
                kind = ""
            if kind != "text":
                if run is not no_tags:
                    append(run[1])
                    run = no_tags
                if node.__class__ is dict:
                    self._other(node, around)
                continue
            if "marks" in node:
                wanted = tags(node["marks"], self.base_url, self.bold)
                if wanted != run:
                    append(run[1])
                    append(wanted[0])
                    run = wanted
            elif run is not no_tags:
                append(run[1])
                run = no_tags
            words = node.get("text")
            if words.__class__ is not str:
                words = said(words)
            # The three escapes by hand: this is reached for each word that anybody wrote.
            append(words.replace("&", AMP).replace("<", LT).replace(">", GT))
        if run is not no_tags:
            append(run[1])
        return None

    def _other(self, node: Node, around: Tags) -> None:
        """A node within a line that is no text."""
        kind = kind_of(node)
        if show := INLINE.get(kind):
            return self.out.append(show(node, self.base_url))
        if self.depth >= DEEPEST:
            return self._plain_words(node)
        self.depth += 1
        if kind in self._blocks:
            self._block_in_line(node, around)
        elif inner := children(node):
            self.inline(inner, around)
        else:
            self.out.append(escaped(label(node)))
        self.depth -= 1
        return None

    def _block_in_line(self, node: Node, around: Tags) -> None:
        """The line ends before it, and another begins behind it."""
        if self.out[-1] is around[0]:
            self.out.pop()
        else:
            self.out.append(around[1])
        bold, self.bold = self.bold, False
        self._blocks[kind_of(node)](self, node)
        self.bold = bold
        self.out.append(around[0])

    def _plain_blocks(self, nodes: list[Any]) -> None:
        for words in filter(None, plain_text({"content": nodes}).split("\n")):
            self.out += (PARAGRAPH[0], escaped(words), PARAGRAPH[1])

    def _plain_words(self, node: Node) -> None:
        self.out.append(escaped(plain_text(node).replace("\n", " ")))


def _unknown(writer: Writer, node: Node) -> None:
    """What it holds; where it holds nothing, its words, or what it is."""
    if inner := children(node):
        writer.blocks(inner)
    elif words := label(node):
        writer.out += (PARAGRAPH[0], escaped(words), PARAGRAPH[1])
