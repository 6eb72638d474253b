"""The list of words that guesses are made by, from its file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from app.errors import Misconfigured
from app.intake.guessing import Words, words_in

#: What guesses are made by unless the setting INTAKE_WORDS names another list.
OUR_WORDS = Path(__file__).with_name("words.toml")


@lru_cache(maxsize=4)
def guessing_words(file: str) -> Words:
    """Read once. Raises Misconfigured."""
    try:
        return words_in((Path(file) if file else OUR_WORDS).read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(
            f"INTAKE_WORDS cannot be read: {error}.", "Name a file that the service may read."
        ) from None
