"""Storage format for people's eyes: each block on a line of its own; and back, with nothing added by that."""

from __future__ import annotations

import functools

from lxml import etree

from sandbox.confluence_storage import inside, parse, prefixed, serialised
from sandbox.ui_rows import Rows

#: Elements in which blanks between the children mean nothing, so that they can stand on lines of their own.
CONTAINERS = {"storage", "table", "tbody", "tr", "td", "th", "ul", "ol", "li", "blockquote", "div", "colgroup"}
CONTAINERS |= {"ac:layout", "ac:layout-section", "ac:layout-cell", "ac:rich-text-body", "ac:task-list", "ac:task"}
CONTAINERS |= {"ac:structured-macro", "ac:task-body", "ac:adf-extension", "ac:adf-node", "ac:adf-content", "ac:image"}
INLINE = {"a", "strong", "b", "em", "i", "u", "s", "del", "sub", "sup", "code", "small", "span", "br", "time"}
INLINE |= {"ac:link", "ac:emoticon", "ac:inline-comment-marker", "ac:placeholder"}
INDENT = "  "
rows = Rows()


#: A long page takes a while, and its versions are looked at again and again.
@functools.lru_cache(maxsize=8)
def readable(storage: str) -> str:
    """*storage* with line ends and indents between blocks. Raises `IllFormed`."""
    return serialised(parse(storage), str, _layout).strip("\n")


def compact(text: str) -> str:
    """What `readable` was made of, or with what a person changed in it. Raises `IllFormed`."""
    root = parse(text)
    _strip(root)
    return serialised(root, str)


def _is_laid_out(element: etree._Element) -> bool:
    """Whether it holds only blocks: then the blanks between them are ours."""
    name = prefixed(str(element.tag))
    if name not in CONTAINERS or not len(element) or (element.text or "").strip():
        return False
    return all(_is_block(child) and not (child.tail or "").strip() for child in element)


def _is_block(element: etree._Element) -> bool:
    name = prefixed(str(element.tag))
    if name == "ac:structured-macro":
        # Some macros stand in a line of text; these have no body.
        return any(prefixed(str(child.tag)).endswith("-body") for child in element)
    return name not in INLINE


def _strip(element: etree._Element) -> None:
    if _is_laid_out(element):
        element.text = None
        for child in element:
            child.tail = None
    for child in element:
        _strip(child)


def _layout(element: etree._Element, depth: int) -> tuple[str, str] | str | None:
    return _row(element, depth) if element.tag == "tr" else _breaks(element, depth)


def _row(element: etree._Element, depth: int) -> str:
    source = etree.tostring(element, with_tail=False), depth
    return rows.get(source, lambda: inside(element, str, _breaks, depth))


def _breaks(element: etree._Element, depth: int) -> tuple[str, str] | None:
    """A cell or item with one paragraph stays on one line."""
    if not _is_laid_out(element):
        return None
    return ("", "") if _is_short(element) else ("\n" + INDENT * depth, "\n" + INDENT * max(depth - 1, 0))


def _is_short(element: etree._Element) -> bool:
    return len(element) == 1 and prefixed(str(element[0].tag)) in ("p", "br", "ac:plain-text-body")
