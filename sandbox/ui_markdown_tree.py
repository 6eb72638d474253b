"""The tree of parsed Markdown as nodes of an Atlassian document, put so that Jira's rules of what stands in what hold."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from sandbox.world import Json

#: Stand-in character → label and node of what Markdown has no words for.
Nodes = dict[str, tuple[str, Json]]

MARKS = {"strong": "strong", "em": "em", "s": "strike", "code": "code"}
LISTS = {"ul": "bulletList", "ol": "orderedList"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = ("p", "ul", "ol", "blockquote", "hr", "table", *HEADINGS)
#: As in Jira's editor, an address is a link without more ado.
ADDRESS = re.compile(r"https?://(?:[^\s<>()\ue000-\uf8ff]|\([^\s<>()]*\))*(?:[\w/#=&-]|\([^\s<>()]*\))")
SAFE = re.compile(r"(?:https?://|mailto:|tel:|/|#)", re.IGNORECASE)
TASK = re.compile(r"\[([ xX])\] ")
BLOCK_NODES = {"mediaSingle", "mediaGroup", "panel", "expand", "nestedExpand", "table", "codeBlock", "bulletList"}
BLOCK_NODES |= {"orderedList", "taskList", "decisionList", "blockquote", "rule", "layoutSection", "bodiedExtension"}
BLOCK_NODES |= {"extension", "blockCard", "embedCard", "heading", "paragraph"}


class _Reader:
    """Builds the nodes of one text."""

    def __init__(self, nodes: Nodes, files: dict[str, str]) -> None:
        self._nodes, self._files = nodes, files
        self._stand_in = re.compile("[" + "".join(nodes) + "]") if nodes else None
        self._tasks = 0

    def blocks(self, parent: Element, only_simple: bool = False) -> list[Json]:
        """What stands in *parent*; runs of words without a paragraph of their own get one."""
        found: list[Json] = []
        run: list[Json] = list(self._text(parent.text, []))
        for child in parent:
            if child.tag in BLOCKS:
                found += _paragraphs(run)
                found += self._block(child, only_simple)
                run = list(self._text(child.tail, []))
            else:
                run += self._inline(child, [])
        return found + _paragraphs(run)

    def _block(self, element: Element, only_simple: bool) -> list[Json]:
        """One block. In quotes and lists stand only simple ones: headings lose their size, quotes their bar."""
        if element.tag in LISTS:
            return [self._list(element)]
        if element.tag in HEADINGS and not only_simple:
            level = {"level": int(element.tag[1])}
            return [{"type": "heading", "attrs": level, "content": _flat(self._children(element, []))}]
        if element.tag == "blockquote" and not only_simple:
            inside = self.blocks(element, only_simple=True)
            return [{"type": "blockquote", "content": inside}] if inside else []
        if element.tag == "hr":
            return [] if only_simple else [{"type": "rule"}]
        if element.tag == "table" and not only_simple:
            return [self._table(element)]
        return self.blocks(element, only_simple)

    def _list(self, element: Element) -> Json:
        items = [self.blocks(li, only_simple=True) or [{"type": "paragraph"}] for li in element]
        if element.tag == "ul" and items and all(map(_task_state, items)):
            return self._task_list(items)
        made: Json = {"type": LISTS[element.tag]}
        start = element.get("start", "1")
        if element.tag == "ol" and start != "1":
            made["attrs"] = {"order": int(start)}
        return made | {"content": [{"type": "listItem", "content": item} for item in items]}

    def _task_list(self, items: list[list[Json]]) -> Json:
        made = []
        for (paragraph,) in items:
            state = "DONE" if _task_state([paragraph]) in ("x", "X") else "TODO"
            first, *others = paragraph["content"]
            said = [first | {"text": first["text"][4:]}] if len(first["text"]) > 4 else []
            item = {"type": "taskItem", "attrs": {"localId": self._task_id(), "state": state}}
            made.append(item | {"content": said + others})
        return {"type": "taskList", "attrs": {"localId": self._task_id()}, "content": made}

    def _task_id(self) -> str:
        """An id of its own in its document; Jira asks for no more."""
        self._tasks += 1
        return hashlib.sha256(f"task {self._tasks}".encode()).hexdigest()[:12]

    def _table(self, element: Element) -> Json:
        rows = [{"type": "tableRow", "content": [self._cell(c) for c in row]} for row in element.iter("tr")]
        return {"type": "table", "content": rows}

    def _cell(self, element: Element) -> Json:
        kind = "tableHeader" if element.tag == "th" else "tableCell"
        return {"type": kind, "attrs": {}, "content": self.blocks(element) or [{"type": "paragraph"}]}

    def _children(self, element: Element, marks: list[Json]) -> list[Json]:
        found = list(self._text(element.text, marks))
        for child in element:
            found += self._inline(child, marks)
        return found

    def _inline(self, element: Element, marks: list[Json]) -> list[Json]:
        """The element and the words behind it."""
        return self._element(element, marks) + list(self._text(element.tail, marks))

    def _element(self, element: Element, marks: list[Json]) -> list[Json]:
        if element.tag == "br":
            return [{"type": "hardBreak"}]
        if element.tag == "img":
            return self._picture(element, marks)
        if element.tag == "code":
            return self._code(element, marks)
        if element.tag == "a":
            href = element.get("href") or ""
            link = [{"type": "link", "attrs": {"href": href}}] if SAFE.match(href) else []
            return self._children(element, [*[m for m in marks if m["type"] != "link"], *link])
        mark = MARKS.get(str(element.tag))
        return self._children(element, [*marks, {"type": mark}] if mark else marks)

    def _code(self, element: Element, marks: list[Json]) -> list[Json]:
        """Code can be a link and nothing else: Jira refuses bold code."""
        words = spoken(html.unescape(element.text or ""), self._nodes)
        links = [m for m in marks if m["type"] == "link"]
        return [{"type": "text", "text": words, "marks": [*links, {"type": "code"}]}] if words else []

    def _picture(self, element: Element, marks: list[Json]) -> list[Json]:
        source, alt = element.get("src") or "", element.get("alt") or ""
        if source in self._files:
            attrs = {"type": "file", "id": self._files[source], "collection": "", "alt": alt or source}
            media = {"type": "media", "attrs": attrs}
            return [{"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [media]}]
        link = [{"type": "link", "attrs": {"href": source}}] if SAFE.match(source) else []
        return list(self._text(alt or source, [*marks, *link]))

    def _text(self, words: str | None, marks: list[Json]) -> Iterator[Json]:
        """Words, with what stood for a node as that node again."""
        rest = words or ""
        while self._stand_in and (found := self._stand_in.search(rest)):
            yield from _words(rest[: found.start()], marks)
            yield self._nodes[found[0]][1]
            rest = rest[found.end() :]
        yield from _words(rest, marks)


def blocks(root: Element, nodes: Nodes, files: dict[str, str]) -> list[Json]:
    """The nodes of a parsed text; *files* are media ids by the name of the picture."""
    return _Reader(nodes, files).blocks(root)


def plain(text: str) -> list[Json]:
    """Paragraphs between blank lines, and nothing else."""
    made = []
    for part in re.split(r"\n\s*\n", text):
        lines = [[{"type": "text", "text": line}] if line else [] for line in part.strip("\n").split("\n")]
        content = [node for n, line in enumerate(lines) for node in ([{"type": "hardBreak"}] if n else []) + line]
        made += [{"type": "paragraph", "content": content}] if part.strip() else []
    return made


def spoken(text: str, nodes: Nodes) -> str:
    """*text* with the labels again, where no node can stand."""
    return "".join(nodes[one][0] if one in nodes else one for one in text)


def _words(words: str, marks: list[Json]) -> Iterator[Json]:
    if any(m["type"] == "link" for m in marks):
        yield from _run(words, marks)
        return
    end = 0
    for found in ADDRESS.finditer(words):
        yield from _run(words[end : found.start()], marks)
        yield from _run(found[0], [*marks, {"type": "link", "attrs": {"href": found[0]}}])
        end = found.end()
    yield from _run(words[end:], marks)


def _run(words: str, marks: list[Json]) -> Iterator[Json]:
    if words:
        unique = {m["type"]: m for m in marks}
        yield {"type": "text", "text": words} | ({"marks": list(unique.values())} if unique else {})


def _paragraphs(run: list[Json]) -> list[Json]:
    """One paragraph, or several around the blocks that stand in between."""
    found: list[Json] = []
    line: list[Json] = []
    for node in [*run, None]:
        if node is not None and node["type"] not in BLOCK_NODES:
            line.append(node)
            continue
        trimmed = _trimmed(line)
        found += [{"type": "paragraph", "content": trimmed}] if trimmed else []
        found += [node] if node is not None else []
        line = []
    return found


def _trimmed(line: list[Json]) -> list[Json]:
    """Without the line ends and blanks that only separated it from a block."""

    def empty(node: Json) -> bool:
        return node["type"] == "hardBreak" or (node["type"] == "text" and not node["text"].strip())

    while line and empty(line[0]):
        line = line[1:]
    while line and empty(line[-1]):
        line = line[:-1]
    return joined(line)


def joined(content: list[Json]) -> list[Json]:
    """Neighbouring words with the same marks are one text."""
    found: list[Json] = []
    for node in content:
        same = found and {**found[-1], "text": ""} == {**node, "text": ""} and node["type"] == "text"
        if same:
            found[-1] = {**node, "text": found[-1]["text"] + node["text"]}
        else:
            found.append(node)
    return found


def _flat(content: list[Json]) -> list[Json]:
    """A heading holds no blocks."""
    return joined([node for node in content if node["type"] not in BLOCK_NODES])


def _task_state(item: list[Json]) -> str | None:
    """` ` or `x` of an item that begins with a box and is one line."""
    first = (item[0].get("content") or [{}])[0] if len(item) == 1 and item[0]["type"] == "paragraph" else {}
    found = TASK.match(first.get("text", "") + " ") if first and not first.get("marks") else None
    return found[1] if found else None
