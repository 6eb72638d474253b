"""Whether a choice may be written: only over what its chooser saw; who comes second reads what the first did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from app.slack.mrkdwn import escaped
from app.triage.showing import stamp

#: What is decided by the kinds of decision: taking, giving and the rota are all about the owner.
ABOUT = {
    "severity": "severity",
    "team": "team",
    "type": "type",
    "tags": "tags",
    "take": "owner",
    "assign": "owner",
    "rota": "owner",
}


class Verdict(Enum):
    WRITE = "write"
    #: It is so already: nothing to write.
    SO = "so"
    TOO_LATE = "too late"


@dataclass(frozen=True)
class Earlier:
    """Who decided the same thing last."""

    user: str
    name: str


def verdict(wanted: Any, now: Any, seen: str, user: str, earlier: Earlier | None) -> Verdict:
    """*seen* is the stamp of what the control showed. Whoever corrects the own choice of a moment ago may."""
    if stamp(wanted) == stamp(now):
        return Verdict.SO
    if stamp(now) == seen or (earlier is not None and earlier.user == user):
        return Verdict.WRITE
    return Verdict.TOO_LATE


def too_late(subject: str, wanted: str, now: str, earlier: Earlier | None) -> str:
    """For the second of two; mrkdwn."""
    who = f"{escaped(earlier.name)} set" if earlier else "Somebody set"
    return (
        f"{who} the {subject} to *{escaped(now)}* a moment ago, so your choice was not written. "
        f"Choose again if it should be *{escaped(wanted)}*."
    )


def in_words(value: Any) -> str:
    """A chosen value as people read it."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value else "nobody" if value is None else "none"
