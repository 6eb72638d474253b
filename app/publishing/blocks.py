"""The reporter is asked: engineering is done, are the Resolution Notes clear? And what can be pressed to answer."""

from __future__ import annotations

import json
from typing import Any

from app.adf.text import plain_text
from app.adf.to_slack import to_rich_text
from app.domain import Adf
from app.publishing.answers import ANSWER_ACTION, ANSWER_BLOCK, PREFIX
from app.slack.blocks import Block, context, given_back, link_button, plain, section
from app.slack.mrkdwn import escaped, link, quoted, shortened

EDITOR, REASON = "ops_notes_v1", "ops_unsolved_v1"
Message = tuple[str, list[Block]]


def ask_notes(requester: str, key: str, url: str, notes: Adf | None, about: str) -> Message:
    """Text and blocks: the notes as they are, and what to do with them. *about*: the issue, for the buttons."""
    text = f"<@{requester}> {key} needs your review: engineering is done."
    return text, [
        section(f"<@{requester}> engineering is done with {link(url, key)}. Please review the *Resolution Notes*:"),
        _as_they_are(notes),
        context("Clear? Accept them. Not clear? Edit them first. They become the row in the Ops Exception Log."),
        _buttons(about, key, url),
    ]


def ask_elsewhere(requester: str, key: str, url: str) -> Message:
    """For a ticket that not everybody may see: its notes are read where it is known who reads."""
    text = f"<@{requester}> {key} needs your review: engineering is done."
    return text, [
        section(f"<@{requester}> engineering is done with {link(url, key)}. {IN_JIRA}"),
        link_button(f"Open {key}", url, "ops.notes.open"),
    ]


IN_JIRA = "It has a security level: please review its Resolution Notes in Jira, and close it there."


def answered(key: str, url: str, notes: Adf | None, what_happened: str) -> Message:
    """In the place of the question: what was answered, and nothing to press but the ticket; *what_happened* is mrkdwn."""
    return f"{key}: {what_happened}", [
        section(f"{link(url, key)}: {what_happened}"),
        *([_as_they_are(notes)] if notes else []),
        link_button(f"Open {key}", url, "ops.notes.open"),
    ]


def _as_they_are(notes: Adf | None) -> Block:
    written = escaped(shortened(plain_text(notes), 2500))
    return section(quoted(written) or "_There are none yet. Please write the root cause and the resolution._")


def _buttons(about: str, key: str, url: str) -> Block:
    opened = link_button(f"Open {key}", url, "ops.notes.open")["elements"]
    return {
        "type": "actions",
        "elements": [
            _button("accept", "Accept and close", about, "primary"),
            _button("edit", "Edit notes", about),
            _button("reject", "Not solved", about, "danger"),
            *opened,
        ],
    }


def not_taken(key: str, why_not: str, typed: str) -> Message:
    """For whoever wrote it, directly; *why_not* is mrkdwn."""
    text = f"{escaped(key)}: {why_not}"
    return text, [section(text), *given_back(typed)]


def write_notes(words: str, about: str) -> Message:
    """A sentence of why it cannot be closed, with the way out beside it; mrkdwn."""
    button = _button("edit", "Write the notes", about, "primary")
    return words, [section(words), {"type": "actions", "elements": [button]}]


def not_solved(by: str, key: str, reason: str) -> Message:
    """In the thread: who does not take the ticket as solved, and why."""
    text = f"{escaped(by)} does not take {key} as solved."
    return text, [
        section(f":leftwards_arrow_with_hook: {text}"),
        section(quoted(escaped(shortened(reason, 2500))) or ">"),
    ]


def _button(what: str, words: str, about: str, style: str = "") -> Block:
    made = {"type": "button", "action_id": PREFIX + what, "text": plain(words), "value": about}
    return {**made, "style": style} if style else made


# Forms


def loading() -> dict[str, Any]:
    """Opened at once; the notes follow as soon as Jira has told them."""
    return {**_modal("ops_note_v1", ""), "blocks": [section(":hourglass_flowing_sand: Reading the notes …")]}


def cannot_read(reason: str) -> dict[str, Any]:
    return {**_modal("ops_note_v1", ""), "blocks": [section(f"Jira did not tell the notes: {escaped(reason[:1000])}")]}


def not_yours(who_may: str) -> dict[str, Any]:
    return {**_modal("ops_note_v1", ""), "blocks": [section(who_may)]}


def editor(about: str, key: str, notes: Adf | None, seen: str) -> dict[str, Any]:
    """The notes to be edited; *seen* is their digest, so that nobody's text is overwritten unseen."""
    element: Block = {"type": "rich_text_input", "action_id": ANSWER_ACTION, "focus_on_load": True}
    written = to_rich_text(notes)
    element |= {"initial_value": written} if written else {}
    hint = "What was wrong, and what solved it. Pictures stay below the text; a table becomes lines."
    return {
        **_modal(EDITOR, json.dumps({"v": 1, "about": about, "seen": seen})),
        "submit": plain("Save"),
        "blocks": [section(f"*{escaped(key)}*"), _input("Resolution Notes", element, hint)],
    }


def reason(about: str) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": ANSWER_ACTION, "multiline": True, "max_length": 2500}
    hint = "It stands in the thread, and the ticket goes back to whoever works on it."
    return {
        **_modal(REASON, json.dumps({"v": 1, "about": about})),
        "submit": plain("Send back"),
        "blocks": [_input("What is not solved?", element, hint)],
    }


def _modal(callback_id: str, memory: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": memory,
        "title": plain("Resolution Notes"),
        "close": plain("Cancel"),
    }


def _input(label: str, element: Block, hint: str) -> Block:
    return {"type": "input", "block_id": ANSWER_BLOCK, "label": plain(label), "element": element, "hint": plain(hint)}
