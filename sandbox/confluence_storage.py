"""Confluence's storage format: what it refuses to keep, and how it gives back what it kept."""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Callable
from html.entities import codepoint2name, name2codepoint

from lxml import etree

#: The namespaces that a fragment uses without declaring them.
NAMESPACES = {"ac": "http://atlassian.com/content", "ri": "http://atlassian.com/resource/identifier"}
AC = f"{{{NAMESPACES['ac']}}}"
#: Entities that XML has by itself.
PREDEFINED = ("amp", "lt", "gt", "quot", "apos")
#: What is left of `data-*`; the others are gone when one reads the page again.
KEPT_DATA = ("data-layout", "data-table-width", "data-width", "data-highlight-colour", "data-card-appearance")
DROPPED_ELEMENTS = ("script", "style")

_declared = "".join(f'<!ENTITY {n} "&#{c};">' for n, c in name2codepoint.items() if n not in PREDEFINED)
_prefixes = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
ENTITIES = re.compile("[&<>\u00a0-\uffff]")
#: An element and its depth → what stands before each of its children and behind the last, or all that is in it if that
#: is known; None where it stays as it is.
Layout = Callable[[etree._Element, int], tuple[str, str] | str | None]
#: The fragment begins on a line of its own, so that the parser's positions can be told.
OPENING = f"<!DOCTYPE storage [{_declared}]><storage {_prefixes}>\n"


class IllFormed(ValueError):
    """Confluence cannot read it; says where."""


def parse(fragment: str) -> etree._Element:
    """The fragment under a root of ours, or `IllFormed`: no XML, an unknown entity, a control character."""
    parser = etree.XMLParser(resolve_entities=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(f"{OPENING}{fragment}</storage>".encode(), parser)
    except etree.XMLSyntaxError as reason:
        row, column = reason.position
        told = re.sub(r",? ?line \d+(, column \d+)?", "", reason.msg or "").strip()
        raise IllFormed(f"{told} at [row,col]: [{row - 1},{column}]") from None
    except UnicodeEncodeError as reason:
        raise IllFormed(f"a lone surrogate at character {reason.start - len(OPENING) + 1}") from None


def kept(fragment: str, next_id: Callable[[], str]) -> str:
    """*fragment* as Confluence gives it back: named entities, attributes in order, its own ids in macros and tables."""
    root = parse(fragment)
    _join_table_parts(root)
    return serialised(root, next_id)


def serialised(root: etree._Element, next_id: Callable[[], str], layout: Layout | None = None) -> str:
    """The fragment under *root*, as `parse` gave it; *layout* tells where it is broken into lines."""
    return inside(root, next_id, layout).removeprefix("\n")


def inside(element: etree._Element, next_id: Callable[[], str], layout: Layout | None = None, depth: int = 0) -> str:
    """All that is in *element*."""
    pieces: list[str] = []
    _add_inside(element, next_id, pieces, layout, depth)
    return "".join(pieces)


def _join_table_parts(root: etree._Element) -> None:
    """A table has one body in the end; the rows of a head become its first."""
    for table in root.iter("table"):
        parts = [p for p in table if p.tag in ("thead", "tbody", "tfoot")]
        for part in parts[1:]:
            parts[0].extend(list(part))
            table.remove(part)
        if parts:
            parts[0].tag = "tbody"


def _add_inside(
    element: etree._Element, next_id: Callable[[], str], pieces: list[str], layout: Layout | None, depth: int
) -> None:
    """What is in *element*, in pieces: to put text together at each level takes three times as long."""
    breaks = layout(element, depth) if layout else None
    if isinstance(breaks, str):
        pieces.append(breaks)
    elif breaks is None:
        if element.text:
            pieces.append(_text(element.text))
        for child in element:
            _add(child, next_id, pieces, None, 0)
            if child.tail:
                pieces.append(_text(child.tail))
    else:
        before, after = breaks
        for child in element:
            pieces.append(before)
            _add(child, next_id, pieces, layout, depth + 1)
        pieces.append(after)


def _add(
    element: etree._Element, next_id: Callable[[], str], pieces: list[str], layout: Layout | None, depth: int
) -> None:
    name = prefixed(str(element.tag))
    if name in DROPPED_ELEMENTS:
        return
    attributes = _attributes(element, name, next_id)
    pieces.append(f"<{name}{attributes}>")
    start = len(pieces)
    if name == "ac:plain-text-body":
        # The text as it is, but for the end of a section within it.
        pieces.append(f"<![CDATA[{(element.text or '').replace(']]>', ']]]]><![CDATA[>')}]]>")
    else:
        _add_inside(element, next_id, pieces, layout, depth)
    if len(pieces) == start:
        pieces[-1] = f"<{name}{attributes} />"
    else:
        pieces.append(f"</{name}>")


@functools.lru_cache(maxsize=512)
def prefixed(name: str) -> str:
    """`{uri}local` as it is written in a fragment."""
    for prefix, uri in NAMESPACES.items():
        name = name.replace(f"{{{uri}}}", f"{prefix}:")
    return name


def _attributes(element: etree._Element, name: str, next_id: Callable[[], str]) -> str:
    given = element.items()
    if not given and name not in ("ac:structured-macro", "table"):
        return ""
    found = {prefixed(str(n)): str(v) for n, v in given}
    lasting = {n: v for n, v in found.items() if _lasts(n)}
    if name == "ac:structured-macro":
        lasting.setdefault("ac:schema-version", "1")
        lasting.setdefault("ac:macro-id", _uuid(next_id()))
    if name in ("table", "ac:structured-macro"):
        lasting.setdefault("ac:local-id", _uuid(next_id()))
    if name in ("ri:page", "ri:attachment"):
        lasting.setdefault("ri:version-at-save", "1")
    # An order of its own, whatever the writer's was; backwards, because writers like the alphabet.
    return "".join(f' {n}="{_attribute(v)}"' for n, v in sorted(lasting.items(), reverse=True))


def _lasts(attribute: str) -> bool:
    if attribute.startswith("data-"):
        return attribute in KEPT_DATA
    return attribute not in ("id", "class") and not attribute.lower().startswith("on")


def _uuid(seed: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, seed))


def escaped(text: str) -> str:
    """Words as they stand in a stored body."""
    return _text(text)


def _text(text: str | None) -> str:
    return ENTITIES.sub(_entity, text) if text else ""


def _attribute(value: str) -> str:
    return re.sub(
        r'[&<>"\n\t]', lambda m: f"&#{ord(m[0])};" if m[0] in "\n\t" else f"&{codepoint2name[ord(m[0])]};", value
    )


def _entity(found: re.Match[str]) -> str:
    name = codepoint2name.get(ord(found[0]))
    return f"&{name};" if name else found[0]
