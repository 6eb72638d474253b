"""Plain fields that follow each other: nobody's change is undone by somebody else's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain_handoff import FieldRule, Kind, LeftOut, OnClash, TargetField, Way
from app.handoff.plain import Said, Sides, Write, clash, said, turn, write
from tests.adf.documents import quick

OLD = Sides("Major", "Major")


def rule(way: Way = Way.BOTH, on_clash: OnClash = OnClash.MERGE) -> FieldRule:
    return FieldRule("Priority", "Priority", way, on_clash)


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ({"id": "3", "name": "Major"}, Kind.CHOICE, "Major"),
        ({"id": "9", "value": "Red"}, Kind.CHOICE, "Red"),
        (None, Kind.CHOICE, None),
        ([{"id": "1", "value": "b"}, {"id": "2", "value": "a"}], Kind.CHOICES, ["a", "b"]),
        (None, Kind.CHOICES, []),
        (["vip", "solveonce-clone"], Kind.LABELS, ["vip"]),
        ("", Kind.LINE, None),
        (0, Kind.PLAIN, 0),
    ],
)
def test_what_people_read_is_compared_and_our_own_label_is_nobody_s_word(value: Any, kind: Kind, words: Said) -> None:
    assert said(value, kind, "solveonce-clone") == words


@pytest.mark.parametrize(
    ("now", "base", "way", "after"),
    [
        pytest.param(OLD, OLD, Way.BOTH, OLD, id="nothing changed"),
        pytest.param(Sides("Blocker", "Major"), OLD, Way.BOTH, Sides("Blocker", "Blocker"), id="ops changed"),
        pytest.param(Sides("Major", "Blocker"), OLD, Way.BOTH, Sides("Blocker", "Blocker"), id="engineering changed"),
        pytest.param(Sides(None, "Major"), OLD, Way.BOTH, Sides(None, None), id="taken away"),
        pytest.param(Sides("A", "B"), Sides("A", "B"), Way.BOTH, Sides("A", "B"), id="they differ, as agreed"),
        pytest.param(Sides("A", None), None, Way.BOTH, Sides("A", "A"), id="nothing agreed: a value beats none"),
        pytest.param(Sides(None, "B"), None, Way.BOTH, Sides("B", "B"), id="nothing agreed: whichever side has it"),
        pytest.param(Sides("A", None), OLD, Way.BOTH, Sides("A", "A"), id="changed here, taken away there"),
        pytest.param(Sides("A", "Major"), OLD, Way.TO_ENGINEERING, Sides("A", "A"), id="one way"),
        pytest.param(
            Sides("Major", "B"), OLD, Way.TO_ENGINEERING, Sides("Major", "B"), id="one way, the other changed"
        ),
        pytest.param(Sides("A", "B"), OLD, Way.TO_ENGINEERING, Sides("A", "A"), id="one way, both changed"),
        pytest.param(Sides("A", "B"), OLD, Way.TO_OPS, Sides("B", "B"), id="the other way, both changed"),
        pytest.param(Sides("A", "Major"), OLD, Way.TO_OPS, Sides("A", "Major"), id="the other way, ops changed"),
    ],
)
def test_the_side_that_did_not_change_follows(now: Sides, base: Sides | None, way: Way, after: Sides) -> None:
    assert turn(now, base, Kind.CHOICE, rule(way)) == after


@pytest.mark.parametrize(
    ("on_clash", "ops_is_newest", "stands"),
    [
        (OnClash.OPS, False, "A"),
        (OnClash.ENGINEERING, True, "B"),
        (OnClash.NEWEST, True, "A"),
        (OnClash.NEWEST, False, "B"),
        (OnClash.MERGE, False, "B"),
    ],
)
def test_where_both_changed_the_table_says_which_stands(on_clash: OnClash, ops_is_newest: bool, stands: str) -> None:
    settled = turn(Sides("A", "B"), OLD, Kind.CHOICE, rule(on_clash=on_clash), ops_is_newest)

    assert settled == Sides(stands, stands)


@pytest.mark.parametrize(
    ("now", "base", "on_clash", "asks"),
    [
        (Sides("A", "B"), OLD, OnClash.NEWEST, True),
        (Sides("A", "B"), OLD, OnClash.MERGE, True),
        (Sides("A", "B"), None, OnClash.MERGE, True),
        (Sides("A", "B"), OLD, OnClash.OPS, False),
        (Sides("A", "A"), OLD, OnClash.NEWEST, False),
        (Sides("A", "Major"), OLD, OnClash.NEWEST, False),
        (Sides("A", None), OLD, OnClash.NEWEST, False),
    ],
)
def test_who_was_last_is_asked_only_when_it_counts(
    now: Sides, base: Sides | None, on_clash: OnClash, asks: bool
) -> None:
    assert clash(now, base, Kind.CHOICE, rule(on_clash=on_clash)) is asks


@pytest.mark.parametrize(
    ("now", "base", "way", "after"),
    [
        pytest.param(
            Sides(["a", "b"], ["a", "c"]), Sides(["a"], ["a"]), Way.BOTH, Sides(["a", "b", "c"], ["a", "b", "c"]),
            id="both put something in",
        ),
        pytest.param(
            Sides(["b"], ["a", "b", "c"]), Sides(["a", "b"], ["a", "b"]), Way.BOTH, Sides(["b", "c"], ["b", "c"]),
            id="one took out, one put in",
        ),
        pytest.param(
            Sides(["a", "x"], ["a", "b"]), Sides(["a", "x"], ["a"]), Way.BOTH, Sides(["a", "b", "x"], ["a", "b"]),
            id="what is not offered there stays here",
        ),
        pytest.param(
            Sides([], ["x"]), Sides(["x"], []), Way.BOTH, Sides(["x"], ["x"]), id="taken out here, put in there: it stands"
        ),
        pytest.param(Sides(["a"], ["b"]), None, Way.BOTH, Sides(["a", "b"], ["a", "b"]), id="nothing agreed yet: all"),
        pytest.param(
            Sides(["a", "b"], ["a", "c"]), Sides(["a"], ["a"]), Way.TO_ENGINEERING, Sides(["a", "b"], ["a", "b", "c"]),
            id="one way",
        ),
        pytest.param(
            Sides(["a", "b"], ["a", "c"]), Sides(["a"], ["a"]), Way.TO_OPS, Sides(["a", "b", "c"], ["a", "c"]),
            id="the other way",
        ),
    ],
)  # fmt: skip
def test_lists_are_settled_element_by_element(now: Sides, base: Sides | None, way: Way, after: Sides) -> None:
    assert turn(now, base, Kind.CHOICES, rule(way)) == after


VALUES = st.sampled_from(["a", "b", "c", None])
WORDS = st.lists(st.sampled_from("abcd"), unique=True).map(sorted)
SINGLE = st.tuples(st.just(Kind.CHOICE), VALUES, VALUES, st.one_of(st.none(), st.builds(Sides, VALUES, VALUES)))
MANY = st.tuples(st.just(Kind.LABELS), WORDS, WORDS, st.one_of(st.none(), st.builds(Sides, WORDS, WORDS)))


@quick
@given(st.one_of(SINGLE, MANY), st.sampled_from([Way.BOTH, Way.TO_ENGINEERING, Way.TO_OPS]), st.sampled_from(OnClash))
def test_a_crash_after_the_first_write_ends_as_without_it(case: Any, way: Way, on_clash: OnClash) -> None:
    kind, ops, engineering, base = case
    now, line = Sides(ops, engineering), rule(way, on_clash)
    after = turn(now, base, kind, line, ops_is_newest=False)

    # One side is written already, and the step begins again.
    assert turn(Sides(after.ops, engineering), base, kind, line, ops_is_newest=False) == after
    assert turn(Sides(ops, after.engineering), base, kind, line, ops_is_newest=False) == after
    # And once it is agreed there is nothing more to do.
    assert turn(after, after, kind, line) == after


TAGS = TargetField("cf_tags", "Context Tags", choices=(("a", "1"), ("b", "2")))
LABELS = TargetField("labels", "Labels")


@pytest.mark.parametrize(
    ("wanted", "present", "written"),
    [
        pytest.param(
            {"cf_tags": (Kind.CHOICES, ["a", "b"])}, {}, {"cf_tags": [{"id": "1"}, {"id": "2"}]}, id="choices"
        ),
        pytest.param(
            {"cf_tags": (Kind.CHOICES, ["a", "old"])},
            {"cf_tags": [{"id": "7", "value": "old"}]},
            {"cf_tags": [{"id": "1"}, {"id": "7"}]},
            id="one that was laid aside stays",
        ),
        pytest.param({"cf_tags": (Kind.CHOICES, [])}, {}, {"cf_tags": None}, id="none any more"),
        pytest.param({"labels": (Kind.LABELS, ["vip"])}, {"labels": []}, {"labels": ["vip"]}, id="labels"),
        pytest.param(
            {"labels": (Kind.LABELS, ["vip"])},
            {"labels": ["ours", "old"]},
            {"labels": ["vip", "ours"]},
            id="ours stays",
        ),
        pytest.param({"labels": (Kind.LABELS, [])}, {"labels": ["ours"]}, {"labels": ["ours"]}, id="ours alone stays"),
    ],
)
def test_how_a_side_is_made_to_say_it(wanted: Any, present: Any, written: dict[str, Any]) -> None:
    assert write(wanted, present, {"cf_tags": TAGS, "labels": LABELS}, "ours") == Write(written)


def test_what_a_side_says_after_the_write_is_what_could_be_written() -> None:
    wanted: Any = {"cf_tags": (Kind.CHOICES, ["a", "new"]), "labels": (Kind.LABELS, [])}

    assert write(wanted, {}, {"cf_tags": TAGS, "labels": LABELS}).said == {"cf_tags": ["a"], "labels": []}


def test_what_cannot_be_said_there_is_told() -> None:
    needed = TargetField("cf_1", "Severity", required=True, choices=(("High", "1"),))
    wanted = {"cf_1": (Kind.CHOICE, None), "cf_2": (Kind.LINE, "x"), "cf_tags": (Kind.CHOICES, ["a", "new"])}

    made = write(wanted, {}, {"cf_1": needed, "cf_tags": TAGS})

    assert made == Write(
        {"cf_tags": [{"id": "1"}]},
        (
            LeftOut("Severity", "it must not be empty there"),
            LeftOut("cf_2", "it cannot be set there"),
            LeftOut("Context Tags", "there is no choice “new” there"),
        ),
    )
