"""What the thread is told about a ticket: status, owner and severity that it has not heard yet, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain import Status, StatusCategory
from app.slack.mrkdwn import escaped

_SIGNS = {
    StatusCategory.NEW: ":inbox_tray:",
    StatusCategory.INDETERMINATE: ":arrow_right:",
    StatusCategory.DONE: ":white_check_mark:",
}


def sentence(key: str, status: Status) -> str:
    return f"{_SIGNS[status.category]} {key} is now *{escaped(status.name)}*."


@dataclass(frozen=True)
class Change:
    """A fact about the ticket that the thread has not heard."""

    #: `status`, `owner` or `severity`.
    subject: str
    #: What it is now; None when nobody owns the ticket any more.
    now: str | None
    #: Who decided so in Slack; empty when it was done in Jira.
    by: str = ""


def digest(key: str, status: Status, changes: list[Change]) -> str:
    """One sentence for what changed since the thread was told last; mrkdwn."""
    if [change.subject for change in changes] == ["status"]:
        return sentence(key, status)
    parts = [_part(change) for change in changes]
    return f"{_SIGNS[status.category]} {key}: {'; '.join(parts)}."


def _part(change: Change) -> str:
    # Who takes a ticket is its owner: one name is enough.
    by = f" (by {escaped(change.by)})" if change.by and change.by != change.now else ""
    if change.subject == "status":
        return f"now *{escaped(str(change.now))}*"
    if change.subject == "owner":
        return f"owner *{escaped(change.now)}*{by}" if change.now else f"nobody owns it any more{by}"
    return f"severity *{escaped(change.now or 'none')}*{by}"


def changes(now: Mapping[str, str | None], told: Mapping[str, str | None], by: Mapping[str, str]) -> list[Change]:
    """In the order in which people want to know. What was never told about an older ticket is no news."""
    return [
        Change(subject, now[subject], by.get(subject, ""))
        for subject in ("status", "owner", "severity")
        if subject in told and now[subject] != told[subject]
    ]
