"""Two texts and what both sides said when they last agreed: which side is written, and with what."""

from __future__ import annotations

from dataclasses import dataclass

from app.adf.build import doc
from app.adf.canonical import digest
from app.adf.media import for_issue
from app.adf.text import is_blank
from app.domain import Adf, SyncedValue


@dataclass(frozen=True)
class Decision:
    """What each side shall say. `None` for a side means: leave it as it is."""

    to_ops: Adf | None = None
    to_engineering: Adf | None = None
    #: Both sides had changed: both texts are kept, one below the other.
    clash: bool = False
    #: The sides differ and shall: what they last agreed on stays what it was.
    stays_apart: bool = False


def decide(ops: Adf | None, engineering: Adf | None, base: SyncedValue | None, keep_text: bool) -> Decision:
    """The side that did not change follows the one that did.

    *keep_text*: a finished ticket, where an emptied text must not empty the other one.
    """
    ops_hash, engineering_hash = digest(ops), digest(engineering)
    if ops_hash == engineering_hash:
        return Decision()
    ops_changed = base is None or ops_hash != base.ops_hash
    engineering_changed = base is None or engineering_hash != base.engineering_hash
    if not ops_changed and not engineering_changed:
        return Decision()  # Jira stored our text in its own way on one side: that is agreement
    if ops_changed and engineering_changed:
        return _both(ops, engineering)
    if ops_changed:
        return Decision(stays_apart=True) if keep_text and is_blank(ops) else Decision(to_engineering=ops or EMPTY)
    return Decision(stays_apart=True) if keep_text and is_blank(engineering) else Decision(to_ops=engineering or EMPTY)


EMPTY: Adf = doc([])


def _both(ops: Adf | None, engineering: Adf | None) -> Decision:
    """Nothing that somebody wrote or showed is lost: a text beats none, two texts stand one below the other."""
    if _shows_nothing(engineering) and ops:
        return Decision(to_engineering=ops)
    if _shows_nothing(ops) and engineering:
        return Decision(to_ops=engineering)
    assert ops
    assert engineering
    joined = doc([*ops["content"], {"type": "rule"}, *engineering["content"]])
    return Decision(to_ops=joined, to_engineering=joined, clash=True)


def _shows_nothing(text: Adf | None) -> bool:
    """Neither words nor a picture, which is a line of text in the other issue."""
    return text is None or is_blank(for_issue(text, None))
