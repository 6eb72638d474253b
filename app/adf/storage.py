"""ADF → Confluence storage format, for a cell of the log: text is never lost, markup is always well-formed.

What a cell cannot hold (a table, a picture of another issue, a task that could be ticked) becomes text
(facts: confluence_adf.md §2.3, §3.3). Nothing raises, whatever the JSON.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from app.adf.media import shown_file
from app.adf.text import plain_text

Node = dict[str, Any]
DEEPEST = 20
_SAFE = ("http://", "https://", "mailto:", "tel:")
#: Confluence's names are shifted against ADF's: a warning is a `note`, an error is a `warning`.
_PANELS = {"info": "info", "note": "info", "success": "tip", "warning": "note", "error": "warning", "custom": "info"}
_MARKS = {
    "strong": Markup("<strong>{}</strong>"),
    "em": Markup("<em>{}</em>"),
    "underline": Markup("<u>{}</u>"),
    "strike": Markup("<s>{}</s>"),
    "code": Markup("<code>{}</code>"),
}
_TASK = {"DONE": "\N{BALLOT BOX WITH CHECK}", "TODO": "\N{BALLOT BOX}"}


def to_storage(doc: Any) -> Markup:
    """Storage format of *doc*; empty for no document."""
    return _children(doc, 0) if isinstance(doc, dict) else Markup()


def safe_text(words: Any) -> str:
    """*words* without what XML 1.0 cannot carry, not even as an entity: control characters and halves of a pair."""
    return "".join(ch if _is_xml(ord(ch)) else "\ufffd" for ch in str(words))


def _is_xml(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _children(node: Node, depth: int) -> Markup:
    return Markup().join(_node(child, depth) for child in _nodes(node))


def _nodes(node: Node) -> list[Node]:
    content = node.get("content")
    return [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []


def _node(node: Node, depth: int) -> Markup:
    if depth > DEEPEST:
        return Markup("<p>{}</p>").format(safe_text(plain_text(node)))
    if (file := shown_file(node)) is not None:
        words = Markup("[{}]").format(safe_text(file))
        return words if node.get("type") == "mediaInline" else Markup("<p>{}</p>").format(words)
    renderer = _RENDERERS.get(str(node.get("type")))
    return renderer(node, depth) if renderer else _unknown(node, depth)


def _unknown(node: Node, depth: int) -> Markup:
    if inner := _children(node, depth + 1):
        return inner
    attrs = _attrs(node)
    words = node.get("text") or attrs.get("text") or attrs.get("title") or attrs.get("url") or ""
    return Markup("{}").format(safe_text(words))


def _attrs(node: Node) -> Node:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _text(node: Node, depth: int) -> Markup:
    out = Markup("{}").format(safe_text(node.get("text") or ""))
    marks = [m for m in node.get("marks") or [] if isinstance(m, dict)] if isinstance(node.get("marks"), list) else []
    for mark in sorted(marks, key=lambda m: _ORDER.get(str(m.get("type")), 99), reverse=True):
        out = _marked(mark, out)
    return out


#: Outside to inside, so that the same text always gives the same markup.
_ORDER = {name: place for place, name in enumerate(("link", "strong", "em", "underline", "strike", "subsup", "code"))}


def _marked(mark: Node, inner: Markup) -> Markup:
    kind = str(mark.get("type"))
    if kind in _MARKS:
        return _MARKS[kind].format(inner)
    if kind == "subsup":
        raised = _attrs(mark).get("type") == "sup"
        return (Markup("<sup>{}</sup>") if raised else Markup("<sub>{}</sub>")).format(inner)
    if kind == "link":
        return _link(_attrs(mark).get("href"), inner)
    return inner


def _link(address: Any, inner: Markup) -> Markup:
    url = safe_text(address or "").strip()
    return Markup('<a href="{}">{}</a>').format(url, inner) if url.lower().startswith(_SAFE) else inner


def _around(markup: Markup) -> Any:
    """A renderer that puts the node's children into *markup*."""
    return lambda node, depth: markup.format(_children(node, depth + 1))


def _heading(node: Node, depth: int) -> Markup:
    # A real heading would fill the log page's table of contents.
    return Markup("<p><strong>{}</strong></p>").format(_children(node, depth + 1))


