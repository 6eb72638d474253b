"""Presses on the triage controls, and the forms that they open: stored, answered, nothing more."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from app import context, decisions, engine, threads
from app.errors import SolveOnceError
from app.logs import event
from app.threads import clicks
from app.triage import blocks, store
from app.triage.reading import ANSWER_BLOCK, FORMS, PREFIX, About, Pressed, about, answer, issue_key, pressed
from app.workspaces import team_in


def register(bolt: App) -> None:
    bolt.action(re.compile(rf"^{re.escape(PREFIX)}"))(control)
    bolt.view(blocks.CALLBACK)(submitted)


def control(ack: Ack, body: dict[str, Any]) -> None:
    press = pressed(body)
    if press is None:
        ack()
        return
    runtime = context.current()
    with runtime.db.reading() as session:
        place = _issue_at(session, press)
    if place is None:
        event("press on unknown controls", pressed=press.what)  # of a site that is gone, or a message of nobody's
    elif press.what in FORMS:
        _open_form(body, About(place[0], place[1], press.what), place[2])
    else:
        asked = {"value": press.value, "seen": press.stamp, "channel": press.channel}
        _keep(press.id, About(place[0], place[1], press.what), press.user, asked)
    ack()


def _issue_at(session: Session, press: Pressed) -> tuple[int, str, str] | None:
    """Site, id and key. People may press before we have Slack's answer, and know where the controls stand."""
    row = store.at_place(session, press.channel, press.ts)
    if row is not None:
        return row.site_id, row.issue_id, str(row.shown["key"])
    return threads.of_place(session, press.channel, press.thread) if press.thread else None


def _open_form(body: dict[str, Any], what: About, key: str) -> None:
    """A trigger lives three seconds, so the form is opened at once; who may is asked when it is sent."""
    try:
        context.slack(team_in(body), quick=True).open_view(body["trigger_id"], blocks.form(what, key))
    except SolveOnceError as error:
        event("form not opened", error=error.code, reason=str(error))


def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    what, words = about(str(view.get("private_metadata") or "")), answer(view)
    if what is None:
        ack()
        return
    words = (issue_key(words) or "") if what.what == "duplicate" else words
    if not words:
        wrong = "Write the key of a ticket, like OPS-12." if what.what == "duplicate" else "Write a sentence."
        ack(response_action="errors", errors={ANSWER_BLOCK: wrong})
        return
    _keep(f"view:{view['id']}", what, body["user"]["id"], {"reason": words})
    ack()


def _keep(id: str, what: About, user: str, asked: dict[str, Any]) -> None:
    """Store and start in one transaction; pressing twice is once."""
    with context.current().db.writing() as session:
        fresh = decisions.store(session, id, what.site_id, what.issue_id, user, what.what, asked)
        if fresh:
            lane = clicks(what.site_id, what.issue_id)
            engine.enqueue(session, "triage.hear", what.site_id, id, id=id, lane=lane)
    event("decision stored", decision=what.what, issue=what.issue_id, fresh=fresh)
