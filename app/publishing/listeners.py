"""The buttons of the review and the forms that they open: stored, answered, nothing more."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from app import context, decisions, engine
from app.errors import SolveOnceError
from app.logs import event
from app.publishing import answers, blocks
from app.publishing.answers import ANSWER_BLOCK, PREFIX, issue_of
from app.threads import clicks
from app.workspaces import team_in


def register(bolt: App) -> None:
    bolt.action(f"{PREFIX}accept")(accept)
    bolt.action(f"{PREFIX}edit")(edit)
    bolt.action(f"{PREFIX}reject")(reject)
    bolt.view(blocks.EDITOR)(edited)
    bolt.view(blocks.REASON)(rejected)


def accept(ack: Ack, body: dict[str, Any]) -> None:
    action, container = body["actions"][0], body.get("container") or {}
    asked = {"channel": container.get("channel_id"), "ts": container.get("message_ts")}
    user = str(body["user"]["id"])
    id = f"click:{user}:{action['action_ts']}:{action['action_id']}:{asked['ts']}"
    _keep(id, action.get("value"), user, "accept", asked)
    ack()


def edit(ack: Ack, body: dict[str, Any]) -> None:
    """Jira may take its time, and a trigger lives three seconds: the form opens empty, and the notes follow."""
    about = body["actions"][0].get("value")
    view_id, found = _open(body, blocks.loading()), issue_of(about)
    if view_id and found:
        with context.current().db.writing() as session:
            lane = f"editor:{view_id}"
            engine.enqueue(session, "publishing.fill_editor", *found, view_id, id=view_id, lane=lane)
    ack()


def reject(ack: Ack, body: dict[str, Any]) -> None:
    _open(body, blocks.reason(str(body["actions"][0].get("value"))))
    ack()


def edited(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    remembered, text = answers.memory(view.get("private_metadata")), answers.notes(view)
    if wrong := answers.problem(text):
        ack(response_action="errors", errors={ANSWER_BLOCK: wrong})
        return
    asked = {"text": text, "seen": remembered.get("seen", "")}
    _keep(f"view:{view['id']}", remembered.get("about"), body["user"]["id"], "notes", asked)
    ack()


def rejected(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    words = answers.words(view)
    if not words:
        ack(response_action="errors", errors={ANSWER_BLOCK: "Write a sentence: what is still wrong?"})
        return
    about = answers.memory(view.get("private_metadata")).get("about")
    _keep(f"view:{view['id']}", about, body["user"]["id"], "reject", {"reason": words})
    ack()


def _open(body: dict[str, Any], view: dict[str, Any]) -> str:
    """The id of the view; empty when Slack did not open it."""
    try:
        return context.slack(team_in(body), quick=True).open_view(body["trigger_id"], view)
    except SolveOnceError as error:
        event("form not opened", error=error.code, reason=str(error))
        return ""


def _keep(id: str, about: Any, user: str, what: str, asked: dict[str, Any]) -> None:
    """Store and start in one transaction; pressing twice is once."""
    found = issue_of(about)
    if found is None:
        event("review of an unknown ticket", decision=what)
        return
    with context.current().db.writing() as session:
        fresh = decisions.store(session, id, *found, user, what, asked)
        if fresh:
            engine.enqueue(session, "publishing.hear", found[0], id, id=id, lane=clicks(*found))
    event("decision stored", decision=what, issue=found[1], fresh=fresh)
