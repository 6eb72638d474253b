"""What stands when two people changed the same part of a text, and what a person's choice makes of it later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.adf.build import doc
from app.adf.canonical import digest
from app.adf.excerpt import words_of
from app.adf.nodes import Node
from app.adf.threeway import Merged, Overlap, Stands, kept_in, merge
from app.domain import Adf
from app.domain_handoff import Choice
from app.handoff.merge import EMPTY, STANDS


@dataclass(frozen=True)
class Clash:
    """Both texts as they were, and whose stands."""

    #: What both said before; None where that is not known: then the texts clash as a whole.
    base: Adf | None
    ops: Adf
    engineering: Adf
    stands: Choice


def clash_id(site_id: int, ops_id: str, field: str, clash: Clash) -> str:
    """The same for the same texts, so a repetition makes no second one."""
    said = [digest(text) for text in (clash.base, clash.ops, clash.engineering)]
    return hashlib.sha256(":".join([str(site_id), ops_id, field, *said]).encode()).hexdigest()[:20]


def standing(clash: Clash) -> Adf:
    """The text that stands by rule."""
    return _merged(clash, clash.stands).doc


def overlaps(clash: Clash) -> Sequence[Overlap]:
    return _merged(clash, clash.stands).overlaps


def excerpt(blocks: Sequence[Node]) -> str:
    """The words of *blocks*, a line for each."""
    return "\n".join(filter(None, map(words_of, blocks)))


def chosen(clash: Clash, choice: Choice, now: Adf | None) -> Adf | None:
    """The text that a person's *choice* makes of what the tickets say *now*; None if it was edited where they clashed.

    What was edited elsewhere since stays.
    """
    there, wanted = (_blocks(clash, each) for each in (clash.stands, choice))
    if kept_in(now, wanted) and (choice is clash.stands or not kept_in(now, there)):
        return now or EMPTY  # it says so already
    if not kept_in(now, there):
        return None
    return merge(standing(clash), now, _merged(clash, choice).doc, Stands.THEIRS).doc


def _blocks(clash: Clash, choice: Choice) -> list[Node]:
    """What stands where they clashed, if it goes by *choice*."""
    return [block for part in overlaps(clash) for block in part.standing(STANDS[choice])]


def _merged(clash: Clash, choice: Choice) -> Merged:
    if clash.base is not None:
        return merge(clash.base, clash.ops, clash.engineering, STANDS[choice])
    whole = (Overlap(clash.ops["content"], clash.engineering["content"]),)
    both = merge(EMPTY, clash.ops, clash.engineering, Stands.BOTH).doc
    return Merged({Choice.OPS: clash.ops, Choice.ENGINEERING: clash.engineering}.get(choice, both), whole)


def one_way(source: Choice, ops: Adf | None, engineering: Adf | None) -> Clash:
    """A text that was replaced by the one that it follows."""
    return Clash(None, ops or doc([]), engineering or doc([]), source)
