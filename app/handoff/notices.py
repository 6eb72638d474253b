"""What people are told about a pair, whom it concerns, and what they can do: one sentence or two for each case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.handoff.standing import CLOSED, DELETED, GONE, MOVED, OPS
from app.slack.mrkdwn import escaped, shortened

STUCK_OPS, STUCK_ENGINEERING = "stuck ops", "stuck engineering"
FROZEN, BACK, UNLINKED = "frozen", "back", "unlinked"
RETURNED, AGAIN = "returned", "again"
CLOSED_EARLY, FINISHED_ANYWAY = "closed early", "finished anyway"

#: What the reporter's thread hears; what concerns nobody there is for engineering alone.
FOR_OPS = frozenset({STUCK_OPS, FROZEN, BACK, UNLINKED, RETURNED, FINISHED_ANYWAY})
FOR_ENGINEERING = frozenset({STUCK_ENGINEERING, FROZEN, BACK, RETURNED, AGAIN, CLOSED_EARLY})


@dataclass(frozen=True)
class Notice:
    kind: str
    #: Names of statuses, a side, Jira's reason: what makes this one another than the last of its kind.
    about: Mapping[str, str] = field(default_factory=dict)


def stuck(status: str, target: str, why: str) -> dict[str, str]:
    """About a ticket that could not be moved; *why* is empty when no transition leads there."""
    return {"status": status, "target": target, "why": re.sub(r"^[A-Z]+ \S+: \d+ ?", "", why)}


def sentence(notice: Notice, ops: str, engineering: str) -> str:
    """Slack's mrkdwn; *ops* and *engineering* are links to the two tickets."""
    return _SENTENCES[notice.kind](notice.about, ops, engineering)


def _stuck_ops(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return stays(about, ops) + " I try again when one of the two tickets is changed."


def _stuck_engineering(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return stays(about, engineering) + f" {ops} went to another team or came back, and this ticket should follow."


def stays(about: Mapping[str, str], ticket: str) -> str:
    """A ticket that could not be moved, and what to do; *ticket* is a link."""
    status, target = (escaped(about[name]) for name in ("status", "target"))
    if about["why"]:
        why = escaped(shortened(about["why"], 400))
        return (
            f":warning: {ticket} stays in *{status}*: Jira refused to move it to *{target}*, saying “{why}”. "
            f"Put that right, or move the ticket to *{target}* by hand."
        )
    return (
        f":warning: {ticket} stays in *{status}*: no transition leads from there to *{target}* that I may use. "
        f"Move it to *{target}* by hand, or have a Jira administrator add a transition from *{status}* to *{target}* to "
        "the project's workflow and give the app's user the permission to transition issues."
    )


def _frozen(about: Mapping[str, str], ops: str, engineering: str) -> str:
    side, why = about["why"].split(" ")
    lost, other = (ops, engineering) if side == OPS else (engineering, ops)
    return (
        f":snowflake: {_LOST[why].format(lost=lost)} Nothing is carried between {ops} and {engineering} any more. "
        + (_MOVE_BACK if why == MOVED else _MAKE_VISIBLE if why in (GONE, CLOSED) else _on_its_own(side, other))
    )


_LOST = {
    MOVED: "{lost} was moved to another project.",
    DELETED: "{lost} was deleted.",
    GONE: "{lost} is gone: deleted, or out of the app's sight (another project, a security level).",
    CLOSED: "{lost} cannot be seen any more: the app's user lost the permission to browse its project.",
}
_MOVE_BACK = "Move it back and both follow each other again, or carry on by hand."
_MAKE_VISIBLE = "Let the app's user see it again and both follow each other again, or carry on by hand."


def _on_its_own(side: str, other: str) -> str:
    if side == OPS:
        return f"{other} stays as it is: close it if nobody needs it."
    return (
        f"{other} stays as it is, and no second clone is made: set its Team Responsible to Operations, "
        "or write an engineering ticket by hand and link it."
    )


def _back(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return f":link: {ops} and {engineering} are both there again, and follow each other again."


def _unlinked(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return (
        f":link: Somebody took the link between {ops} and {engineering} away. They still follow each other; "
        "I do not put the link back. To part them, set Team Responsible to Operations."
    )


def _returned(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return f":leftwards_arrow_with_hook: {ops} is back with Operations. " + _FATES[about["clone"]].format(
        ops=ops, engineering=engineering
    )


_FATES = {
    "closed": "Nobody had started {engineering}, so it is closed as not to be done.",
    "not started": "Nobody has started {engineering}; it should be closed, and I could not.",
    "started": "{engineering} was started, so it stays open: finish it or close it. {ops} does not follow its status any more.",
    "done": "{engineering} is done and stays so; {ops} does not follow its status any more.",
}


def _again(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return f":rotating_light: {ops} is with engineering again, in the same ticket: {engineering} is open."


def _closed_early(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return (
        f":information_source: {ops} was closed while {engineering} is still open. "
        f"If nothing is left to do, write Resolution Notes and close {engineering} too; otherwise re-open {ops}."
    )


def _finished_anyway(about: Mapping[str, str], ops: str, engineering: str) -> str:
    return (
        f":information_source: Engineering has finished {engineering} all the same. "
        f"Its Resolution Notes stand in {ops}: close it if they solve it."
    )


_SENTENCES = {
    STUCK_OPS: _stuck_ops,
    STUCK_ENGINEERING: _stuck_engineering,
    FROZEN: _frozen,
    BACK: _back,
    UNLINKED: _unlinked,
    RETURNED: _returned,
    AGAIN: _again,
    CLOSED_EARLY: _closed_early,
    FINISHED_ANYWAY: _finished_anyway,
}
