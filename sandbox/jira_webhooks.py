"""Which apps are told what: the webhooks of descriptors, for the changes that happen in Jira.

Bodies as in https://developer.atlassian.com/cloud/jira/platform/webhooks/; the issue in them has the shape of REST v2.
"""

from __future__ import annotations

from sandbox import jql
from sandbox.courier import Parcel
from sandbox.jira_act import Act
from sandbox.jira_permissions import sees
from sandbox.jira_view import attachment_json, issue_json, person_json
from sandbox.refusals import JiraError
from sandbox.world import App, Attachment, HistoryEntry, Issue, IssueLink, Json


def issue_created(act: Act, issue: Issue) -> None:
    _announce_issue(act, "jira:issue_created", "issue_created", issue, {})


def issue_updated(act: Act, issue: Issue, entry: HistoryEntry) -> None:
    changelog = {"id": entry.id, "items": entry.items}
    _announce_issue(act, "jira:issue_updated", _event_type(entry), issue, {"changelog": changelog})


def issue_deleted(act: Act, issue: Issue) -> None:
    _announce_issue(act, "jira:issue_deleted", "issue_deleted", issue, {})


def link_event(act: Act, event: str, link: IssueLink, flow: str = "Primary") -> None:
    """`issuelink_created` or `issuelink_deleted`; the source is the issue that acts ("CLONE clones ORIGINAL")."""
    type_ = act.world.jira.link_types[link.type_id]
    link_type = {"id": int(type_["id"]), "name": type_["name"]}
    link_type |= {"outwardName": type_["outward"], "inwardName": type_["inward"]}
    link_type |= {"isSubTaskLinkType": False, "isSystemLinkType": False}
    told = {"id": int(link.id), "sourceIssueId": int(link.inward), "destinationIssueId": int(link.outward)}
    _announce(act, event, act.world.jira.issues[link.inward], {"issueLink": {**told, "issueLinkType": link_type}}, flow)


def attachment_created(act: Act, issue: Issue, attachment: Attachment) -> None:
    _announce(act, "attachment_created", issue, {"attachment": attachment_json(act.world, attachment, api=2)})


def attachment_deleted(act: Act, issue: Issue, attachment: Attachment) -> None:
    _announce(act, "attachment_deleted", issue, {"attachment": attachment_json(act.world, attachment, api=2)})


def comment_created(act: Act, issue: Issue, comment: Json) -> None:
    short = ("summary", "issuetype", "project", "assignee", "priority", "status")
    told = issue_json(act.world, issue, short, api=2)
    _announce(act, "comment_created", issue, {"comment": comment, "issue": told})


def _event_type(entry: HistoryEntry) -> str:
    fields = [item["field"] for item in entry.items]
    if "Key" in fields:
        return "issue_moved"
    if "status" in fields:
        return "issue_generic"
    return "issue_assigned" if fields == ["assignee"] else "issue_updated"


def _announce_issue(act: Act, event: str, event_type: str, issue: Issue, more: Json) -> None:
    told = issue_json(act.world, issue, act.world.jira.fields, api=2)
    user = person_json(act.world, act.person, api=2)
    # A webhook never tells an address.
    user.pop("emailAddress", None)
    _announce(act, event, issue, {"issue_event_type_name": event_type, "user": user, "issue": told, **more})


def _announce(act: Act, event: str, issue: Issue, body: Json, flow: str = "Primary") -> None:
    """Queue *body* for each webhook that listens to *event* and whose filter lets *issue* pass."""
    for app in list(act.world.apps.values()):
        # An app hears nothing of what its user may not see.
        if app.product != "jira" or not sees(act.world, act.world.people[app.account_id], issue):
            continue
        for webhook in app.descriptor.get("modules", {}).get("webhooks", []):
            if webhook["event"] == event and _passes(act, webhook, issue):
                act.courier.post(_parcel(act, app, webhook, issue, {"webhookEvent": event, **body}, flow))


def _passes(act: Act, webhook: Json, issue: Issue) -> bool:
    if not webhook.get("filter"):
        return True
    try:
        return jql.parse(act.world, webhook["filter"], act.person).matches(issue)
    except JiraError:
        # A filter may name what is not there (any more). That is not the fault of whoever changed the issue.
        return False


def _parcel(act: Act, app: App, webhook: Json, issue: Issue, body: Json, flow: str) -> Parcel:
    full: Json = {"timestamp": int(act.world.now() * 1000), **body}
    wanted = webhook.get("propertyKeys", [])
    if wanted and "issue" in full:
        properties = {key: issue.properties[key] for key in wanted if key in issue.properties}
        full["issue"] = {**full["issue"], "properties": properties}
    told = None if webhook.get("excludeBody") else full
    parcel = Parcel("webhook", webhook["event"], app.key, webhook["url"], told, act.person.account_id, flow=flow)
    parcel.lane, parcel.issue = f"{app.key} {issue.id}", issue.key
    if act.trace:
        parcel.headers["X-Atlassian-Webhook-Trace"] = act.trace
    return parcel
