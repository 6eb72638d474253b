"""An Atlassian document as the Markdown that a person edits.

What Markdown has no words for (a mention, a panel, a coloured table) is written `⟦…⟧`. Who leaves that where it is
keeps the thing itself. Marks without a word, like colours, are kept as long as their paragraph is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.adf import plain_text
from sandbox.world import Json

MARKER = re.compile("⟦[^⟦⟧\n]*⟧")
#: Mark → what stands before and behind it. Links are written around all of these.
SIGNS = {"strong": "**", "em": "*", "strike": "~~", "code": "`"}
SPECIAL = re.compile(r"[\\`*\[]|~(?=~)|(?<![^\W_])_|_(?![^\W_])")
#: What would begin a block at the beginning of a line.
OPENING = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|-{3,}|\||\d+(?=\.\s))")


class Kept:
    """The nodes that Markdown has no words for, by what stands for them."""

    def __init__(self, files: dict[str, str] | None = None) -> None:
        self.nodes: dict[str, Json] = {}
        #: Media ids by file name: pictures that `![](name)` can show.
        self.files = files or {}

    def label(self, words: str, node: Json) -> str:
        """A label that no other node has."""
        words = re.sub(r"[⟦⟧\s]+", " ", words).strip()[:60] or str(node.get("type"))
        label, number = f"⟦{words}⟧", 1
        while self.nodes.setdefault(label, node) != node:
            number += 1
            label = f"⟦{words} ({number})⟧"
        return label


def written(document: Json | None, kept: Kept | None = None) -> str:
    """The Markdown of *document*; *kept* learns what stands for what."""
    kept = Kept() if kept is None else kept
    blocks = (written_block(block, kept) for block in (document or {}).get("content") or [])
    return "\n\n".join(block for block in blocks if block.strip())


def written_block(node: Json, kept: Kept) -> str:
    kind = str(node.get("type"))
    said = BLOCKS[kind](node, kept) if kind in BLOCKS else None
    return said if said is not None else _label(node, kept)


def _label(node: Json, kept: Kept) -> str:
    attrs = node.get("attrs") or {}
    words = str(attrs.get("title") or attrs.get("alt") or attrs.get("url") or plain_text(node))
    return kept.label(f"{node.get('type')}: {words}" if words.strip() else str(node.get("type")), node)


def _paragraph(node: Json, kept: Kept) -> str:
    lines = _inline(node, kept).split("\n")
    return "\n".join(OPENING.sub(_escaped_opening, line) for line in lines)


def _escaped_opening(found: re.Match[str]) -> str:
    # `1.` is escaped behind the number, everything else before it.
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def _heading(node: Json, kept: Kept) -> str | None:
    level = int((node.get("attrs") or {}).get("level") or 1)
    said = _inline(node, kept)
    return f"{'#' * level} {said}" if 1 <= level <= 6 and "\n" not in said else None


def _list(node: Json, kept: Kept) -> str:
    first = (node.get("attrs") or {}).get("order") or 1
    numbered = node.get("type") == "orderedList"
    items = []
    for number, item in enumerate(node.get("content") or [], first):
        items.append((f"{number}. " if numbered else "- ") + _item(item, kept))
    return "\n".join(items)


def _item(item: Json, kept: Kept) -> str:
    """Parts of an item stand under its first line, indented; lists follow without a blank line between."""
    said = ""
    for part in item.get("content") or []:
        # A fence in a list would break it (facts: confluence_adf.md §4.3).
        text = _label(part, kept) if part.get("type") == "codeBlock" else written_block(part, kept)
        listed = part.get("type") in ("bulletList", "orderedList")
        said += ("" if not said else "\n" if listed else "\n\n") + text
    return said.replace("\n", "\n  ").replace("\n  \n", "\n\n")


def _code_block(node: Json, kept: Kept) -> str | None:
    code = "".join(str(part.get("text", "")) for part in node.get("content") or [])
    language = str((node.get("attrs") or {}).get("language") or "")
    if not re.fullmatch(r"[\w+#.-]*", language):
        return None
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"


def _quote(node: Json, kept: Kept) -> str | None:
    inside = node.get("content") or []
    if any(part.get("type") != "paragraph" for part in inside):
        return None
    return "> " + "\n\n".join(_paragraph(part, kept) for part in inside).replace("\n", "\n> ")


def _tasks(node: Json, kept: Kept) -> str | None:
    items = node.get("content") or []
    if any(item.get("type") != "taskItem" for item in items):
        return None
    said = [("x" if _is_done(item) else " ", _inline(item, kept)) for item in items]
    return None if any("\n" in text for _, text in said) else "\n".join(f"- [{box}] {text}" for box, text in said)


def _is_done(task: Json) -> bool:
    return bool((task.get("attrs") or {}).get("state") == "DONE")


def _table(node: Json, kept: Kept) -> str | None:
    """A table with one row of heads and a line in each cell; Markdown knows no other."""
    rows = [row.get("content") or [] for row in node.get("content") or []]
    kinds = [{cell.get("type") for cell in row} for row in rows]
    if not rows or kinds[0] != {"tableHeader"} or any(k != {"tableCell"} for k in kinds[1:]):
        return None
    said = [[_cell(cell, kept) for cell in row] for row in rows]
    if len({len(row) for row in said}) != 1 or any(cell is None for row in said for cell in row):
        return None
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in said]
    return "\n".join([lines[0], "|" + " --- |" * len(said[0]), *lines[1:]])


def _cell(cell: Json, kept: Kept) -> str | None:
    attrs, inside = cell.get("attrs") or {}, cell.get("content") or []
    spans = attrs.get("colspan", 1) != 1 or attrs.get("rowspan", 1) != 1
    if spans or len(inside) > 1 or any(part.get("type") != "paragraph" for part in inside):
        return None
    text = _inline(inside[0], kept).replace("|", "\\|") if inside else ""
    return None if "\n" in text else text


def _media(node: Json, kept: Kept) -> str | None:
    inside = node.get("content") or []
    attrs = (inside[0].get("attrs") or {}) if len(inside) == 1 else {}
    names = [name for name, id_ in kept.files.items() if id_ == attrs.get("id")]
    if not names or not re.fullmatch(r"[\w.-]+", names[0]):
        return None
    alt = str(attrs.get("alt") or "")
    told = alt if alt != names[0] and re.fullmatch(r"[ \w.-]*", alt) else ""
    return f"![{told}]({names[0]})"


BLOCKS: dict[str, Callable[[Json, Kept], str | None]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bulletList": _list,
    "orderedList": _list,
    "codeBlock": _code_block,
    "blockquote": _quote,
    "rule": lambda node, kept: "---",
    "taskList": _tasks,
    "table": _table,
    "mediaSingle": _media,
}


def _inline(node: Json, kept: Kept) -> str:
    runs = _joined([_run(child, kept) for child in node.get("content") or []])
    return "".join(_marked(words, marks) for words, marks in runs)


#: Words in Markdown, and the marks on them that it can say.
Run = tuple[str, dict[str, Any]]


def _run(node: Json, kept: Kept) -> Run:
    attrs = node.get("attrs") or {}
    if node.get("type") == "hardBreak":
        return "\n", {}
    if node.get("type") == "emoji" and not str(attrs.get("text") or ":").startswith(":"):
        # A sign of the keyboard says the same; the node itself is kept while its paragraph is left alone.
        return str(attrs["text"]), {}
    if node.get("type") == "text":
        marks = {str(m.get("type")): m.get("attrs") or {} for m in node.get("marks") or []}
        said = {name: marks[name] for name in ("link", *SIGNS) if name in marks}
        text = str(node.get("text", ""))
        return (text if "code" in said else SPECIAL.sub(r"\\\g<0>", text)), said
    if node.get("type") == "mention":
        return kept.label(str(attrs.get("text") or f"@{attrs.get('id')}"), node), {}
    return kept.label(f"{node.get('type')}: {_in_words(node)}", node), {}


def _in_words(node: Json) -> str:
    attrs = node.get("attrs") or {}
    stamp = str(attrs.get("timestamp") or "")
    if node.get("type") == "date" and stamp.isdigit():
        return datetime.fromtimestamp(int(stamp) / 1000, UTC).strftime("%d %b %Y")
    return str(attrs.get("text") or attrs.get("url") or attrs.get("shortName") or stamp)


def _joined(runs: list[Run]) -> list[Run]:
    """Neighbours with the same marks are one run."""
    found: list[Run] = []
    for words, marks in runs:
        if found and found[-1][1] == marks:
            found[-1] = (found[-1][0] + words, marks)
        else:
            found.append((words, marks))
    return found


def _marked(words: str, marks: dict[str, Any]) -> str:
    if not marks or not words.strip():
        return words
    # A sign counts only beside a word, so blanks stand outside.
    core = words.strip()
    before, behind = words[: words.index(core)], words[words.index(core) + len(core) :]
    return before + _linked(_signed(core, marks), core, marks) + behind


def _signed(core: str, marks: dict[str, Any]) -> str:
    if "code" in marks:
        sign = "``" if "`" in core else "`"
        return f"{sign} {core} {sign}" if "`" in core else f"{sign}{core}{sign}"
    for name in ("strike", "em", "strong"):
        core = f"{SIGNS[name]}{core}{SIGNS[name]}" if name in marks else core
    return core


def _linked(said: str, core: str, marks: dict[str, Any]) -> str:
    if "link" not in marks:
        return said
    href = str(marks["link"].get("href") or "")
    if href == core and said == core and href.startswith(("http://", "https://")):
        return said
    return f"[{said}]({href})" if re.fullmatch(r"[^\s()<>]+", href) else f"[{said}](<{href}>)"
