"""Slack's mrkdwn, as commands, old messages and workflow steps carry it → the `rich_text` that the editor would have made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

Node = dict[str, Any]

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_BULLET, _NUMBER = re.compile(r"^\s*[•◦▪*-] +(?=\S)"), re.compile(r"^\s*\d{1,3}[.)] +(?=\S)")
_QUOTE = re.compile(r"^(?:&gt;|>) ?")
#: Slack's own escapes come first: `<…>` never stands for itself, people's `<` is `&lt;`.
_INLINE = re.compile(
    r"<(?P<special>[^<>\n]+)>|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>\S(?:[^*\n]*\S)?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>\S(?:[^_\n]*\S)?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>\S(?:[^~\n]*\S)?)~(?![\w~])"
)
_MENTIONS = {"@": ("user", "user_id"), "#": ("channel", "channel_id")}


def to_rich_text(mrkdwn: str) -> Node:
    """A `rich_text` block; every character that people would read is in it. It never raises."""
    elements: list[Node] = []
    end = 0
    for fence in _FENCE.finditer(mrkdwn):
        elements += _lines(mrkdwn[end : fence.start()])
        elements.append(_element("rich_text_preformatted", [_text(_plain(fence[1]))]))
        end = fence.end()
    return _element("rich_text", [*elements, *_lines(mrkdwn[end:])])


def _element(kind: str, elements: list[Node], **more: Any) -> Node:
    return {"type": kind, "elements": elements, **more}


def _lines(words: str) -> Iterator[Node]:
    for kind, group in groupby(words.split("\n"), _kind):
        lines = list(group)
        if kind == "quote":
            yield _element("rich_text_quote", _inline("\n".join(_QUOTE.sub("", line) for line in lines)))
        elif kind == "ordered" and not _is_counted(lines):
            yield _element("rich_text_section", _inline("\n".join(lines)))
        elif kind in ("bullet", "ordered"):
            marker = _BULLET if kind == "bullet" else _NUMBER
            items = [_element("rich_text_section", _inline(marker.sub("", line))) for line in lines]
            before = _number(lines[0]) - 1 if kind == "ordered" else 0
            yield _element("rich_text_list", items, style=kind, indent=0, **({"offset": before} if before else {}))
        elif any(line.strip() for line in lines):
            yield _element("rich_text_section", _inline("\n".join(lines).strip("\n")))


def _is_counted(lines: list[str]) -> bool:
    """Whether each number is one more than the one before: a list would show other numbers than were typed."""
    first = _number(lines[0])
    return first > 0 and [_number(line) for line in lines] == list(range(first, first + len(lines)))


def _number(line: str) -> int:
    return int(re.split(r"[.)]", line.strip(), maxsplit=1)[0])


def _kind(line: str) -> str:
    if _QUOTE.match(line):
        return "quote"
    if _BULLET.match(line):
        return "bullet"
    return "ordered" if _NUMBER.match(line) else "text"


def _inline(words: str) -> list[Node]:
    found: list[Node] = []
    end = 0
    for each in _INLINE.finditer(words):
        found.append(_text(_plain(words[end : each.start()])))
        found.append(_special(each["special"]) if each["special"] else _styled(each))
        end = each.end()
    found.append(_text(_plain(words[end:])))
    return [each for each in found if each.get("text") != ""]


def _styled(found: re.Match[str]) -> Node:
    style = str(found.lastgroup)
    return _text(_plain(found[style])) | {"style": {style: True}}


def _special(within: str) -> Node:
    """`<@U1|name>`, `<#C1|name>`, `<!here>`, `<!subteam^S1|@name>`, `<!date^…|text>`, `<https://…|text>`."""
    target, _, label = within.partition("|")
    if target[:1] in _MENTIONS:
        kind, id = _MENTIONS[target[0]]
        return {"type": kind, id: target[1:], **({"name": _plain(label)} if label else {})}
    if target.startswith("!"):
        return _text(_plain(label) or "@" + target[1:].partition("^")[0])
    return {"type": "link", "url": _plain(target), **({"text": _plain(label)} if label else {})}


def _text(words: str) -> Node:
    return {"type": "text", "text": words}


def _plain(words: str) -> str:
    """Slack escapes these three and no other (facts: slack.md, mrkdwn)."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
