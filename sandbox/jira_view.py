"""Jira's JSON for what the world holds: issues, people, statuses, as REST v3 gives them and as v2 and webhooks do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import adf
from sandbox.world import Attachment, Field, HistoryEntry, Issue, IssueLink, Json, Option, Person, Project, World

CATEGORIES: dict[str, Json] = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}
RICH_TEXT = ("description", "textarea")
ISSUE_EXPAND = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"


def jira_time(world: World, moment: float) -> str:
    """Jira's own form, in the site's zone: the offset has no colon."""
    then = datetime.fromtimestamp(moment, ZoneInfo(world.settings.time_zone))
    return then.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + then.strftime("%z")


def zone_of(world: World, person: Person) -> str:
    """The zone in which *person* reads dates; the site's default is for all who chose none."""
    return person.time_zone or world.settings.time_zone


def self_url(world: World, path: str, api: int = 3) -> str:
    """The absolute address of a resource."""
    return f"{world.base_url}/rest/api/{api}/{path}"


def icon_url(world: World) -> str:
    return f"{world.base_url}/_media/icon.svg"


def person_json(world: World, person: Person, api: int = 3) -> Json:
    """A user; an app has no e-mail address to show."""
    user: Json = {"self": self_url(world, f"user?accountId={person.account_id}", api), "accountId": person.account_id}
    if person.account_type == "atlassian":
        user["emailAddress"] = person.email
    user["avatarUrls"] = dict.fromkeys(("16x16", "24x24", "32x32", "48x48"), icon_url(world))
    return user | {
        "displayName": person.name,
        "active": True,
        "timeZone": zone_of(world, person),
        "accountType": person.account_type,
    }


def status_json(world: World, status_id: str, api: int = 3) -> Json:
    status = world.jira.statuses[status_id]
    category = CATEGORIES[status.category]
    return {
        "self": self_url(world, f"status/{status.id}", api),
        "description": "",
        "iconUrl": icon_url(world),
        "name": status.name,
        "id": status.id,
        "statusCategory": {"self": self_url(world, f"statuscategory/{category['id']}", api), **category},
    }


def issue_type_json(world: World, project: Project, api: int = 3) -> Json:
    return {
        "self": self_url(world, f"issuetype/{project.issue_type_id}", api),
        "id": project.issue_type_id,
        "description": "",
        "iconUrl": icon_url(world),
        "name": project.issue_type,
        "subtask": False,
        "hierarchyLevel": 0,
    }


def project_json(world: World, project: Project, api: int = 3) -> Json:
    return {
        "self": self_url(world, f"project/{project.id}", api),
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "projectTypeKey": "software",
        "simplified": False,
    }


def option_json(world: World, option: Option, api: int = 3) -> Json:
    return {"self": self_url(world, f"customFieldOption/{option.id}", api), "value": option.value, "id": option.id}


def priority_json(world: World, option: Option, api: int = 3) -> Json:
    return {
        "self": self_url(world, f"priority/{option.id}", api),
        "iconUrl": icon_url(world),
        "name": option.value,
        "id": option.id,
    }


def resolution_json(world: World, option: Option, api: int = 3) -> Json:
    return {
        "self": self_url(world, f"resolution/{option.id}", api),
        "id": option.id,
        "description": "",
        "name": option.value,
    }


def security_json(world: World, level: Option | None, api: int = 3) -> Json | None:
    """An issue's security level; null is what most issues have."""
    if level is None:
        return None
    return {
        "self": self_url(world, f"securitylevel/{level.id}", api),
        "id": level.id,
        "description": "",
        "name": level.value,
    }


def attachment_json(world: World, attachment: Attachment, api: int = 3) -> Json:
    return {
        "self": self_url(world, f"attachment/{attachment.id}", api),
        "id": attachment.id,
        "filename": attachment.filename,
        "author": person_json(world, world.people[attachment.author], api),
        "created": jira_time(world, attachment.created),
        "size": len(attachment.content),
        "mimeType": attachment.mime_type,
        "content": self_url(world, f"attachment/content/{attachment.id}", api),
    }


def link_type_json(world: World, type_id: str, api: int = 3) -> Json:
    return {**world.jira.link_types[type_id], "self": self_url(world, f"issueLinkType/{type_id}", api)}


def linked_issue_json(world: World, issue: Issue, api: int = 3) -> Json:
    """The other end of a link, in short."""
    short = ("summary", "status", "priority", "issuetype")
    fields = issue_fields(world, issue, short, api)
    return {"id": issue.id, "key": issue.key, "self": self_url(world, f"issue/{issue.id}", api), "fields": fields}


