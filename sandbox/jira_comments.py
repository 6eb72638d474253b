"""Comments on issues."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import adf, jira_index, jira_webhooks
from sandbox.jira_act import Act, current_act, found_issue, json_body, need, page
from sandbox.jira_fields import BadValue, Setting, read_rich_text
from sandbox.jira_view import jira_time, person_json, self_url
from sandbox.refusals import JiraError
from sandbox.world import Issue, Json

blueprint = Blueprint("jira_comments", __name__)


@blueprint.get("/issue/<id_or_key>/comment")
def listed(id_or_key: str) -> ResponseReturnValue:
    issue = found_issue(current_act(), id_or_key)
    start, size = page(request.args, 100, 100)
    comments = issue.comments[start : start + size]
    return jsonify(startAt=start, maxResults=size, total=len(issue.comments), comments=comments)


@blueprint.post("/issue/<id_or_key>/comment")
def add(id_or_key: str) -> ResponseReturnValue:
    act, body = current_act(), json_body()
    return jsonify(write(act, found_issue(act, id_or_key), body)), 201


def write(act: Act, issue: Issue, body: Json) -> Json:
    """A comment is no change of the issue's fields, so it makes no entry in the changelog."""
    need(act, "ADD_COMMENTS", issue, 400, "You do not have the permission to comment on this issue.")
    with act.world.lock:
        project = act.world.jira.projects[issue.project]
        text = _text(Setting(act.world, project, issue, ()), body)
        id_, author, now = act.world.next_id("comment"), person_json(act.world, act.person), act.world.now()
        comment: Json = {"self": self_url(act.world, f"issue/{issue.id}/comment/{id_}"), "id": id_, "body": text}
        comment |= {"author": author, "updateAuthor": author, "jsdPublic": True}
        comment |= {"created": jira_time(act.world, now), "updated": jira_time(act.world, now)}
        issue.comments.append(comment)
        issue.updated = now
        jira_index.note(act.world, issue)
        jira_webhooks.comment_created(act, issue, {**comment, "body": adf.wiki_text(text, {})})
    return comment


def _text(setting: Setting, body: Json) -> Json:
    try:
        return read_rich_text(setting, body.get("body"))
    except BadValue as reason:
        raise JiraError(400, errors={"comment": str(reason)}) from reason
