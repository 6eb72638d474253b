"""What slipped past the validator: a ticket that is done without Resolution Notes goes back, and people are told why.

A validator guards transitions alone. A ticket that is created in a done status, moved there by a migration or an edited
workflow, or emptied afterwards never meets it (facts: traps.md, 4), and Jira's own validators take a blank paragraph
for a text (5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from app.domain import Issue, StatusCategory
from app.settings import Settings
from app.slack.blocks import Block, plain
from app.slack.mrkdwn import escaped, link, shortened
from app.workflow.validator import may_be_done

ALL, CLONES = "all", "clones"


def way_back(issue: Issue, is_clone: bool, settings: Settings) -> str | None:
    """Name of the status to which *issue* goes back; None for one that may stay where it is.

    Nothing reaches Done without notes on either board (product.md, rule 3), so engineering's own tickets
    go back too unless the setting GATE_ENGINEERING spares them.
    """
    if issue.status.category is not StatusCategory.DONE or issue.is_canary or may_be_done(issue):
        return None
    status = _status_of_board(issue.project, is_clone, settings)
    return None if status == issue.status.name else status  # a done status in the settings: nothing would be won


def _status_of_board(project: str, is_clone: bool, settings: Settings) -> str | None:
    if project == settings.ops_project:
        return settings.status_needs_notes
    if project == settings.engineering_project and (is_clone or settings.gate_engineering != CLONES):
        return settings.status_engineering_sent_back
    return None


def searches(settings: Settings, notes_field: str, installed_for: int, not_looked_for: int) -> tuple[str, str]:
    """JQL for what may have slipped past, newest first, the two times in minutes.

    The first asks for empty notes. Jira does not call a blank paragraph empty, so the second asks for all that changed
    since the last look. What nobody has touched since the app was installed is left alone: a board has a past.
    """
    done = f'project in ("{settings.ops_project}", "{settings.engineering_project}") AND statusCategory = Done'
    empty = f"cf[{notes_field.removeprefix('customfield_')}] IS EMPTY"
    return (
        f"{done} AND {empty} AND updated >= -{installed_for}m ORDER BY updated DESC",
        f"{done} AND updated >= -{min(not_looked_for, installed_for)}m ORDER BY updated DESC",
    )


def turn(found: Sequence[str], most: int, moment: str) -> Sequence[str]:
    """Those of *found* whose turn it is in the hour of *moment* (ISO 8601): what can never go back keeps no other from it."""
    turns = max(1, -(-len(found) // most))
    start = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() // 3600) % turns * most
    return found[start : start + most]


def sent_back(key: str, url: str, field: str, status: str) -> str:
    """What people read: what was missing, where the ticket is now, and where to write."""
    return (
        f":leftwards_arrow_with_hook: {link(url, key)} was done without {escaped(field)}, so it is back in "
        f"*{escaped(status)}*. {_where_to_write(field)}, then move it to Done again."
    )


def stays(key: str, url: str, field: str, status: str, reason: str) -> str:
    """What people read when Jira would not let us send it back; said once, and with what to do."""
    return (
        f":warning: {link(url, key)} is done without {escaped(field)}, and SolveOnce could not send it back to "
        f"*{escaped(status)}*: {escaped(shortened(reason, 400))}\n{_where_to_write(field)}."
    )


def write_button(site_id: int, issue_id: str) -> Block:
    """Opens the editor of the notes (`publishing/listeners.py`)."""
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "ops.notes.edit",
                "text": plain("Write the notes"),
                "style": "primary",
                "value": f"{site_id}:{issue_id}",
            }
        ],
    }


def _where_to_write(field: str) -> str:
    name = escaped(field)
    return f"Write the root cause and the resolution into the field *{name}* of the ticket (comments do not count)"