_PARAMETER = Markup('<ac:parameter ac:name="{}">{}</ac:parameter>')
_CODE = Markup(
    '<ac:structured-macro ac:name="code" ac:schema-version="1">{}'
    "<ac:plain-text-body>{}</ac:plain-text-body></ac:structured-macro>"
)
_BOX = Markup(
    '<ac:structured-macro ac:name="{}" ac:schema-version="1">'
    "<ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>"
)


def _code_block(node: Node, depth: int) -> Markup:
    body = safe_text("".join(str(each.get("text") or "") for each in _nodes(node)))
    language = safe_text(_attrs(node).get("language") or "").lower()
    return _CODE.format(_PARAMETER.format("language", language) if language else Markup(), _cdata(body))


def _cdata(words: str) -> Markup:
    """Nothing is escaped inside CDATA; only its own end has to be taken apart."""
    return Markup("<![CDATA[" + words.replace("]]>", "]]]]><![CDATA[>") + "]]>")  # noqa: S704


def _panel(node: Node, depth: int) -> Markup:
    name = _PANELS.get(str(_attrs(node).get("panelType")), "info")
    return _BOX.format(name, _children(node, depth + 1))


def _expand(node: Node, depth: int) -> Markup:
    title = safe_text(_attrs(node).get("title") or "")
    return (Markup("<p><strong>{}</strong></p>").format(title) if title else Markup()) + _children(node, depth + 1)


def _task(node: Node, depth: int) -> Markup:
    box = _TASK.get(str(_attrs(node).get("state")), _TASK["TODO"])
    return Markup("<li><p>{} {}</p></li>").format(box, _children(node, depth + 1))


def _decision(node: Node, depth: int) -> Markup:
    return Markup("<li><p>\N{CHECK MARK} {}</p></li>").format(_children(node, depth + 1))


def _row(node: Node, depth: int) -> Markup:
    words = (safe_text(plain_text(cell).replace("\n", " ")) for cell in _nodes(node))
    return Markup("<p>{}</p>").format(" | ".join(words))


def _date(node: Node, depth: int) -> Markup:
    stamp = _attrs(node).get("timestamp")
    try:
        # A string of milliseconds, in UTC: local time would shift the day.
        return Markup("{}").format(datetime.fromtimestamp(int(str(stamp)) / 1000, UTC).date().isoformat())
    except (ValueError, OverflowError, OSError):
        return Markup("{}").format(safe_text(stamp or ""))


def _mention(node: Node, depth: int) -> Markup:
    # Text only: a live mention on a new page may mail the person.
    return Markup("{}").format(safe_text(_attrs(node).get("text") or "@someone"))


def _emoji(node: Node, depth: int) -> Markup:
    return Markup("{}").format(safe_text(_attrs(node).get("text") or _attrs(node).get("shortName") or ""))


def _status(node: Node, depth: int) -> Markup:
    return Markup("[{}]").format(safe_text(_attrs(node).get("text") or ""))


def _card(node: Node, depth: int) -> Markup:
    url = safe_text(_attrs(node).get("url") or "")
    link = _link(url, Markup("{}").format(url))
    return link if node.get("type") == "inlineCard" else Markup("<p>{}</p>").format(link)


def _ordered(node: Node, depth: int) -> Markup:
    start = _attrs(node).get("order")
    opening = Markup('<ol start="{}">').format(start) if isinstance(start, int) and start > 1 else Markup("<ol>")
    return opening + _children(node, depth + 1) + Markup("</ol>")


def _break(node: Node, depth: int) -> Markup:
    return Markup("<br/>")


def _rule(node: Node, depth: int) -> Markup:
    return Markup("<hr/>")


_RENDERERS = {
    "text": _text,
    "paragraph": _around(Markup("<p>{}</p>")),
    "heading": _heading,
    "hardBreak": _break,
    "rule": _rule,
    "bulletList": _around(Markup("<ul>{}</ul>")),
    "orderedList": _ordered,
    "listItem": _around(Markup("<li>{}</li>")),
    "taskList": _around(Markup("<ul>{}</ul>")),
    "taskItem": _task,
    "decisionList": _around(Markup("<ul>{}</ul>")),
    "decisionItem": _decision,
    "blockquote": _around(Markup("<blockquote>{}</blockquote>")),
    "codeBlock": _code_block,
    "panel": _panel,
    "expand": _expand,
    "nestedExpand": _expand,
    "tableRow": _row,
    "date": _date,
    "mention": _mention,
    "emoji": _emoji,
    "status": _status,
    "inlineCard": _card,
    "blockCard": _card,
    "embedCard": _card,
}
