"""Which tickets stand on somebody's Home tab: what she asked for, what she works on, and what waits for her."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.domain import Issue, StatusCategory


@dataclass(frozen=True)
class Lists:
    #: Her requests whose notes she has to review, or about which she was asked something.
    waiting: tuple[Issue, ...]
    requests: tuple[Issue, ...]
    #: What is assigned to her, on either board.
    work: tuple[Issue, ...]


def lists(
    asked_for: Iterable[Issue], assigned: Iterable[Issue], questioned: Collection[str], needs_notes: str
) -> Lists:
    """Open tickets, each once: what waits for her stands first. *questioned*: ids of those with an open question."""
    mine = [issue for issue in asked_for if issue.status.category is not StatusCategory.DONE]
    waiting = [issue for issue in mine if issue.status.name == needs_notes or issue.ref.id in questioned]
    named = {issue.ref.id for issue in waiting}
    # One with a security level is not for everybody's eyes; who asked for a ticket knows of it.
    work = [issue for issue in assigned if issue.ref.id not in named and not issue.security_level]
    return Lists(tuple(waiting), tuple(issue for issue in mine if issue.ref.id not in named), tuple(work))
