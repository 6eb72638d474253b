"""What becomes of a cell that a person has changed: their words are kept where people know better than the ticket.

What stands on the page is theirs unless it says what we wrote, or what the ticket said (facts: confluence_adf.md §6.3
"Human edits").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.publishing.columns import Column
from app.publishing.reading import is_whole, markup_digest, text, text_digest
from app.publishing.rendering import from_jira

#: Stands between a person's words and the ticket's.
_BETWEEN = re.compile(r"<p\b[^<>]*>\s*<em>\(Jira\)</em>\s*</p>")
#: So many of them are looked at, from the last; each look reads what follows it.
_LOOKS = 50


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
    if last is None or _untouched(there, last):
        same = last is not None and new.markup == last.markup and not last.shared
        return Merged(on_page if same else ours, new, Verdict.SAME if same else Verdict.WRITTEN)
    if not column.shared:
        return Merged(ours, new, Verdict.OVERWRITTEN)
    if new.text == last.text:
        return Merged(on_page, Written(new.markup, new.text, last.page, last.shared), Verdict.KEPT)
    return joined(_own_words(on_page, last, new), ours, on_page)


def _untouched(there: str, last: Written) -> bool:
    """Whether nothing on the page is a person's."""
    return there == last.text or (there == last.page and not last.shared)


def joined(own: str, ours: str, on_page: str = "") -> Merged:
    """A person's words and the ticket's in one cell; as *on_page* has it, if that says the same."""
    new = first(ours)
    if not text(own):
        return Merged(ours, new, Verdict.WRITTEN)  # they had only emptied it
    both = own + from_jira() + ours
    said = text_digest(both)
    cell = on_page if text_digest(on_page) == said else both
    return Merged(cell, Written(new.markup, new.text, said, shared=True), Verdict.BOTH)


def _own_words(cell: str, last: Written, new: Written) -> str:
    """All but the ticket's part at the end. It is known by its text: a person may have gone on writing below ours."""
    ours = {new.text, last.text} if last.shared else {new.text}
    for between in list(_BETWEEN.finditer(cell))[-_LOOKS:]:
        own = cell[: between.start()]
        # Where people have put a box around everything, a cut would leave half of the box.
        if text_digest(cell[between.end() :]) in ours and is_whole(own):
            return own
    return cell
