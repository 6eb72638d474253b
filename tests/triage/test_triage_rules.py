"""Rules of triage: the table of severities, who comes second, whose turn it is, what a form means, what is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.adf.text import plain_text
from app.domain import Person
from app.domain_choices import PRIORITIES
from app.triage import blocks
from app.triage.closing import declined, notes_with
from app.triage.reading import About, about, answer, issue_key, pressed, remembered
from app.triage.rota import addresses, next_in_turn
from app.triage.severity import SEVERITIES
from app.triage.showing import shown_of, stamp
from app.triage.standing import Earlier, Verdict, in_words, too_late, verdict
from app.triage.telling import changes, digest
from tests.builders import a_status, a_text, an_issue
from tests.slack_limits import HOSTILE, assert_message, assert_modal, assert_mrkdwn

URL = "https://team.atlassian.net/browse/OPS-1"


def test_triage_and_the_form_offer_the_same_values() -> None:
    assert tuple(SEVERITIES) == PRIORITIES


def test_each_severity_says_what_it_means_in_a_line() -> None:
    assert all(0 < len(words) <= 75 for words in SEVERITIES.values())


@pytest.mark.parametrize(
    ("wanted", "now", "seen", "earlier", "found"),
    [
        ("Major", "General", "General", None, Verdict.WRITE),
        ("Major", "Major", "General", None, Verdict.SO),
        ("Major", "Critical", "General", None, Verdict.TOO_LATE),
        ("Major", "Critical", "General", Earlier("U2", "Dana"), Verdict.TOO_LATE),
        ("Major", "Critical", "General", Earlier("U1", "I"), Verdict.WRITE),
        (["a", "b"], ["b", "a"], [], None, Verdict.SO),
    ],
)
def test_only_over_what_was_seen(wanted: Any, now: Any, seen: Any, earlier: Earlier | None, found: Verdict) -> None:
    assert verdict(wanted, now, stamp(seen), "U1", earlier) is found


def test_who_comes_second_reads_who_was_first_and_what_to_do() -> None:
    words = too_late("severity", "Blocker", "Critical", Earlier("U2", "Dana"))
    assert words.startswith("Dana set the severity to *Critical* a moment ago")
    assert "Choose again if it should be *Blocker*" in words
    assert in_words(None) == "nobody"
    assert in_words([]) == "none"


NOON, ONE = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 22, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("open_tickets", "last", "turn"),
    [
        ({"a": 2, "b": 1}, {}, "b"),
        ({}, {}, "a"),
        ({}, {"a": NOON}, "b"),
        ({}, {"a": NOON, "b": ONE}, "a"),
        ({"a": 1}, {"b": ONE}, "b"),
    ],
)
def test_the_turn_goes_to_the_fewest_open_tickets_then_to_who_waited_longest(
    open_tickets: dict[str, int], last: dict[str, datetime], turn: str
) -> None:
    assert next_in_turn(["a", "b"], open_tickets, last) == turn


def test_an_empty_rota_has_no_turn() -> None:
    assert addresses(" a@example.com , ,b@example.com ") == ["a@example.com", "b@example.com"]
    assert next_in_turn([], {}, {}) is None


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("OPS-12", "OPS-12"),
        (" ops-12 ", "OPS-12"),
        ("https://team.atlassian.net/browse/OPS-12", "OPS-12"),
        ("https://team.atlassian.net/browse/OPS-12?focused=1", "OPS-12"),
        ("OPS 12", None),
        ("OPS-0", None),
        ("", None),
        ('OPS-1" OR project = YAY', None),
    ],
)
def test_a_duplicate_is_named_by_key_or_address(words: str, key: str | None) -> None:
    assert issue_key(words) == key


@pytest.mark.parametrize("body", [{}, {"actions": []}, {"actions": [{}], "user": None, "container": None}])
def test_what_is_no_press_is_none(body: dict[str, Any]) -> None:
    assert pressed(body) is None


def test_a_button_of_another_release_decides_nothing() -> None:
    said = {"user": {"id": "U1"}, "container": {"channel_id": "C1", "message_ts": "1.2"}}
    press = {"action_id": "ops.triage.severity", "block_id": "severity:abc", "selected_option": {"value": "Major"}}

    found = pressed({**said, "actions": [press]})
    assert found
    assert (found.what, found.value, found.stamp) == ("severity", "Major", "abc")
    assert pressed({**said, "actions": [{**press, "action_id": "ops.triage.confirm"}]}) is None


@pytest.mark.parametrize(
    "found",
    [
        "",
        "{",
        "[]",
        "null",
        '{"site": "x"}',
        '{"site": {}, "issue": 1, "what": 2}',
        '{"site": 1, "issue": "1", "what": "x"}',
    ],
)
def test_a_forms_memory_may_be_anything(found: str) -> None:
    assert about(found) is None


def test_a_form_remembers_what_it_is_about() -> None:
    kept = About(1, "10001", "decline")
    assert about(remembered(kept)) == kept
    assert answer({}) == ""


def test_the_reason_stands_below_the_notes_and_only_once() -> None:
    words = declined("Works\nas agreed")
    added = notes_with(a_text("Looked at it"), words)

    assert plain_text(added) == "Looked at it\nDeclined: Works\nas agreed"
    assert notes_with(added, words) is None
    assert notes_with(None, words) is not None


def test_several_changes_are_one_sentence_with_names() -> None:
    now = {"status": "In Progress", "owner": "Erin", "severity": "Major"}
    told = {"status": "To Do", "owner": None, "severity": "General"}
    found = changes(now, told, {"owner": "Toni <!here>"})

    words = digest("OPS-1", a_status("In Progress"), found)
    assert words == (":arrow_right: OPS-1: now *In Progress*; owner *Erin* (by Toni &lt;!here&gt;); severity *Major*.")
    assert digest("OPS-1", a_status("Done"), changes({**now, "owner": None}, {**now}, {})).endswith(
        "nobody owns it any more."
    )


def test_what_an_older_thread_was_never_told_is_no_news() -> None:
    assert changes({"status": "Done", "owner": "Erin", "severity": "Major"}, {"status": "Done"}, {}) == []


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_stands_in_a_ticket_slack_takes_the_controls(words: str) -> None:
    issue = an_issue(team=words, exception_type=words, priority=words, tags=(words,), assignee=Person("a", words))
    shown = shown_of(issue)

    assert_message(*blocks.controls(shown, URL, words, True, [f"severity → *{len(words)}*"]))
    assert_message(*blocks.closed(shown, URL, words))
    assert_message(*blocks.question("U1", "OPS-1", words[:80], words), may_ring=("U1",))
    assert_message(
        *blocks.ended("U1", "OPS-1", URL, words[:80], blocks.quoted_reason(words), words[:80]), may_ring=("U1",)
    )
    assert_mrkdwn(too_late("severity", words, words, Earlier("U2", words)), ())


@pytest.mark.parametrize("what", ["duplicate", "decline", "info"])
def test_slack_takes_the_forms(what: str) -> None:
    assert_modal(blocks.form(About(1, "10001", what), "ABCDEFGHIJ-1234567890"))


def test_the_controls_of_a_done_ticket_have_nothing_to_press() -> None:
    _, drawn = blocks.controls(shown_of(an_issue(status="Done")), URL, "everybody", True, ())
    assert "action_id" not in str(drawn)
