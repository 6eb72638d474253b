"""A row of the log as a page that any browser shows, for a look before it is published."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from app.publishing import rendering
from app.publishing.columns import Column
from app.publishing.reading import readable

_SPACES = "xmlns:ac='http://atlassian.com/content' xmlns:ri='http://atlassian.com/resource/identifier'"


def html_page(cells: Mapping[str, str], columns: tuple[Column, ...], title: str) -> str:
    """The row below its headings, drawn by `preview.xsl`."""
    row = rendering.row_markup([cells[column.name] for column in columns])
    table = rendering.empty_table(columns).replace("</tbody>", row + "</tbody>")
    # Nothing is fetched or expanded: what we render has no document type.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    page = etree.fromstring(f"<page {_SPACES}>{table}</page>", parser)
    draw = etree.XSLT(etree.fromstring(rendering.source("preview.xsl").encode(), parser))
    return str(draw(page, title=etree.XSLT.strparam(title)))


def text(cells: Mapping[str, str], columns: tuple[Column, ...]) -> str:
    """The row for a terminal: a heading and its text for each column."""
    return "\n".join(f"{column.heading + ':':<18}{readable(cells[column.name])}" for column in columns)
