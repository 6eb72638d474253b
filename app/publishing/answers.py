"""What a reporter answered to the review: read from Slack's payload, where any part may be missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.adf.slack import to_adf
from app.adf.text import is_blank, plain_text
from app.domain import Adf

PREFIX = "ops.notes."
ANSWER_BLOCK, ANSWER_ACTION = "notes_b", "notes_a"
#: Jira's own limit of a text field, in characters.
LONGEST = 32_767


def issue_of(about: Any) -> tuple[int, str] | None:
    """Site and issue of a button's value, `1:10001`."""
    site, _, issue = str(about or "").partition(":")
    return (int(site), issue) if site.isdecimal() and issue.isdecimal() else None


def memory(private_metadata: Any) -> dict[str, str]:
    """What a form remembers. It comes back from a client, so it may be anything."""
    try:
        found = json.loads(str(private_metadata or "{}"))
    except (ValueError, RecursionError):
        return {}
    return {name: str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _element(view: Mapping[str, Any]) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    found: Mapping[str, Any] = (values.get(ANSWER_BLOCK) or {}).get(ANSWER_ACTION) or {}
    return found


def notes(view: Mapping[str, Any]) -> Adf | None:
    return to_adf(_element(view).get("rich_text_value"))


def words(view: Mapping[str, Any]) -> str:
    return str(_element(view).get("value") or "").strip()


def problem(text: Adf | None) -> str:
    """What is wrong with notes, beside the field; empty when nothing is."""
    if text is None or is_blank(text):
        return "Write the root cause and the resolution."
    length = len(plain_text(text))
    return f"{length:,} characters are too many for Jira: {LONGEST:,} fit." if length > LONGEST else ""
