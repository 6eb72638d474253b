"""Whose turn it is: the one of the rota with the fewest open tickets; of several, who waited longest for a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def addresses(setting: str) -> list[str]:
    """The e-mail addresses of TRIAGE_ROTA."""
    return [one.strip() for one in setting.split(",") if one.strip()]


def next_in_turn(accounts: Sequence[str], open_tickets: Mapping[str, int], last: Mapping[str, datetime]) -> str | None:
    """An account, or None of an empty rota. Jira's count lags by seconds: turns within that time go round by *last*."""
    turns = ((open_tickets.get(one, 0), last.get(one, _NEVER), place, one) for place, one in enumerate(accounts))
    return min(turns, default=(0, _NEVER, 0, None))[3]
