"""What Slack's composer makes of typed text: rich_text blocks, and the escaped `text` beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from sandbox.slack_rooms import handle, people_here
from sandbox.world import Json, World

FENCE = "```"
#: How a line begins that is no plain text.
LINES = {"bullet": re.compile(r"[-*•] +(.*)"), "ordered": re.compile(r"\d+\. +(.*)"), "quote": re.compile(r"> ?(.*)")}
#: A leaf of typed text, in the order in which it is looked for.
LEAF = re.compile(
    r"(?P<user><@[A-Z0-9]+>)|(?P<channel><#[A-Z0-9]+>)|(?P<link>https?://[^\s<>|]+)|(?P<code>`[^`\n]+`)"
    r"|(?<!\w)(?P<bold>\*[^*\s](?:[^*\n]*[^*\s])?\*)(?!\w)|(?<!\w)(?P<italic>_[^_\s](?:[^_\n]*[^_\s])?_)(?!\w)"
    r"|(?<!\w)(?P<strike>~[^~\s](?:[^~\n]*[^~\s])?~)(?!\w)"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
)


def rich_text(typed: str) -> Json:
    """One rich_text block; fences become preformatted text, and lines that begin with a mark lists and quotes."""
    return {"type": "rich_text", "elements": list(_parts(typed))}


def _parts(typed: str) -> Iterator[Json]:
    for number, part in enumerate(typed.split(FENCE)):
        if number % 2:
            yield {
                "type": "rich_text_preformatted",
                "elements": [{"type": "text", "text": part.strip("\n")}],
                "border": 0,
            }
        else:
            yield from _paragraphs(part)


def _paragraphs(text: str) -> Iterator[Json]:
    """Lines of one kind that follow each other are one part."""
    typed = [(*_line(line), line) for line in text.strip("\n").split("\n")]
    runs = [(kind, [(line, whole) for _, line, whole in run]) for kind, run in groupby(typed, _kind)]
    for number, (kind, both) in enumerate(runs, 1):
        lines = [line for line, _ in both]
        if kind == "quote":
            yield {"type": "rich_text_quote", "elements": list(_leaves("\n".join(lines)))}
        elif kind:
            yield _list(kind, lines) | _offset(kind, both[0][1])
        elif number < len(runs):
            yield _section("\n".join(lines) + "\n")
        elif "".join(lines):
            yield _section("\n".join(lines))


def _line(typed: str) -> tuple[str, str]:
    """The kind of a line, "" if it is plain text, and what stands behind its mark."""
    found = ((kind, mark.fullmatch(typed)) for kind, mark in LINES.items())
    return next(((kind, line[1]) for kind, line in found if line), ("", typed))


def _offset(kind: str, first: str) -> Json:
    """A numbered list goes on from the number that was typed first."""
    before = int(first.partition(".")[0]) - 1 if kind == "ordered" else 0
    return {"offset": before} if before > 0 else {}


def _kind(line: tuple[str, str, str]) -> str:
    return line[0]


def _section(text: str) -> Json:
    return {"type": "rich_text_section", "elements": list(_leaves(text))}


def _list(style: str, items: list[str]) -> Json:
    return {
        "type": "rich_text_list",
        "style": style,
        "indent": 0,
        "border": 0,
        "elements": [_section(i) for i in items],
    }


def _leaves(text: str) -> Iterator[Json]:
    end = 0
    for found in LEAF.finditer(text):
        if found.start() > end:
            yield {"type": "text", "text": text[end : found.start()]}
        yield _leaf(found)
        end = found.end()
    if end < len(text):
        yield {"type": "text", "text": text[end:]}


def _leaf(found: re.Match[str]) -> Json:
    kind, typed = str(found.lastgroup), found[str(found.lastgroup)]
    if kind == "user":
        return {"type": "user", "user_id": typed[2:-1]}
    if kind == "channel":
        return {"type": "channel", "channel_id": typed[2:-1]}
    if kind == "link":
        return {"type": "link", "url": typed}
    if kind == "emoji":
        return {"type": "emoji", "name": typed}
    return {"type": "text", "text": typed[1:-1], "style": {kind: True}}


def escaped(typed: str) -> str:
    """Text as events and commands carry it: `& < >` escaped, people, channels and addresses in angle brackets."""
    # Who or what is picked from the list while typing is in the text as <@U…> or <#C…> already.
    typed = re.sub(r"<([@#][A-Z0-9]+)>", "\0\\1\1", typed)
    safe = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = re.sub(r"https?://[^\s<>|]+", lambda m: f"<{m[0]}>", safe)
    return linked.replace("\0", "<").replace("\1", ">")


def resolved(world: World, typed: str) -> str:
    """A command's text with `should_escape`: names of people and channels become their ids."""
    text = escaped(typed)
    people = {handle(p): p.slack_id for p in people_here(world)}
    rooms = {c["name"]: c["id"] for c in world.slack.channels.values() if c.get("name")}
    text = re.sub(r"(?<![\w<])@([\w.-]+)", lambda m: f"<@{people[m[1]]}|{m[1]}>" if m[1] in people else m[0], text)
    return re.sub(r"(?<![\w<])#([\w-]+)", lambda m: f"<#{rooms[m[1]]}|{m[1]}>" if m[1] in rooms else m[0], text)


def typed_again(block: Json) -> str:
    """What a person would have typed to get this rich_text block: the text in the box when she edits it."""
    return "\n".join(_typed_part(part) for part in block.get("elements") or []).strip("\n")


def _typed_part(part: Json) -> str:
    inside = part.get("elements") or []
    if part.get("type") == "rich_text_list":
        start = 1 + int(part.get("offset") or 0)
        marks = (f"{n}." if part.get("style") == "ordered" else "-" for n in range(start, start + len(inside)))
        return "\n".join(f"{mark} {_typed_part(item)}" for mark, item in zip(marks, inside, strict=True))
    text = "".join(_typed_leaf(leaf) for leaf in inside)
    if part.get("type") == "rich_text_preformatted":
        return f"{FENCE}\n{text}\n{FENCE}"
    if part.get("type") == "rich_text_quote":
        return "\n".join(f"> {line}" for line in text.split("\n"))
    return text.removesuffix("\n")


def _typed_leaf(leaf: Json) -> str:
    if leaf.get("type") == "link":
        return str(leaf.get("url"))
    if leaf.get("type") == "user":
        return f"<@{leaf.get('user_id')}>"
    if leaf.get("type") == "channel":
        return f"<#{leaf.get('channel_id')}>"
    if leaf.get("type") == "emoji":
        return f":{leaf.get('name')}:"
    text, style = str(leaf.get("text") or ""), leaf.get("style") or {}
    marks = {"bold": "*", "italic": "_", "strike": "~", "code": "`"}
    mark = next((marks[s] for s in marks if style.get(s)), "")
    return mark + text + mark
