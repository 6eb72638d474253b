"""The reporter is asked: engineering is done, are the Resolution Notes clear?"""

from __future__ import annotations

from app.adf.text import plain_text
from app.domain import Adf
from app.slack.blocks import Block, context, link_button, section
from app.slack.mrkdwn import escaped, link, quoted, shortened


def ask_notes(requester: str, key: str, url: str, notes: Adf | None) -> tuple[str, list[Block]]:
    """Text and blocks: the notes as they are, and what to do with them."""
    text = f"<@{requester}> {key} needs your review: engineering is done."
    written = escaped(shortened(plain_text(notes), 2500))
    return text, [
        section(f"<@{requester}> engineering is done with {link(url, key)}. Please review the *Resolution Notes*:"),
        section(quoted(written) or "_There are none yet. Please write the root cause and the resolution._"),
        context(
            "Clear? Move the ticket to *Done*. Not clear? Edit the notes first. They become the row in the Ops Exception Log."
        ),
        link_button(f"Open {key}", url, "ops.notes.open"),
    ]
