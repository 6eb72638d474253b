"""Atlassian documents as HTML for the issue page; nothing in them can become markup of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from markupsafe import Markup, escape

from sandbox.ui_html import joined, link, tag
from sandbox.world import Issue, Json

SIMPLE = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "bulletList": "ul",
    "listItem": "li",
    "table": "table",
    "tableRow": "tr",
    "caption": "figcaption",
    "decisionList": "ul",
    "decisionItem": "li",
}
MARKS = {"strong": "strong", "em": "em", "code": "code", "strike": "s", "underline": "u"}
COLOURS = ("blue", "green", "red", "yellow", "purple")
PANELS = {"info": "info", "note": "note", "success": "success", "warning": "warning", "error": "error"}


def document(issue: Issue, node: Json | None) -> Markup:
    """The whole document; *issue* is where its media are attached."""
    return children(issue, node) if isinstance(node, dict) else Markup("")


def children(issue: Issue, node: Json) -> Markup:
    return joined(_node(issue, child) for child in node.get("content") or [])


def _node(issue: Issue, node: Json) -> Markup:
    kind = str(node.get("type"))
    attrs = node.get("attrs") or {}
    if kind == "text":
        return _text(node)
    if kind in SIMPLE:
        return tag(SIMPLE[kind], children(issue, node))
    if kind in ("media", "mediaInline"):
        return _media(issue, attrs)
    if kind in LEAVES:
        return LEAVES[kind](attrs)
    return _container(issue, node, kind, attrs)


def _container(issue: Issue, node: Json, kind: str, attrs: Json) -> Markup:
    """A node that holds others; one that is not known shows what it holds."""
    inside = children(issue, node)
    if kind == "heading":
        level = min(max(int(attrs.get("level") or 1), 1), 6)
        return tag(f"h{level}", inside)
    if kind == "orderedList":
        return tag("ol", inside, start=attrs.get("order") or 1)
    if kind == "codeBlock":
        return tag("pre", inside, class_="code", data_language=attrs.get("language") or "")
    if kind == "panel":
        return tag("div", inside, class_="panel " + PANELS.get(str(attrs.get("panelType")), "info"))
    if kind in ("expand", "nestedExpand"):
        return tag("details", tag("summary", attrs.get("title") or "Details") + inside)
    if kind in ("tableHeader", "tableCell"):
        spans = {name: int(attrs.get(name) or 1) for name in ("colspan", "rowspan")}
        return tag("th" if kind == "tableHeader" else "td", inside, **spans)
    if kind in ("taskItem", "blockTaskItem"):
        box = "☑" if attrs.get("state") == "DONE" else "☐"
        return tag("div", box + " " + inside)
    return inside


def _text(node: Json) -> Markup:
    shown = escape(node.get("text") or "")
    for mark in node.get("marks") or []:
        kind = mark.get("type")
        if kind in MARKS:
            shown = tag(MARKS[kind], shown)
        elif kind == "subsup":
            shown = tag("sup" if (mark.get("attrs") or {}).get("type") == "sup" else "sub", shown)
        elif kind == "link":
            shown = link(str((mark.get("attrs") or {}).get("href")), shown)
    return shown


def _media(issue: Issue, attrs: Json) -> Markup:
    found = next((a for a in issue.attachments if a.media_id == attrs.get("id")), None)
    if found is None:
        return tag("span", f"[{attrs.get('alt') or 'media'}]", class_="quiet")
    address = f"/browse/{issue.key}/attachments/{found.id}"
    if found.mime_type.startswith("image/"):
        return tag("a", Markup('<img class="media" src="{}" alt="{}">').format(address, found.filename), href=address)
    return link(address, "📎 " + found.filename)


def _mention(attrs: Json) -> Markup:
    return tag("span", attrs.get("text") or "@" + str(attrs.get("id")), class_="mention")


def _emoji(attrs: Json) -> Markup:
    return escape(attrs.get("text") or attrs.get("shortName") or "")


def _status(attrs: Json) -> Markup:
    # A colour may also be any `#rrggbb`; then the mark is grey.
    colour = str(attrs.get("color") or "")
    return tag("span", attrs.get("text") or "", class_=f"lozenge {colour if colour in COLOURS else ''}".strip())


def _date(attrs: Json) -> Markup:
    stamp = str(attrs.get("timestamp") or "")
    if not stamp.isdigit():
        return escape(stamp)
    return tag("time", datetime.fromtimestamp(int(stamp) / 1000, UTC).strftime("%d %b %Y"))


def _card(attrs: Json) -> Markup:
    return link(str(attrs.get("url") or ""))


LEAVES = {
    "hardBreak": lambda attrs: Markup("<br>"),
    "rule": lambda attrs: Markup("<hr>"),
    "mention": _mention,
    "emoji": _emoji,
    "status": _status,
    "date": _date,
    "inlineCard": _card,
    "blockCard": _card,
    "embedCard": _card,
}
