"""The form, and the ticket's card in the thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.adf.slack_input import for_input
from app.domain import Issue
from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.intake.drafting import NOTHING, Draft
from app.intake.origin import Origin, noted
from app.slack.blocks import Block, context, fields, link_button, option, plain, section
from app.slack.mrkdwn import escaped, link, shortened

CALLBACK = "ops_intake_v1"


def form(channel: str, draft: Draft = NOTHING, origin: Origin | None = None) -> dict[str, Any]:
    """The modal with Table 1's fields, filled with *draft*; *channel* is where the thread will be opened.

    *origin*: the message that it is filled from.
    """
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": noted(channel, origin),
        "title": plain("New ops exception"),
        "submit": plain("Create ticket"),
        "close": plain("Cancel"),
        "blocks": [*_about(origin), *_texts(draft), *_choices(draft)],
    }


def _texts(draft: Draft) -> list[Block]:
    return [
        _summary(draft.summary),
        _input("description_b", "Description", _description(draft.description), True, _DESCRIBE),
    ]


def _choices(draft: Draft) -> list[Block]:
    def guessed(field: str, values: tuple[str, ...], several: bool = False, otherwise: tuple[str, ...] = ()) -> Block:
        return (_multi if several else _select)(f"{field}_a", values, draft.guessed(field) or otherwise)

    priority = guessed("priority", PRIORITIES, otherwise=PRIORITIES[:1])
    team_hint = "Engineering for technical problems other than permissions. " + _because(draft, "team")
    return [
        _input("type_b", "Exception Type", guessed("type", EXCEPTION_TYPES), hint=_because(draft, "type")),
        _input("team_b", "Team Responsible", guessed("team", TEAMS), hint=team_hint),
        _input("tags_b", "Context Tags", guessed("tags", TAGS, several=True), True, _because(draft, "tags")),
        _input("priority_b", "Priority", priority, True, _because(draft, "priority")),
    ]


_DESCRIBE = "What were you doing and when, what did you expect, what happened? Paste logs and links as they are."


def submitting() -> dict[str, Any]:
    """Stands in the form's place while the ticket is made: without a submit button nobody sends it twice."""
    return _note("Your request is stored. The ticket is being created; you can close this window.")


def already(key: str, url: str) -> dict[str, Any]:
    """Instead of the form, for a message that has its ticket."""
    return _note(f"This message's thread is already {link(url, key)}. For another ticket use the command.")


def being_made() -> dict[str, Any]:
    return _note("A ticket is being made of this message's thread at the moment. It will be linked there.")


#: Beside the field that everybody sees first.
TAKEN = (
    "Somebody else has just made a ticket of this message: its link is in the thread. "
    "Add there what is missing, or make another ticket with the command."
)


def created(key: str, url: str, thread_url: str | None) -> dict[str, Any]:
    where = f" and {link(thread_url, 'its thread')}" if thread_url else ""
    return _note(f":white_check_mark: Created {link(url, key)}{where}.")


def not_created(asked: Mapping[str, Any], reason: str) -> tuple[str, list[Block]]:
    """Text and blocks for the person whose request Jira refused for good."""
    text = f"Jira did not take your request “{escaped(shortened(asked['summary'], 250))}”."
    return text, [
        section(f":warning: {text}"),
        section(f"What Jira said: {escaped(shortened(reason, 1000))}"),
        context("Your request is kept. Please tell your Jira administrator, who can have it tried again."),
    ]


def as_it_is(asked: Mapping[str, Any], issue: Issue) -> dict[str, Any]:
    """What the card shows of a ticket that people have worked on since it was asked for."""
    now: dict[str, Any] = {"summary": issue.summary, "exception_type": issue.exception_type, "team": issue.team}
    now |= {"priority": issue.priority, "tags": list(issue.tags)}
    owner = issue.assignee.name if issue.assignee else None
    return {**asked, **{name: value for name, value in now.items() if value is not None}, "owner": owner}


