"""What can be read in storage format, by people and by us: two cells are the same when that is the same.

Cells are compared by their text, not by their markup: Confluence writes markup anew on every save (facts:
confluence_adf.md §2.2, §6.3 "Human edits"). A picture, a mention or a macro has no text and counts by its name.
"""

from __future__ import annotations

import hashlib
import html
import re

#: Inside of a tag, an attribute's `>` included. Possessive, so that no text takes more than one look at each character.
ATTRIBUTES = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
#: In these a tag is only text; one without an end goes on to the end.
CDATA = r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
COMMENT = r"<!--.*?(?:-->|\Z)"

_MARKUP = re.compile(
    rf"{CDATA}|{COMMENT}|<ac:parameter\b{ATTRIBUTES}(?<!/)>.*?(?:</ac:parameter>|\Z)"
    rf"|<(?P<tag>/?[A-Za-z][\w:.-]*+)(?P<attributes>{ATTRIBUTES})>|<\?.*?(?:\?>|\Z)",
    re.DOTALL,
)
#: What people put into a cell and what has no text.
_WORDLESS = {"ac:image", "ac:emoticon", "ac:structured-macro", "ri:attachment", "ri:page", "ri:url", "ri:user", "time"}
_NAME = re.compile(r"""\bac:name=["']([\w-]*)""")
_LINES = {"p", "li", "br", "hr", "tr", "ac:plain-text-body", "ac:rich-text-body"}


def text(storage: str) -> str:
    """What can be read in *storage*, without any blank."""
    return "".join(html.unescape(_MARKUP.sub(_counted, storage)).split())


def readable(storage: str) -> str:
    """What can be read in *storage*, in lines."""
    lines = (line.rstrip() for line in html.unescape(_MARKUP.sub(_lined, storage)).split("\n"))
    return "\n                  ".join(line for line in lines if line.strip())


def text_digest(storage: str) -> str:
    return _digest(text(storage))


def markup_digest(storage: str) -> str:
    return _digest(storage)


def is_whole(storage: str) -> bool:
    """Whether each element that begins in *storage* ends in it too."""
    depth = 0
    for found in _MARKUP.finditer(storage):
        tag = found["tag"]
        if tag and not found["attributes"].endswith("/"):
            depth += -1 if tag.startswith("/") else 1
        if depth < 0:
            return False
    return depth == 0


def _counted(found: re.Match[str]) -> str:
    if found["tag"] not in _WORDLESS:
        return _verbatim(found)
    name = _NAME.search(found["attributes"]) if found["tag"] == "ac:structured-macro" else None
    # No text can hold this character.
    return f"\0{found['tag']}:{name[1] if name else ''}\0"


def _lined(found: re.Match[str]) -> str:
    return "\n" if found["tag"] in _LINES else _verbatim(found)


def _verbatim(found: re.Match[str]) -> str:
    """Inside CDATA nothing is markup, and nothing is an entity."""
    return html.escape(found["cdata"] or "")


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
