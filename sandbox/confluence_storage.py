"""Confluence's storage format: what it refuses to keep, and how it gives back what it kept."""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Callable
from html import escape, unescape
from html.entities import codepoint2name, name2codepoint
from typing import cast

from lxml import etree

#: The namespaces that a fragment uses without declaring them.
NAMESPACES = {"ac": "http://atlassian.com/content", "ri": "http://atlassian.com/resource/identifier"}
AC, RI = (f"{{{uri}}}" for uri in NAMESPACES.values())
#: Entities that XML has by itself.
PREDEFINED = ("amp", "lt", "gt", "quot", "apos")
#: What is left of `data-*`; the others are gone when one reads the page again.
KEPT_DATA = ("data-layout", "data-table-width", "data-width", "data-highlight-colour", "data-card-appearance")
DROPPED_ELEMENTS = ("script", "style")
#: Elements to which Confluence gives ids of its own.
OWN_IDS = {AC + "structured-macro": (AC + "macro-id", AC + "local-id"), "table": (AC + "local-id",)}
VERSIONED = (RI + "page", RI + "attachment")

_declared = "".join(f'<!ENTITY {n} "&#{c};">' for n, c in name2codepoint.items() if n not in PREDEFINED)
_prefixes = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
#: Letters that have a name and can stand for themselves.
NAMED = re.compile("[" + "".join(chr(code) for code in codepoint2name if code > 127) + "]")
#: Elements whose attributes are to be looked at.
ATTRIBUTED = etree.XPath("//*[@*] | //table | //ac:structured-macro", namespaces=NAMESPACES)
PLAIN_TEXT = re.compile(r"(?P<tag><ac:plain-text-body(?: [^>]*?)?)(?:/>|>(?P<text>[^<]*)</ac:plain-text-body>)")
TAG = re.compile(r"(<[^>]*>)")
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
    """The fragment under *root*, as `parse` gave it; *root* is tidied by that."""
    attributed = _tidy(root, next_id)
    plain = all(value.isascii() for element in attributed for value in element.attrib.values())
    written = etree.tostring(root, encoding="unicode")
    inside = written[written.index(">") + 1 :].removesuffix("</storage>")
    return _spelled(inside, _named if plain else _named_outside_tags).removeprefix("\n")


def _join_table_parts(root: etree._Element) -> None:
    """A table has one body in the end; the rows of a head become its first."""
    for table in root.iter("table"):
        parts = [p for p in table if p.tag in ("thead", "tbody", "tfoot")]
        for part in parts[1:]:
            parts[0].extend(list(part))
            table.remove(part)
        if parts:
            parts[0].tag = "tbody"


def _tidy(root: etree._Element, next_id: Callable[[], str]) -> list[etree._Element]:
    """What does not last is gone, and attributes are as Confluence has them; the elements that have some."""
    etree.strip_elements(root, *DROPPED_ELEMENTS, with_tail=False)
    for body in list(root.iter(AC + "plain-text-body")):
        del body[:]
    attributed = cast("list[etree._Element]", ATTRIBUTED(root))
    for element in attributed:
        attributes = _attributes(element, next_id)
        if attributes != element.attrib.items():
            element.attrib.clear()
            for name, value in attributes:
                element.set(name, value)
    etree.cleanup_namespaces(root, top_nsmap=NAMESPACES, keep_ns_prefixes=list(NAMESPACES))
    return attributed


def _spelled(written: str, named: Callable[[str], str]) -> str:
    """CDATA in macros, a blank in elements that are empty, and *named* everywhere else."""
    pieces, at = [], 0
    for body in PLAIN_TEXT.finditer(written):
        pieces += [named(written[at : body.start()].replace("/>", " />")), _in_cdata(body)]
        at = body.end()
    return "".join([*pieces, named(written[at:].replace("/>", " />"))])


def _in_cdata(body: re.Match[str]) -> str:
    text = unescape(body["text"] or "").replace("]]>", "]]]]><![CDATA[>")
    return f"{body['tag']}><![CDATA[{text}]]></ac:plain-text-body>"


def _named(text: str) -> str:
    """Named entities. A page has few letters that have a name, however often: quicker than to look at each of them."""
    for letter in () if text.isascii() else set(NAMED.findall(text)):
        text = text.replace(letter, f"&{codepoint2name[ord(letter)]};")
    return text


def _named_outside_tags(written: str) -> str:
    """The same, but not in attributes."""
    parts = TAG.split(written)  # text and tags in turn
    parts[::2] = _named("\0".join(parts[::2])).split("\0")
    return "".join(parts)


@functools.lru_cache(maxsize=512)
def prefixed(name: str) -> str:
    """`{uri}local` as it is written in a fragment."""
    for prefix, uri in NAMESPACES.items():
        name = name.replace(f"{{{uri}}}", f"{prefix}:")
    return name


def _attributes(element: etree._Element, next_id: Callable[[], str]) -> list[tuple[str, str]]:
    found = {str(name): str(value) for name, value in element.attrib.items() if _lasts(str(name))}
    if element.tag == AC + "structured-macro":
        found.setdefault(AC + "schema-version", "1")
    for name in OWN_IDS.get(str(element.tag), ()):
        found[name] = found.get(name) or _uuid(next_id())
    if element.tag in VERSIONED:
        found.setdefault(RI + "version-at-save", "1")
    # An order of its own, whatever the writer's was; backwards, because writers like the alphabet.
    return sorted(found.items(), key=lambda each: prefixed(each[0]), reverse=True)


def _lasts(attribute: str) -> bool:
    if attribute.startswith("data-"):
        return attribute in KEPT_DATA
    return attribute not in ("id", "class") and not attribute.lower().startswith("on")


def _uuid(seed: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, seed))


def escaped(text: str) -> str:
    """Words as they stand in a stored body."""
    return _named(escape(text, quote=False))
