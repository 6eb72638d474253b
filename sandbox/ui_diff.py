"""What changed from one text to another, line by line; and two people's changes of one text put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    at = 0
    for first, last, instead in _changes(old, new):
        shown += _between(old[at:first], AROUND if shown else 0) + _changed(old[first:last], instead)
        at = last
    return shown + (_plain("=", old[at : at + AROUND]) if shown else [])


def _between(lines: list[str], behind: int) -> list[Line]:
    """What stands between two changes: all of it, or only what is near them."""
    if len(lines) <= behind + AROUND:
        return _plain("=", lines)
    return [*_plain("=", lines[:behind]), ("…", Markup("")), *_plain("=", lines[-AROUND:])]


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
    ours, others = (list(_changes(lines, text.split("\n"))) for text in (mine, theirs))
    ours = [change for change in ours if change not in others]
    if any(_touch(one, other) for one in ours for other in others):
        return None
    for first, last, instead in sorted(ours + others, reverse=True):
        lines[first:last] = instead
    return "\n".join(lines)


def _changes(old: list[str], new: list[str]) -> Iterator[Change]:
    """What is equal at both ends is left out first: a long log differs in few of its lines."""
    start = _alike(zip(old, new, strict=False))
    end = _alike(zip(reversed(old[start:]), reversed(new[start:]), strict=False))
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    for how, i1, i2, j1, j2 in SequenceMatcher(None, was, now).get_opcodes():
        if how != "equal":
            yield start + i1, start + i2, now[j1:j2]


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs are equal before the first that is not."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _touch(one: Change, other: Change) -> bool:
    """Whether they overlap, or put something in at the same place."""
    first, second = sorted((one[:2], other[:2]))
    return first[0] == second[0] or second[0] < first[1]
