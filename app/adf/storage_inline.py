"""What stands within a line of a cell: names, dates, links and files as words, states as Confluence draws them.

Nothing here is alive in Confluence: a mention would mail the person, a smart link would ask Jira at each view
(facts: confluence_adf.md §3.3, traps 13 and 14).
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from app.adf import colours
from app.adf.media import PAPERCLIP, file_name
from app.adf.nodes import LEAVES, Node, address_of, attrs, kind_of, name_of, own_words, said
from app.adf.storage_marks import link_tags, tags
from app.adf.storage_markup import escaped, pieces

_LINE_END = "".join(pieces("line_end"))
_STATUS = pieces("status")


def _words(kind: str) -> Callable[[Node, str], str]:
    own = LEAVES[kind]
    return lambda node, base_url: escaped(own(node))


def _mention(node: Node, base_url: str) -> str:
    return escaped(name_of(node) or "@someone")


def _placeholder(node: Node, base_url: str) -> str:
    words = name_of(node)
    return escaped(f"[{words}]") if words else ""


def _status(node: Node, base_url: str) -> str:
    title, colour = name_of(node), colours.status_colour(said(attrs(node).get("color")))
    return _STATUS[0] + colour + _STATUS[1] + escaped(title) + _STATUS[2] if title else ""


def _line_end(node: Node, base_url: str) -> str:
    return _LINE_END


def card(node: Node, base_url: str) -> str:
    """A plain link; to Jira's list where the card is a question."""
    words = address_of(node) or label(node)
    before, after = link_tags(words, base_url)
    if not before and "datasource" in attrs(node):
        before, after = link_tags(f"/issues/?jql={quote(words, safe='', errors='replace')}", base_url)
    return before + escaped(words) + after


def _file(node: Node, base_url: str) -> str:
    return PAPERCLIP + linked_file(node, base_url)


def linked_file(node: Node, base_url: str) -> str:
    """The file's name; linked where it lies on the web, or where the author put a link on it."""
    before, after = tags(node.get("marks"), base_url, bold=True)
    if not before and attrs(node).get("type") == "external":
        before, after = link_tags(attrs(node).get("url"), base_url)
    return before + escaped(file_name(node)) + after


def label(node: Node) -> str:
    """The words of a node that we cannot show; where it has none, what it is."""
    kind = kind_of(node)
    if words := own_words(node):
        return words
    if kind in _MACROS:
        return f"[macro: {said(attrs(node).get('extensionKey')) or kind}]"
    if kind in ("syncBlock", "bodiedSyncBlock"):
        return "[synced block]"
    return f"[unsupported content: {kind}]" if kind else ""


_MACROS = frozenset({"extension", "inlineExtension", "bodiedExtension", "multiBodiedExtension"})
#: Beside `text`, what belongs within a line.
INLINE: dict[str, Callable[[Node, str], str]] = {
    "hardBreak": _line_end,
    "mention": _mention,
    "emoji": _words("emoji"),
    "date": _words("date"),
    "status": _status,
    "placeholder": _placeholder,
    "inlineCard": card,
    "mediaInline": _file,
    "media": _file,
}
