"""The few Block Kit pieces that every room uses, each within Slack's limits."""

from __future__ import annotations

import re
from typing import Any

Block = dict[str, Any]
LONGEST_SECTION, LONGEST_FIELD, LONGEST_OPTION = 3000, 2000, 75


def plain(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": True}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(mrkdwn, LONGEST_SECTION)}}


def given_back(words: str) -> list[Block]:
    """All that somebody wrote and nobody took, as it was typed, to be copied from."""
    pieces = [words[at : at + LONGEST_SECTION] for at in range(0, len(words), LONGEST_SECTION)][:_MOST_PIECES]
    shown: list[Block] = [
        {"type": "section", "text": plain(piece) | {"emoji": False}} for piece in pieces if piece.strip()
    ]
    return [context("What you wrote, so that nothing is lost:"), *shown] if shown else []


#: A message has fifty blocks; Jira's longest text needs eleven.
_MOST_PIECES = 40


def fields(pairs: list[tuple[str, str]]) -> Block:
    """Up to ten short facts: (label, mrkdwn)."""
    shown = [{"type": "mrkdwn", "text": _cut(f"*{label}*\n{value}", LONGEST_FIELD)} for label, value in pairs[:10]]
    return {"type": "section", "fields": shown}


def context(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _cut(mrkdwn, LONGEST_FIELD)}]}


def _cut(mrkdwn: str, longest: int) -> str:
    """No half of an `&amp;` at the end: it would be read as it stands."""
    return mrkdwn if len(mrkdwn) <= longest else re.sub(r"&[a-z]*$", "", mrkdwn[: longest - 1]) + "…"


def link_button(words: str, url: str, action_id: str) -> Block:
    """A single button that opens a page; Slack tells us of the click all the same."""
    return buttons(opens(words, url, action_id))


def opens(words: str, url: str, action_id: str) -> Block:
    """A button, for `buttons`, that opens a page."""
    return {"type": "button", "text": plain(words), "url": url, "action_id": action_id}


def button(words: str, action_id: str, value: str) -> Block:
    """The one that people are meant to press; *value* comes back with the click."""
    return {"type": "button", "text": plain(words), "action_id": action_id, "value": value, "style": "primary"}


def buttons(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def option(value: str) -> Block:
    return {"text": plain(value[:LONGEST_OPTION]), "value": value[:LONGEST_OPTION]}
