"""The buttons on the card about a clash: *Keep OPS-12's*, *Keep YAY-7's*, *Keep both*."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App

from app import context, engine
from app.domain_handoff import Choice
from app.handoff import store_clash
from app.handoff.blocks_clash import ACTION
from app.logs import event


def register(bolt: App) -> None:
    bolt.action(re.compile(f"^{re.escape(ACTION)}({'|'.join(Choice)})$"))(pressed)


def pressed(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
    """Store first, then say yes. Slack sends a press again that it got no answer to; that is the same press."""
    id, choice, user = str(action.get("value")), action["action_id"].removeprefix(ACTION), str(body["user"]["id"])
    with context.current().db.writing() as session:
        row = store_clash.get(session, id)
        if row:
            lane = f"{row.site_id}:{row.ops_id}"
            run = f"{id}:{user}:{action.get('action_ts')}"
            engine.enqueue(session, "handoff.settle", row.site_id, row.ops_id, id, choice, user, id=run, lane=lane)
    event("clash button pressed", clash=id, choice=choice, open=bool(row and not row.settled))
    ack()