def link_on_issue_json(world: World, link: IssueLink, issue: Issue, api: int = 3) -> Json:
    """The link as *issue* shows it: only the other side is named, by the role which that side has."""
    role, other = ("outwardIssue", link.outward) if link.inward == issue.id else ("inwardIssue", link.inward)
    return {
        "id": link.id,
        "self": self_url(world, f"issueLink/{link.id}", api),
        "type": link_type_json(world, link.type_id, api),
        role: linked_issue_json(world, world.jira.issues[other], api),
    }


def history_json(world: World, entry: HistoryEntry) -> Json:
    author = person_json(world, world.people[entry.author])
    return {"id": entry.id, "author": author, "created": jira_time(world, entry.created), "items": entry.items}


def issue_json(world: World, issue: Issue, fields: Iterable[str], properties: Iterable[str] = (), api: int = 3) -> Json:
    """An issue with the *fields* that `chosen_fields` gave, and those of *properties* that it has."""
    answer: Json = {
        "expand": ISSUE_EXPAND,
        "id": issue.id,
        "self": self_url(world, f"issue/{issue.id}", api),
        "key": issue.key,
        "fields": issue_fields(world, issue, fields, api),
    }
    wanted = list(properties)
    if wanted:
        everything = "*all" in wanted
        answer["properties"] = {k: v for k, v in issue.properties.items() if everything or k in wanted}
    return answer


def chosen_fields(world: World, wanted: Iterable[str]) -> list[str]:
    """Field ids for Jira's `fields` parameter: ids, `*all`, `*navigable`, and `-id` to leave one out."""
    names = [name.strip() for name in wanted if name.strip()]
    excluded = {name[1:] for name in names if name.startswith("-")}
    included = [name for name in names if not name.startswith("-")]
    if "*all" in included or (excluded and not included):
        included = list(world.jira.fields)
    elif "*navigable" in included:
        # Comments and attachments are the ones that a list of issues has no column for.
        included = [f for f in world.jira.fields if f not in ("comment", "attachment")] + included
    return [id_ for id_ in world.jira.fields if id_ in included and id_ not in excluded]


def issue_fields(world: World, issue: Issue, fields: Iterable[str], api: int = 3) -> Json:
    return {id_: _field_value(world, issue, world.jira.fields[id_], api) for id_ in fields}


def _field_value(world: World, issue: Issue, field: Field, api: int) -> Any:
    computed = COMPUTED.get(field.id)
    if computed is not None:
        return computed(world, issue, api)
    value = issue.fields.get(field.id)
    if api == 2 and field.kind in RICH_TEXT and value is not None:
        return adf.wiki_text(value, {a.media_id: a.filename for a in issue.attachments})
    return [] if value is None and field.kind == "labels" else value


def _links(world: World, issue: Issue, api: int) -> list[Json]:
    own = [link for link in world.jira.links if issue.id in (link.inward, link.outward)]
    return [link_on_issue_json(world, link, issue, api) for link in own]


def _comments(world: World, issue: Issue, api: int) -> Json:
    url, count = self_url(world, f"issue/{issue.id}/comment", api), len(issue.comments)
    told = [c | {"body": adf.wiki_text(c["body"], {})} for c in issue.comments] if api == 2 else issue.comments
    return {"comments": told, "self": url, "maxResults": count, "total": count, "startAt": 0}


#: Fields that Jira works out; a value for them cannot be stored.
COMPUTED: dict[str, Callable[[World, Issue, int], Any]] = {
    "project": lambda world, issue, api: project_json(world, world.jira.projects[issue.project], api),
    "issuetype": lambda world, issue, api: issue_type_json(world, world.jira.projects[issue.project], api),
    "status": lambda world, issue, api: status_json(world, issue.status, api),
    "creator": lambda world, issue, api: person_json(world, world.people[issue.creator], api),
    "created": lambda world, issue, api: jira_time(world, issue.created),
    "updated": lambda world, issue, api: jira_time(world, issue.updated),
    "resolutiondate": lambda world, issue, api: jira_time(world, issue.resolved) if issue.resolved else None,
    "statuscategorychangedate": lambda world, issue, api: jira_time(world, issue.category_changed or issue.created),
    "attachment": lambda world, issue, api: [attachment_json(world, a, api) for a in issue.attachments],
    "issuelinks": _links,
    "comment": _comments,
    "security": lambda world, issue, api: security_json(world, issue.security, api),
}
