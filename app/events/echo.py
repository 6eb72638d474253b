"""Is this our own change coming back? The echo of a write carries our trace, or names our app's account as its author."""

from __future__ import annotations

from app.domain import IssueEvent


def is_echo(event: IssueEvent, trace: str, account_id: str | None) -> bool:
    """Jira copies the header `X-Atlassian-Webhook-Trace` of a write to the events that it causes.

    Not every site sends it back, so the author counts too. What slips through does no harm:
    a flow compares values before it writes.
    """
    return event.trace.startswith(trace) or (account_id is not None and event.actor == account_id)
