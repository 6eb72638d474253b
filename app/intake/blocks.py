"""The form, and the ticket's card in the thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.adf.slack_input import for_input
from app.domain import Issue
from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.intake.drafting import NOTHING, Draft
from app.intake.origin import Origin, noted
from app.slack.blocks import Block, context, fields, given_back, link_button, option, plain, section
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
        chosen = draft.guessed(field) or draft.preset_for(field) or otherwise
        return (_multi if several else _select)(f"{field}_a", values, chosen)

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


def of_ours() -> dict[str, Any]:
    return _note("This message is from SolveOnce: its ticket is there already. For another one use the command.")


#: Beside the field that everybody sees first.
TAKEN = (
    "Somebody else has just made a ticket of this message: its link is in the thread. "
    "Add there what is missing, or make another ticket with the command."
)


_AGAIN = "Slack did not let me open the form. Please try again."


def unopened(typed: str = "") -> tuple[str, list[Block]]:
    """*typed*: what stood behind the command, which Slack has taken out of the line by now."""
    # Slack escapes these three in what it hands on, and plain text shows them as they come.
    said = typed.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _AGAIN, [section(_AGAIN), *given_back(said)]


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


def not_read(emoji: str, reason: str) -> tuple[str, list[Block]]:
    """For whoever put the emoji on a message that Slack does not let us read."""
    text = f"No ticket was made of the message with :{escaped(emoji.strip().strip(':'))}: on it."
    return text, [
        section(f":warning: {text} Slack does not let me read it: {escaped(shortened(reason, 300))}"),
        context("Use *Triage this message* in its menu instead, and please tell your Slack administrator."),
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
                ("Requested by", _person(asked["user"])),
                ("Tags", tags),
                *([("Owner", escaped(asked["owner"]))] if asked.get("owner") else []),
            ]
        ),
        *_guessed(asked),
        context("Talk here, in this thread. The ticket keeps status, owner and resolution."),
        link_button("Open in Jira", url, "ops.card.open"),
    ]


def _person(user: str) -> str:
    """Nobody asked where a workflow did, and named no one."""
    return f"<@{user}>" if user else "somebody"


def queued(asked: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """The card while Jira does not answer; it becomes the ticket's own."""
    summary = escaped(shortened(asked["summary"], 250))
    kept = "Jira does not answer at the moment. Nothing is lost: the ticket's key appears here as soon as Jira has it."
    by = context(f"Requested by {_person(asked['user'])}. Talk here, in this thread; files follow to the ticket.")
    return f"Queued: {summary}", [section(f":hourglass_flowing_sand: *Queued*  {summary}"), section(kept), by]


def not_queued(asked: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """In place of the queued card, when Jira is back and refuses."""
    text = f"Jira did not take this request: {escaped(shortened(asked['summary'], 250))}"
    return text, [
        section(f":warning: {text}"),
        context(f"Whoever asked was told why: {_person(asked.get('by') or asked['user'])}."),
    ]


def withheld(key: str, url: str) -> tuple[str, list[Block]]:
    """The card of a ticket that not everybody may see: nothing of it but its key."""
    text = f"{key} is not for everybody's eyes"
    return text, [section(f":lock: *{link(url, key)}* {WITHHELD}"), link_button("Open in Jira", url, "ops.card.open")]


WITHHELD = "is not for everybody's eyes: whoever may see it finds it in Jira."
_FIELDS = {"type": "type", "team": "team", "tags": "tag", "priority": "priority"}


def _guessed(asked: Mapping[str, Any]) -> list[Block]:
    """What nobody chose, and by which words it was chosen, as long as it stands: for a request that came without a form."""
    guesses = [each for each in asked.get("guessed") or [] if _stands(each, asked) and not _is_usual(each)]
    said = [f"{_FIELDS[each['field']]} {escaped(each['value'])} ({_by(each)})" for each in guesses]
    return [context(f":mag: Guessed, please check: {'; '.join(said)}.")] if said else []


def _stands(guess: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    if guess["field"] == "tags":
        return guess["value"] in asked["tags"]
    return bool(guess["value"] == asked["exception_type" if guess["field"] == "type" else guess["field"]])


def _is_usual(guess: Mapping[str, Any]) -> bool:
    """What a workflow leaves empty has its default, as the step's own words say: nothing to check."""
    return bool(guess.get("left_empty") and not guess["because"] and not guess.get("preset"))


def _by(guess: Mapping[str, Any]) -> str:
    because = guess["because"]
    if guess.get("preset"):
        return f"preset for {escaped(guess['preset'])}"
    return "from “" + "”, “".join(escaped(word) for word in because) + "”" if because else "nothing spoke for another"


def _about(origin: Origin | None) -> list[Block]:
    if origin is None:
        return []
    files = f" Its {len(origin.files)} files go along." if len(origin.files) > 1 else " Its file goes along."
    whose = f"<@{origin.author}>'s message" if origin.author else "the message"
    return [context(f"The ticket will be in the thread of {whose}.{files if origin.files else ''}")]


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
    """What nobody chose says where it comes from, so that one can see at once whether it is right."""
    if draft.preset and draft.preset_for(field):
        return f"Preset for {draft.preset.channel}."
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
