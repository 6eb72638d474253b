"""Engineering hears of a new clone, once, with what it takes to decide whether to open it."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain import Person
from app.domain_handoff import LeftOut
from app.handoff.blocks import TAKE, alert, button_value, no_account, pressed, problem
from app.handoff.taking import Taking
from app.slack.blocks import section
from tests.builders import an_issue
from tests.slack_limits import HOSTILE, assert_message

CLONE, ORIGINAL = "https://team.atlassian.net/browse/YAY-1", "https://team.atlassian.net/browse/OPS-1"
VALUE = button_value(1, "10001")


def test_the_alert_names_the_clone_and_leads_to_both() -> None:
    text, shown = alert(an_issue(tags=("Ops - ticketing",)), "YAY-1", CLONE, ORIGINAL, [], VALUE)

    assert text == "New Ops Exception for engineering: YAY-1 Queue stuck (Priority General)"
    assert f"<{CLONE}|YAY-1>" in str(shown)
    assert f"<{ORIGINAL}|OPS-1>" in str(shown)
    assert "Not carried over" not in str(shown)
    assert_message(text, shown)


def test_what_was_left_out_is_told() -> None:
    text, shown = alert(
        an_issue(), "YAY-1", CLONE, ORIGINAL, [LeftOut("Context Tags", "there is no choice “X” there")], VALUE
    )

    assert f"Not carried over, so look at <{ORIGINAL}|OPS-1>. *Context Tags*: there is no choice “X” there" in str(
        shown
    )
    assert_message(text, shown)


def test_of_a_restricted_ticket_nothing_but_the_clone_is_named_and_that_its_level_stays_behind() -> None:
    restricted = an_issue(summary="Refunds of Ms Miller", security_level="Staff only")

    text, shown = alert(restricted, "YAY-1", CLONE, ORIGINAL, [LeftOut("Priority", "Ms Miller")], VALUE)

    assert "Miller" not in text + str(shown)
    assert "a security level, which its clone does not take over" in str(shown)
    assert TAKE in str(shown)
    assert_message(text, shown)


def test_a_file_that_jira_did_not_take_is_told() -> None:
    text, shown = alert(an_issue(), "YAY-1", CLONE, ORIGINAL, [], VALUE, files_left=["<!channel> film.mp4", "b.zip"])

    assert "Files that Jira did not take, see OPS-1: &lt;!channel&gt; film.mp4, b.zip" in str(shown)
    assert_message(text, shown)


def test_more_files_than_slack_shows_do_not_make_the_alert_too_long() -> None:
    assert_message(*alert(an_issue(), "YAY-1", CLONE, ORIGINAL, [], VALUE, files_left=["&" * 250] * 60))


def test_what_nobody_said_is_told_as_that() -> None:
    bare = an_issue(exception_type=None, priority=None, reporter=None)

    text, shown = alert(bare, "YAY-1", CLONE, ORIGINAL, [], VALUE)

    assert text.endswith("(Priority none)")
    assert "*Reported by*\\nunknown" in str(shown)
    assert_message(text, shown)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_nobody_s_words_ring_in_the_channel(words: str) -> None:
    named = an_issue(
        summary=words, exception_type=words, tags=(words,) * 9, priority=words[:60], reporter=Person("5b10", words)
    )

    assert_message(*alert(named, "YAY-1", CLONE, ORIGINAL, [LeftOut(words[:60], words)] * 9, VALUE))
    for taken in Taking:
        told = problem(taken, "YAY-1", CLONE, words, words)
        assert_message(told, [section(told)])


def elements(shown: list[Any]) -> list[str]:
    return [each["action_id"] for block in shown if block["type"] == "actions" for each in block["elements"]]


def test_it_can_be_taken_until_somebody_has_it() -> None:
    _, shown = alert(an_issue(), "YAY-1", CLONE, ORIGINAL, [], VALUE)
    text, taken = alert(an_issue(), "YAY-1", CLONE, ORIGINAL, [], VALUE, taken_by="U0ERIN")

    assert elements(shown) == [TAKE, "ops.alert.open"]
    assert elements(taken) == ["ops.alert.open"]
    assert "Taken by <@U0ERIN>" in str(taken)
    assert_message(text, taken, may_ring=("U0ERIN",))


@pytest.mark.parametrize(
    ("value", "pair"),
    [(VALUE, (1, "10001")), (None, None), ("", None), ("1", None), ("1:", None), ("x:1", None), ("1:OPS-1", None)],
)
def test_the_button_says_which_pair_it_is_about(value: str | None, pair: tuple[int, str] | None) -> None:
    assert pressed({"value": value}) == pair


def test_whoever_could_not_take_it_reads_why_and_what_to_do() -> None:
    assert problem(Taking.HELD, "YAY-1", CLONE, "Erin", "").startswith(f"*Erin* has <{CLONE}|YAY-1>.")
    assert "Assignable User" in problem(Taking.REFUSED, "YAY-1", CLONE, "", "403")
    assert "please move it in Jira. (no transition)" in problem(Taking.FREE, "YAY-1", CLONE, "", "no transition")
    assert "e-mail address" in no_account("YAY-1", CLONE)
