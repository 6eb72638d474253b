"""Markdown that a person typed, as storage format: for a new page, or a few lines more on an old one."""

from __future__ import annotations

from html import escape

from sandbox.ui_markdown import document
from sandbox.world import Json

SIMPLE = {"paragraph": "p", "blockquote": "blockquote", "bulletList": "ul", "orderedList": "ol", "listItem": "li"}
SIMPLE |= {"tableRow": "tr", "tableHeader": "th", "tableCell": "td"}
MARKS = {"strong": "strong", "em": "em", "strike": "s", "code": "code"}


def storage_of(text: str) -> str:
    """The fragment that *text* says; "" if it says nothing."""
    return _inside(document(text) or {})


def _inside(node: Json) -> str:
    return "".join(_node(child) for child in node.get("content") or [])


def _node(node: Json) -> str:
    """Only what Markdown can say comes here; see `ui_markdown_tree`."""
    kind, attrs = str(node["type"]), node.get("attrs") or {}
    if kind == "text":
        return _text(node)
    if kind == "codeBlock":
        return _code(node, str(attrs.get("language") or ""))
    if kind == "taskList":
        return f"<ac:task-list>{''.join(map(_task, node['content']))}</ac:task-list>"
    if kind == "table":
        return f"<table><tbody>{_inside(node)}</tbody></table>"
    if kind in ("hardBreak", "rule"):
        return "<br />" if kind == "hardBreak" else "<hr />"
    tag = f"h{attrs['level']}" if kind == "heading" else SIMPLE.get(kind, "p")
    return f"<{tag}>{_inside(node)}</{tag}>"


def _text(node: Json) -> str:
    shown = escape(node["text"], quote=False)
    for mark in node.get("marks") or []:
        if mark["type"] == "link":
            shown = f'<a href="{escape(mark["attrs"]["href"])}">{shown}</a>'
        else:
            shown = f"<{MARKS[mark['type']]}>{shown}</{MARKS[mark['type']]}>"
    return shown


def _code(node: Json, language: str) -> str:
    code = "".join(part["text"] for part in node.get("content") or []).replace("]]>", "]]]]><![CDATA[>")
    told = f'<ac:parameter ac:name="language">{escape(language)}</ac:parameter>' if language else ""
    body = f"<ac:plain-text-body><![CDATA[{code}]]></ac:plain-text-body>"
    return f'<ac:structured-macro ac:name="code" ac:schema-version="1">{told}{body}</ac:structured-macro>'


def _task(node: Json) -> str:
    state = "complete" if node["attrs"]["state"] == "DONE" else "incomplete"
    return f"<ac:task><ac:task-status>{state}</ac:task-status><ac:task-body>{_inside(node)}</ac:task-body></ac:task>"
