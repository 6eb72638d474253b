"""The markup of a cell: the template's macros, cut at their holes once, and what may be put into a hole.

Rendering a macro for each node takes ten times as long as joining the pieces of one that was rendered before.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

#: What stands before something, and what after it.
Tags = tuple[str, str]
_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Said outright: Jinja's own choice goes by the file's ending and does not know `.xml.j2`.
_environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
_macros = _environment.get_template("confluence/macros.xml.j2").module
#: Cannot come from the template itself: XML has no such character.
_HOLE = "\x00"

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes(set(range(0x20)) - {9, 10, 13})


def pieces(name: str) -> tuple[str, ...]:
    """What the macro *name* puts before, between and after its holes."""
    macro = getattr(_macros, name)
    return tuple(str.split(macro(*[_HOLE] * len(macro.arguments)), _HOLE))


def pair(name: str) -> Tags:
    """The same for a macro with one hole."""
    before, after = pieces(name)
    return before, after


def escaped(words: str) -> str:
    """*words* for any hole but that of a CDATA section."""
    return escape(words)


#: The three escapes of a text, for who cannot afford a call for each word.
AMP, LT, GT = (escape(character) for character in "&<>")
_CDATA_END = "".join(pieces("words_of_cdata_end"))


def cdata(words: str) -> str:
    """*words* for the hole of a CDATA section, in which nothing is escaped; only its own end is taken apart."""
    return words.replace("]]>", _CDATA_END)


def legal(markup: str) -> str:
    """*markup* with U+FFFD for what XML 1.0 cannot carry, not even as an entity: controls and halves of a pair."""
    return markup if _is_legal(markup) else _NOT_XML.sub("\ufffd", markup)


def _is_legal(markup: str) -> bool:
    # Several times as fast as looking with the expression, and nearly every text is legal.
    try:
        encoded = markup.encode()
    except UnicodeEncodeError:
        return False
    without = encoded.translate(None, _CONTROLS)
    return len(without) == len(encoded) and "\ufffe" not in markup and "\uffff" not in markup
