"""Guesses say what they were based on; the list of words is people's to change, and a wrong line is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.errors import Misconfigured
from app.intake.drafting import draft
from app.intake.guessing import FIELDS, Guess, guesses, words_in

OURS = words_in((Path(__file__).parents[2] / "app/intake/words.toml").read_text())


def test_our_list_speaks_of_nothing_that_the_form_has_not() -> None:
    allowed = dict(zip(FIELDS, (EXCEPTION_TYPES, TEAMS, TAGS, PRIORITIES), strict=True))

    assert {field: set(values) - set(allowed[field]) for field, values in OURS.items()} == {f: set() for f in FIELDS}
    assert set(OURS["tags"]) == set(TAGS)


@pytest.mark.parametrize(
    ("said", "field", "value", "because"),
    [
        ("Refunds are stuck", "type", "Payments and transactions", ("refund",)),
        ("the scanners at the gate fail", "type", "Event operations", ("gate", "scanner")),
        ("the app is slow, card charged twice", "type", "Platform / app issue", ("app", "slow")),
        ("a stack trace from the api", "team", "Engineering", ("stack trace", "api")),
        ("It’s urgent: nothing works", "priority", "Blocker", ("nothing works",)),
    ],
)
def test_the_value_with_most_of_its_words_is_guessed(
    said: str, field: str, value: str, because: tuple[str, ...]
) -> None:
    found = {guess.field: guess for guess in guesses(said, OURS) if guess.field != "tags"}

    assert found[field] == Guess(field, value, because)


def test_three_tags_at_most() -> None:
    tags = [guess.value for guess in guesses("refund tax discount email report outage", OURS) if guess.field == "tags"]

    assert tags == ["Finance - refunds", "Finance - taxes", "Marketing - promotions / discounts"]


@pytest.mark.parametrize("said", ["", "hello", "the application", "recharged", "Refundable?"])
def test_a_part_of_a_word_is_not_heard(said: str) -> None:
    assert guesses(said, OURS) == []


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("[type", "no TOML"),
        ("[weather]\nSun = ['warm']", "section 'weather'"),
        ("[type]\nSun = 'warm'", "'Sun' has no list"),
        ("type = 3", "section 'type'"),
    ],
)
def test_a_list_that_is_wrong_is_named(toml: str, problem: str) -> None:
    with pytest.raises(Misconfigured, match=problem):
        words_in(toml)


def test_a_short_text_is_a_summary_and_a_longer_one_stands_in_the_description_too() -> None:
    assert draft("Refunds are stuck.", OURS).description is None
    longer = draft("Refunds are stuck. Since nine.\n```x = 1```", OURS)
    assert (longer.summary, (longer.description or {})["type"]) == ("Refunds are stuck", "rich_text")
    assert longer.guessed("type") == ("Payments and transactions",)
