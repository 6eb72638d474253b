"""Two texts and what both sides said when they last agreed: which side is written, and with what."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.adf.build import doc
from app.adf.canonical import digest
from app.adf.media import for_issue
from app.adf.text import is_blank, plain_text
from app.adf.threeway import Overlap, Stands, merge
from app.domain import Adf
from app.domain_handoff import Choice, SyncedValue, Way

EMPTY: Adf = doc([])
#: Characters that Jira takes in a text, unless an admin has set another limit.
LONGEST = 32_767
STANDS = {Choice.OPS: Stands.OURS, Choice.ENGINEERING: Stands.THEIRS, Choice.BOTH: Stands.BOTH}


@dataclass(frozen=True)
class Decision:
    """What each side shall say. `None` for a side means: leave it as it is."""

    to_ops: Adf | None = None
    to_engineering: Adf | None = None
    #: What both sides had changed, each in its own way.
    overlaps: tuple[Overlap, ...] = ()
    #: Whose text stands there.
    stands: Choice | None = None
    #: The two texts overlap as a whole.
    whole: bool = False
    #: A text that people have written and that is replaced without being merged: a field that travels one way.
    overwritten: Adf | None = None
    #: The sides differ and shall: what they last agreed on stays what it was.
    stays_apart: bool = False


def decide(
    ops: Adf | None,
    engineering: Adf | None,
    base: SyncedValue | None,
    keep_text: bool,
    way: Way = Way.BOTH,
    stands: Choice = Choice.OPS,
) -> Decision:
    """The side that did not change follows the one that did; two changes are merged, and *stands* says who wins.

    *keep_text*: a finished ticket, where an emptied text must not empty the other one, now or later. What is written
    there next is in both again.
    """
    ops_hash, engineering_hash = digest(ops), digest(engineering)
    if ops_hash == engineering_hash:
        return Decision()
    ops_changed = base is None or ops_hash != base.ops_hash
    engineering_changed = base is None or engineering_hash != base.engineering_hash
    if not ops_changed and not engineering_changed:
        return Decision()  # Jira stored our text in its own way on one side: that is agreement
    if way is not Way.BOTH:
        return _one_way(ops, engineering, (ops_changed, engineering_changed), keep_text, way)
    if (ops_changed or _could_not_be_carried(ops, base)) and engineering_changed:
        return _both(ops, engineering, base, keep_text, stands)
    if keep_text and is_blank(ops if ops_changed else engineering):
        return Decision()  # they agree to differ, also when the gate has opened the emptied ticket again
    return Decision(to_engineering=ops or EMPTY) if ops_changed else Decision(to_ops=engineering or EMPTY)


def _one_way(
    ops: Adf | None, engineering: Adf | None, changed: tuple[bool, bool], keep_text: bool, way: Way
) -> Decision:
    """The source alone is followed; what people wrote on the other side stands until the source changes again."""
    forth = way is Way.TO_ENGINEERING
    source, target = (ops, engineering) if forth else (engineering, ops)
    source_changed, target_changed = changed if forth else changed[::-1]
    if not source_changed or way is Way.ONCE or (keep_text and is_blank(source)):
        return Decision(stays_apart=True)
    lost = target if target_changed and not _shows_nothing(target) else None
    if forth:
        return Decision(to_engineering=source or EMPTY, overwritten=lost)
    return Decision(to_ops=source or EMPTY, overwritten=lost)


def _both(
    ops: Adf | None, engineering: Adf | None, base: SyncedValue | None, keep_text: bool, stands: Choice
) -> Decision:
    """Nothing that somebody wrote or showed is lost: a text beats none, two texts are merged."""
    if _shows_nothing(engineering) and ops:
        return Decision(to_engineering=ops)
    if _shows_nothing(ops) and engineering:
        return Decision(to_ops=engineering)
    common = common_text(base)
    if common is None:
        return _without_base(ops, engineering, stands)
    merged = merge(common, ops, engineering, STANDS[stands])
    if _is_too_long(merged.doc):
        return _as_a_whole(ops, engineering, stands)
    if keep_text and is_blank(merged.doc):
        return Decision(stays_apart=True)
    return _written(ops, engineering, merged.doc, merged.overlaps, stands)


def _could_not_be_carried(ops: Adf | None, base: SyncedValue | None) -> bool:
    """Whether engineering was never given the Ops issue's text: then what it writes there does not replace that one."""
    return base is not None and base.engineering_hash == digest(None) and not _shows_nothing(ops)


def common_text(base: SyncedValue | None) -> Adf | None:
    """What both said when they last agreed; None if nobody knows, or if they agreed to differ."""
    return base.text if base and base.ops_hash == base.engineering_hash else None


def _without_base(ops: Adf | None, engineering: Adf | None, stands: Choice) -> Decision:
    """Nobody knows who changed what: all that either says stands in both, once."""
    text = merge(EMPTY, ops, engineering, Stands.BOTH).doc
    if digest(text) in (digest(ops), digest(engineering)):
        return _written(ops, engineering, text, (), stands)
    return _as_a_whole(ops, engineering, stands if _is_too_long(text) else Choice.BOTH)


def _as_a_whole(ops: Adf | None, engineering: Adf | None, stands: Choice) -> Decision:
    assert ops
    assert engineering
    both = merge(EMPTY, ops, engineering, Stands.BOTH).doc
    text = {Choice.OPS: ops, Choice.ENGINEERING: engineering}.get(stands, both)
    overlap = Overlap(ops["content"], engineering["content"])
    return replace(_written(ops, engineering, text, (overlap,), stands), whole=True)


def _is_too_long(text: Adf) -> bool:
    return len(plain_text(text)) > LONGEST


def _written(
    ops: Adf | None, engineering: Adf | None, text: Adf, overlaps: tuple[Overlap, ...], stands: Choice
) -> Decision:
    said = digest(text)
    to_ops, to_engineering = (None if digest(side) == said else text for side in (ops, engineering))
    return Decision(to_ops, to_engineering, overlaps, stands if overlaps else None)


def _shows_nothing(text: Adf | None) -> bool:
    """Neither words nor a picture, which is a line of text in the other issue."""
    return text is None or is_blank(for_issue(text, None))
