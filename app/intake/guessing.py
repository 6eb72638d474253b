"""What a casual request is probably about, by the words that it uses: a guess, with the words that it was based on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import Misconfigured

#: Field → value → the words that speak for it.
Words = Mapping[str, Mapping[str, list[str]]]
FIELDS = ("type", "team", "tags", "priority")
MOST_TAGS = 3
_ENDINGS = r"(?:s|es|ed|ing)?"


@dataclass(frozen=True)
class Guess:
    """*because*: the words of the request that spoke for the value."""

    field: str
    value: str
    because: tuple[str, ...]


def words_in(toml: str) -> Words:
    """The list of words. Raises Misconfigured, with the line that is wrong."""
    try:
        read = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"The list of words is no TOML: {error}.", "Mend it, or empty INTAKE_WORDS.") from None
    for field, values in read.items():
        if field not in FIELDS or not isinstance(values, dict):
            raise Misconfigured(f"The list of words has a section {field!r}.", f"Its sections are {', '.join(FIELDS)}.")
        for value, words in values.items():
            if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
                raise Misconfigured(
                    f"{field}: {value!r} has no list of words.", 'Write it like `"Refunds" = ["refund"]`.'
                )
    return read


def guesses(said: str, words: Words) -> list[Guess]:
    """One value at most for each field, several tags; the value with the most words, and of two the one that comes first."""
    found: list[Guess] = []
    said = said.lower().replace("’", "'")
    for field in FIELDS:
        heard = [(value, _heard(said, some)) for value, some in words.get(field, {}).items()]
        spoken = [(value, at) for value, at in heard if at]
        if field != "priority":  # of two priorities the first on the list is the graver one
            spoken.sort(key=lambda each: (-len(each[1]), min(each[1].values())))
        most = MOST_TAGS if field == "tags" else 1
        found += [Guess(field, value, tuple(at)) for value, at in spoken[:most]]
    return found


def _heard(lowered: str, words: list[str]) -> dict[str, int]:
    """Words that are there → where the first of each stands."""
    # Most are not there at all, which is seen thirty times as fast; somebody waits for the form.
    there = [word for word in words if word.lower() in lowered]
    looked = {word: re.search(rf"(?<!\w){re.escape(word.lower())}{_ENDINGS}(?!\w)", lowered) for word in there}
    return {word: at.start() for word, at in looked.items() if at}
