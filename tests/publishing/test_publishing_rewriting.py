"""Notes edited in Slack: nobody's words are overwritten unseen, pictures stay, and what comes back is read with care."""

from __future__ import annotations

from typing import Any

import pytest

from app.adf.build import doc
from app.adf.canonical import digest
from app.adf.text import plain_text
from app.publishing import answers, blocks
from app.publishing.rewriting import rewritten
from tests.builders import a_picture, a_text
from tests.slack_limits import HOSTILE, assert_message, assert_modal

URL = "https://team.atlassian.net/browse/OPS-1"


def test_what_the_editor_showed_is_replaced_and_its_pictures_stay() -> None:
    now = doc([*a_text("old")["content"], a_picture()])
    assert rewritten(a_text("new"), now, digest(now)) == doc([*a_text("new")["content"], a_picture()])


def test_what_somebody_wrote_meanwhile_stays_below_a_line() -> None:
    written = rewritten(a_text("mine"), a_text("theirs"), digest(a_text("old")))
    assert plain_text(written) == "mine\ntheirs"
    assert rewritten(a_text("mine"), written, digest(a_text("old"))) is None


def test_where_there_were_none_they_are_simply_written() -> None:
    assert rewritten(a_text("mine"), None, digest(a_text("old"))) == a_text("mine")


@pytest.mark.parametrize("about", [None, "", "1", "1:", ":1", "x:y", "1:10001:2", "1: 5"])
def test_a_button_of_nobodys_is_about_nothing(about: Any) -> None:
    assert answers.issue_of(about) is None


def test_a_button_says_which_issue_it_is_about() -> None:
    assert answers.issue_of("1:10001") == (1, "10001")


@pytest.mark.parametrize("found", [None, "", "{", "[]", "3"])
def test_a_forms_memory_may_be_anything(found: Any) -> None:
    assert answers.memory(found) == {}


def test_notes_that_nobody_can_read_or_that_are_too_long_are_told_beside_the_field() -> None:
    assert answers.problem(None)
    assert answers.problem(a_text(" \u200b"))
    assert "fit" in answers.problem(a_text("x" * 40_000))
    assert answers.problem(a_text("Restarted")) == ""


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_is_written_slack_takes_what_we_show(words: str) -> None:
    assert_modal(blocks.editor("1:10001", "OPS-1", a_text(words), "d" * 64))
    assert_modal(blocks.reason("1:10001"))
    assert_modal(blocks.cannot_read(words))
    assert_modal(blocks.loading())
    assert_message(*blocks.not_solved(words[:80], "OPS-1", words))
    assert_message(*blocks.answered("OPS-1", URL, a_text(words), "accepted by Riley."))
    assert_message(*blocks.write_notes("It has no notes.", "1:10001"))
