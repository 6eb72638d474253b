"""Tell somebody that the form she asked for did not open: a press that does nothing leaves her waiting."""

from __future__ import annotations

from app import context
from app.engine import flow, step
from app.errors import SolveOnceError
from app.intake import blocks
from app.logs import event


@flow
def say_unopened(user: str, response_url: str, run: str) -> None:
    """*response_url*: where Slack takes an answer to the press; a global shortcut and the Home tab have none."""
    tell_unopened(user, response_url, run)


@step
def tell_unopened(user: str, response_url: str, run: str) -> None:
    """Said once, and not tried again when Slack does not take it: by then she has pressed once more."""
    text, shown = blocks.unopened()
    try:
        if response_url:
            context.slack().respond(response_url, text, shown)
            return
        with context.current().db.reading() as session:
            site_id = context.only_site(session)
        if site_id is not None:
            at = context.at(site_id)
            channel = at.slack.direct_channel(user)
            at.post_once(f"intake.unopened:{user}:{run}", channel, text, shown, None, "say_unopened", "")
    except SolveOnceError as problem:
        event("form not opened, and not told", error=problem.code)
