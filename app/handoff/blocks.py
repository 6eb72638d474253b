"""The alert to engineering: a new clone, with everything to decide whether to open it, and the button *Take it*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain import Issue
from app.domain_handoff import LeftOut
from app.handoff.taking import Taking
from app.slack.blocks import Block, button, buttons, context, fields, opens, section
from app.slack.mrkdwn import escaped, link, shortened

TAKE, OPEN = "ops.alert.take", "ops.alert.open"


def alert(
    original: Issue,
    clone_key: str,
    clone_url: str,
    original_url: str,
    left_out: Sequence[LeftOut],
    take: str,
    taken_by: str | None = None,
    files_left: Sequence[str] = (),
) -> tuple[str, list[Block]]:
    """Text and blocks for the engineering channel; *take* is what the button says of the pair.

    *taken_by* is the Slack user who has taken it; then there is nothing to press any more.
    """
    if original.security_level:
        return _withheld(clone_key, clone_url, take, taken_by)
    summary = escaped(shortened(original.summary, 250))
    priority = escaped(shortened(original.priority or "none", 60))
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
        told = "; ".join(f"*{escaped(lost.field)}*: {escaped(lost.why)}" for lost in left_out)
        shown.append(context(f":warning: Not carried over, so look at {link(original_url, original.ref.key)}. {told}"))
    if files_left:
        files = escaped(", ".join(files_left))
        shown.append(context(f":warning: Files that Jira did not take, see {original.ref.key}: {files}"))
    if taken_by:
        shown.append(context(f":raised_hand: Taken by <@{taken_by}>"))
    press = [] if taken_by else [button("Take it", TAKE, take)]
    return text, [*shown, buttons(*press, opens(f"Open {clone_key}", clone_url, OPEN))]


def _withheld(clone_key: str, clone_url: str, take: str, taken_by: str | None) -> tuple[str, list[Block]]:
    """Of a ticket that not everybody may see who reads the channel: nothing but the clone's key."""
    told = "The original has a security level, which its clone does not take over; see Jira."
    shown = [section(f":rotating_light: *{link(clone_url, clone_key)}*  {told}")]
    shown += [context(f":raised_hand: Taken by <@{taken_by}>")] if taken_by else []
    press = [] if taken_by else [button("Take it", TAKE, take)]
    return f"New Ops Exception for engineering: {clone_key}", [
        *shown,
        buttons(*press, opens(f"Open {clone_key}", clone_url, OPEN)),
    ]


def button_value(site_id: int, ops_id: str) -> str:
    return f"{site_id}:{ops_id}"


def pressed(action: Mapping[str, Any]) -> tuple[int, str] | None:
    """Site and Ops issue of the alert whose button was pressed; None for a button that is none of ours."""
    site_id, _, ops_id = str(action.get("value") or "").partition(":")
    return (int(site_id), ops_id) if site_id.isdecimal() and ops_id.isdecimal() else None


def not_alerted(clone: str, channel: str, reason: str) -> str:
    """For the Ops ticket's thread; *clone* is a link."""
    return (
        f":warning: {clone} was made for engineering, but they could not be told in {escaped(channel)}: "
        f"{escaped(shortened(reason, 300))}. Please tell them, and have an administrator invite the app to that channel."
    )


def no_account(key: str, url: str) -> str:
    """For somebody whom Jira does not know by the address that Slack has."""
    return (
        f"{link(url, key)} is not assigned to you: Jira has no active account with the e-mail address of your Slack "
        "profile, or does not let me look for it. Assign it to yourself in Jira, or ask an administrator of Jira to give "
        "you an account with that address."
    )


def problem(taken: Taking, key: str, url: str, holder: str, reason: str) -> str:
    """Why the person who pressed has not got the clone, or why it stays where it was; and what to do."""
    place, why = link(url, key), escaped(shortened(reason, 300))
    match taken:
        case Taking.HELD:
            return f"*{escaped(shortened(holder, 100))}* has {place}. If that is not so any more, change the assignee in Jira."
        case Taking.DONE:
            return f"{place} is done; there is nothing to take."
        case Taking.GONE:
            return f"{escaped(key)} is not there any more, or I may not see it."
        case Taking.REFUSED:
            return (
                f"Jira does not let me assign {place} to you. You need the permission *Assignable User* in its project, "
                f"and I need *Assign Issues*. ({why})"
            )
        case Taking.FREE | Taking.MINE:
            return f"{place} is yours, but it stays in its status; please move it in Jira. ({why})"
