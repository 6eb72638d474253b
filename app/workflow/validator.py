"""Nothing reaches Done with empty Resolution Notes: the Jira expression that refuses it, and the same rule in Python.

Empty means: no text. Blanks, an empty paragraph or a lone image do not count. Inside Jira the expression
decides, without a call to us, so the gate holds while we are down (facts: connect_forge.md §2.1, §2.2).
"""

from __future__ import annotations

from typing import Any

from app.adf.text import is_blank
from app.domain import Issue

#: A rich text field is a Map there, a single-line one a String, the system's description a RichText.
EXPRESSION = (
    "let v = issue[config.fieldId]; v == null ? false : "
    "typeof v == 'String' ? v.trim() != '' : "
    "typeof v == 'RichText' ? v.plainText.trim() != '' : "
    "typeof v == 'Map' && v.type == 'doc' ? new RichText(v).plainText.trim() != '' : "
    "typeof v == 'List' ? v.length > 0 : true"
)


def refusal(field: str) -> str:
    """What the person reads who tries: what is missing, and where to write it."""
    return (
        f"{field} are empty, so this ticket cannot be moved to Done yet. Write the root cause and the resolution "
        f"into the field {field} of this ticket (comments do not count), then move it to Done again."
    )


def may_be_done(issue: Issue) -> bool:
    """The same rule in Python, for every Done of ours and for the log."""
    return is_filled(issue.notes)


def is_filled(value: Any) -> bool:
    """Whether a field's value, as REST v3 gives it, says something."""
    if value is None:
        return False
    if isinstance(value, list):
        return len(value) > 0
    is_text = isinstance(value, str) or (isinstance(value, dict) and value.get("type") == "doc")
    return not is_blank(value) if is_text else True
