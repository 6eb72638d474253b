"""What search knows: a copy of each issue that lags behind, since Jira's index is eventually consistent.

https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

from sandbox.world import Issue, World


def note(world: World, issue: Issue) -> None:
    """Search will see *issue* as it is now, after the lag."""
    issue.indexed = _seen_from(world)
    # A handful of containers change in place; what is in them does not.
    copy = replace(
        issue, fields=dict(issue.fields), properties=dict(issue.properties), attachments=list(issue.attachments)
    )
    _append(world, issue.id, issue.indexed, copy)


def note_deletion(world: World, issue_id: str) -> None:
    """Search will stop seeing the issue, after the lag."""
    _append(world, issue_id, _seen_from(world), None)


def _seen_from(world: World) -> float:
    lag = world.settings.search_lag
    return math.inf if lag is None else world.now() + lag


def _append(world: World, issue_id: str, moment: float, copy: Issue | None) -> None:
    past = world.jira.index.setdefault(issue_id, [])
    seen = [version for version in past if version[0] <= world.now()]
    # Of the versions that search has reached only the last one can still be asked for.
    past[:] = seen[-1:] + past[len(seen) :] + [(moment, copy)]


def searchable(world: World, reconciled: Collection[str] = ()) -> list[Issue]:
    """The issues as search sees them; those whose ids are *reconciled* are as fresh as the store."""
    found = []
    for issue_id, versions in world.jira.index.items():
        if issue_id in reconciled:
            issue = world.jira.issues.get(issue_id)
        else:
            issue = next((copy for moment, copy in reversed(versions) if moment <= world.now()), None)
        if issue is not None:
            found.append(issue)
    return found
