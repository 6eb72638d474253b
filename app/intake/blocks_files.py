"""What a thread is told of files that do not follow to its ticket."""

from __future__ import annotations

from app.slack.blocks import Block, section
from app.slack.mrkdwn import escaped, link, shortened


def not_copied(key: str, name: str, reason: str, url: str) -> tuple[str, list[Block]]:
    what, why = escaped(shortened(name, 200)), escaped(shortened(reason, 300))
    text = f":paperclip: “{what}” was not copied to {key}: {why}."
    return text, [section(f"{text} Please attach it to {link(url, key)} yourself.")]


def not_followed(key: str, url: str, triaged: bool) -> tuple[str, list[Block]]:
    why = f"the triage of {key} is closed" if triaged else f"{key} is done"
    text = f":paperclip: {why}: files posted here are not copied to it any more."
    return text, [section(f"{text} Attach them to {link(url, key)}, or make another ticket.")]
