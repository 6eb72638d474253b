"""Macros of Confluence as people see them: code, panels, expand, status, and the pages below this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree
from markupsafe import Markup

from sandbox import confluence_life
from sandbox.confluence_rights import may_see
from sandbox.confluence_storage import AC
from sandbox.ui_html import joined, link, tag
from sandbox.world import Page, Person, World

#: The panels' names in storage are not those of the editor: its warning is stored as `note`, its error as `warning`.
PANELS = {"info": "info", "note": "warning", "tip": "success", "warning": "error", "panel": "note"}
EXPAND = "Click here to expand…"
#: How deep the pages below can lie; deeper ones are not listed.
DEEPEST = 20


@dataclass(frozen=True)
class Reading:
    """Who reads which page; a text that is no page yet has none."""

    world: World
    page: Page | None
    person: Person


@dataclass(frozen=True)
class Macro:
    """A macro of the page, with its rich text drawn already."""

    reading: Reading
    element: etree._Element
    inside: Markup

    @property
    def name(self) -> str:
        return self.element.get(AC + "name") or ""

    @property
    def text(self) -> str:
        plain = self.element.find(AC + "plain-text-body")
        return "" if plain is None else plain.text or ""

    def parameter(self, name: str) -> str:
        found = (p for p in self.element.findall(AC + "parameter") if p.get(AC + "name") == name)
        return next(("".join(map(str, p.itertext())) for p in found), "")


def drawn(macro: Macro) -> Markup:
    """One that is not known shows its text, or its name in a box."""
    if macro.name in DRAWN:
        return DRAWN[macro.name](macro)
    return macro.inside or tag("span", f"{macro.name} {macro.parameter('key')}", class_="macro")


def _code(macro: Macro) -> Markup:
    block = tag("pre", macro.text, class_="code", data_language=macro.parameter("language"))
    title = macro.parameter("title")
    if macro.parameter("collapse") == "true":
        return tag("details", tag("summary", title or "Show code") + block)
    return tag("div", tag("p", title, class_="code-title") + block) if title else block


def _panel(macro: Macro) -> Markup:
    title, icon = macro.parameter("title"), macro.parameter("panelIconText")
    head = tag("p", tag("strong", f"{icon} {title}".strip())) if title or icon else Markup("")
    return tag("div", head + macro.inside, class_=f"panel {PANELS[macro.name]}")


def _expand(macro: Macro) -> Markup:
    return tag("details", tag("summary", macro.parameter("title") or EXPAND) + macro.inside)


def _status(macro: Macro) -> Markup:
    look = ["lozenge", macro.parameter("colour").lower(), "subtle" if macro.parameter("subtle") == "true" else ""]
    return tag("span", macro.parameter("title"), class_=" ".join(filter(None, look)))


def _children(macro: Macro) -> Markup:
    """The pages below this one that the reader sees: one level, `depth` levels, or `all`."""
    page, depth = macro.reading.page, macro.parameter("depth")
    if page is None:
        return tag("span", "children", class_="macro")
    levels = DEEPEST if macro.parameter("all") == "true" else min(int(depth) if depth.isdigit() else 1, DEEPEST)
    world, person = macro.reading.world, macro.reading.person
    tree = confluence_life.in_tree(p for p in world.confluence.pages.values() if may_see(p, person))
    return _listed(macro, tree, page.id, levels) or tag("p", "There are no pages below this one.", class_="quiet")


def _listed(macro: Macro, tree: dict[str | None, list[Page]], above: str, levels: int) -> Markup:
    found = list(tree.get(above, []) if levels else [])
    if macro.parameter("sort") in SORTS:
        found.sort(key=SORTS[macro.parameter("sort")])
    if macro.parameter("reverse") == "true":
        found.reverse()
    world = macro.reading.world
    lines = [tag("li", page_link(world, child) + _listed(macro, tree, child.id, levels - 1)) for child in found]
    return tag("ul", joined(lines), class_="children") if lines else Markup("")


SORTS: dict[str, Callable[[Page], str | float]] = {
    "creation": lambda page: page.created,
    "modified": lambda page: page.updated,
    "title": lambda page: page.title.lower(),
}


def page_link(world: World, page: Page, label: str | None = None) -> Markup:
    key = world.confluence.spaces[page.space_id]["key"]
    return link(f"/wiki/spaces/{key}/pages/{page.id}", label or page.title)


DRAWN: dict[str, Callable[[Macro], Markup]] = {
    "code": _code,
    "noformat": _code,
    **dict.fromkeys(PANELS, _panel),
    "expand": _expand,
    "status": _status,
    "children": _children,
}
