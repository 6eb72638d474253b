"""No special formatting: from casual words a summary in one line and a description in which logs stand as code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from app.adf.build import code_block, doc, paragraph
from app.adf.text import plain_text
from app.domain import Adf

Node = dict[str, Any]
Line = list[Node]

#: A summary is read in lists: long enough to know what it is about.
SHORT, LONG = 18, 120
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL)"
#: How lines of logs and of stack traces begin.
_LOG = re.compile(
    r"^\s*(?:"
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d[.,\]]|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d "
    rf"|\[{_LEVEL}\]|{_LEVEL}\b *[:|\]-]"
    r"|Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|at [\w$.<>/]+ ?\(.*\)$|\.{3} \d+ more$"
    r"|(?:Caused by: |Exception in thread |Uncaught )|[\w.$]*(?:Error|Exception)(?::|$)"
    r"|(?:GET|POST|PUT|PATCH|DELETE|HEAD) /\S* HTTP/|HTTP/\d(?:\.\d)? \d{3}|[{\[]\s*\"[^\"]+\"\s*:|\$ \S|curl -)"
)
#: One such line alone is enough.
_SURE = re.compile(r"^\s*(?:Traceback \(|Caused by: |Exception in thread |[\w.$]+(?:Error|Exception): )")
_GREETING = re.compile(
    r"^(?:(?:hi|hey|hello|hiya|good (?:morning|afternoon|evening)|dear)\b"
    r"(?:\s+(?:all|team|there|everyone|everybody|folks|guys|people|ops|support))*|@\S+|\W)*[\s,.!:–-]*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")


def with_code(description: Adf | None) -> Adf | None:
    """The same document, with the lines of logs and stack traces in its paragraphs as code blocks."""
    if description is None:
        return None
    return doc([each for node in description["content"] for each in _pieces(node)])


def _pieces(node: Node) -> Iterator[Node]:
    if node.get("type") != "paragraph":
        yield node
        return
    for is_log, lines in _runs(_lines_of(node)):
        if is_log:
            yield code_block("\n".join(_said(line) for line in lines))
        else:
            yield paragraph(_joined(lines))


def _lines_of(node: Node) -> list[Line]:
    lines: list[Line] = [[]]
    content = node.get("content")
    for child in content if isinstance(content, list) else []:
        if child.get("type") == "hardBreak":
            lines.append([])
        else:
            lines[-1].append(child)
    return lines


def _runs(lines: list[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """Neighbouring lines of one kind; what is indented below a line of a log belongs to it, one line alone has to be sure."""
    marked: list[tuple[bool, Line]] = []
    for line in lines:
        below = bool(marked and marked[-1][0] and _said(line)[:1] in (" ", "\t") and _said(line).strip())
        marked.append((bool(_LOG.match(_said(line))) or below, line))
    runs = [(is_log, [line for _, line in some]) for is_log, some in groupby(marked, lambda each: each[0])]
    sure = [(is_log and (len(some) > 1 or bool(_SURE.match(_said(some[0])))), some) for is_log, some in runs]
    for is_log, same in groupby(sure, lambda each: each[0]):
        yield is_log, [line for _, some in same for line in some]


def _said(line: list[Node]) -> str:
    return "".join(str(each.get("text") or plain_text(each)) for each in line)


def _joined(lines: list[Line]) -> list[Node]:
    content: list[Node] = []
    for number, line in enumerate(lines):
        content += [{"type": "hardBreak"}] if number else []
        content += line
    return content


def summary(description: Adf | None) -> str:
    """The first sentence that says something, without a greeting; the last line of a log when there is nothing else.

    Empty when nothing was said at all.
    """
    prose = [each for each in (description or doc([]))["content"] if each.get("type") != "codeBlock"]
    lines = [line for each in prose for line in plain_text({"type": "doc", "content": [each]}).split("\n")]
    first = _first_sentence("\n".join(_GREETING.sub("", line, count=1) for line in lines if line.strip()))
    return _cut(first or _last_line_of_code(description))


def _first_sentence(words: str) -> str:
    """With the next one when it is too short to say anything."""
    sentences = _SENTENCE.split(words.strip())
    first = sentences[0]
    for each in sentences[1:]:
        if len(first) >= SHORT:
            break
        first = f"{first} {each}".strip()
    return first.rstrip(" .") if any(ch.isalnum() for ch in first) else ""


def _last_line_of_code(description: Adf | None) -> str:
    lines = plain_text(description).split("\n") if description else []
    return next((line.strip() for line in reversed(lines) if any(ch.isalnum() for ch in line)), "")


def _cut(words: str) -> str:
    words = " ".join(words.split())
    if len(words) <= LONG:
        return words
    head = words[:LONG].rpartition(" ")[0]
    return (head if len(head) > LONG // 2 else words[: LONG - 1]).rstrip(" ,;:–-") + "…"
