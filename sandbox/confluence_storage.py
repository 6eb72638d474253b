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


def serialised(root: etree._Element, next_id: Callable[[], str]) -> str:
    """The fragment under *root*, as `parse` gave it."""
    return _inside(root, next_id).removeprefix("\n")


def _join_table_parts(root: etree._Element) -> None:
    """A table has one body in the end; the rows of a head become its first."""
    for table in root.iter("table"):
        parts = [p for p in table if p.tag in ("thead", "tbody", "tfoot")]
        for part in parts[1:]:
            parts[0].extend(list(part))
            table.remove(part)
        if parts:
            parts[0].tag = "tbody"


def _inside(element: etree._Element, next_id: Callable[[], str]) -> str:
    pieces = [_text(element.text)]
    for child in element:
        if child.tag not in DROPPED_ELEMENTS:
            pieces.append(_written(child, next_id))
        pieces.append(_text(child.tail))
    return "".join(pieces)


def _written(element: etree._Element, next_id: Callable[[], str]) -> str:
    name = prefixed(str(element.tag))
    attributes = "".join(f' {n}="{_attribute(v)}"' for n, v in _attributes(element, name, next_id))
    if name == "ac:plain-text-body":
        inside = f"<![CDATA[{(element.text or '').replace(']]>', ']]]]><![CDATA[>')}]]>"
    else:
        inside = _inside(element, next_id)
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes} />"


@functools.lru_cache(maxsize=512)
def prefixed(name: str) -> str:
    """`{uri}local` as it is written in a fragment."""
    for prefix, uri in NAMESPACES.items():
        name = name.replace(f"{{{uri}}}", f"{prefix}:")
    return name


def _attributes(element: etree._Element, name: str, next_id: Callable[[], str]) -> list[tuple[str, str]]:
    if not element.attrib and name not in ("ac:structured-macro", "table"):
        return []
    found = {prefixed(str(n)): str(v) for n, v in element.attrib.items()}
    lasting = {n: v for n, v in found.items() if _lasts(n)}
    if name == "ac:structured-macro":
        lasting.setdefault("ac:schema-version", "1")
        lasting.setdefault("ac:macro-id", _uuid(next_id()))
    if name in ("table", "ac:structured-macro"):
        lasting.setdefault("ac:local-id", _uuid(next_id()))
    if name in ("ri:page", "ri:attachment"):
        lasting.setdefault("ri:version-at-save", "1")
    # An order of its own, whatever the writer's was; backwards, because writers like the alphabet.
    return sorted(lasting.items(), reverse=True)


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
