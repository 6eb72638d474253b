"""Engineering hears of a new clone, once, with what it takes to decide whether to open it."""

from __future__ import annotations

import pytest

from app.domain import Person
from app.handoff.blocks import alert
from tests.builders import an_issue
from tests.slack_limits import HOSTILE, assert_message

CLONE, ORIGINAL = "https://team.atlassian.net/browse/YAY-1", "https://team.atlassian.net/browse/OPS-1"


def test_the_alert_names_the_clone_and_leads_to_both() -> None:
    text, shown = alert(an_issue(tags=("Ops - ticketing",)), "YAY-1", CLONE, ORIGINAL, [])

    assert text == "New Ops Exception for engineering: YAY-1 Queue stuck (Priority General)"
    assert f"<{CLONE}|YAY-1>" in str(shown)
    assert f"<{ORIGINAL}|OPS-1>" in str(shown)
    assert "Not carried over" not in str(shown)
    assert_message(text, shown)


def test_what_was_left_out_is_told() -> None:
    text, shown = alert(an_issue(), "YAY-1", CLONE, ORIGINAL, ["Context Tags", "Resolution Notes"])

    assert "Not carried over, as YAY has no such field: Context Tags, Resolution Notes" in str(shown)
    assert_message(text, shown)


def test_a_file_that_jira_did_not_take_is_told() -> None:
    text, shown = alert(an_issue(), "YAY-1", CLONE, ORIGINAL, [], ["<!channel> film.mp4", "b.zip"])

    assert "Files that Jira did not take, see OPS-1: &lt;!channel&gt; film.mp4, b.zip" in str(shown)
    assert_message(text, shown)


def test_more_files_than_slack_shows_do_not_make_the_alert_too_long() -> None:
    assert_message(*alert(an_issue(), "YAY-1", CLONE, ORIGINAL, [], ["&" * 250] * 60))


def test_what_nobody_said_is_told_as_that() -> None:
    bare = an_issue(exception_type=None, priority=None, reporter=None)

    text, shown = alert(bare, "YAY-1", CLONE, ORIGINAL, [])

    assert text.endswith("(Priority none)")
    assert "*Reported by*\\nunknown" in str(shown)
    assert_message(text, shown)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_nobody_s_words_ring_in_the_channel(words: str) -> None:
    named = an_issue(
        summary=words, exception_type=words, tags=(words,) * 9, priority=words[:60], reporter=Person("5b10", words)
    )

    assert_message(*alert(named, "YAY-1", CLONE, ORIGINAL, [words[:60]]))
