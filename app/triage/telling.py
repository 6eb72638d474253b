"""What the thread is told about a ticket: a status that it has not heard yet, once."""

from __future__ import annotations

from app.domain import Status, StatusCategory
from app.slack.mrkdwn import escaped

_SIGNS = {
    StatusCategory.NEW: ":inbox_tray:",
    StatusCategory.INDETERMINATE: ":arrow_right:",
    StatusCategory.DONE: ":white_check_mark:",
}


def is_news(status: str, told: str | None) -> bool:
    """Several changes in a moment are told as one: where the ticket is now."""
    return status != told


def sentence(key: str, status: Status) -> str:
    return f"{_SIGNS[status.category]} {key} is now *{escaped(status.name)}*."
