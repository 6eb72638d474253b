"""Issue security levels: what a person sets on an issue in Jira's pages. REST shows it, and here cannot set it."""

from __future__ import annotations

from sandbox import jira_history, jira_webhooks
from sandbox.jira_act import Act
from sandbox.world import Issue, Option, World


def set_level(act: Act, issue: Issue, name: str | None) -> None:
    """Give the issue the level called *name*; None takes its level away. Whom that shuts out is not decided here."""
    with act.world.lock:
        old, issue.security = issue.security, _level(act.world, name) if name else None
        item = jira_history.item("security", "security", _told(old), _told(issue.security))
        jira_webhooks.issue_updated(act, issue, jira_history.record(act, issue, [item]))


def _level(world: World, name: str) -> Option:
    levels = world.jira.security_levels
    return levels.setdefault(name, Option(str(10000 + len(levels)), name))


def _told(level: Option | None) -> tuple[str | None, str | None]:
    return (level.id, level.value) if level else (None, None)
