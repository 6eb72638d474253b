"""What a ticket that is declined, or a duplicate, says: why, as its Resolution Notes, below what stands there already."""

from __future__ import annotations

from app.adf.build import doc, lines
from app.adf.text import plain_text
from app.domain import Adf


def declined(reason: str) -> str:
    return f"Declined: {reason}"


def duplicate(key: str) -> str:
    return f"Duplicate of {key}."


def notes_with(notes: Adf | None, words: str) -> Adf | None:
    """The notes with *words* at their end; None where they end so already, because an earlier try wrote them."""
    added = lines(words)
    there, new = plain_text(notes), plain_text(added)
    if there == new or there.endswith("\n" + new):
        return None
    return doc([*(notes or {}).get("content", []), *added["content"]])
