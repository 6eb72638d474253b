"""Which documents Jira takes: what may stand in what, and which attributes it needs (the ADF schema in short).

Source: http://go.atlassian.com/adf-json-schema, the nodes that an issue's rich text can hold.
"""

from __future__ import annotations

from sandbox.world import Json

INLINE = frozenset({"text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "placeholder"})
INLINE |= {"inlineExtension", "mediaInline"}
LISTS = frozenset({"bulletList", "orderedList"})
MEDIA = frozenset({"mediaSingle", "mediaGroup"})
SIMPLE = LISTS | MEDIA | {"paragraph", "codeBlock", "extension"}
CARDS = frozenset({"blockCard", "embedCard"})
PANEL = SIMPLE | CARDS | {"heading", "rule", "decisionList", "taskList"}
CELL = PANEL | {"panel", "blockquote", "nestedExpand"}
BLOCK = CELL - {"nestedExpand"} | {
    "table",
    "expand",
    "bodiedExtension",
    "layoutSection",
    "syncBlock",
    "bodiedSyncBlock",
}

#: Node → the nodes that its `content` may hold. Who is not here has no content.
CHILDREN: dict[str, frozenset[str]] = {
    "doc": BLOCK,
    "paragraph": INLINE,
    "heading": INLINE,
    "taskItem": INLINE,
    "decisionItem": INLINE,
    "caption": INLINE,
    "codeBlock": frozenset({"text"}),
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": SIMPLE - {"mediaGroup"} | {"taskList"},
    "taskList": frozenset({"taskItem", "blockTaskItem", "taskList"}),
    "blockTaskItem": frozenset({"paragraph", "extension"}),
    "decisionList": frozenset({"decisionItem"}),
    "blockquote": SIMPLE,
    "panel": PANEL,
    "expand": CELL | {"table"},
    "nestedExpand": CELL - {"nestedExpand"},
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableCell", "tableHeader"}),
    "tableCell": CELL,
    "tableHeader": CELL,
    "mediaSingle": frozenset({"media", "caption"}),
    "mediaGroup": frozenset({"media"}),
    "layoutSection": frozenset({"layoutColumn"}),
    "layoutColumn": BLOCK - {"layoutSection"},
    "bodiedExtension": BLOCK - {"layoutSection", "expand", "bodiedExtension"},
    "bodiedSyncBlock": BLOCK,
}
MUST_HAVE_CONTENT = LISTS | MEDIA | {"listItem", "taskList", "decisionList", "blockquote", "panel", "expand", "table"}
REQUIRED_ATTRS: dict[str, tuple[str, ...]] = {
    "mention": ("id",),
    "emoji": ("shortName",),
    "date": ("timestamp",),
    "status": ("text", "color"),
    "media": ("type",),
    "taskItem": ("localId",),
    "taskList": ("localId",),
    "extension": ("extensionKey", "extensionType"),
    "inlineExtension": ("extensionKey", "extensionType"),
    "bodiedExtension": ("extensionKey", "extensionType"),
}
MARKS = frozenset({"strong", "em", "code", "link", "strike", "subsup", "underline", "textColor", "backgroundColor"})
MARKS |= {"annotation", "border", "alignment", "indentation", "breakout", "fragment", "dataConsumer", "fontSize"}
#: What each of these attributes may be.
CHOICES: dict[str, tuple[tuple[str, tuple[object, ...]], ...]] = {
    "heading": (("level", (1, 2, 3, 4, 5, 6)),),
    "panel": (("panelType", ("info", "note", "tip", "warning", "error", "success", "custom")),),
    "taskItem": (("state", ("TODO", "DONE")),),
}
MARK_ATTRS = {"link": ("href",), "subsup": ("type",), "textColor": ("color",), "backgroundColor": ("color",)}
#: The trap that converters from Markdown fall into: code cannot be bold.
NOT_WITH_CODE = frozenset({"strong", "em", "strike", "subsup", "underline", "textColor", "backgroundColor"})
#: Nodes that take no marks at all.
BARE = LISTS | {"doc", "listItem", "panel", "blockquote", "rule", "mediaGroup", "hardBreak", "taskList", "tableRow"}


def is_valid(document: Json) -> bool:
    """Whether Jira would take *document*."""
    return document.get("version") == 1 and _holds(document)


def _holds(node: object) -> bool:
    if (
        not isinstance(node, dict)
        or not isinstance(node.get("type"), str)
        or not _has_attrs(node)
        or not _has_good_marks(node)
    ):
        return False
    kind = node.get("type")
    if kind == "text":
        return isinstance(node.get("text"), str) and node["text"] != ""
    return _has_good_content(kind, node.get("content"))


def _has_good_content(kind: object, content: object) -> bool:
    allowed = CHILDREN.get(str(kind))
    if allowed is None:
        return not content
    if content is None:
        return kind not in MUST_HAVE_CONTENT and kind != "doc"
    if not isinstance(content, list) or (kind in MUST_HAVE_CONTENT and not content):
        return False
    if kind == "codeBlock" and any(isinstance(child, dict) and child.get("marks") for child in content):
        return False
    return all(isinstance(child, dict) and _holds(child) and child["type"] in allowed for child in content)


def _has_attrs(node: Json) -> bool:
    attrs, kind = node.get("attrs", {}), str(node.get("type"))
    if not isinstance(attrs, dict) or any(attrs.get(name) not in allowed for name, allowed in CHOICES.get(kind, ())):
        return False
    if kind == "media":
        return bool(attrs.get("url" if attrs.get("type") == "external" else "id")) and "type" in attrs
    return all(name in attrs for name in REQUIRED_ATTRS.get(kind, ()))


def _has_good_marks(node: Json) -> bool:
    marks = node.get("marks", [])
    if not isinstance(marks, list) or not all(isinstance(mark, dict) for mark in marks):
        return False
    kinds = {str(mark.get("type")) for mark in marks}
    if not kinds <= MARKS or (kinds and node.get("type") in BARE):
        return False
    return not ("code" in kinds and kinds & NOT_WITH_CODE) and all(map(_has_mark_attrs, marks))


def _has_mark_attrs(mark: Json) -> bool:
    attrs = mark.get("attrs") or {}
    return isinstance(attrs, dict) and all(name in attrs for name in MARK_ATTRS.get(mark["type"], ()))
