"""Confluence's storage format as HTML that is safe to show: known elements, known attributes, nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from lxml import etree
from markupsafe import Markup, escape

from sandbox.confluence_storage import AC, NAMESPACES, parse, prefixed
from sandbox.ui_html import joined, link, tag
from sandbox.ui_rows import Rows
from sandbox.world import World

PLAIN = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "li", "blockquote", "pre", "div", "table", "tbody", "tr"}
PLAIN |= {"strong", "b", "em", "i", "u", "s", "del", "sub", "sup", "code", "small", "span"}
CELLS = {"th", "td"}
TAGS = {name: (f"<{name}>", f"</{name}>") for name in PLAIN | CELLS}
COLUMN = Markup('<col width="{:.1f}%">')
VOID = {"br": Markup("<br>"), "hr": Markup("<hr>")}
DROPPED = {"script", "style", "ac:parameter", "ac:task-id", "ac:adf-attribute", "ac:adf-fallback"}
PANELS = {"info": "info", "note": "warning", "tip": "success", "warning": "error", "panel": "note"}
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


def page_html(world: World, storage: str) -> Markup:
    """The body of a page as people read it."""
    return _inside(world, parse(storage))


def _inside(world: World, element: etree._Element) -> Markup:
    pieces: list[str] = []
    _add(world, element, pieces)
    return joined(pieces)


def _add(world: World, element: etree._Element, pieces: list[str]) -> None:
    """What is in *element*, in pieces: to put markup together at each level takes four times as long."""
    if element.text:
        pieces.append(escape(element.text))
    for child in element:
        name = str(child.tag)
        if name == "tr":
            pieces.append(_row(world, child))
        elif name in PLAIN or (name in CELLS and not child.keys()):
            opening, closing = TAGS[name]
            pieces.append(opening)
            _add(world, child, pieces)
            pieces.append(closing)
        else:
            pieces.append(_special(world, child, prefixed(name)))
        if child.tail:
            pieces.append(escape(child.tail))


def _row(world: World, row: etree._Element) -> str:
    source = etree.tostring(row, with_tail=False)
    if MOVING.search(source):
        return tag("tr", _inside(world, row))
    return rows.get(source, lambda: tag("tr", _inside(world, row)))


def _special(world: World, element: etree._Element, name: str) -> Markup:
    if name in VOID:
        return VOID[name]
    if name in DROPPED:
        return Markup("")
    # An element that is not known shows what it holds, as Confluence's own viewer tries to.
    return SPECIAL.get(name, _inside)(world, element)


def _anchor(world: World, element: etree._Element) -> Markup:
    return link(element.get("href") or "", _inside(world, element))


def _cell(world: World, element: etree._Element) -> Markup:
    spans = {name: element.get(name, "1") for name in ("colspan", "rowspan")}
    counted = {name: value if value.isdigit() and value != "1" else None for name, value in spans.items()}
    colour = HIGHLIGHTS.get((element.get("data-highlight-colour") or "").lower())
    return tag(str(element.tag), _inside(world, element), class_=colour, **counted)


def _columns(world: World, element: etree._Element) -> Markup:
    """The editor's widths are pixels of a wide page; here each column gets its part of what there is."""
    found = [re.search(r"width: *(\d+(?:\.\d+)?)px", column.get("style") or "") for column in element.iter("col")]
    widths = [float(width[1]) if width else 0.0 for width in found]
    if not all(widths):
        return Markup("")
    return tag("colgroup", joined(COLUMN.format(100 * width / sum(widths)) for width in widths))


def _ordered(world: World, element: etree._Element) -> Markup:
    start = element.get("start", "1")
    return tag("ol", _inside(world, element), start=start if start.isdigit() else "1")


def _time(world: World, element: etree._Element) -> Markup:
    given = element.get("datetime") or ""
    try:
        shown = date.fromisoformat(given).strftime("%d %b %Y")
    except ValueError:
        shown = given
    return tag("time", shown, datetime=given)


def _macro(world: World, element: etree._Element) -> Markup:
    name = element.get(AC + "name") or ""
    rich, plain = element.find(AC + "rich-text-body"), element.find(AC + "plain-text-body")
    inside = _inside(world, rich) if rich is not None else Markup("")
    if name in ("code", "noformat"):
        text = plain.text if plain is not None else ""
        return tag("pre", text or "", class_="code", data_language=_parameter(element, "language"))
    if name in PANELS:
        return tag("div", _titled(element) + inside, class_=f"panel {PANELS[name]}")
    if name == "expand":
        title = _parameter(element, "title") or "Click here to expand…"
        return tag("details", tag("summary", title) + inside)
    if name == "status":
        colour = _parameter(element, "colour").lower()
        return tag("span", _parameter(element, "title"), class_=f"lozenge {colour}")
    return inside or tag("span", f"{name} {_parameter(element, 'key')}", class_="macro")


def _titled(macro: etree._Element) -> Markup:
    title = _parameter(macro, "title")
    return tag("p", tag("strong", title)) if title else Markup("")


def _parameter(macro: etree._Element, name: str) -> str:
    found = (p for p in macro.findall(AC + "parameter") if p.get(AC + "name") == name)
    return next(("".join(map(str, p.itertext())) for p in found), "")


def _link(world: World, element: etree._Element) -> Markup:
    """To a person, or to a page by its title."""
    user, page = element.find(RI + "user"), element.find(RI + "page")
    if user is not None:
        person = world.people.get(user.get(RI + "account-id") or "")
        return tag("span", "@" + (person.name if person else "somebody"), class_="mention")
    title = (page.get(RI + "content-title") or "") if page is not None else ""
    bodies = [element.find(AC + name) for name in ("plain-text-link-body", "link-body")]
    texts = ["".join(map(str, body.itertext())) for body in bodies if body is not None]
    label = texts[0] if texts else title
    found = next((p for p in world.confluence.pages.values() if p.title == title), None)
    if found is None:
        return escape(label)
    return link(f"/wiki/spaces/{world.confluence.spaces[found.space_id]['key']}/pages/{found.id}", label)


def _task(world: World, element: etree._Element) -> Markup:
    done = element.findtext(AC + "task-status") == "complete"
    task = element.find(AC + "task-body")
    inside = _inside(world, task) if task is not None else Markup("")
    return tag("li", ("☑ " if done else "☐ ") + inside, class_="task")


def _as(name: str, class_: str | None = None) -> Callable[[World, etree._Element], Markup]:
    return lambda world, element: tag(name, _inside(world, element), class_=class_)


def _emoticon(world: World, element: etree._Element) -> Markup:
    return escape(element.get(AC + "emoji-fallback") or f"({element.get(AC + 'name')})")


def _image(world: World, element: etree._Element) -> Markup:
    attachment = element.find(RI + "attachment")
    name = attachment.get(RI + "filename") if attachment is not None else element.get(AC + "alt")
    return tag("span", f"🖼 {name or 'image'}", class_="macro")


def _commented(world: World, element: etree._Element) -> Markup:
    return tag("mark", _inside(world, element))


SPECIAL: dict[str, Callable[[World, etree._Element], Markup]] = {
    "a": _anchor,
    "th": _cell,
    "td": _cell,
    "colgroup": _columns,
    "ol": _ordered,
    "time": _time,
    "ac:structured-macro": _macro,
    "ac:link": _link,
    "ac:task-list": _as("ul"),
    "ac:task": _task,
    "ac:layout-section": _as("div", "layout"),
    "ac:layout-cell": _as("div"),
    "ac:emoticon": _emoticon,
    "ac:image": _image,
    "ac:inline-comment-marker": _commented,
}
