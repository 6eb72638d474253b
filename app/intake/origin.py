"""What a form remembers while it is open: where its thread will be, and the message that it was filled from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.intake.messages import Said

#: Slack's limit of what it keeps with a form.
LONGEST = 3000


@dataclass(frozen=True)
class Origin:
    """A message, by ids: texts stay out of what Slack keeps with a form."""

    ts: str
    #: The `ts` of its thread's first message.
    thread: str
    author: str
    files: tuple[str, ...] = ()


def origin_of(said: Said) -> Origin:
    return Origin(said.ts, said.thread, said.author, said.files)


def noted(channel: str, origin: Origin | None) -> str:
    if origin is None:
        return json.dumps({"v": 1, "channel": channel[:100]})
    about = {"ts": origin.ts, "thread": origin.thread, "author": origin.author, "files": list(origin.files)}
    whole = json.dumps({"v": 1, "channel": channel, "message": about})
    # Longer than any ids are: then they are none, and the form is opened all the same.
    return whole if len(whole) <= LONGEST else noted(channel[:40], None)


def read(private_metadata: str) -> tuple[str | None, Origin | None]:
    """Channel and origin, as far as they can be read; it never raises."""
    try:
        found = json.loads(private_metadata)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(found, Mapping):
        return None, None
    channel = _text(found.get("channel")) or None
    return channel, _origin(found.get("message")) if channel else None


def _origin(found: Any) -> Origin | None:
    if not isinstance(found, Mapping) or not (_text(found.get("ts")) and _text(found.get("thread"))):
        return None
    files = found.get("files")
    ids = tuple(each for each in files if _text(each)) if isinstance(files, list) else ()
    return Origin(found["ts"], found["thread"], _text(found.get("author")), ids)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def asked_in(origin: Origin, by: str) -> dict[str, Any]:
    """What the request keeps of it: the ticket is for whoever wrote the message, or *by* where an app wrote it."""
    about = {"thread": origin.thread, "message": origin.ts, "files": list(origin.files)}
    return {"user": origin.author or by, "by": by, **about}


def thread_request(channel: str, thread: str) -> str:
    """The id of the request that a thread's messages make: one thread, one ticket, whichever way it is asked for."""
    return f"thread:{channel}:{thread}"


def files_lane(channel: str, thread: str) -> str:
    """Files are copied apart from the ticket's own work: a Slack that is slow holds up no ticket."""
    return f"files:{channel}:{thread}"
