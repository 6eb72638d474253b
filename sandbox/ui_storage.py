"""Confluence's storage format as HTML that is safe to show: known elements, known attributes, nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from lxml import etree
from markupsafe import Markup, escape

from sandbox.confluence_storage import AC, NAMESPACES, parse, prefixed
from sandbox.ui_html import joined, link, tag
from sandbox.ui_macros import PANELS, Macro, Reading, drawn, page_link
from sandbox.ui_rows import Rows

PLAIN = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "li", "blockquote", "pre", "div", "tbody", "tr"}
PLAIN |= {"strong", "b", "em", "i", "u", "s", "del", "sub", "sup", "code", "small", "span"}
CELLS = {"th", "td"}
TAGS = {name: (f"<{name}>", f"</{name}>") for name in PLAIN | CELLS}
VOID = {"br": Markup("<br>"), "hr": Markup("<hr>")}
DROPPED = {"script", "style", "colgroup", "col", "ac:parameter", "ac:task-id", "ac:adf-attribute", "ac:adf-fallback"}
WIDTH = re.compile(r"width:\s*([0-9.]+)px")
#: The editor's cell colours, light and dark, as the sheet names them.
HIGHLIGHTS = {
    "#ffebe6": "h-red",
    "#ffbdad": "h-red",
    "#fffae6": "h-yellow",
    "#fff0b3": "h-yellow",
    "#e3fcef": "h-green",
}
HIGHLIGHTS |= {"#abf5d1": "h-green", "#deebff": "h-blue", "#b3d4ff": "h-blue", "#e6fcff": "h-blue", "#b3f5ff": "h-blue"}
HIGHLIGHTS |= {
    "#f4f5f7": "h-grey",
    "#b3bac5": "h-grey",
    "#f0f1f2": "h-grey",
    "#eae6ff": "h-purple",
    "#c0b6f2": "h-purple",
}
RI = f"{{{NAMESPACES['ri']}}}"
rows = Rows()
#: What shows something that stands elsewhere, and so may look different the next time.
STILL = "|".join((*PANELS, "code", "noformat", "expand", "status"))
MOVING = re.compile(f'<ac:link|<ri:|<ac:structured-macro[^>]* ac:name="(?!(?:{STILL})")'.encode())


def page_html(reading: Reading, storage: str) -> Markup:
    """The body of a page as people read it."""
    return _inside(reading, parse(storage))


def _inside(reading: Reading, element: etree._Element) -> Markup:
    pieces: list[str] = []
    _add(reading, element, pieces)
    return joined(pieces)


def _add(reading: Reading, element: etree._Element, pieces: list[str]) -> None:
    """What is in *element*, in pieces: to put markup together at each level takes four times as long."""
    if element.text:
        pieces.append(escape(element.text))
    for child in element:
        name = str(child.tag)
        if name == "tr":
            pieces.append(_row(reading, child))
        elif name in PLAIN or (name in CELLS and not child.keys()):
            opening, closing = TAGS[name]
            pieces.append(opening)
            _add(reading, child, pieces)
            pieces.append(closing)
        else:
            pieces.append(_special(reading, child, prefixed(name)))
        if child.tail:
            pieces.append(escape(child.tail))


def _row(reading: Reading, row: etree._Element) -> str:
    source = etree.tostring(row, with_tail=False)
    if MOVING.search(source):
        return tag("tr", _inside(reading, row))
    return rows.get(source, lambda: tag("tr", _inside(reading, row)))


def _special(reading: Reading, element: etree._Element, name: str) -> Markup:
    if name in VOID:
        return VOID[name]
    if name in DROPPED:
        return Markup("")
    # An element that is not known shows what it holds, as Confluence's own viewer tries to.
    return SPECIAL.get(name, _inside)(reading, element)


def _anchor(reading: Reading, element: etree._Element) -> Markup:
    return link(element.get("href") or "", _inside(reading, element))


def _cell(reading: Reading, element: etree._Element) -> Markup:
    spans = {name: element.get(name, "1") for name in ("colspan", "rowspan")}
    counted = {name: value if value.isdigit() and value != "1" else None for name, value in spans.items()}
    colour = HIGHLIGHTS.get((element.get("data-highlight-colour") or "").lower())
    return tag(str(element.tag), _inside(reading, element), class_=colour, **counted)


def _ordered(reading: Reading, element: etree._Element) -> Markup:
    start = element.get("start", "1")
    return tag("ol", _inside(reading, element), start=start if start.isdigit() else "1")


def _time(reading: Reading, element: etree._Element) -> Markup:
    given = element.get("datetime") or ""
    try:
        shown = date.fromisoformat(given).strftime("%d %b %Y")
    except ValueError:
        shown = given
    return tag("time", shown, datetime=given)


def _macro(reading: Reading, element: etree._Element) -> Markup:
    rich = element.find(AC + "rich-text-body")
    return drawn(Macro(reading, element, _inside(reading, rich) if rich is not None else Markup("")))


def _node(reading: Reading, element: etree._Element) -> Markup:
    """What only the editor knows; of these a panel is drawn."""
    if element.get("type") == "panel":
        return tag("div", _inside(reading, element), class_="panel note")
    return _inside(reading, element)


def _table(reading: Reading, element: etree._Element) -> Markup:
    layout = {"wide": "table wide", "full-width": "table full"}.get(element.get("data-layout") or "", "table")
    # The new editor ignores the widths of columns unless the table has one (confluencebuilder, std/confluence.py).
    columns = _columns(element) if element.get("data-table-width") else Markup("")
    return tag("div", tag("table", columns + _inside(reading, element)), class_=layout)


def _columns(table: etree._Element) -> Markup:
    """Their widths as parts of the whole."""
    widths = [float(found[1]) if (found := WIDTH.search(c.get("style") or "")) else 0.0 for c in table.iter("col")]
    whole = sum(widths)
    if not whole or not all(widths):
        return Markup("")
    return tag("colgroup", joined(_column(width / whole) for width in widths))


def _column(part: float) -> Markup:
    return Markup('<col width="{:.1%}">').format(part)


def _link(reading: Reading, element: etree._Element) -> Markup:
    """To a person, or to a page by its title."""
    user, page = element.find(RI + "user"), element.find(RI + "page")
    if user is not None:
        person = reading.world.people.get(user.get(RI + "account-id") or "")
        return tag("span", "@" + (person.name if person else "somebody"), class_="mention")
    title = (page.get(RI + "content-title") or "") if page is not None else ""
    bodies = [element.find(AC + name) for name in ("plain-text-link-body", "link-body")]
    texts = ["".join(map(str, body.itertext())) for body in bodies if body is not None]
    label = texts[0] if texts else title
    found = next(
        (p for p in reading.world.confluence.pages.values() if p.title == title and p.status != "trashed"), None
    )
    return escape(label) if found is None else page_link(reading.world, found, label)


def _task(reading: Reading, element: etree._Element) -> Markup:
    done = element.findtext(AC + "task-status") == "complete"
    task = element.find(AC + "task-body")
    inside = _inside(reading, task) if task is not None else Markup("")
    return tag("li", ("☑ " if done else "☐ ") + inside, class_="task")


def _as(name: str, class_: str | None = None) -> Callable[[Reading, etree._Element], Markup]:
    return lambda reading, element: tag(name, _inside(reading, element), class_=class_)


def _emoticon(reading: Reading, element: etree._Element) -> Markup:
    return escape(element.get(AC + "emoji-fallback") or f"({element.get(AC + 'name')})")


def _image(reading: Reading, element: etree._Element) -> Markup:
    attachment = element.find(RI + "attachment")
    name = attachment.get(RI + "filename") if attachment is not None else element.get(AC + "alt")
    return tag("span", f"🖼 {name or 'image'}", class_="macro")


def _commented(reading: Reading, element: etree._Element) -> Markup:
    return tag("mark", _inside(reading, element))


SPECIAL: dict[str, Callable[[Reading, etree._Element], Markup]] = {
    "a": _anchor,
    "table": _table,
    "th": _cell,
    "td": _cell,
    "ol": _ordered,
    "time": _time,
    "ac:structured-macro": _macro,
    "ac:adf-node": _node,
    "ac:link": _link,
    "ac:task-list": _as("ul"),
    "ac:task": _task,
    "ac:layout-section": _as("div", "layout"),
    "ac:layout-cell": _as("div"),
    "ac:emoticon": _emoticon,
    "ac:image": _image,
    "ac:inline-comment-marker": _commented,
}
