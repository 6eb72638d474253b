"""What has come into being in the sandbox: counted there, as a person would."""

from __future__ import annotations

import re
from typing import Any

from sandbox import Sandbox

LOG = "Ops Exception Log"


def issues(sandbox: Sandbox, project: str) -> list[str]:
    return sorted(issue.key for issue in sandbox.world.jira.issues.values() if issue.project == project)


def links(sandbox: Sandbox) -> int:
    return len(sandbox.world.jira.links)


def remote_links(sandbox: Sandbox, key: str) -> list[str]:
    issue = sandbox.world.issue(key)
    assert issue
    return sorted(issue.remote_links)


def messages(sandbox: Sandbox, channel: str) -> list[str]:
    """Texts in a channel or, by a channel id that starts with D, of direct messages; threads included, oldest first."""
    slack = sandbox.world.slack
    ids = {id for id, each in slack.channels.items() if each.get("name") == channel.lstrip("#") or id == channel}
    return [message.text for message in slack.messages if message.channel in ids and not message.only_for]


def direct_messages(sandbox: Sandbox) -> list[str]:
    return [message.text for message in sandbox.world.slack.messages if message.channel.startswith("D")]


def log_rows(sandbox: Sandbox) -> list[list[str]]:
    """Cells of each row of the log, as words; without the heading."""
    pages = [page for page in sandbox.world.confluence.pages.values() if page.title == LOG and page.status == "current"]
    assert len(pages) <= 1
    rows = re.findall(r"<tr>(.*?)</tr>", pages[0].body, re.DOTALL) if pages else []
    cells = [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)] for row in rows]
    return [row for row in cells if row]


def log_version(sandbox: Sandbox) -> int:
    return next((page.version for page in sandbox.world.confluence.pages.values() if page.title == LOG), 0)


def writes(sandbox: Sandbox, by: str = "solveonce") -> list[tuple[str, str]]:
    """Every call of ours that changes something: (method, path)."""
    reading = ("/search/jql", "/bulkfetch", "conversations.", "users.", "usergroups.", "getPermalink", "auth.test")
    reading += ("bots.info", "manifest.export")
    return [
        (call["method"], call["path"])
        for call in sandbox.world.calls
        if _ours(call, by) and call["method"] != "GET" and not any(word in call["path"] for word in reading)
    ]


def _ours(call: dict[str, Any], by: str) -> bool:
    return str(call["by"] or "").startswith(by) or call["path"].startswith("/slack/api/")
