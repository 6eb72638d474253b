"""Links between issues, and remote links to things elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import jira_history, jira_webhooks
from sandbox.jira_act import Act, current_act, found_issue, json_body, need
from sandbox.jira_permissions import sees
from sandbox.jira_view import link_type_json, linked_issue_json, self_url
from sandbox.refusals import JiraError
from sandbox.world import Issue, IssueLink, Json, World

GLOBAL_ID_LIMIT = 255
REMOTE_LINK_PARTS = ("globalId", "application", "relationship", "object")
NO_LINK = "No issue link with this id exists."
NOT_TO_LINK = "You do not have permission to link issues in this project."
NO_REMOTE_LINK = "The remote issue link does not exist."

blueprint = Blueprint("jira_links", __name__)


@blueprint.post("/issueLink")
def create() -> ResponseReturnValue:
    link(current_act(), json_body())
    return "", 201


def link(act: Act, body: Json) -> None:
    """Link two issues; saying it twice is saying it once."""
    if "comment" in body:
        raise JiraError(400, "The sandbox does not take a comment together with a link.")
    with act.world.lock:
        type_id = _type_id(act.world, _part(body, "type"))
        inward, outward = _end(act, body, "inwardIssue"), _end(act, body, "outwardIssue")
        if inward is outward:
            raise JiraError(400, "You cannot link an issue to itself.")
        if not _exists(act.world, type_id, inward, outward):
            _link(act, type_id, inward, outward)


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    if not isinstance(part, dict):
        raise JiraError(400, f"'{name}' is required.")
    return part


def _type_id(world: World, given: Json) -> str:
    for type_ in world.jira.link_types.values():
        if type_["id"] == given.get("id") or type_["name"] == given.get("name"):
            return str(type_["id"])
    raise JiraError(404, f"No issue link type with name '{given.get('name') or given.get('id')}' found.")


def _end(act: Act, body: Json, role: str) -> Issue:
    part = _part(body, role)
    issue = found_issue(act, str(part.get("id") or part.get("key") or ""))
    need(act, "LINK_ISSUES", issue, 404, f"No Link Issue Permission for issue '{issue.key}'")
    return issue


def _exists(world: World, type_id: str, inward: Issue, outward: Issue) -> bool:
    # The other way round is another link.
    wanted = (type_id, inward.id, outward.id)
    return any((link.type_id, link.inward, link.outward) == wanted for link in world.jira.links)


def _link(act: Act, type_id: str, inward: Issue, outward: Issue) -> None:
    """The inward issue is the one that acts: "inward clones outward"."""
    made = IssueLink(act.world.next_id("link"), type_id, inward.id, outward.id)
    act.world.jira.links.append(made)
    for issue, words in _told_on(act.world, made):
        _note(act, issue, (None, None), words)
    jira_webhooks.link_event(act, "issuelink_created", made)


Words = tuple[str | None, str | None]


def _told_on(world: World, link: IssueLink) -> list[tuple[Issue, Words]]:
    """Each end, with the key and the words by which its changelog names the link."""
    inward, outward, words = world.jira.issues[link.inward], world.jira.issues[link.outward], world.jira.link_types
    type_ = words[link.type_id]
    ends = ((inward, type_["outward"], outward), (outward, type_["inward"], inward))
    return [(issue, (other.key, f"This work item {text} {other.key}")) for issue, text, other in ends]


def _note(act: Act, issue: Issue, old: Words, new: Words) -> None:
    """In the changelog, and as an update of the issue: Cloud sends that besides the event of the link itself.

    https://github.com/mattermost/mattermost-plugin-jira/issues/339
    """
    entry = jira_history.record(act, issue, [jira_history.item("Link", "issuelinks", old, new)])
    jira_webhooks.issue_updated(act, issue, entry)


@blueprint.get("/issueLink/<link_id>")
def read(link_id: str) -> ResponseReturnValue:
    act = current_act()
    world, link = act.world, _found(act, link_id)
    ends = {"inwardIssue": link.inward, "outwardIssue": link.outward}
    answer: Json = {role: linked_issue_json(world, world.jira.issues[id_]) for role, id_ in ends.items()}
    type_ = link_type_json(world, link.type_id)
    return jsonify(answer | {"id": link.id, "self": self_url(world, f"issueLink/{link.id}"), "type": type_})


@blueprint.delete("/issueLink/<link_id>")
def delete(link_id: str) -> ResponseReturnValue:
    act = current_act()
    with act.world.lock:
        link = _found(act, link_id)
        for end in (link.inward, link.outward):
            need(act, "LINK_ISSUES", act.world.jira.issues[end], 404, NO_LINK)
        jira_webhooks.link_event(act, "issuelink_deleted", link)
        act.world.jira.links.remove(link)
        for issue, words in _told_on(act.world, link):
            _note(act, issue, words, (None, None))
    return "", 204


def _found(act: Act, link_id: str) -> IssueLink:
    link = next((link for link in act.world.jira.links if link.id == link_id), None)
    ends = [act.world.jira.issues[end] for end in (link.inward, link.outward)] if link else []
    if link is None or not all(sees(act.world, act.person, end) for end in ends):
        raise JiraError(404, NO_LINK)
    return link


@blueprint.get("/issue/<id_or_key>/remotelink")
def remote_links(id_or_key: str) -> ResponseReturnValue:
    """All, or with `globalId` the one."""
    issue = found_issue(current_act(), id_or_key)
    global_id = request.args.get("globalId")
    if global_id is None:
        return jsonify(list(issue.remote_links.values()))
    if global_id not in issue.remote_links:
        raise JiraError(404, NO_REMOTE_LINK)
    return jsonify(issue.remote_links[global_id])


@blueprint.post("/issue/<id_or_key>/remotelink")
def put_remote_link(id_or_key: str) -> ResponseReturnValue:
    """A new one, or the one with the same `globalId` anew: what is left out is gone."""
    act, body = current_act(), json_body()
    issue = found_issue(act, id_or_key)
    need(act, "LINK_ISSUES", issue, 403, NOT_TO_LINK)
    _check_remote_link(body)
    with act.world.lock:
        before = issue.remote_links.get(body.get("globalId") or "")
        id_ = before["id"] if before else int(act.world.next_id("remote link"))
        url = self_url(act.world, f"issue/{issue.id}/remotelink/{id_}")
        kept: Json = {
            name: body[name] for name in ("globalId", "application", "relationship", "object") if name in body
        }
        # Without a global id it can only be found by its number.
        issue.remote_links[body.get("globalId") or f"#{id_}"] = {"id": id_, "self": url, **kept}
    return jsonify({"id": id_, "self": url}), 200 if before else 201


def _check_remote_link(body: Json) -> None:
    target: Any = body.get("object")
    given = target if isinstance(target, dict) else {}
    errors = {name: f"'{name}' is required." for name in ("url", "title") if not given.get(name)}
    if len(str(body.get("globalId") or "")) > GLOBAL_ID_LIMIT:
        errors["globalId"] = f"'globalId' is too long. Maximum length is {GLOBAL_ID_LIMIT}."
    if errors:
        raise JiraError(400, errors=errors)


@blueprint.delete("/issue/<id_or_key>/remotelink")
def delete_remote_link(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    issue = found_issue(act, id_or_key)
    need(act, "LINK_ISSUES", issue, 403, NOT_TO_LINK)
    if not request.args.get("globalId"):
        raise JiraError(400, "A globalId must be provided.")
    with act.world.lock:
        if issue.remote_links.pop(request.args["globalId"], None) is None:
            raise JiraError(404, NO_REMOTE_LINK)
    return "", 204
