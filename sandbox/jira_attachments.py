"""Files on issues, and the media service from which their bytes come."""

from __future__ import annotations

import hashlib
import io
import uuid

from flask import Blueprint, Response, current_app, jsonify, redirect, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from sandbox import jira_history, jira_webhooks
from sandbox.jira_act import Act, current_act, found_attachment, found_issue, need
from sandbox.jira_view import attachment_json
from sandbox.refusals import JiraError
from sandbox.world import Attachment, Issue, World

FILES_LIMIT = 60
ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#626f86"/></svg>'

blueprint = Blueprint("jira_attachments", __name__)
#: Another host on a real site; it knows nobody and asks only for a good token.
media = Blueprint("media", __name__, url_prefix="/_media")


@blueprint.get("/attachment/meta")
def meta() -> ResponseReturnValue:
    return jsonify(enabled=True, uploadLimit=current_act().world.settings.attachment_limit)


@blueprint.post("/issue/<id_or_key>/attachments")
def add(id_or_key: str) -> ResponseReturnValue:
    act = current_act()
    if request.headers.get("X-Atlassian-Token") != "no-check":
        return Response("XSRF check failed", 403, mimetype="text/html")
    added = attach(act, found_issue(act, id_or_key), request.files.getlist("file"))
    return jsonify([attachment_json(act.world, attachment) for attachment in added])


def attach(act: Act, issue: Issue, files: list[FileStorage]) -> list[Attachment]:
    """All of *files*, or `JiraError` and none."""
    need(act, "CREATE_ATTACHMENTS", issue, 403, "You do not have permission to create attachments for this issue.")
    if not files:
        raise JiraError(400, "No file was sent: the part must be named 'file'.")
    contents = [file.read() for file in files]
    if len(files) > FILES_LIMIT or any(len(content) > act.world.settings.attachment_limit for content in contents):
        raise JiraError(413, "The attachments are too many or too large.")
    with act.world.lock:
        return [_attach(act, issue, file, content) for file, content in zip(files, contents, strict=True)]


def _attach(act: Act, issue: Issue, file: FileStorage, content: bytes) -> Attachment:
    world, id_ = act.world, act.world.next_id("attachment", 10501)
    # Jira names files by their last part, whatever path a client sends.
    name = (file.filename or "file").replace("\\", "/").rsplit("/", 1)[-1]
    media_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"media of attachment {id_}"))
    type_ = file.mimetype or "application/octet-stream"
    attachment = Attachment(id_, name, type_, content, act.person.account_id, world.now(), media_id)
    issue.attachments.append(attachment)
    entry = jira_history.record(act, issue, [jira_history.item("Attachment", "attachment", (None, None), (id_, name))])
    jira_webhooks.attachment_created(act, issue, attachment)
    jira_webhooks.issue_updated(act, issue, entry)
    return attachment


@blueprint.get("/attachment/<id_>")
def read(id_: str) -> ResponseReturnValue:
    """Here, unlike everywhere else, the id is a number."""
    act = current_act()
    _, attachment = found_attachment(act, id_)
    return jsonify(attachment_json(act.world, attachment) | {"id": int(id_)})


@blueprint.delete("/attachment/<id_>")
def delete(id_: str) -> ResponseReturnValue:
    """A text that shows the file keeps its media node, and may not be written with it again."""
    act = current_act()
    issue, attachment = found_attachment(act, id_)
    own = attachment.author == act.person.account_id
    permission = "DELETE_OWN_ATTACHMENTS" if own else "DELETE_ALL_ATTACHMENTS"
    need(act, permission, issue, 403, "You do not have permission to delete attachment with id: " + id_)
    with act.world.lock:
        issue.attachments.remove(attachment)
        gone = jira_history.item("Attachment", "attachment", (id_, attachment.filename), (None, None))
        entry = jira_history.record(act, issue, [gone])
        jira_webhooks.attachment_deleted(act, issue, attachment)
        jira_webhooks.issue_updated(act, issue, entry)
    return "", 204


@blueprint.get("/attachment/content/<id_>")
def content(id_: str) -> ResponseReturnValue:
    """Sends the caller to the media service, with a token in the address."""
    act = current_act()
    _, attachment = found_attachment(act, id_)
    if request.args.get("redirect") == "false":
        return _bytes(attachment)
    token = _token(act.world, attachment.media_id)
    return redirect(f"{act.world.base_url}/_media/file/{attachment.media_id}/binary?token={token}", 303)


def _token(world: World, media_id: str) -> str:
    return hashlib.sha256(f"{world.base_url} {media_id}".encode()).hexdigest()


def _bytes(attachment: Attachment) -> Response:
    return send_file(io.BytesIO(attachment.content), attachment.mime_type, download_name=attachment.filename)


@media.get("/file/<media_id>/binary")
def binary(media_id: str) -> ResponseReturnValue:
    """The bytes, for whoever has the signed address."""
    world: World = current_app.extensions["world"]
    # A header counts before the address, and Jira's token is nobody's here.
    if "Authorization" in request.headers or request.args.get("token") != _token(world, media_id):
        return jsonify(error={"code": "JwtAuthoriser:InvalidJwt", "title": "Unauthorized"}), 403
    for issue in list(world.jira.issues.values()):
        for attachment in issue.attachments:
            if attachment.media_id == media_id:
                return _bytes(attachment)
    return jsonify(error={"code": "ResourceNotFound", "title": "Not found"}), 404


@media.get("/icon.svg")
def icon() -> ResponseReturnValue:
    """The one picture for people, statuses, types and priorities."""
    return Response(ICON, mimetype="image/svg+xml")
