"""What somebody typed behind `/ops`, as the form shows it: nothing typed is lost, and what is guessed can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.adf.mrkdwn import to_rich_text
from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.intake.guessing import Guess, Words, guesses
from app.intake.presets import Preset
from app.intake.structuring import summary


@dataclass(frozen=True)
class Draft:
    """What the form is filled with. *description* is a `rich_text` block; None when the summary says it all."""

    summary: str = ""
    description: dict[str, Any] | None = None
    guesses: tuple[Guess, ...] = ()
    #: Of the channel in which the form is opened.
    preset: Preset | None = None

    def guessed(self, field: str) -> tuple[str, ...]:
        return tuple(guess.value for guess in self.guesses if guess.field == field)

    def preset_for(self, field: str) -> tuple[str, ...]:
        """What the channel presets, where no word spoke for anything."""
        return self.preset.of(field) if self.preset and not self.guessed(field) else ()


#: Nothing was said yet.
NOTHING = Draft()


def draft(mrkdwn: str, words: Words) -> Draft:
    """From Slack's mrkdwn, as a command carries it."""
    return draft_from(to_rich_text(mrkdwn), words)


def draft_from(rich: dict[str, Any], words: Words) -> Draft:
    """From a `rich_text` block, as a message carries it."""
    said = to_adf(rich)
    everything, line = plain_text(said), summary(said)
    says_it_all = everything.rstrip(" .") == line
    return Draft(line, None if says_it_all or not said else rich, tuple(guesses(everything, words)))
