"""The ticket's card before there is a ticket: where the person asked, from the first moment in which Jira does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app import context, speaking
from app.domain import Thread
from app.errors import NotFound, Refused, SolveOnceError, Unavailable
from app.intake import blocks, store
from app.logs import event
from app.models import Request

Block = dict[str, Any]
#: Whether the card said *queued*: it was to be posted, or it stands there.
COMING, SHOWN = "coming", "shown"


@contextmanager
def told_when_it_waits(at: context.At, request_id: str) -> Iterator[None]:
    """Around what needs Jira: when it does not answer, the card says *queued*, and the step is tried again as ever."""
    try:
        yield
    except Unavailable:
        _show_queued(at, request_id)
        raise


def _show_queued(at: context.At, request_id: str) -> None:
    if row_of(at, request_id).asked.get("queued") == SHOWN:
        return
    # First the note, then the card: who finds the note knows that the card may have to be changed.
    row = _note(at, request_id, COMING)
    text, shown = blocks.queued(row.asked)
    try:
        _post(at, row, text, shown, "show_queued", "")
    except SolveOnceError as problem:
        event("queued card not shown", request=request_id, error=problem.code)  # Slack is away as well
        return
    _note(at, request_id, SHOWN)


def _note(at: context.At, request_id: str, queued: str) -> Request:
    with at.db.writing() as session:
        row = store.get(session, request_id)
        row.asked = {**row.asked, "queued": queued}
    return row_of(at, request_id)


def row_of(at: context.At, request_id: str) -> Request:
    with at.db.reading() as session:
        return store.get(session, request_id)


def place_card(at: context.At, row: Request, text: str, card: list[Block], key: str) -> tuple[Thread, Thread]:
    """Thread and card, posted once; a card that said *queued* is changed, so that nobody reads a second message."""
    thread, posted = _post(at, row, text, card, "open_thread", key)
    if row.asked.get("queued"):
        speaking.redraw(at, posted, text, card)
    return thread, posted


def _post(at: context.At, row: Request, text: str, card: list[Block], step: str, key: str) -> tuple[Thread, Thread]:
    """Below the message that it is about; in a direct message if we may not write there."""
    source, below = f"intake.open_thread:{row.id}", row.asked.get("thread")
    try:
        posted = speaking.announce(at, row.asked["channel"], source, text, card, step, key, below)
        return Thread(posted.channel, below or posted.ts, posted.team), posted
    except (Refused, NotFound) as error:
        if not speaking.is_closed(error):
            raise
        posted = _elsewhere(at, row, text, card, step, key)
        return posted, posted


def _elsewhere(at: context.At, row: Request, text: str, card: list[Block], step: str, key: str) -> Thread:
    """Directly; for an app, or for somebody who is gone, where requests from nowhere go."""
    source = f"intake.open_thread:{row.id}"
    try:
        channel = at.slack.direct_channel(row.asked["user"])
        return at.post_once(f"{source}:direct", channel, text, card, None, step, key)
    except (Refused, NotFound) as error:
        event("nobody to write to", issue=key, error=str(error))
    return speaking.announce(at, at.settings.channel_intake, f"{source}:intake", text, card, step, key)
