"""What the inputs of the Workflow Builder step *Create Triage Ticket* mean: the form's values by their words, or guesses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.adf.mrkdwn import to_rich_text
from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.domain import IntakeRequest
from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.intake.assuming import guessed_from, request_from
from app.intake.drafting import draft_from
from app.intake.guessing import Words
from app.intake.request import LONGEST_SUMMARY

CALLBACK = "create_triage_ticket"
#: A tag of ours has no comma in it.
_BETWEEN_TAGS = ","


def request_of(inputs: Mapping[str, Any], words: Words) -> tuple[IntakeRequest, list[dict[str, Any]]]:
    """The request, and what in it nobody chose. A word that is no value of the form is guessed anew, never refused."""
    typed, text = " ".join(_said(inputs, "summary").split()), _said(inputs, "description").strip()
    # Whether Slack escapes what a workflow passes on is not documented (facts: slack.md §10); read so, both come out right.
    line = " ".join(plain_text(to_adf(to_rich_text(typed))).split())
    whole = text if len(line) <= LONGEST_SUMMARY else f"{typed}\n\n{text}".strip()
    draft = draft_from(to_rich_text(f"{typed}\n{text}".strip()), words)
    assumed = request_from(replace(draft, description=to_rich_text(whole) if whole else None))
    chosen = {
        "type": _chosen(_said(inputs, "exception_type"), EXCEPTION_TYPES),
        "team": _chosen(_said(inputs, "team"), TEAMS),
        "priority": _chosen(_said(inputs, "priority"), PRIORITIES),
    }
    named = [_chosen(each, TAGS) for each in _said(inputs, "tags").split(_BETWEEN_TAGS)]
    tags = tuple(dict.fromkeys(tag for tag in named if tag)) or assumed.tags
    request = replace(
        assumed,
        summary=line if 0 < len(line) <= LONGEST_SUMMARY else draft.summary,
        exception_type=chosen["type"] or assumed.exception_type,
        team=chosen["team"] or assumed.team,
        priority=chosen["priority"] or assumed.priority,
        tags=tags,
    )
    settled = {field for field, value in chosen.items() if value} | ({"tags"} if any(named) else set())
    guessed = [each for each in guessed_from(draft) if each["field"] not in settled]
    return request, [_left_empty(each, inputs) if each["field"] == "priority" else each for each in guessed]


def _left_empty(guess: dict[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A priority need not be given: that it is the usual one is nothing to check."""
    return guess if _said(inputs, "priority").strip() else guess | {"left_empty": True}


def requester(inputs: Mapping[str, Any]) -> str:
    """A Slack user; empty for anything else: who builds a workflow may put any words there, and the card calls this one."""
    user = _said(inputs, "requester_id")
    return user if re.fullmatch(r"[UW][A-Z0-9]{2,40}", user) else ""


def outputs_of(key: str, url: str, link: str, channel: str, thread_ts: str, status: str) -> dict[str, str]:
    """All of them, always: a required one that is missing would break the customer's workflow."""
    return {
        "issue_key": key,
        "issue_url": url,
        "thread_link": link,
        "thread_ts": thread_ts,
        "channel_id": channel,
        "status": status,
    }


def _said(inputs: Mapping[str, Any], name: str) -> str:
    value = inputs.get(name)
    return value if isinstance(value, str) else ""


def _chosen(word: str, allowed: tuple[str, ...]) -> str:
    wanted = " ".join(word.split()).casefold()
    return next((value for value in allowed if value.casefold() == wanted), "")
