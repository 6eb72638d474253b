"""A request that came without a form: what its words are guessed to mean, and what stands where nothing was guessed."""

from __future__ import annotations

from typing import Any

from app.adf.slack import to_adf
from app.domain import IntakeRequest
from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TEAMS
from app.intake.drafting import Draft
from app.intake.structuring import with_code

#: Where no word spoke for any: triage decides.
TYPE, TEAM, PRIORITY = EXCEPTION_TYPES[-1], TEAMS[-1], PRIORITIES[0]


def request_from(draft: Draft, file_names: tuple[str, ...] = ()) -> IntakeRequest:
    """The ticket that *draft* makes as it stands; a message of files alone is named after them."""
    return IntakeRequest(
        summary=draft.summary or _named_after(file_names),
        description=with_code(to_adf(draft.description)),
        exception_type=_first(draft, "type", TYPE),
        team=_first(draft, "team", TEAM),
        tags=draft.guessed("tags"),
        priority=_first(draft, "priority", PRIORITY),
    )


def guessed_from(draft: Draft) -> list[dict[str, Any]]:
    """What the card asks people to check: `[{"field", "value", "because": [words of our list]}]`."""
    heard = [{"field": each.field, "value": each.value, "because": list(each.because)} for each in draft.guesses]
    kept = {"type": TYPE, "team": TEAM, "priority": PRIORITY}
    silent = [field for field in kept if not draft.guessed(field)]
    return heard + [{"field": field, "value": kept[field], "because": []} for field in silent]


def _first(draft: Draft, field: str, otherwise: str) -> str:
    return (draft.guessed(field) or (otherwise,))[0]


def _named_after(file_names: tuple[str, ...]) -> str:
    return f"See {', '.join(file_names)}"[:120] if file_names else "See the message"
