"""How a field's value is said in the other ticket: choices by what people read, as each project has ids of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.adf.media import for_issue
from app.adf.mentions import as_words, with_mentions
from app.adf.text import plain_text
from app.domain import Adf
from app.domain_handoff import Kind, TargetField

#: Jira refuses more in a single line, and in a text.
LONGEST_LINE, LONGEST_TEXT = 255, 32_767


@dataclass(frozen=True)
class Carried:
    """The value for Jira, None where there is none; and what of it was lost, for people."""

    value: Any = None
    lost: str = ""


def for_clone(text: Adf) -> Adf:
    """*text* as the clone shall say it: it calls nobody again. Its pictures are bound when it is written."""
    return as_words(text)


def for_original(text: Adf, there: Adf | None) -> Adf:
    """*text* as the Ops issue shall say it, which says *there* now: whom it called it still calls."""
    return with_mentions(text, there)


def says_something(value: Any, kind: Kind) -> bool:
    """Whether the field is filled; a text with nothing in it is not."""
    if kind is Kind.TEXT:
        return bool(isinstance(value, dict) and value.get("content"))
    return value not in (None, "", [])


def carried(value: Any, kind: Kind, target: TargetField) -> Carried:
    """*value*, as Jira gave it in the one ticket, for *target* in the other."""
    match kind:
        case Kind.TEXT:
            return _text(value)
        case Kind.LINE:
            return _line(str(value))
        case Kind.CHOICE:
            return _choice(words_of(value), target)
        case Kind.CHOICES:
            return _choices([words_of(each) for each in value], target)
        case Kind.LABELS | Kind.PLAIN:
            return Carried(value)


def words_of(choice: Any) -> str:
    """What people read of a chosen value: an option has a `value`, a priority a `name`."""
    return str(choice.get("value") or choice.get("name") or "") if isinstance(choice, dict) else str(choice)


def _text(value: dict[str, Any]) -> Carried:
    text = for_issue(for_clone(value), None)
    if len(plain_text(text)) > LONGEST_TEXT:  # names of people and pictures made it longer
        return Carried(lost=f"it is longer than {LONGEST_TEXT:,} characters")
    return Carried(text)


def _line(value: str) -> Carried:
    line = " ".join(value.split())
    if len(line) <= LONGEST_LINE:
        return Carried(line)
    return Carried(line[: LONGEST_LINE - 1] + "…", f"it was cut after {LONGEST_LINE - 1} characters of {len(line)}")


def _choice(words: str, target: TargetField) -> Carried:
    ids = [id for offered, id in target.choices if offered == words]
    if len(ids) == 1:
        return Carried({"id": ids[0]})
    return Carried(
        lost=f"there are {len(ids)} choices “{words}” there" if ids else f"there is no choice “{words}” there"
    )


def _choices(words: Sequence[str], target: TargetField) -> Carried:
    each = [_choice(one, target) for one in words]
    found = [one.value for one in each if one.value]
    return Carried(found or None, "; ".join(one.lost for one in each if one.lost))
