"""What becomes of a failed try of a step: a pause and another try, or a no; as plain values, since it is stored."""

from __future__ import annotations

import logging
import random
from typing import Any

from app import errors
from app.errors import TURN, SolveOnceError
from app.logs import event
from app.settings import Settings

Outcome = dict[str, Any]
#: Jira's name of the limit on writes to one issue. Only a fight over a ticket meets it (facts: rate_limits.md).
ONE_ISSUE = "jira-per-issue-on-write"


def outcome_of(error: SolveOnceError, tries: int, settings: Settings) -> Outcome:
    """`{"error", "reason", "code"}`, with the seconds to wait under `again` where another try makes sense."""
    told = {"error": error.code, "reason": str(error), "code": getattr(error, "error", "")}
    if not error.retry or tries + 1 >= settings.retry_tries:
        return told
    return {**told, "again": pause(error, tries, settings)}


def pause(error: SolveOnceError, tries: int, settings: Settings) -> float:
    """Doubling with a spread of ±30 % so that many do not come back at once; never before `Retry-After`.

    What has a turn of its own comes at its turn.
    """
    if getattr(error, "limit", "") == TURN:
        return float(getattr(error, "retry_after", 0.0))
    spread = random.uniform(0.7, 1.3)  # noqa: S311 - not a secret
    pause: float = min(settings.retry_first * 2.0 ** min(tries, 30), settings.retry_longest) * spread
    asked = getattr(error, "retry_after", None)
    return max(pause, float(asked) * random.uniform(1.0, 1.1)) if asked else pause  # noqa: S311


def error_of(outcome: Outcome) -> SolveOnceError:
    """The error that *outcome* was made of."""
    kind = getattr(errors, outcome["error"])
    if kind is errors.Misconfigured:
        return errors.Misconfigured(outcome["reason"], "")
    return errors.Refused(outcome["reason"], outcome["code"]) if kind is errors.Refused else kind(outcome["reason"])


def noted(outcome: Outcome, error: SolveOnceError, step: str, id: str) -> Outcome:
    """*outcome*, written to the log where another try follows; and loudly where somebody has to look at once."""
    if getattr(error, "limit", "") == ONE_ISSUE:
        event("jira limits writes to one issue", level=logging.ERROR, flow_step=step, id=id, reason=str(error))
    elif "again" in outcome:
        seconds = round(outcome["again"], 2)
        event("step waits", flow_step=step, id=id, error=error.code, reason=str(error), seconds=seconds)
    return outcome
