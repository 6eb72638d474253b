"""The reporter is asked, with the notes at hand."""

from __future__ import annotations

import pytest

from app.adf.build import doc
from app.publishing.blocks import ask_notes
from tests.builders import a_picture, a_text
from tests.slack_limits import HOSTILE, assert_message

URL = "https://team.atlassian.net/browse/OPS-1"


def test_the_reporter_is_called_and_reads_the_notes() -> None:
    text, shown = ask_notes("U1", "OPS-1", URL, a_text("Restarted the queue", "Added a watchdog"), "1:10001")

    assert text == "<@U1> OPS-1 needs your review: engineering is done."
    assert shown[1]["text"]["text"] == "> Restarted the queue\n> Added a watchdog"
    assert_message(text, shown, may_ring=("U1",))


@pytest.mark.parametrize("notes", [None, a_text(""), doc([a_picture()])], ids=["none", "empty", "a lone image"])
def test_no_notes_are_named_as_what_is_missing(notes: dict[str, object] | None) -> None:
    _, shown = ask_notes("U1", "OPS-1", URL, notes, "1:10001")

    assert shown[1]["text"]["text"].startswith("_There are none yet.")


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_is_in_the_notes_slack_takes_them(words: str) -> None:
    assert_message(*ask_notes("U1", "OPS-1", URL, a_text(*[words] * 5), "1:10001"), may_ring=("U1",))
