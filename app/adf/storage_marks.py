"""Which tags stand around a run of text, outside to inside: the same marks always give the same markup.

Source: facts confluence_adf.md §3.4. A mark that is not named here (a comment on the source, a border) is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

from app.adf import colours
from app.adf.links import address
from app.adf.nodes import Node, attrs, said
from app.adf.storage_markup import Tags, escaped, pair, pieces

NO_TAGS: Tags = ("", "")
_PLAIN = {name: pair(name) for name in ("strong", "em", "underline", "strike", "code")}
_SUB, _SUP = pair("sub"), pair("sup")
_LINK, _COLOURED, _HIGHLIGHTED = pieces("link"), pieces("coloured"), pieces("highlighted")


def tags(marks: Any, base_url: str, bold: bool) -> Tags:
    """The tags for *marks*; within text that is *bold* anyway, `strong` is left out."""
    try:
        kinds = tuple([mark["type"] for mark in marks])
        if kinds in _KNOWN and not bold:
            return _KNOWN[kinds]
    except (KeyError, TypeError):  # what somebody took for a mark
        kinds = ()
    if kinds == ("link",):
        return _link(marks[0], base_url)
    return _nested(_first_of_each(marks) if isinstance(marks, list) else {}, base_url, bold)


def _nested(found: dict[str, Node], base_url: str, bold: bool) -> Tags:
    if "code" in found:
        found = {kind: mark for kind, mark in found.items() if kind in ("code", "link")}
    if bold:
        found.pop("strong", None)
    nested = [_TAGS[kind](found[kind], base_url) for kind in _TAGS if kind in found]
    return "".join([before for before, _ in nested]), "".join([after for _, after in reversed(nested)])


def _first_of_each(marks: list[Any]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for mark in marks:
        kind = mark.get("type") if isinstance(mark, dict) else None
        if isinstance(kind, str):
            found.setdefault(kind, mark)
    return found


def link_tags(href: Any, base_url: str) -> Tags:
    """Around what leads to *href*; nothing where that is not safe."""
    url = address(href, base_url)
    return (_LINK[0] + escaped(url) + _LINK[1], _LINK[2]) if url else NO_TAGS


def _link(mark: Node, base_url: str) -> Tags:
    return link_tags(attrs(mark).get("href"), base_url)


def _raised(mark: Node, base_url: str) -> Tags:
    return {"sub": _SUB, "sup": _SUP}.get(said(attrs(mark).get("type")), NO_TAGS)


def _coloured(mark: Node, base_url: str) -> Tags:
    return _filled(_COLOURED, colours.text_colour(said(attrs(mark).get("color"))))


def _highlighted(mark: Node, base_url: str) -> Tags:
    return _filled(_HIGHLIGHTED, colours.background(said(attrs(mark).get("color"))))


def _filled(span: tuple[str, ...], colour: str) -> Tags:
    return (span[0] + colour + span[1], span[2]) if colour else NO_TAGS


def _always(kind: str) -> Callable[[Node, str], Tags]:
    return lambda mark, base_url: _PLAIN[kind]


#: From the outermost to the innermost.
_TAGS: dict[str, Callable[[Node, str], Tags]] = {
    "link": _link,
    "strong": _always("strong"),
    "em": _always("em"),
    "underline": _always("underline"),
    "strike": _always("strike"),
    "subsup": _raised,
    "textColor": _coloured,
    "backgroundColor": _highlighted,
    "code": _always("code"),
}
#: The marks that need nothing but their name, one or two at a time: nearly all that there are.
_KNOWN = {
    kinds: _nested({kind: {} for kind in kinds}, "", bold=False)
    for many in (1, 2)
    for kinds in permutations(_PLAIN, many)
}
