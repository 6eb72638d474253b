"""Answers to `/ops …`, for the eyes of whoever typed it: help, tickets, past fixes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.adf.mrkdwn import to_rich_text
from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.domain import Issue
from app.slack.blocks import Block, context, section
from app.slack.mrkdwn import escaped, link, quoted, shortened

MOST = 10
Answer = tuple[str, list[Block]]
#: Key → its address.
Browse = Callable[[str], str]


def help_with(command: str) -> Answer:
    lines = [
        f"`{command}`  opens the form for a new ticket",
        f"`{command} refunds are stuck since nine`  opens it filled in; logs and links are welcome",
        f"`{command} mine`  your open tickets",
        f"`{command} OPS-12`  one ticket: status, priority, team",
        f"`{command} search double refund`  solved tickets with these words, and how they were solved",
    ]
    others = (
        "Of a message: *Triage this message* in its menu, with its files. A direct message to me is a request too. "
        "In a thread Slack takes no commands."
    )
    return f"What {command} can do", [section("*What you can type*\n" + "\n".join(lines)), section(others), _private()]


def not_opened(typed: str) -> Answer:
    """Instead of the form; *typed* is Slack's mrkdwn. Slack has emptied the box in which it stood."""
    text = "Slack did not let me open the form. Please try again."
    words = plain_text(to_adf(to_rich_text(typed))).strip()
    parts = [words[start : start + _PART] for start in range(0, min(len(words), _MOST_PARTS * _PART), _PART)]
    return text, [section(text), *[section(quoted(escaped(part))) for part in parts if part.strip()]]


#: Escaped and quoted, so many characters fit into a section whatever they are; a message has fifty.
_PART, _MOST_PARTS = 400, 48


def ticket(issue: Issue, browse: Browse) -> Answer:
    text = f"{issue.ref.key} is {escaped(issue.status.name)}: {_line(issue.summary)}"
    facts = [f"*{escaped(issue.status.name)}*", f"Priority {escaped(issue.priority or 'none')}"]
    facts += [f"Team {escaped(issue.team)}"] if issue.team else []
    return text, [
        section(f"{link(browse(issue.ref.key), issue.ref.key)}  {_line(issue.summary)}\n{'  ·  '.join(facts)}")
    ]


def mine(issues: Sequence[Issue], browse: Browse) -> Answer:
    """The open ones; *issues* may be none."""
    if not issues:
        return "You have no open tickets.", [section("You have no open tickets."), _private()]
    text = f"Your open tickets: {', '.join(issue.ref.key for issue in issues[:MOST])}"
    shown = [block for issue in issues[:MOST] for block in ticket(issue, browse)[1]]
    more = [context(f"And {len(issues) - MOST} more.")] if len(issues) > MOST else []
    return text, [section("*Your open tickets*"), *shown, *more, _private()]


def past_fixes(words: str, issues: Sequence[Issue], browse: Browse) -> Answer:
    """With how each was solved, in short."""
    asked = escaped(shortened(words, 100))
    if not issues:
        nothing = f"No solved ticket has the words “{asked}”. Try fewer or other words."
        return nothing, [section(nothing), _private()]
    text = f"Solved tickets with “{asked}”: {', '.join(issue.ref.key for issue in issues[:MOST])}"
    rows = [
        section(f"{link(browse(each.ref.key), each.ref.key)}  {_line(each.summary)}\n{_fix(each)}") for each in issues
    ]
    return text, [section(f"*Solved tickets with “{asked}”*"), *rows[:MOST], _private()]


def no_ticket(key: str) -> Answer:
    text = f"There is no ticket {escaped(key)}, or SolveOnce may not see it."
    return text, [section(text)]


def cannot(reason: str) -> Answer:
    text = "Jira does not answer at the moment. Please try again in a minute."
    return text, [section(text), context(escaped(shortened(reason, 200)))]


def _line(summary: str) -> str:
    return escaped(shortened(" ".join(summary.split()), 250))


def _fix(issue: Issue) -> str:
    return quoted(escaped(shortened(" ".join(plain_text(issue.notes).split()), 300)) or "No Resolution Notes.")


def _private() -> Block:
    return context("Only you see this.")
