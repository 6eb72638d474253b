"""What the notes become when somebody edits them in Slack: nobody's words are overwritten unseen, and pictures stay."""

from __future__ import annotations

from app.adf.build import doc
from app.adf.canonical import digest
from app.adf.text import is_blank, plain_text
from app.adf.to_slack import pictures
from app.domain import Adf


def rewritten(written: Adf, now: Adf | None, seen: str) -> Adf | None:
    """The notes to write; None when they say so already.

    *seen* is the digest of what the editor showed. What somebody else wrote meanwhile stays, below a line.
    """
    if now is None or is_blank(now):
        return doc([*written["content"], *pictures(now)])
    if digest(now) == seen:
        return doc([*written["content"], *pictures(now)])
    if plain_text(written) in plain_text(now):
        return None  # an earlier try of ours, or somebody wrote the same
    return doc([*written["content"], {"type": "rule"}, *now["content"]])
