"""What becomes of a cell that a person has changed: their words are kept where people know better than the ticket.

A cell is compared by its text, not by its markup: Confluence writes markup anew on every save (facts:
confluence_adf.md §2.2, §6.3 "Human edits").
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from enum import StrEnum

from app.publishing.columns import Column
from app.publishing.rendering import from_jira

_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|<ac:parameter\b[^>]*>.*?</ac:parameter>|<[^>]*>", re.DOTALL)
_LINE = re.compile(r"<(?:p|li|br|hr|tr|ac:plain-text-body|ac:rich-text-body)\b")
#: Stands between a person's words and the ticket's.
_BETWEEN = re.compile(r"<p\b[^>]*>\s*<em>\(Jira\)</em>\s*</p>")


class Verdict(StrEnum):
    SAME = "same"
    WRITTEN = "written"
    #: A person's words stay, and the ticket says nothing new.
    KEPT = "kept"
    #: A person's words stay, with the ticket's new ones below.
    BOTH = "both"
    #: A person's words gave way to the ticket's.
    OVERWRITTEN = "overwritten"


@dataclass(frozen=True)
class Written:
    """What we know of a cell that we wrote: digests of our markup, of its text, and of the text that the page then had."""

    markup: str
    text: str
    page: str
    #: A person's words stand in it beside the ticket's.
    shared: bool = False


@dataclass(frozen=True)
class Merged:
    cell: str
    written: Written
    verdict: Verdict


def first(ours: str) -> Written:
    """Of a cell that we write for the first time."""
    return Written(markup_digest(ours), text_digest(ours), text_digest(ours))


def merge(column: Column, on_page: str, ours: str, last: Written | None) -> Merged:
    """The cell as it has to stand: *on_page* is what stands there, *ours* what the ticket says, *last* what we wrote before.

    Without *last* nobody can tell a person's words from old ones of ours, and the ticket's stand.
    """
    new, there = first(ours), text_digest(on_page)
    if there == new.text and (last is None or there != last.page or new.markup == last.markup):
        return Merged(on_page, new, Verdict.SAME)
    if last is None or not (last.shared or there != last.page):
        untouched = last is not None and new.markup == last.markup
        return Merged(on_page if untouched else ours, new, Verdict.SAME if untouched else Verdict.WRITTEN)
    if not column.shared:
        return Merged(ours, new, Verdict.OVERWRITTEN)
    if new.text == last.text:
        return Merged(on_page, Written(new.markup, new.text, last.page, last.shared), Verdict.KEPT)
    return _both(_own_words(on_page), ours, new)


def _both(own: str, ours: str, new: Written) -> Merged:
    if not text(own):
        return Merged(ours, new, Verdict.WRITTEN)  # they had only emptied it
    both = own + from_jira() + ours
    return Merged(both, Written(new.markup, new.text, text_digest(both), shared=True), Verdict.BOTH)


def _own_words(cell: str) -> str:
    between = _BETWEEN.search(cell)
    return cell[: between.start()] if between else cell


def text(storage: str) -> str:
    """What can be read in *storage*, without any blank."""
    visible = _CDATA.sub(lambda found: html.escape(found.group(1)), storage)
    return "".join(html.unescape(_TAG.sub("", visible)).split())


def readable(storage: str) -> str:
    """What can be read in *storage*, in lines."""
    visible = _CDATA.sub(lambda found: html.escape(found.group(1)), _LINE.sub(r"\n\g<0>", storage))
    lines = (line.rstrip() for line in html.unescape(_TAG.sub("", visible)).split("\n"))
    return "\n                  ".join(line for line in lines if line.strip())


def text_digest(storage: str) -> str:
    return _digest(text(storage))


def markup_digest(storage: str) -> str:
    return _digest(storage)


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
