"""Documents as people write them into tickets, made by chance, and the same for the same numbers."""

from __future__ import annotations

import json
import random
from typing import Any

Json = dict[str, Any]
WORDS = (
    "approve rollback incident latency <b>tag</b> tenant a&b queue_name *star* release [link] pipe|bar export résumé"
)
WORDS += " 日本語 number 1.0 #hash retry budget owner customer index migration"
LEAVES: list[Json] = [
    {"type": "mention", "attrs": {"id": "557058:0867", "text": "@Rae Reporter", "accessLevel": ""}},
    {"type": "emoji", "attrs": {"shortName": ":smile:", "id": "1f604", "text": "😄"}},
    {"type": "hardBreak"},
    {"type": "date", "attrs": {"timestamp": "1717200000000"}},
    {"type": "status", "attrs": {"text": "IN REVIEW", "color": "yellow", "localId": "abc", "style": ""}},
    {"type": "inlineCard", "attrs": {"url": "https://team.atlassian.net/browse/OPS-1"}},
]


def compact(document: Json) -> bytes:
    """As Jira sends it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def document(kilobytes: float, seed: int, full: bool) -> Json:
    """The same for the same numbers: what people write into a ticket, mostly paragraphs."""
    write = Writer(random.Random(seed))  # noqa: S311
    kinds = [write.heading, write.paragraph, write.paragraph, write.paragraph, write.bullets, write.table, write.code]
    kinds += [write.panel, write.quote, write.rule]
    kinds += [write.expand, write.tasks, write.decisions, write.picture] if full else []
    content, room = [], kilobytes * 1024
    while room > 0:
        block = write.chance.choice(kinds)()
        if len(compact(block)) > room + 500:
            block = write.line()  # else the last block would make another size of it
        content.append(block)
        room -= len(compact(block))
    return {"type": "doc", "version": 1, "content": content}


class Writer:
    """Writes nodes by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def words(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS.split(), k=count))

    def text(self, count: int, *marks: str) -> Json:
        return {"type": "text", "text": self.words(count)} | ({"marks": [{"type": m} for m in marks]} if marks else {})

    def link(self) -> Json:
        href = f"https://acme.example/wiki/{self.chance.randint(1, 9999)}?a=1&b=2"
        return self.text(3) | {"marks": [{"type": "link", "attrs": {"href": href}}]}

    def inline(self, pieces: int = 6) -> list[Json]:
        return [node for _ in range(pieces) for node in (self._piece(), {"type": "text", "text": " "})]

    def _piece(self) -> Json:
        some = self.chance.random()
        if some < 0.45:
            return self.text(self.chance.randint(3, 14))
        if some < 0.60:
            return self.text(3, self.chance.choice(("strong", "em", "strike")))
        if some < 0.68:
            return self.text(2, "strong", "em")
        if some < 0.75:
            return self.text(4, "code")
        return self.link() if some < 0.83 else self.chance.choice(LEAVES)

    def paragraph(self, pieces: int = 6) -> Json:
        return {"type": "paragraph", "content": self.inline(pieces)}

    def line(self) -> Json:
        return {"type": "paragraph", "content": [self.text(30)]}

    def heading(self) -> Json:
        return {"type": "heading", "attrs": {"level": self.chance.randint(1, 4)}, "content": [self.text(5)]}

    def bullets(self, levels: int = 2) -> Json:
        kind = self.chance.choice(("bulletList", "orderedList"))
        attrs = {"attrs": {"order": 1}} if kind == "orderedList" else {}
        return {"type": kind} | attrs | {"content": [self._item(levels) for _ in range(self.chance.randint(2, 5))]}

    def _item(self, levels: int) -> Json:
        inner = [self.bullets(levels - 1)] if levels and self.chance.random() < 0.4 else []
        return {"type": "listItem", "content": [self.paragraph(3), *inner]}

    def table(self) -> Json:
        heads = [self._cell("tableHeader", {"type": "paragraph", "content": [self.text(2)]}) for _ in range(4)]
        rows = [heads, *([self._cell("tableCell", self.paragraph(1)) for _ in range(4)] for _ in range(5))]
        return {
            "type": "table",
            "attrs": {"layout": "default"},
            "content": [{"type": "tableRow", "content": row} for row in rows],
        }

    def _cell(self, kind: str, block: Json) -> Json:
        return {"type": kind, "attrs": {}, "content": [block]}

    def code(self) -> Json:
        lines = [f"def f{n}(x):\n    return x < {n} and '<&>' or x" for n in range(self.chance.randint(2, 10))]
        return {
            "type": "codeBlock",
            "attrs": {"language": "python"},
            "content": [{"type": "text", "text": "\n".join(lines)}],
        }

    def panel(self) -> Json:
        kind = self.chance.choice(("info", "note", "warning", "error", "success"))
        return {"type": "panel", "attrs": {"panelType": kind}, "content": [self.paragraph(4)]}

    def quote(self) -> Json:
        return {"type": "blockquote", "content": [self.paragraph(4)]}

    def rule(self) -> Json:
        return {"type": "rule"}

    def expand(self) -> Json:
        return {"type": "expand", "attrs": {"title": self.words(3)}, "content": [self.paragraph(4), self.bullets(1)]}

    def tasks(self) -> Json:
        return {"type": "taskList", "attrs": {"localId": "t"}, "content": [self._task(n) for n in range(4)]}

    def _task(self, number: int) -> Json:
        state = self.chance.choice(("TODO", "DONE"))
        return {"type": "taskItem", "attrs": {"localId": f"t{number}", "state": state}, "content": [self.text(6)]}

    def decisions(self) -> Json:
        item = {"type": "decisionItem", "attrs": {"localId": "d", "state": "DECIDED"}, "content": [self.text(6)]}
        return {"type": "decisionList", "attrs": {"localId": "d"}, "content": [item] * 3}

    def picture(self) -> Json:
        media = {"type": "media", "attrs": {"type": "file", "id": "0a1b", "collection": "", "alt": "screenshot.png"}}
        return {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [media]}
