"""The buttons of the review and the forms that they open: stored, answered, nothing more."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from app import context, decisions, engine, speaking
from app.logs import event
from app.publishing import answers, blocks
from app.publishing.answers import ANSWER_BLOCK, PREFIX, issue_of
from app.threads import clicks


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
    found = issue_of(body["actions"][0].get("value"))
    view_id = speaking.open_form(body, blocks.loading()) if found else ""
    if view_id and found:
        with context.current().db.writing() as session:
            lane = f"editor:{view_id}"
            arguments = (*found, view_id, str(body["user"]["id"]))
            engine.enqueue(session, "publishing.fill_editor", *arguments, id=view_id, lane=lane)
    ack()


def reject(ack: Ack, body: dict[str, Any]) -> None:
    about = body["actions"][0].get("value")
    if issue_of(about):
        speaking.open_form(body, blocks.reason(str(about)))
    ack()


def edited(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    remembered, text = answers.memory(view.get("private_metadata")), answers.notes(view)
    if wrong := answers.problem(text):
        ack(response_action="errors", errors={ANSWER_BLOCK: wrong})
        return
    asked = {"text": text, "seen": remembered.get("seen", "")}
    _keep_form(ack, body, view, "notes", asked)


def rejected(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    words = answers.words(view)
    if not words:
        ack(response_action="errors", errors={ANSWER_BLOCK: "Write a sentence: what is still wrong?"})
        return
    _keep_form(ack, body, view, "reject", {"reason": words})


def _keep_form(ack: Ack, body: dict[str, Any], view: dict[str, Any], what: str, asked: dict[str, Any]) -> None:
    about = answers.memory(view.get("private_metadata")).get("about")
    if issue_of(about) is None:  # closed it would be with what was written in it
        ack(response_action="errors", errors={ANSWER_BLOCK: UNKNOWN})
        return
    _keep(f"view:{view['id']}", about, str(body["user"]["id"]), what, asked)
    ack()


UNKNOWN = "It is not known any more which ticket this is about. Copy your words and press the button again."


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
