"""The card about a clash: who changed what on either side, whose text stands, and buttons to have it otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain_handoff import Choice
from app.slack.blocks import Block, context, plain, section
from app.slack.mrkdwn import escaped, link, quoted, shortened

#: The action of a button ends with the choice.
ACTION = "handoff.clash."
LONGEST_EXCERPT = 900


@dataclass(frozen=True)
class Side:
    """One ticket of the pair, and what its person made of the text."""

    key: str
    url: str
    #: Display name; empty where nobody knows.
    by: str
    words: str


@dataclass(frozen=True)
class Card:
    clash_id: str
    #: The field, as people call it.
    field: str
    ops: Side
    engineering: Side
    stands: Choice


def asking(card: Card) -> tuple[str, list[Block]]:
    """Text and blocks while nobody has chosen."""
    text = _text(card)
    return text, [
        section(f":twisted_rightwards_arrows: {_told(card)}"),
        *_sides(card),
        context(f"For now {_stands(card, card.stands)}. Both texts are kept. What shall stand in both tickets?"),
        _buttons(card),
    ]


def settled(card: Card, choice: Choice, user: str) -> tuple[str, list[Block]]:
    """When somebody has chosen."""
    return _text(card), [
        section(f":white_check_mark: {_told(card)}"),
        *_sides(card),
        context(f"<@{escaped(user)}> chose: {_stands(card, choice)}, in both tickets."),
    ]


def too_late(card: Card, user: str) -> tuple[str, list[Block]]:
    """When the text was edited before somebody chose."""
    changed = "somebody has edited the text there since, so nothing was changed"
    return _text(card), [
        section(f":pencil2: {_told(card)}"),
        *_sides(card),
        context(
            f"<@{escaped(user)}> wanted to choose, but {changed}. Please edit one of the tickets; the other follows."
        ),
    ]


def not_written(ops: str, engineering: str, chosen_by: str | None) -> str:
    """For whoever pressed in vain; *ops* and *engineering* are links. *chosen_by*: who chose before, None if nobody did."""
    if chosen_by is None:
        return (
            f"Your choice was not written: {ops} and {engineering} do not follow each other at the moment. "
            "Please edit the ticket that you mean."
        )
    who = f"<@{escaped(chosen_by)}>" if chosen_by else "Somebody"
    return f"{who} chose a moment before you, so your choice was not written. Edit {ops} or {engineering}; the other follows."


def _text(card: Card) -> str:
    return f"{escaped(card.field)} was changed in {card.ops.key} and in {card.engineering.key}, at the same place."


def _told(card: Card) -> str:
    ops, engineering = (link(side.url, side.key) for side in (card.ops, card.engineering))
    return f"*{escaped(card.field)}* was changed in {ops} and in {engineering}, at the same place."


def _sides(card: Card) -> list[Block]:
    return [
        section(f"*{side.key}*, {escaped(side.by or 'somebody')} wrote:\n{_excerpt(side.words)}")
        for side in (card.ops, card.engineering)
    ]


def _excerpt(words: str) -> str:
    return quoted(escaped(shortened(words, LONGEST_EXCERPT))) or "> _something without words_"


def _stands(card: Card, choice: Choice) -> str:
    if choice is Choice.BOTH:
        return "both stand, one below the other"
    return f"{card.ops.key if choice is Choice.OPS else card.engineering.key}'s stands"


def _buttons(card: Card) -> Block:
    labels = {
        Choice.OPS: f"Keep {card.ops.key}'s",
        Choice.ENGINEERING: f"Keep {card.engineering.key}'s",
        Choice.BOTH: "Keep both",
    }
    buttons = [
        {"type": "button", "text": plain(words), "action_id": ACTION + choice, "value": card.clash_id}
        for choice, words in labels.items()
    ]
    return {"type": "actions", "elements": buttons}
