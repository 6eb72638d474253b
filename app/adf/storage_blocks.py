"""How each block of a document stands in a cell of the log.

A cell's editor cannot hold everything that Jira's can: what it cannot hold is shown as what it can (facts:
confluence_adf.md §2.3, §3.3). Headings are bold lines, since real ones would fill the page's table of contents; expands are
a title and their content; an inner panel or quote is what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable

from app.adf import colours
from app.adf.code_languages import code_language
from app.adf.media import PAPERCLIP
from app.adf.nodes import Node, attrs, children, kind_of, own_words, said
from app.adf.storage_inline import card, linked_file
from app.adf.storage_lists import bullets, numbers, ticked
from app.adf.storage_markup import Tags, cdata, escaped, pair, pieces
from app.adf.storage_rows import row
from app.adf.storage_writer import PARAGRAPH, STRONG, Place, Writer
from app.adf.text import code_words

_ALIGNED = {"center": pair("centred"), "end": pair("to_the_end")}
_QUOTE, _RULE, _INDENTED = pair("quote"), "".join(pieces("rule")), pieces("indented")
_CODE, _BOX, _PARAMETER = pieces("code_block"), pieces("box"), pieces("parameter")
_TITLE: Tags = (PARAGRAPH[0] + STRONG[0], STRONG[1] + PARAGRAPH[1])
#: ADF's note is purple, for which Confluence has no name but the colour.
_NOTE = "#EAE6FF"


def _box(name: str, parameters: str = "") -> Tags:
    return "".join((_BOX[0], name, _BOX[1], parameters, _BOX[2])), _BOX[3]


_INFO = _box("info")
#: Confluence's names are shifted against ADF's: a warning is a `note`, an error is a `warning` (facts §2.1, trap 6).
_PANELS = {"tip": _box("tip"), "success": _box("tip"), "warning": _box("note"), "error": _box("warning")}


def _paragraph(writer: Writer, node: Node) -> None:
    writer.line(node.get("content"), _style(writer, node) if node.get("marks") else PARAGRAPH)


def _style(writer: Writer, node: Node) -> Tags:
    """Only a paragraph of the cell itself can stand elsewhere than at the left."""
    marks = node.get("marks")
    if isinstance(marks, list) and writer.place is Place.CELL:
        styles = [_style_of(attrs(mark)) for mark in marks if isinstance(mark, dict)]
        return next((style for style in styles if style), PARAGRAPH)
    return PARAGRAPH


def _style_of(mark: Node) -> Tags | None:
    level = mark.get("level")
    if isinstance(level, int) and 1 <= level <= 6:
        return f"{_INDENTED[0]}{level * 30:d}{_INDENTED[1]}", _INDENTED[2]
    return _ALIGNED.get(said(mark.get("align")))


def _heading(writer: Writer, node: Node) -> None:
    if inner := children(node):
        around = _style(writer, node)
        writer.bold = True
        writer.line(inner, (around[0] + STRONG[0], STRONG[1] + around[1]))
        writer.bold = False


def _rule(writer: Writer, node: Node) -> None:
    if writer.place in (Place.CELL, Place.PANEL):
        writer.out.append(_RULE)


def _quote(writer: Writer, node: Node) -> None:
    if writer.place is Place.CELL:
        writer.within(_QUOTE, node.get("content"), Place.QUOTE)
    else:
        writer.blocks(node.get("content"))


def _code_block(writer: Writer, node: Node) -> None:
    language = code_language(said(attrs(node).get("language")))
    named = _parameter("language", language) if language else ""
    writer.out += (_CODE[0], named, _CODE[1], cdata(code_words(node)), _CODE[2])


def _parameter(name: str, value: str) -> str:
    return "".join((_PARAMETER[0], name, _PARAMETER[1], escaped(value), _PARAMETER[2]))


def _panel(writer: Writer, node: Node) -> None:
    if writer.place is Place.CELL:
        kind = said(attrs(node).get("panelType"))
        around = _own_panel(node, kind) if kind in ("custom", "note") else _PANELS.get(kind, _INFO)
        writer.within(around, node.get("content"), Place.PANEL)
    else:
        writer.blocks(node.get("content"))


def _own_panel(node: Node, kind: str) -> Tags:
    """A panel in a colour of its own, which its author chose."""
    found = attrs(node)
    colour = _NOTE if kind == "note" else colours.panel_colour(said(found.get("panelColor")))
    if not colour:
        return _INFO
    icon = {name: said(found.get(name)) for name in ("panelIcon", "panelIconId", "panelIconText")}
    parameters = {"bgColor": colour} | {name: value for name, value in icon.items() if value}
    return _box("panel", "".join(_parameter(name, value) for name, value in parameters.items()))


def _expand(writer: Writer, node: Node) -> None:
    if title := own_words(node):
        writer.out += (_TITLE[0], escaped(title), _TITLE[1])
    writer.blocks(node.get("content"))


def _card(writer: Writer, node: Node) -> None:
    writer.out += (PARAGRAPH[0], card(node, writer.base_url), PARAGRAPH[1])


def _files(writer: Writer, node: Node) -> None:
    """Their names in a line, and the caption behind them, as `media.shown_file` puts it; what else is there, below."""
    start = 0  # no line is open: the first piece is never part of one
    for child in children(node):
        kind = kind_of(child)
        if kind == "media":
            writer.out += (", ",) if start else (PARAGRAPH[0], PAPERCLIP)
            start = start or len(writer.out) - 2
            writer.out.append(linked_file({"marks": node.get("marks"), **child}, writer.base_url))
        elif kind == "caption" and start:
            writer.out.append(": ")
            writer.inline(children(child), PARAGRAPH)
        else:
            start = _closed(writer, start)
            writer.blocks([child])
    _closed(writer, start)


def _closed(writer: Writer, start: int) -> int:
    if start:
        writer.close(start, PARAGRAPH)
    return 0


def _inside(writer: Writer, node: Node) -> None:
    writer.blocks(node.get("content"))


#: Node type → how such a block is written. Who is not here is shown by what it holds.
BLOCKS: dict[str, Callable[[Writer, Node], None]] = {
    "paragraph": _paragraph,
    "caption": _paragraph,
    "heading": _heading,
    "rule": _rule,
    "blockquote": _quote,
    "codeBlock": _code_block,
    "panel": _panel,
    "expand": _expand,
    "nestedExpand": _expand,
    "bulletList": bullets,
    "orderedList": numbers,
    "taskList": bullets,
    "decisionList": bullets,
    "taskItem": ticked,
    "blockTaskItem": ticked,
    "decisionItem": ticked,
    "tableRow": row,
    "blockCard": _card,
    "embedCard": _card,
    "mediaSingle": _files,
    "mediaGroup": _files,
}
BLOCKS |= dict.fromkeys(
    ("doc", "listItem", "table", "tableCell", "tableHeader", "layoutSection", "layoutColumn"), _inside
)
