"""Which Ops issues go to engineering, and when one waits there."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain import IssueRef
from app.domain_handoff import Handoff, Returned
from app.handoff.routing import comes_back, goes_to_engineering, is_elsewhere, waits_for_engineering
from tests.builders import an_issue

NEEDS_NOTES = "Resolution Notes Required"


@pytest.mark.parametrize(
    ("issue", "goes"),
    [
        pytest.param({"team": "Engineering"}, True, id="engineering is responsible"),
        pytest.param({"team": "Engineering", "status": "In Progress"}, True, id="the team was set later"),
        pytest.param({"team": "Operations"}, False, id="operations is responsible"),
        pytest.param({"team": None}, False, id="nobody has said who"),
        pytest.param({"team": "engineering"}, False, id="another team of a similar name"),
        pytest.param({"team": "Engineering", "status": "Done"}, False, id="it is done: nobody waits for engineering"),
        pytest.param({"team": "Engineering", "key": "YAY-1"}, False, id="an engineering issue"),
        pytest.param({"team": "Engineering", "key": "HR-1"}, False, id="an issue of another project"),
        pytest.param(
            {"team": "Engineering", "mark": {"role": "clone", "origin": "1"}}, False, id="a clone that was moved to OPS"
        ),
        pytest.param({"team": "Engineering", "mark": {"role": "request"}}, True, id="it came from Slack"),
    ],
)
def test_an_issue_goes_to_engineering_when_engineering_is_responsible(issue: dict[str, Any], goes: bool) -> None:
    assert goes_to_engineering(an_issue(**issue), ops_project="OPS") is goes


@pytest.mark.parametrize(
    ("status", "clone_done", "waits"),
    [
        ("To Do", False, True),
        ("In Progress", False, True),
        ("Sent to Engineering", False, True),
        (NEEDS_NOTES, False, False),
        ("Done", False, False),
        ("To Do", True, False),
    ],
)
def test_a_late_second_call_does_not_undo_the_review(status: str, clone_done: bool, waits: bool) -> None:
    assert waits_for_engineering(an_issue(status=status), clone_done, NEEDS_NOTES) is waits


def test_somebody_s_copy_of_a_clone_has_at_least_its_label_and_is_never_cloned() -> None:
    copied = an_issue(team="Engineering", values={"labels": ["vip", "solveonce-clone"]})

    assert not goes_to_engineering(copied, "OPS", "solveonce-clone")
    assert goes_to_engineering(copied, "OPS", "")
    assert goes_to_engineering(an_issue(team="Engineering", values={"labels": None}), "OPS", "solveonce-clone")


@pytest.mark.parametrize(
    ("team", "back"), [("Operations", True), ("Support", True), ("Engineering", False), (None, False)]
)
def test_an_issue_of_another_team_comes_back_and_one_of_nobody_does_not(team: str | None, back: bool) -> None:
    assert comes_back(an_issue(team=team)) is back


@pytest.mark.parametrize(
    ("team", "status", "returned", "elsewhere"),
    [
        pytest.param("Engineering", "Sent to Engineering", None, False, id="engineering has it, as it should"),
        pytest.param("Operations", "Sent to Engineering", None, True, id="the way back was not heard of"),
        pytest.param("Operations", "To Do", Returned.CLOSING, True, id="the clone could not be closed"),
        pytest.param("Operations", "To Do", Returned.CLOSED, False, id="Operations has it, its clone is closed"),
        pytest.param("Operations", "To Do", Returned.LEFT, False, id="Operations has it, people decide on its clone"),
        pytest.param("Engineering", "To Do", Returned.CLOSED, True, id="the second hand-over was not heard of"),
        pytest.param("Engineering", "Done", Returned.CLOSED, False, id="a finished one is not handed over"),
        pytest.param(None, "To Do", None, False, id="nobody has said who"),
        pytest.param(None, "To Do", Returned.CLOSED, False, id="nobody says who any more"),
    ],
)
def test_team_and_pair_say_the_same_or_the_issue_is_routed(
    team: str | None, status: str, returned: Returned | None, elsewhere: bool
) -> None:
    pair = Handoff(IssueRef("1", "OPS-1"), IssueRef("2", "YAY-1"), returned=returned)

    assert is_elsewhere(an_issue(team=team, status=status), pair) is elsewhere
