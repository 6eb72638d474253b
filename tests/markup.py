"""Confluence's storage format as the tests read it: well-formed or not, and the words in it."""

from __future__ import annotations

from lxml import etree

NAMESPACES = 'xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier"'


def parsed(markup: str) -> etree._Element:
    """The fragment below one root. Raises XMLSyntaxError for what Confluence would refuse, named entities included."""
    strict = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(f"<root {NAMESPACES}>{markup}</root>".encode(), strict)


def words(markup: str) -> str:
    """All text in it, with single blanks."""
    return " ".join("".join(parsed(markup).itertext()).split())


def elements(markup: str) -> set[str]:
    """Names of the elements in it, as they are written."""
    found = {
        f"{each.prefix}:{etree.QName(each).localname}" if each.prefix else each.tag for each in parsed(markup).iter()
    }
    return {str(name) for name in found} - {"root"}


def addresses(markup: str) -> list[str]:
    return [str(each.get("href")) for each in parsed(markup).iter("a")]
