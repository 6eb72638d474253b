"""What changed from one text to another, line by line; and two people's changes of one text put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from markupsafe import Markup, escape

#: Lines that are shown around a change.
AROUND = 2
#: A line of a comparison: `=`, `-`, `+` or `…` (lines left out), and the line as HTML.
Line = tuple[str, Markup]
#: A change of a text: first line, line behind the last, and the lines that stand there instead.
Change = tuple[int, int, list[str]]


def compared(before: str, after: str) -> list[Line]:
    """The changed lines with a few around them; within a changed line its changed words are marked."""
    old, new = before.split("\n"), after.split("\n")
    shown: list[Line] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][1] > 0:
            shown.append(("…", Markup("")))
        for how, i1, i2, j1, j2 in group:
            shown += _plain("=", old[i1:i2]) if how == "equal" else _changed(old[i1:i2], new[j1:j2])
    return shown


def _plain(sign: str, lines: list[str]) -> list[Line]:
    return [(sign, escape(line)) for line in lines]


def _changed(old: list[str], new: list[str]) -> list[Line]:
    if len(old) != len(new):
        return _plain("-", old) + _plain("+", new)
    pairs = [_words(was, now) for was, now in zip(old, new, strict=True)]
    return [("-", was) for was, _ in pairs] + [("+", now) for _, now in pairs]


def _words(was: str, now: str) -> tuple[Markup, Markup]:
    """Both lines; the words in which they differ are marked, unless that is nearly all of them."""
    old, new = (re.findall(r"\w+|\s+|.", line) for line in (was, now))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:
        return escape(was), escape(now)
    return _marked(matcher, old, 1, "del"), _marked(matcher, new, 3, "ins")


def _marked(matcher: SequenceMatcher[str], words: list[str], first: int, tag: str) -> Markup:
    shown = Markup("")
    for code in matcher.get_opcodes():
        part = escape("".join(words[int(code[first]) : int(code[first + 1])]))
        shown += Markup("<{0}>{1}</{0}>").format(tag, part) if code[0] != "equal" and part else part
    return shown


def merged(base: str, mine: str, theirs: str) -> str | None:
    """*base* with both changes; None where they touch the same lines."""
    lines = base.split("\n")
    ours, others = list(_changes(lines, mine)), list(_changes(lines, theirs))
    ours = [change for change in ours if change not in others]
    if any(_touch(one, other) for one in ours for other in others):
        return None
    for first, last, instead in sorted(ours + others, reverse=True):
        lines[first:last] = instead
    return "\n".join(lines)


def _changes(base: list[str], text: str) -> Iterator[Change]:
    lines = text.split("\n")
    for how, i1, i2, j1, j2 in SequenceMatcher(None, base, lines, autojunk=False).get_opcodes():
        if how != "equal":
            yield i1, i2, lines[j1:j2]


def _touch(one: Change, other: Change) -> bool:
    """Whether they overlap, or put something in at the same place."""
    first, second = sorted((one[:2], other[:2]))
    return first[0] == second[0] or second[0] < first[1]
