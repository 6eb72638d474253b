"""What a submitted form means, and what is wrong with it, beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.domain import Adf, IntakeRequest
from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.intake.structuring import with_code

#: Jira's own limits of a summary and of a text field, in characters.
LONGEST_SUMMARY, LONGEST_TEXT = 255, 32_767

#: Block id of the form → id of its element. The block id is where Slack shows what is wrong.
BLOCKS = {
    "summary_b": "summary_a",
    "description_b": "description_a",
    "type_b": "type_a",
    "team_b": "team_a",
    "tags_b": "tags_a",
    "priority_b": "priority_a",
}


def read(state: Mapping[str, Any]) -> IntakeRequest:
    """The request in a view's `state.values`. What was not filled in is empty; it never raises."""
    return IntakeRequest(
        summary=" ".join(str(_element(state, "summary_b").get("value") or "").split()),
        description=_description(_element(state, "description_b")),
        exception_type=_chosen(_element(state, "type_b").get("selected_option")),
        team=_chosen(_element(state, "team_b").get("selected_option")),
        tags=_tags(_element(state, "tags_b").get("selected_options")),
        priority=_chosen(_element(state, "priority_b").get("selected_option")) or PRIORITIES[0],
    )


def problems(request: IntakeRequest) -> dict[str, str]:
    """Block id → what is wrong and what to do; empty when the ticket can be made."""
    found = {
        "summary_b": _summary_problem(request.summary),
        "description_b": _text_problem(request.description),
        "type_b": _choice_problem(request.exception_type, EXCEPTION_TYPES),
        "team_b": _choice_problem(request.team, TEAMS),
        "tags_b": next((p for tag in request.tags if (p := _choice_problem(tag, TAGS))), None),
        "priority_b": _choice_problem(request.priority, PRIORITIES),
    }
    return {block: problem for block, problem in found.items() if problem}


def _summary_problem(summary: str) -> str | None:
    if not any(ch.isalnum() for ch in summary):
        return "Say in one line what is wrong."
    if len(summary) > LONGEST_SUMMARY:
        return f"{len(summary)} characters are too many for one line: {LONGEST_SUMMARY} fit. Put the rest into the description."
    return None


def _text_problem(description: Adf | None) -> str | None:
    length = len(plain_text(description))
    if length > LONGEST_TEXT:
        return f"{length:,} characters are too many for Jira: {LONGEST_TEXT:,} fit. Attach long logs as a file instead."
    return None


def _choice_problem(value: str, allowed: tuple[str, ...]) -> str | None:
    if value in allowed:
        return None
    return f"“{value[:40]}” is not on the list any more. Choose another." if value else "Choose one."


def _element(state: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    within = state.get(block) if isinstance(state, Mapping) else None
    found = within.get(BLOCKS[block]) if isinstance(within, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _chosen(option: Any) -> str:
    return str(option.get("value") or "") if isinstance(option, Mapping) else ""


def _tags(options: Any) -> tuple[str, ...]:
    return tuple(_chosen(option) for option in options) if isinstance(options, list) else ()


def _description(element: Mapping[str, Any]) -> Adf | None:
    return with_code(to_adf(element.get("rich_text_value")))