def card(key: str, url: str, asked: Mapping[str, Any], status: str) -> tuple[str, list[Block]]:
    """Text and blocks of the thread's first message. The text alone must do for a screen reader."""
    summary = escaped(shortened(asked["summary"], 250))
    text = f"{key} {escaped(status)}: {summary} (Priority {escaped(asked['priority'])})"
    tags = ", ".join(escaped(tag) for tag in asked["tags"]) or "none"
    return text, [
        section(f":ticket: *{link(url, key)}*  {summary}"),
        fields(
            [
                ("Status", escaped(status)),
                ("Team", escaped(asked["team"])),
                ("Type", escaped(asked["exception_type"])),
                ("Priority", escaped(asked["priority"])),
                ("Requested by", f"<@{asked['user']}>"),
                ("Tags", tags),
                *([("Owner", escaped(asked["owner"]))] if asked.get("owner") else []),
            ]
        ),
        *_guessed(asked),
        context("Talk here, in this thread. The ticket keeps status, owner and resolution."),
        link_button("Open in Jira", url, "ops.card.open"),
    ]


_FIELDS = {"type": "type", "team": "team", "tags": "tag", "priority": "priority"}


def _guessed(asked: Mapping[str, Any]) -> list[Block]:
    """What nobody chose, and by which words it was chosen, as long as it stands: for a request that came without a form."""
    guesses = [each for each in asked.get("guessed") or [] if _stands(each, asked)]
    said = [f"{_FIELDS[each['field']]} {escaped(each['value'])} ({_by(each['because'])})" for each in guesses]
    return [context(f":mag: Guessed, please check: {'; '.join(said)}.")] if said else []


def _stands(guess: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    if guess["field"] == "tags":
        return guess["value"] in asked["tags"]
    return bool(guess["value"] == asked["exception_type" if guess["field"] == "type" else guess["field"]])


def _by(because: list[str]) -> str:
    return "from “" + "”, “".join(escaped(word) for word in because) + "”" if because else "nothing spoke for another"


def _about(origin: Origin | None) -> list[Block]:
    if origin is None:
        return []
    files = f" Its {len(origin.files)} files go along." if len(origin.files) > 1 else " Its file goes along."
    asked = f" by <@{origin.author}>" if origin.author else ""
    return [context(f"From a message{asked}, in whose thread the ticket will be.{files if origin.files else ''}")]


def waits_for_pairing(workspace: str) -> tuple[str, list[Block]]:
    """To whoever asked in a workspace of which nobody has said to which Jira it belongs."""
    words = (
        "Your request is kept, and waits: SolveOnce does not know yet to which Jira this workspace belongs. "
        f"Whoever runs it has to say so: `python -m app slack pair {workspace} --site …`"
    )
    return words, [section(words)]


def _note(mrkdwn: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "ops_note_v1",
        "title": plain("New ops exception"),
        "close": plain("Close"),
        "blocks": [section(mrkdwn)],
    }


def _summary(initial: str) -> Block:
    element = {"type": "plain_text_input", "action_id": "summary_a", "max_length": 255, "focus_on_load": True}
    if initial:
        element["initial_value"] = initial[:255]
    return _input("summary_b", "Summary", element, hint="What is broken, for whom, since when: in one line.")


def _input(block: str, label: str, element: Block, optional: bool = False, hint: str = "") -> Block:
    made = {"type": "input", "block_id": block, "label": plain(label), "element": element, "optional": optional}
    return {**made, "hint": plain(hint.strip())} if hint.strip() else made


def _description(initial: Block | None) -> Block:
    element: Block = {"type": "rich_text_input", "action_id": "description_a"}
    return {**element, "initial_value": for_input(initial)} if initial else element


def _because(draft: Draft, field: str) -> str:
    """A guess says what it was based on, so that one can see at once whether it is right."""
    heard = dict.fromkeys(word for guess in draft.guesses if guess.field == field for word in guess.because)
    return f"Guessed from: {', '.join(heard)}."[:_LONGEST_HINT] if heard else ""


#: Half of what Slack takes: the hint's own words come before it.
_LONGEST_HINT = 1000


def _select(action: str, values: tuple[str, ...], chosen: tuple[str, ...] = ()) -> Block:
    options = [option(value) for value in values]
    made = {"type": "static_select", "action_id": action, "placeholder": plain("Choose one"), "options": options}
    initial = [option(value) for value in chosen if value in values]
    return {**made, "initial_option": initial[0]} if initial else made


def _multi(action: str, values: tuple[str, ...], chosen: tuple[str, ...] = ()) -> Block:
    made = {
        "type": "multi_static_select",
        "action_id": action,
        "placeholder": plain("As many as you need"),
        "options": [option(value) for value in values],
    }
    initial = [option(value) for value in chosen if value in values]
    return {**made, "initial_options": initial} if initial else made
