"""Moving an issue to another project: it keeps its id, gets a new key, and still answers to the old one."""

from __future__ import annotations

from sandbox import jira_history, jira_webhooks
from sandbox.jira_act import Act
from sandbox.world import Issue, Json, Project


def move(act: Act, issue: Issue, target: Project) -> None:
    """What a person does in Jira's "Move" dialog; raises `ValueError` if the issue is there already."""
    with act.world.lock:
        if issue.project == target.key:
            raise ValueError(f"{issue.key} is in {target.key} already.")
        items = _items(act, issue, target)
        target.last_number += 1
        issue.old_keys, issue.key = (*issue.old_keys, issue.key), f"{target.key}-{target.last_number}"
        issue.project, issue.status = target.key, _status(issue, target)
        jira_webhooks.issue_updated(act, issue, jira_history.record(act, issue, items))


def _status(issue: Issue, target: Project) -> str:
    """The same one, if the other workflow has it."""
    return issue.status if issue.status in target.columns else target.initial_status


def _items(act: Act, issue: Issue, target: Project) -> list[Json]:
    source, key = act.world.jira.projects[issue.project], f"{target.key}-{target.last_number + 1}"
    item = jira_history.item
    items = [item("project", "project", (source.id, source.name), (target.id, target.name))]
    items.append(item("Key", "Key", (None, issue.key), (None, key)))
    old_type, new_type = (source.issue_type_id, source.issue_type), (target.issue_type_id, target.issue_type)
    items.append(item("issuetype", "issuetype", old_type, new_type))
    workflows = [(project.id, f"{project.key} workflow") for project in (source, target)]
    items.append(item("Workflow", "Workflow", workflows[0], workflows[1]))
    status = _status(issue, target)
    return [*items, *([jira_history.status_item(act.world, issue.status, status)] if status != issue.status else [])]
