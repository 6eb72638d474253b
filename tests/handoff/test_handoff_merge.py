"""Two people write in the two tickets: nothing that somebody wrote is lost, and both end up the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.build import doc, paragraph
from app.adf.canonical import digest
from app.adf.media import for_issue
from app.adf.text import is_blank, plain_text
from app.domain import Adf
from app.domain_handoff import Choice, SyncedValue, Way
from app.handoff.merge import EMPTY, Decision, decide
from tests.adf.documents import TEXTS, quick
from tests.builders import a_picture, a_text

A, B, BLANK = a_text("from ops"), a_text("from engineering"), a_text("   ")
OLD = a_text("as agreed")
PICTURE = doc([a_picture()])
BOTH = doc([*A["content"], *B["content"]])


def agreed(ops: Adf | None, engineering: Adf | None) -> SyncedValue:
    return SyncedValue(digest(ops), digest(engineering), ops or EMPTY)


def only_digests(text: Adf) -> SyncedValue:
    """As an earlier release remembered it."""
    return SyncedValue(digest(text), digest(text))


@pytest.mark.parametrize(
    ("ops", "engineering", "base", "decision"),
    [
        pytest.param(OLD, OLD, agreed(OLD, OLD), Decision(), id="nothing changed"),
        pytest.param(None, None, None, Decision(), id="both empty, nothing agreed yet"),
        pytest.param(A, A, agreed(OLD, OLD), Decision(), id="both wrote the same"),
        pytest.param(A, OLD, agreed(OLD, OLD), Decision(to_engineering=A), id="ops wrote"),
        pytest.param(OLD, B, agreed(OLD, OLD), Decision(to_ops=B), id="engineering wrote"),
        pytest.param(A, B, agreed(A, B), Decision(), id="they differ as Jira stored them: that was agreed"),
        pytest.param(A, None, None, Decision(to_engineering=A), id="nothing agreed yet: a text beats none (ops)"),
        pytest.param(None, B, None, Decision(to_ops=B), id="nothing agreed yet: a text beats none (engineering)"),
        pytest.param(BLANK, B, agreed(OLD, OLD), Decision(to_ops=B), id="one emptied, one wrote: the text stays"),
        pytest.param(A, BLANK, agreed(OLD, OLD), Decision(to_engineering=A), id="one wrote, one emptied: it stays"),
        pytest.param(None, OLD, agreed(OLD, OLD), Decision(to_engineering=EMPTY), id="ops took it away"),
        pytest.param(OLD, None, agreed(OLD, OLD), Decision(to_ops=EMPTY), id="engineering took it away"),
        pytest.param(None, PICTURE, None, Decision(to_ops=PICTURE), id="a lone picture beats nothing"),
        pytest.param(PICTURE, None, None, Decision(to_engineering=PICTURE), id="a lone picture beats nothing (ops)"),
        pytest.param(BLANK, PICTURE, None, Decision(to_ops=PICTURE), id="a lone picture beats blanks"),
        pytest.param(PICTURE, BLANK, None, Decision(to_engineering=PICTURE), id="a lone picture beats blanks (ops)"),
        pytest.param(BOTH, B, None, Decision(to_engineering=BOTH), id="nothing agreed yet: one has all of the other"),
    ],
)
def test_the_side_that_did_not_change_follows(
    ops: Adf | None, engineering: Adf | None, base: SyncedValue | None, decision: Decision
) -> None:
    assert decide(ops, engineering, base, keep_text=False) == decision


def test_changes_at_different_places_are_merged() -> None:
    base, ops, engineering = a_text("one", "two"), a_text("ONE", "two"), a_text("one", "two", "three")

    decision = decide(ops, engineering, agreed(base, base), keep_text=False)

    assert decision.to_ops == decision.to_engineering == a_text("ONE", "two", "three")
    assert (decision.overlaps, decision.stands) == ((), None)


@pytest.mark.parametrize(("stands", "text"), [(Choice.OPS, A), (Choice.ENGINEERING, B), (Choice.BOTH, BOTH)])
def test_where_both_changed_the_same_it_stands_as_the_rule_says(stands: Choice, text: Adf) -> None:
    decision = decide(A, B, agreed(OLD, OLD), keep_text=False, stands=stands)

    assert decision.stands is stands
    assert [(each.ours, each.theirs) for each in decision.overlaps] == [(A["content"], B["content"])]
    assert after(A, B, decision) == (text, text)


@pytest.mark.parametrize(
    "base", [None, only_digests(OLD), agreed(OLD, None)], ids=["none", "only digests", "agreed to differ"]
)
def test_without_the_text_that_was_agreed_on_both_are_kept(base: SyncedValue | None) -> None:
    decision = decide(A, B, base, keep_text=False, stands=Choice.OPS)

    assert after(A, B, decision) == (BOTH, BOTH)
    assert decision.stands is Choice.BOTH
    # After a crash between the two writes:
    assert decide(BOTH, B, base, keep_text=False) == Decision(to_engineering=BOTH)


@pytest.mark.parametrize("base", [agreed(OLD, OLD), None], ids=["", "nothing agreed yet"])
def test_what_jira_would_find_too_long_is_not_put_together(base: SyncedValue | None) -> None:
    ops, engineering = a_text("o" * 20_000), a_text("as agreed", "e" * 20_000)

    decision = decide(ops, engineering, base, keep_text=False, stands=Choice.ENGINEERING)

    assert after(ops, engineering, decision) == (engineering, engineering)
    assert (decision.stands, decision.whole) == (Choice.ENGINEERING, True)
    assert [(each.ours, each.theirs) for each in decision.overlaps] == [(ops["content"], engineering["content"])]


FORTH, BACK = Way.TO_ENGINEERING, Way.TO_OPS


@pytest.mark.parametrize(
    ("ops", "engineering", "way", "decision"),
    [
        pytest.param(A, OLD, FORTH, Decision(to_engineering=A), id="the source changed"),
        pytest.param(OLD, B, FORTH, Decision(stays_apart=True), id="the other side changed: not carried back"),
        pytest.param(
            A, B, FORTH, Decision(to_engineering=A, overwritten=B), id="both: the source, and nothing is lost"
        ),
        pytest.param(A, BLANK, FORTH, Decision(to_engineering=A), id="both: blanks need not be kept"),
        pytest.param(None, B, FORTH, Decision(to_engineering=EMPTY, overwritten=B), id="the source was emptied"),
        pytest.param(OLD, B, BACK, Decision(to_ops=B), id="back: the source changed"),
        pytest.param(A, OLD, BACK, Decision(stays_apart=True), id="back: the other side changed"),
        pytest.param(A, B, BACK, Decision(to_ops=B, overwritten=A), id="back: both"),
        pytest.param(A, B, Way.ONCE, Decision(stays_apart=True), id="carried over once, and never again"),
    ],
)
def test_a_field_of_one_way_follows_its_source_alone(
    ops: Adf | None, engineering: Adf | None, way: Way, decision: Decision
) -> None:
    assert decide(ops, engineering, agreed(OLD, OLD), keep_text=False, way=way) == decision


@pytest.mark.parametrize("emptied", [None, BLANK, EMPTY, PICTURE], ids=["null", "blanks", "empty", "a lone picture"])
def test_an_emptied_text_of_a_finished_ticket_does_not_empty_the_other(emptied: Adf | None) -> None:
    assert decide(emptied, OLD, agreed(OLD, OLD), keep_text=True) == Decision()
    assert decide(OLD, emptied, agreed(OLD, OLD), keep_text=True) == Decision()
    # That is what they agree on then: a later look, when neither is finished any more, empties neither.
    for ops, engineering in ((emptied, OLD), (OLD, emptied)):
        assert decide(ops, engineering, agreed(ops, engineering), keep_text=False) == Decision()


def test_a_merge_never_empties_a_finished_ticket() -> None:
    base, ops, engineering = a_text("one", "two"), a_text("one"), a_text("two")
    emptied = doc([paragraph([])])
    for left, right in ((ops, engineering), (emptied, engineering), (ops, emptied)):
        ends = after(left, right, decide(left, right, agreed(base, base), keep_text=True))

        assert [is_blank(end) for end in ends] == [False, False]


@pytest.mark.parametrize("way", [Way.TO_ENGINEERING, Way.TO_OPS])
def test_an_emptied_source_does_not_empty_a_finished_ticket(way: Way) -> None:
    ops, engineering = (None, OLD) if way is Way.TO_ENGINEERING else (OLD, None)
    assert decide(ops, engineering, agreed(OLD, OLD), keep_text=True, way=way) == Decision(stays_apart=True)


def test_a_finished_ticket_still_follows_a_better_text() -> None:
    assert decide(A, OLD, agreed(OLD, OLD), keep_text=True) == Decision(to_engineering=A)


SIDES = st.one_of(st.none(), st.just(BLANK), st.just(PICTURE), TEXTS)
BASES = st.one_of(st.none(), st.builds(agreed, SIDES, SIDES))


def after(ops: Adf | None, engineering: Adf | None, decision: Decision) -> tuple[Adf | None, Adf | None]:
    return (
        ops if decision.to_ops is None else decision.to_ops,
        engineering if decision.to_engineering is None else decision.to_engineering,
    )


def test_a_text_that_could_not_be_carried_is_not_replaced_by_what_engineering_writes() -> None:
    """The field was not on the create screen, say: there was nothing to change for the engineer."""
    decision = decide(A, B, agreed(A, None), keep_text=False)

    assert after(A, B, decision) == (BOTH, BOTH)
    assert decide(A, None, agreed(A, None), keep_text=False) == Decision()


def test_what_one_wrote_anew_as_the_other_had_it_is_not_lost() -> None:
    """It could not be carried when the clone was made, so for engineering it is new."""
    decision = decide(A, OLD, agreed(OLD, None), keep_text=False)

    both = doc([*A["content"], *OLD["content"]])
    assert after(A, OLD, decision) == (both, both)
    assert decision.stands is Choice.BOTH


@quick
@given(SIDES, SIDES, BASES, st.booleans())
def test_what_somebody_wrote_since_is_in_both_afterwards(
    ops: Adf | None, engineering: Adf | None, base: SyncedValue | None, keep: bool
) -> None:
    found = decide(ops, engineering, base, keep)
    ends = after(ops, engineering, found)

    for text, before in ((ops, base and base.ops_hash), (engineering, base and base.engineering_hash)):
        if digest(text) != before and not is_blank(text):
            kept = [*ends, *(doc([*each.ours, *each.theirs]) for each in found.overlaps)]
            assert all(word in "".join(map(plain_text, kept)) for word in plain_text(text).split())


@quick
@given(SIDES, SIDES, BASES, st.booleans())
def test_a_finished_ticket_never_loses_its_text(
    ops: Adf | None, engineering: Adf | None, base: SyncedValue | None, keep: bool
) -> None:
    decision = decide(ops, engineering, base, keep_text=True)

    for text, end in zip((ops, engineering), after(ops, engineering, decision), strict=True):
        assert is_blank(text) or not is_blank(end)


@quick
@given(st.lists(st.tuples(st.sampled_from(["ops", "engineering", "nobody"]), SIDES), max_size=6))
def test_whatever_happens_in_any_order_a_second_look_finds_nothing_to_do(edits: list[tuple[str, Adf | None]]) -> None:
    sides: dict[str, Adf | None] = {"ops": None, "engineering": None}
    base = agreed(None, None)
    for who, text in edits:
        if who != "nobody":
            sides[who] = text
            continue
        decision = decide(sides["ops"], sides["engineering"], base, keep_text=False)
        for side, text in (("ops", decision.to_ops), ("engineering", decision.to_engineering)):
            if text is not None:
                sides[side] = for_issue(text, sides[side])
        base = agreed(sides["ops"], sides["engineering"])

        assert decide(sides["ops"], sides["engineering"], base, keep_text=False) == Decision()
        assert digest(sides["ops"]) == digest(sides["engineering"])
