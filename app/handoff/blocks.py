"""The alert to engineering: a new clone, with everything to decide whether to open it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain import Issue
from app.slack.blocks import Block, context, fields, link_button, section
from app.slack.mrkdwn import escaped, link, shortened


def alert(
    original: Issue,
    clone_key: str,
    clone_url: str,
    original_url: str,
    left_out: Sequence[str],
    files_left: Sequence[str] = (),
) -> tuple[str, list[Block]]:
    """Text and blocks for the engineering channel."""
    summary = escaped(shortened(original.summary, 250))
    priority = escaped(original.priority or "none")
    text = f"New Ops Exception for engineering: {clone_key} {summary} (Priority {priority})"
    shown = [
        section(f":rotating_light: *{link(clone_url, clone_key)}*  {summary}"),
        fields(
            [
                ("Type", escaped(original.exception_type or "none")),
                ("Priority", priority),
                ("Tags", escaped(", ".join(original.tags) or "none")),
                ("Reported by", escaped(original.reporter.name if original.reporter else "unknown")),
            ]
        ),
        context(
            f"Clone of {link(original_url, original.ref.key)}. Description and Resolution Notes follow each other; comments do not."
        ),
    ]
    if left_out:
        shown.append(
            context(
                f":warning: Not carried over, as {clone_key.partition('-')[0]} has no such field: {escaped(', '.join(left_out))}"
            )
        )
    if files_left:
        files = escaped(", ".join(files_left))
        shown.append(context(f":warning: Files that Jira did not take, see {original.ref.key}: {files}"))
    return text, [*shown, link_button(f"Open {clone_key}", clone_url, "ops.alert.open")]
