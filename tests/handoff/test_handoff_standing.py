"""Whether a pair holds, and why not."""

from __future__ import annotations

import pytest

from app.domain import IssueRef
from app.domain_handoff import Handoff
from app.handoff.returning import OUR_NOTES, is_ours
from app.handoff.standing import ENGINEERING, OPS, is_known_missing, missing_side, moved_side, stands_otherwise
from tests.builders import a_text


@pytest.mark.parametrize(
    ("ops", "clone", "why"),
    [
        pytest.param("OPS", "YAY", None, id="each in its own project"),
        pytest.param("HR", "YAY", "ops moved", id="the original lies elsewhere"),
        pytest.param("OPS", "HR", "engineering moved", id="the clone lies elsewhere"),
        pytest.param("OPS", "OPS", "engineering moved", id="the clone was moved among the Ops issues"),
        pytest.param("YAY", "YAY", "ops moved", id="the original was moved to engineering"),
        pytest.param("HR", "HR", "ops moved", id="both lie elsewhere"),
    ],
)
def test_a_pair_holds_while_each_lies_in_its_own_project(ops: str, clone: str, why: str | None) -> None:
    assert moved_side(ops, clone, "OPS", "YAY") == why


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


@pytest.mark.parametrize(
    ("frozen", "ops_in", "clone_in", "otherwise"),
    [
        pytest.param(None, "OPS", "YAY", False, id="it holds"),
        pytest.param(None, None, "YAY", True, id="the original is gone"),
        pytest.param(None, "OPS", "OLD", True, id="the clone was moved"),
        pytest.param(None, "OPS", None, True, id="the clone is gone"),
        pytest.param("engineering moved", "OPS", "HR", False, id="the clone is still elsewhere"),
        pytest.param(
            "engineering moved", "HR", "HR", True, id="now the original is elsewhere too, which is told first"
        ),
        pytest.param("engineering moved", "OPS", None, True, id="where it was moved it was deleted"),
        pytest.param("engineering moved", "OPS", "YAY", True, id="the clone is back"),
        pytest.param("engineering gone", "OPS", None, False, id="the clone is still gone"),
        pytest.param("engineering closed", "OPS", None, False, id="its project is still closed to us"),
        pytest.param("engineering gone", "OPS", "YAY", True, id="the clone can be seen again"),
        pytest.param("engineering gone", None, None, True, id="now the original is gone too, which is told first"),
        pytest.param("ops gone", None, None, False, id="both are gone, and that is known"),
    ],
)
def test_what_is_remembered_of_a_pair_is_looked_into_when_it_is_not_so_any_more(
    frozen: str | None, ops_in: str | None, clone_in: str | None, otherwise: bool
) -> None:
    pair = Handoff(IssueRef("1", "OPS-1"), IssueRef("2", "YAY-1"), frozen=frozen)

    assert stands_otherwise(pair, ops_in, clone_in, "OPS", "YAY") is otherwise


def test_a_pair_of_other_projects_than_the_settings_name_now_is_left_alone() -> None:
    pair = Handoff(IssueRef("1", "OPS-1"), IssueRef("2", "OLD-1"))

    assert not stands_otherwise(pair, "OPS", "OLD", "OPS", "YAY")
    assert stands_otherwise(pair, "OPS", None, "OPS", "YAY")


def test_our_notes_are_known_again_until_somebody_writes_into_them() -> None:
    stored = {**OUR_NOTES, "content": [{**each, "attrs": {"localId": "1"}} for each in OUR_NOTES["content"]]}
    touched = {**OUR_NOTES, "content": [*OUR_NOTES["content"], *a_text("No, it was the cable.")["content"]]}

    assert is_ours(stored)
    assert not is_ours(touched)
    assert not is_ours(None)
