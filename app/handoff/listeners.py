"""*Take it* in the alert: what was pressed is stored before Slack hears yes."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from app import context, engine
from app.handoff import blocks, store
from app.logs import event
from app.threads import talk


def register(bolt: App) -> None:
    bolt.action(blocks.TAKE)(take)


def take(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
    """Pressed twice it is taken once: the second flow finds it so."""
    asked = blocks.pressed(action)
    place = (str(body["user"]["id"]), str(body["channel"]["id"]), str(body["container"]["message_ts"]))
    with context.current().db.writing() as session:
        known = asked is not None and store.pair_of(session, *asked) is not None
        if asked and known:
            id = f"{blocks.button_value(*asked)}:{place[0]}:{action['action_ts']}"
            engine.enqueue(session, "handoff.find_taker", *asked, *place, id=id, lane=talk(*asked))
    event("take pressed", user=place[0], known=known)
    ack()
