"""The triage controls in a ticket's thread, the forms that they open, and what is said about a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain_choices import EXCEPTION_TYPES, TAGS, TEAMS
from app.slack.blocks import Block, context, given_back, option, plain, section
from app.slack.mrkdwn import escaped, link, quoted, shortened
from app.triage.reading import ANSWER_ACTION, ANSWER_BLOCK, PREFIX, About, remembered
from app.triage.severity import SEVERITIES
from app.triage.showing import Shown, stamp

CALLBACK = "ops_triage_v1"
Message = tuple[str, list[Block]]


def controls(shown: Shown, url: str, who: str, rota: bool, waiting: Sequence[str]) -> Message:
    """*who* may triage, in mrkdwn; *waiting*: what was decided and has not reached Jira yet."""
    text = f"Triage {shown['key']}"
    if shown.get("restricted"):
        return text, [section(f":lock: *{link(url, text)}*: {RESTRICTED}")]
    if shown["done"]:
        return text, [section(f":stethoscope: *{link(url, text)}*: {escaped(shown['status'])}, nothing to triage.")]
    may = f"{who[:1].upper()}{who[1:]} may decide here; what was decided stands in the thread."
    head = section(f":stethoscope: *{link(url, text)}*  {escaped(may)}")
    queued = [context(f":hourglass: Queued until Jira answers: {'; '.join(waiting)}")] if waiting else []
    return text, [head, *_menus(shown), _buttons(shown, rota), *queued]


#: A ticket with a security level: not everybody who reads the channel may see it.
RESTRICTED = "it has a security level, so it is triaged in Jira."


def closed(shown: Shown, url: str, by: str) -> Message:
    """The controls when the triage is over: what was decided, and nothing to press."""
    text = f"Triage {shown['key']}"
    if shown.get("restricted"):
        return text, [section(f":lock: *{link(url, text)}*: {RESTRICTED}")]
    facts = (shown["severity"], shown["team"], shown["type"], shown["owner_name"] or "nobody's yet")
    told = " · ".join(escaped(str(fact)) for fact in facts if fact)
    return text, [section(f":stethoscope: *{link(url, text)}* was closed by {escaped(by)}."), context(told)]


def _menus(shown: Shown) -> list[Block]:
    severities = [{**option(name), "description": plain(words)} for name, words in SEVERITIES.items()]
    owner = escaped(shown["owner_name"] or "nobody yet")
    return [
        _menu("severity", "Severity", shown["severity"], severities, shown),
        _menu("team", "Team Responsible", shown["team"], [option(name) for name in TEAMS], shown),
        _menu("type", "Exception Type", shown["type"], [option(name) for name in EXCEPTION_TYPES], shown),
        _tags(shown),
        {
            **section(f"*Owner*: {owner}"),
            "block_id": _block_id("assign", shown["owner"]),
            "accessory": {
                "type": "users_select",
                "action_id": f"{PREFIX}assign",
                "placeholder": plain("Assign somebody"),
            },
        },
    ]


def _menu(what: str, label: str, now: str | None, options: list[Block], shown: Shown) -> Block:
    """A value of Jira's that is not on our list is named, and stays until somebody chooses another."""
    menu: Block = {"type": "static_select", "action_id": PREFIX + what, "options": options}
    menu["placeholder"] = plain(shortened(now or "Choose one", 150))
    initial = [each for each in options if each["value"] == now]
    return {
        **section(f"*{label}*"),
        "block_id": _block_id(what, now),
        "accessory": {**menu, "initial_option": initial[0]} if initial else menu,
    }


def _tags(shown: Shown) -> Block:
    menu: Block = {
        "type": "multi_static_select",
        "action_id": f"{PREFIX}tags",
        "placeholder": plain("As many as you need"),
        "options": [option(name) for name in TAGS],
    }
    initial = [option(name) for name in TAGS if name in shown["tags"]]
    return {
        **section("*Context Tags*"),
        "block_id": _block_id("tags", shown["tags"]),
        "accessory": {**menu, "initial_options": initial} if initial else menu,
    }


def _block_id(what: str, value: Any) -> str:
    # With another id Slack's clients show the new value; under the old one they would keep what somebody chose.
    return f"{what}:{stamp(value)}"


def _buttons(shown: Shown, rota: bool) -> Block:
    elements = [_button("take", "Take it", "primary")]
    elements += [_button("rota", "By rota")] if rota else []
    elements += [_button("info", "Needs information"), _button("duplicate", "Duplicate of …")]
    elements += [_button("decline", "Decline", "danger"), _button("close", "Close triage")]
    return {"type": "actions", "block_id": _block_id("buttons", shown["owner"]), "elements": elements}


def _button(what: str, words: str, style: str = "") -> Block:
    made = {"type": "button", "action_id": PREFIX + what, "text": plain(words), "value": what}
    return {**made, "style": style} if style else made


# Forms

_FORMS = {
    "duplicate": ("Duplicate", "Duplicate of", "The ticket that stays, by its key or address.", "Close as duplicate"),
    "decline": ("Decline", "Reason", "The reporter reads it, and it becomes the Resolution Notes.", "Decline"),
    "info": ("Needs information", "What do you need to know?", "The reporter is asked in the thread.", "Ask"),
}


def form(about: About, key: str) -> dict[str, Any]:
    """The modal of *about.what*."""
    title, label, hint, submit = _FORMS[about.what]
    element: Block = {"type": "plain_text_input", "action_id": ANSWER_ACTION, "focus_on_load": True}
    element |= {"max_length": 60} if about.what == "duplicate" else {"max_length": 2500, "multiline": True}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": remembered(about),
        "title": plain(shortened(title, 24)),
        "submit": plain(submit),
        "close": plain("Cancel"),
        "blocks": [
            section(f"About *{escaped(key)}*."),
            {
                "type": "input",
                "block_id": ANSWER_BLOCK,
                "label": plain(label),
                "element": element,
                "hint": plain(hint),
            },
        ],
    }


# What is said


def ended(requester: str, key: str, url: str, by: str, words: str, status: str) -> Message:
    """To the reporter, in the thread: declined, or a duplicate; *words* is mrkdwn that says which and why."""
    text = f"<@{requester}> {escaped(by)} closed {key}. It is now *{escaped(status)}*."
    shown = f"<@{requester}> {escaped(by)} closed {link(url, key)}. It is now *{escaped(status)}*."
    return text, [section(shown), section(words)]


def quoted_reason(words: str) -> str:
    return quoted(escaped(shortened(words, 2500))) or ">"


def question(requester: str, key: str, by: str, words: str) -> Message:
    """To the reporter, in the thread."""
    text = f"<@{requester}> {escaped(by)} needs to know more about {key}."
    return text, [
        section(text),
        section(quoted_reason(words)),
        context("Please answer here, in this thread."),
    ]


def not_taken(key: str, why_not: str, typed: str) -> Message:
    """For whoever wrote it, directly; *why_not* is mrkdwn."""
    text = f"{escaped(key)}: {why_not}"
    return text, [section(text), *given_back(typed)]


def note(words: str) -> Message:
    """A sentence for one person; mrkdwn."""
    return words, [section(words)]
