"""Jira's own *Clone*: a person copies an issue, with its labels and fields, and a link of the type Cloners.

Whether the copy gets the entity properties, which apps keep with an issue, is documented nowhere: the caller says.
"""

from __future__ import annotations

import copy

from sandbox import jira_issues, jira_links
from sandbox.jira_act import Act
from sandbox.world import Issue, Json


def clone(act: Act, issue: Issue, with_properties: bool) -> Issue:
    """Comments, history and status are not copied."""
    project = act.world.jira.projects[issue.project]
    fields: Json = {id_: issue.fields[id_] for id_ in project.create_screen if issue.fields.get(id_)}
    fields |= {"project": {"id": project.id}, "issuetype": {"id": project.issue_type_id}}
    fields["summary"] = f"CLONE - {issue.fields['summary']}"[:255]
    kept = copy.deepcopy(issue.properties) if with_properties else {}
    properties = [{"key": key, "value": value} for key, value in kept.items()]
    made = jira_issues.create(act, {"fields": fields, "properties": properties})
    ends = {"inwardIssue": {"id": made.id}, "outwardIssue": {"id": issue.id}}
    jira_links.link(act, {"type": {"name": "Cloners"}, **ends})
    return made
