"""The Home tab: three short lists with links, and the button for a new ticket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.domain import Issue
from app.home.lists import Lists
from app.slack.blocks import Block, context, plain, section
from app.slack.mrkdwn import escaped, link, shortened

NEW_TICKET = "ops.home.new"
#: Of each list; with the headings that is far below Slack's hundred blocks.
MOST = 20


def home(found: Lists, browse: Callable[[str], str]) -> dict[str, Any]:
    return _view(
        [
            *_list("Waiting for you", found.waiting, browse, "Nothing waits for you."),
            *_list("My requests", found.requests, browse, "You have no other open requests."),
            *_list("My work", found.work, browse, "No other ticket is assigned to you."),
        ]
    )


def unconnected() -> dict[str, Any]:
    words = (
        "SolveOnce is not connected to Jira yet. What you ask for is kept until it is; please tell your administrator."
    )
    return _view([section(f":warning: {words}")])


def unpaired() -> dict[str, Any]:
    words = (
        "SolveOnce does not know yet to which Jira this workspace belongs. What you ask for is kept until it does; "
        "please tell whoever runs it."
    )
    return _view([section(f":warning: {words}")])


def cannot(reason: str) -> dict[str, Any]:
    return _view([section(f":warning: The tickets cannot be shown now: {escaped(shortened(reason, 1000))}")])


def _view(blocks: list[Block]) -> dict[str, Any]:
    button = {
        "type": "button",
        "action_id": NEW_TICKET,
        "text": plain("New ticket"),
        "style": "primary",
        "value": "new",
    }
    refreshed = context("Brought up to date whenever you open this tab.")
    return {"type": "home", "blocks": [{"type": "actions", "elements": [button]}, *blocks, refreshed]}


def _list(title: str, issues: Sequence[Issue], browse: Callable[[str], str], none: str) -> list[Block]:
    more = [context(f"… and {len(issues) - MOST} more.")] if len(issues) > MOST else []
    shown = [_line(issue, browse) for issue in issues[:MOST]] or [section(f"_{none}_")]
    return [{"type": "header", "text": plain(title)}, *shown, *more]


def _line(issue: Issue, browse: Callable[[str], str]) -> Block:
    owner = escaped(issue.assignee.name) if issue.assignee else "nobody yet"
    facts = [escaped(issue.status.name), escaped(issue.priority or ""), f"owner: {owner}"]
    summary = escaped(shortened(issue.summary, 250))
    told = " · ".join(fact for fact in facts if fact)
    return section(f"*{link(browse(issue.ref.key), issue.ref.key)}*  {summary}\n{told}")
