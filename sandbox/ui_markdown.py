"""Markdown that a person typed, as an Atlassian document. Python-Markdown only parses; raw HTML is text.

What Markdown has no words for stands in the text as `⟦…⟧` (see `ui_markdown_text`) and is put back here.
"""

from __future__ import annotations

import re
from typing import cast
from xml.etree import ElementTree

import markdown
from markdown.inlinepatterns import SimpleTagInlineProcessor

from sandbox import ui_markdown_tree
from sandbox.ui_markdown_text import MARKER, Kept, written, written_block
from sandbox.world import Json

#: Jira keeps no longer text; and the parser's time grows with the square of some inputs.
LONGEST, MOST_BRACKETS = 32_767, 1000
NESTED = re.compile(r"(?m)^(?:[ \t]*(?:[-*+>]|\d+\.)){20}")
#: One character for each kept node while the text is parsed, so that nothing in its label counts as Markdown.
PRIVATE = 0xE000
FENCE = re.compile(r"^(```+|~~~+)[ \t]*([\w+#.-]*)[ \t]*\n(.*?)(?:^\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"(?:[-*+]|\d+\.)\s")
HTML_PATTERNS = ("html", "entity", "autolink", "automail")


def document(text: str, before: Json | None = None, files: dict[str, str] | None = None) -> Json | None:
    """The document that *text* says, None if it says nothing.

    *before* is the document whose Markdown the person changed: what she left alone stays as it was, also where
    Markdown could not say all of it. *files* are the issue's pictures by name: `![](name)` shows one.
    """
    kept = Kept(files)
    written(before, kept)
    blocks = _blocks(_clean(text), kept)
    if before:
        blocks = _left_alone(blocks, before, kept)
    return {"type": "doc", "version": 1, "content": blocks} if blocks else None


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n")
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff]", "", text)


def _blocks(text: str, kept: Kept) -> list[Json]:
    """Fences are cut out first: the parser breaks on what stands in them (facts: confluence_adf.md §4.3)."""
    labels = {label: chr(PRIVATE + n) for n, label in enumerate(kept.nodes)}
    text = MARKER.sub(lambda found: labels.get(found[0], found[0]), text)
    nodes = dict(zip(labels.values(), kept.nodes.items(), strict=True))
    found: list[Json] = []
    end = 0
    for fence in FENCE.finditer(text):
        found += _parsed(text[end : fence.start()], nodes, kept.files)
        found.append(_code(fence[2], ui_markdown_tree.spoken(fence[3], nodes)))
        end = fence.end()
    return found + _parsed(text[end:], nodes, kept.files)


def _code(language: str, code: str) -> Json:
    block: Json = {"type": "codeBlock", "attrs": {"language": language}} if language else {"type": "codeBlock"}
    code = code.removesuffix("\n")
    return block | ({"content": [{"type": "text", "text": code}]} if code else {})


def _parsed(text: str, nodes: ui_markdown_tree.Nodes, files: dict[str, str]) -> list[Json]:
    if not text.strip():
        return []
    if _too_much(text):
        return ui_markdown_tree.plain(ui_markdown_tree.spoken(text, nodes))
    try:
        tree = _tree(text)
    except RecursionError:
        tree = None
    if tree is None or "\x03" in "".join(tree.itertext()):  # the parser lost one of its own placeholders
        return ui_markdown_tree.plain(ui_markdown_tree.spoken(text, nodes))
    return ui_markdown_tree.blocks(tree, nodes, files)


def _too_much(text: str) -> bool:
    """What would keep the parser busy for seconds is taken as plain text."""
    return len(text) > LONGEST or text.count("[") > MOST_BRACKETS or NESTED.search(text) is not None


def _tree(text: str) -> ElementTree.Element:
    """The parser's tree before it becomes HTML."""
    parser = _parser()
    root = cast(ElementTree.Element, parser.parser.parseDocument(_lists_apart(text).split("\n")).getroot())
    for name in ("inline", "unescape"):
        parser.treeprocessors[name].run(root)
    return root


def _parser() -> markdown.Markdown:
    """A new one each time: they remember, and cannot be shared between threads."""
    parser = markdown.Markdown(extensions=["tables", "nl2br", "sane_lists"], tab_length=2)
    for name in HTML_PATTERNS:
        parser.inlinePatterns.deregister(name)
    # An indent is no code here: people indent, and fences say it better. A line under a text is no heading.
    for name in ("code", "setextheader"):
        parser.parser.blockprocessors.deregister(name)
    parser.inlinePatterns.register(SimpleTagInlineProcessor(r"()~~(.+?)~~", "s"), "strike", 65)
    parser.ESCAPED_CHARS = [*parser.ESCAPED_CHARS, "~", "|", "<"]
    return parser


def _lists_apart(text: str) -> str:
    """Two things that people type and the parser takes otherwise.

    A list may begin on the line after a paragraph, and `#name` at the beginning of a line is a channel, no heading.
    """
    lines: list[str] = []
    for line in re.sub(r"(?m)^(\s*)(#+)(?=[^\s#])", r"\1\\\2", text).split("\n"):
        before = lines[-1] if lines else ""
        if ITEM.match(line) and before.strip() and not ITEM.match(before.lstrip()) and before[:1] not in " \t":
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def _left_alone(blocks: list[Json], before: Json, kept: Kept) -> list[Json]:
    """*blocks*, but each part that says what a part of *before* says is that part."""
    known: dict[str, list[Json]] = {}
    for old in before.get("content") or []:
        said = _blocks(written_block(old, kept), kept)
        if len(said) == 1:
            _remember(known, said[0], old)
    return [_as_before(block, known) for block in blocks]


def _remember(known: dict[str, list[Json]], said: Json, old: Json) -> None:
    known.setdefault(_key(said), []).append(old)
    inside, was = said.get("content") or [], old.get("content") or []
    if len(inside) == len(was) and said["type"] == old.get("type"):
        for part, part_was in zip(inside, was, strict=True):
            if part["type"] != "text":
                _remember(known, part, part_was)


def _as_before(block: Json, known: dict[str, list[Json]]) -> Json:
    olds = known.get(_key(block))
    if olds:
        return olds.pop(0) if len(olds) > 1 else olds[0]
    if block.get("type") in ("paragraph", "heading", "codeBlock") or "content" not in block:
        return block
    return block | {"content": [_as_before(part, known) for part in block["content"]]}


def _key(node: Json) -> str:
    return repr(node)
