"""Two people write in the two tickets: nothing that somebody wrote is lost, and both end up the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.build import doc
from app.adf.canonical import digest
from app.adf.media import for_issue
from app.adf.text import is_blank, plain_text
from app.domain import Adf, SyncedValue
from app.handoff.merge import EMPTY, Decision, decide
from tests.adf.documents import TEXTS, quick
from tests.builders import a_picture, a_text

A, B, BLANK = a_text("from ops"), a_text("from engineering"), a_text("   ")
OLD = a_text("as agreed")
PICTURE = doc([a_picture()])
BOTH = doc([*A["content"], {"type": "rule"}, *B["content"]])


def agreed(ops: Adf | None, engineering: Adf | None) -> SyncedValue:
    return SyncedValue(digest(ops), digest(engineering))


@pytest.mark.parametrize(
    ("ops", "engineering", "base", "decision"),
    [
        pytest.param(OLD, OLD, agreed(OLD, OLD), Decision(), id="nothing changed"),
        pytest.param(None, None, None, Decision(), id="both empty, nothing agreed yet"),
        pytest.param(A, A, agreed(OLD, OLD), Decision(), id="both wrote the same"),
        pytest.param(A, OLD, agreed(OLD, OLD), Decision(to_engineering=A), id="ops wrote"),
        pytest.param(OLD, B, agreed(OLD, OLD), Decision(to_ops=B), id="engineering wrote"),
        pytest.param(A, B, agreed(A, B), Decision(), id="they differ as Jira stored them: that was agreed"),
        pytest.param(A, B, agreed(OLD, OLD), Decision(BOTH, BOTH, clash=True), id="both wrote: both texts are kept"),
        pytest.param(A, B, None, Decision(BOTH, BOTH, clash=True), id="nothing agreed yet: both texts are kept"),
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
        pytest.param(
            A,
            PICTURE,
            agreed(OLD, OLD),
            Decision(*[doc([*A["content"], {"type": "rule"}, a_picture()])] * 2, clash=True),
            id="a text here, a lone picture there: both are kept",
        ),
    ],
)
def test_the_side_that_did_not_change_follows(
    ops: Adf | None, engineering: Adf | None, base: SyncedValue | None, decision: Decision
) -> None:
    assert decide(ops, engineering, base, keep_text=False) == decision


@pytest.mark.parametrize("emptied", [None, BLANK, EMPTY, PICTURE], ids=["null", "blanks", "empty", "a lone picture"])
def test_an_emptied_text_of_a_finished_ticket_does_not_empty_the_other(emptied: Adf | None) -> None:
    assert decide(emptied, OLD, agreed(OLD, OLD), keep_text=True) == Decision(stays_apart=True)
    assert decide(OLD, emptied, agreed(OLD, OLD), keep_text=True) == Decision(stays_apart=True)


def test_a_finished_ticket_still_follows_a_better_text() -> None:
    assert decide(A, OLD, agreed(OLD, OLD), keep_text=True) == Decision(to_engineering=A)


SIDES = st.one_of(st.none(), st.just(BLANK), st.just(PICTURE), TEXTS)
BASES = st.one_of(st.none(), st.builds(agreed, SIDES, SIDES))


def after(ops: Adf | None, engineering: Adf | None, decision: Decision) -> tuple[Adf | None, Adf | None]:
    return (
        ops if decision.to_ops is None else decision.to_ops,
        engineering if decision.to_engineering is None else decision.to_engineering,
    )


@quick
@given(SIDES, SIDES, BASES, st.booleans())
def test_what_somebody_wrote_since_is_in_both_afterwards(
    ops: Adf | None, engineering: Adf | None, base: SyncedValue | None, keep: bool
) -> None:
    ends = after(ops, engineering, decide(ops, engineering, base, keep))

    for text, before in ((ops, base and base.ops_hash), (engineering, base and base.engineering_hash)):
        if digest(text) != before and not is_blank(text):
            assert all(plain_text(text) in plain_text(end) for end in ends)


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
