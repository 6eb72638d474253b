"""Whether a pair holds, and why not."""

from __future__ import annotations

import pytest

from app.domain import IssueRef
from app.domain_handoff import Handoff
from app.handoff.returning import OUR_NOTES, is_ours
from app.handoff.standing import ENGINEERING, OPS, is_known_missing, missing_side, moved_side
from tests.builders import a_text, an_issue


@pytest.mark.parametrize(
    ("ops", "clone", "why"),
    [
        pytest.param("OPS-1", "YAY-1", None, id="each in its own project"),
        pytest.param("OPS-9", "YAY-7", None, id="moved away and back: another key, the same project"),
        pytest.param("HR-1", "YAY-1", "ops moved", id="the original lies elsewhere"),
        pytest.param("OPS-1", "HR-1", "engineering moved", id="the clone lies elsewhere"),
        pytest.param("OPS-1", "OPS-2", "engineering moved", id="the clone was moved among the Ops issues"),
        pytest.param("YAY-2", "YAY-1", "ops moved", id="the original was moved to engineering"),
        pytest.param("HR-1", "HR-2", "ops moved", id="both lie elsewhere"),
    ],
)
def test_a_pair_holds_while_each_lies_in_its_own_project(ops: str, clone: str, why: str | None) -> None:
    assert moved_side(an_issue(ops), an_issue(clone), "OPS", "YAY") == why


@pytest.mark.parametrize(
    ("said", "may_browse", "why"),
    [
        pytest.param(True, True, "ops deleted", id="Jira said so"),
        pytest.param(False, True, "ops gone", id="deleted, or a security level hides it"),
        pytest.param(False, False, "ops closed", id="the whole project is closed to us"),
    ],
)
def test_not_found_is_not_always_deleted(said: bool, may_browse: bool, why: str) -> None:
    assert missing_side(OPS, said, may_browse) == why


@pytest.mark.parametrize(
    ("frozen", "known"),
    [("ops gone", True), ("ops deleted", True), ("ops moved", False), ("engineering gone", False), (None, False)],
)
def test_people_hear_once_that_one_is_missing(frozen: str | None, known: bool) -> None:
    pair = Handoff(IssueRef("1", "OPS-1"), IssueRef("2", "YAY-1"), frozen=frozen)

    assert is_known_missing(pair, OPS) is known
    assert is_known_missing(pair, ENGINEERING) is (frozen == "engineering gone")


def test_our_notes_are_known_again_until_somebody_writes_into_them() -> None:
    stored = {**OUR_NOTES, "content": [{**each, "attrs": {"localId": "1"}} for each in OUR_NOTES["content"]]}
    touched = {**OUR_NOTES, "content": [*OUR_NOTES["content"], *a_text("No, it was the cable.")["content"]]}

    assert is_ours(stored)
    assert not is_ours(touched)
    assert not is_ours(None)
