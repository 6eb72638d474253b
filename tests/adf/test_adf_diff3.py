"""What two sides made of one sequence."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.diff3 import Change, applied, regions, spans, united
from tests.adf.documents import quick

SEQUENCES = st.lists(st.sampled_from("abc "), max_size=12)


def rebuilt(base: list[str], side: list[str]) -> list[str]:
    """*base* with what is told to differ."""
    result: list[str] = []
    at = 0
    for start, end, first, last in spans(base, side, str.isspace):
        result += [*base[at:start], *side[first:last]]
        at = end
    return [*result, *base[at:]]


@quick
@given(SEQUENCES, SEQUENCES)
def test_what_differs_makes_the_one_of_the_other(base: list[str], side: list[str]) -> None:
    assert rebuilt(base, side) == side


@pytest.mark.parametrize("kinds", [1, 2, 30, 5000])
def test_so_it_does_where_a_long_text_was_changed_in_many_places_and_in_little_time(kinds: int) -> None:
    chance = random.Random(kinds)
    base = [str(chance.randrange(kinds)) for _ in range(8000)]
    side = [each for n, each in enumerate(base) if n % 11] + ["x"] * 20
    side[4000:4000] = base[:300]

    started = time.process_time()
    assert rebuilt(base, side) == side

    assert time.process_time() - started < 20.0


@quick
@given(SEQUENCES, SEQUENCES)
def test_two_sequences_as_one_hold_both_in_their_order(ours: list[str], theirs: list[str]) -> None:
    def one(first: list[str], second: list[str]) -> list[str]:
        return [(first, second)[side][n] for side, n in united(first, second)]

    both = one(ours, theirs)
    for side in (ours, theirs):
        rest = iter(both)
        assert all(each in rest for each in side)
    assert one(both, theirs) == both
    assert sorted(both) == sorted(one(theirs, ours))


def test_changes_meet_at_the_same_element_and_at_the_same_place_only() -> None:
    base = list("abcd")
    ours = [Change(0, 1, ["A"]), Change(2, 2, ["x"]), Change(3, 4, ["D"])]
    theirs = [Change(1, 2, ["B"]), Change(2, 2, ["y"]), Change(3, 4, [])]

    found = [(r.start, r.end, applied(base, r, r.ours), applied(base, r, r.theirs)) for r in regions(ours, theirs)]

    assert found == [(0, 1, ["A"], ["a"]), (1, 2, ["b"], ["B"]), (2, 2, ["x"], ["y"]), (3, 4, ["D"], [])]
