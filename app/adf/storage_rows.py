"""A table as lines of text: a line for each row, ` | ` between cells, ` / ` between what stands below each other in a cell.

Confluence's editor holds no table in a table, and the log is one (facts: confluence_adf.md §2.3). Links, marks and the
states of things stay what they are; heads are bold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.adf.nodes import CONTAINERS, Node, children, kind_of, own_words
from app.adf.storage_inline import label
from app.adf.storage_lists import TICKED, box
from app.adf.storage_writer import DEEPEST, PARAGRAPH, STRONG, WITHIN_LINE, Writer
from app.adf.text import code_words, plain_text

_STRONG, _CODE = {"type": "strong"}, {"type": "code"}
_CELLS, _CARDS = frozenset({"tableCell", "tableHeader"}), frozenset({"blockCard", "embedCard"})
_SILENT = CONTAINERS | {"rule"}
_BETWEEN_CELLS, _BETWEEN_LINES = " | ", " / "
_BOLD_PARAGRAPH = (PARAGRAPH[0] + STRONG[0], STRONG[1] + PARAGRAPH[1])
#: Nodes for one line.
Line = list[Node]


def _text(words: str, *marks: Node) -> Node:
    return {"type": "text", "text": words, "marks": list(marks)}


def row(writer: Writer, node: Node) -> None:
    """The row *node* as one paragraph."""
    start = len(writer.out)
    writer.out.append(PARAGRAPH[0])
    for number, cell in enumerate(children(node)):
        if number:
            writer.out.append(_BETWEEN_CELLS)
        words = _words_of(cell, writer.depth)
        if words and kind_of(cell) == "tableHeader":
            _head(writer, words)
        else:
            writer.inline(words, PARAGRAPH)
    writer.close(start, PARAGRAPH)


def _head(writer: Writer, words: Line) -> None:
    writer.bold = True
    writer.out.append(STRONG[0])
    writer.inline(words, _BOLD_PARAGRAPH)
    writer.out.append(STRONG[1])
    writer.bold = False


def _words_of(cell: Node, depth: int) -> Line:
    inner = children(cell) if kind_of(cell) in _CELLS else [cell]
    if len(inner) == 1 and inner[0].get("type") == "paragraph":  # nearly every cell
        return children(inner[0])
    return _joined(_lines(inner, depth + 1))


def _row(node: Node, depth: int) -> Line:
    """A row of a table that stands in a cell of another."""
    return _joined((_words_of(cell, depth + 1) for cell in children(node)), _BETWEEN_CELLS)


def _lines(nodes: list[Node], depth: int) -> Iterator[Line]:
    """What would stand below each other."""
    loose: Line = []
    for node in nodes:
        if kind_of(node) in WITHIN_LINE:
            loose.append(node)
            continue
        if loose:
            yield loose
            loose = []
        yield from _block(node, depth)
    if loose:
        yield loose


def _block(node: Node, depth: int) -> Iterator[Line]:
    kind = kind_of(node)
    if depth > DEEPEST:
        yield [_text(" ".join(plain_text(node).split("\n")))]
    elif kind == "codeBlock":
        yield _code(node)
    elif kind == "tableRow":
        yield _row(node, depth)
    elif kind in _CARDS:
        yield [{**node, "type": "inlineCard"}]
    elif kind in TICKED or kind == "listItem":
        lead = "\N{BULLET} " if kind == "listItem" else box(node)
        yield [_text(lead), *_joined(_lines(children(node), depth + 1))]
    else:
        yield from _other(node, depth)


def _other(node: Node, depth: int) -> Iterator[Line]:
    inner = children(node)
    if inner and (title := own_words(node)):  # of an expand
        yield [_text(title, _STRONG)]
    if inner:
        yield from _lines(inner, depth + 1)
    elif kind_of(node) not in _SILENT:
        yield [_text(label(node))]


def _joined(lines: Iterable[Line], between: str = _BETWEEN_LINES) -> Line:
    joined: Line = []
    for number, line in enumerate(lines):
        joined += [_text(between), *line] if number else line
    return joined


def _code(node: Node) -> Line:
    """A line of code keeps its end: two of them on one line would be another command."""
    joined: Line = []
    for number, words in enumerate(code_words(node).split("\n")):
        joined += [{"type": "hardBreak"}] if number else []
        joined += [_text(words, _CODE)]
    return joined
