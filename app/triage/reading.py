"""What somebody pressed, chose or wrote at triage: read from Slack's payload, where any part may be missing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.triage.standing import ABOUT

#: What opens a form first; everything else is decided by one press.
FORMS = ("duplicate", "decline", "info")
PREFIX = "ops.triage."
#: Everything that can be decided. Buttons of an older release still fire, years later.
KNOWN = {*FORMS, *ABOUT, "close"}
#: Block id of each form's one field → what its answer is called.
ANSWER_BLOCK, ANSWER_ACTION = "answer_b", "answer_a"
_KEY = re.compile(r"(?:^|/)([A-Z][A-Z0-9_]{0,20}-[1-9]\d{0,9})(?:[/?#]|$)")


@dataclass(frozen=True)
class Pressed:
    """One press on a control of a message."""

    id: str
    user: str
    #: Where the message with the controls stands.
    channel: str
    ts: str
    #: The `ts` of that message's thread; empty outside of threads.
    thread: str
    what: str
    #: A chosen option, several, a person; None for a button.
    value: Any
    #: Of what the control showed.
    stamp: str


def pressed(body: Mapping[str, Any]) -> Pressed | None:
    """None for what is no press on a message."""
    action, container = (body.get("actions") or [{}])[0], body.get("container") or {}
    user, name = (body.get("user") or {}).get("id"), str(action.get("action_id") or "")
    channel, ts = container.get("channel_id"), container.get("message_ts")
    if not (user and channel and ts) or name.removeprefix(PREFIX) not in KNOWN:
        return None
    return Pressed(
        id=f"click:{user}:{action.get('action_ts')}:{name}:{ts}",
        user=str(user),
        channel=str(channel),
        ts=str(ts),
        thread=str(container.get("thread_ts") or ""),
        what=name.removeprefix(PREFIX),
        value=_value(action),
        stamp=str(action.get("block_id") or "").partition(":")[2],
    )


def _value(action: Mapping[str, Any]) -> Any:
    if "selected_options" in action:
        return [str(each.get("value") or "") for each in action["selected_options"] or []]
    option = action.get("selected_option")
    return str(option.get("value") or "") if isinstance(option, Mapping) else action.get("selected_user")


@dataclass(frozen=True)
class About:
    """Which issue a form is about: written down when it is opened."""

    site_id: int
    issue_id: str
    what: str


def remembered(about: About) -> str:
    return json.dumps({"v": 1, "site": about.site_id, "issue": about.issue_id, "what": about.what})


def about(private_metadata: str) -> About | None:
    """It comes back from a client, so it may be anything."""
    try:
        found = json.loads(private_metadata)
        kept = About(int(found["site"]), str(found["issue"]), str(found["what"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return kept if kept.what in FORMS else None


def answer(view: Mapping[str, Any]) -> str:
    """What was written into the form's one field."""
    values = (view.get("state") or {}).get("values") or {}
    return str(((values.get(ANSWER_BLOCK) or {}).get(ANSWER_ACTION) or {}).get("value") or "").strip()


def issue_key(words: str) -> str | None:
    """`ops-12`, or an address that ends with it; None for anything else."""
    found = _KEY.search(words.strip().upper())
    return found.group(1) if found else None
