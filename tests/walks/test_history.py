"""What the random sequences allow as a write more: read from Jira's history, and nothing that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.world import Issue
from sandbox.world_jira import HistoryEntry
from tests.walks.history import saved_between, taken_up_again

US, PERSON = "us", "a person"
OURS = "Not done: Operations took the ticket back before work began.\nWritten by SolveOnce."


def told(*entries: tuple[str, str, str]) -> Issue:
    """An issue with this history: who, which field (Jira's name), what it says then."""
    before: dict[str, Any] = {}
    history = []
    for number, (author, field, said) in enumerate(entries):
        item = {"field": field, "fromString": before.get(field), "toString": said}
        history.append(HistoryEntry(str(number), author, float(number), [item]))
        before[field] = said
    return Issue("1", "YAY-1", "YAY", "1", {}, creator=PERSON, created=0.0, updated=0.0, history=history)


def described(*entries: tuple[str, str]) -> Issue:
    return told((US, "description", "w1w w2w"), *((author, "description", said) for author, said in entries))


@pytest.mark.parametrize("saved", ["w1w w2w w3w", "w1w"], ids=["words added", "words taken away"])
def test_a_text_that_we_replaced_and_put_back_is_one_write_more(saved: str) -> None:
    both = saved.replace("w1w", "w1w w9w")
    assert saved_between(described((PERSON, saved), (US, "w1w w9w w2w"), (US, both)), "description", US) == 1


@pytest.mark.parametrize(
    "entries",
    [
        [(PERSON, "w1w w2w w3w"), (US, "w1w w2w w3w w4w"), (US, "w1w w2w w3w w4w w5w")],
        [(PERSON, "w1w w2w w3w"), (US, "w1w w2w w3w w4w"), (US, "w1w w2w w3w")],
        [(PERSON, "w1w w2w w3w"), (US, "w1w w2w"), (PERSON, "w1w w2w w3w")],
        [(PERSON, "w1w w2w w3w"), (US, "w1w w2w"), (US, "w1w w2w w4w")],
        [(US, "w1w w2w w3w"), (US, "w1w w2w"), (US, "w1w w2w w3w")],
    ],
    ids=["carried", "the other side's again", "put back by a person", "lost", "an echo of ours"],
)
def test_what_is_no_putting_back_allows_no_write(entries: list[tuple[str, str]]) -> None:
    assert saved_between(described(*entries), "description", US) == 0


def test_our_note_is_taken_out_once_for_each_time_that_a_person_takes_the_clone_up() -> None:
    note, ours, theirs = (US, "Resolution Notes", OURS), (US, "status", "Done"), (PERSON, "status", "In Progress")
    out = (US, "Resolution Notes", "")
    assert taken_up_again(told(note, ours), US) == 0
    assert taken_up_again(told(theirs, note, ours), US) == 0
    assert taken_up_again(told(note, ours, theirs, out, theirs), US) == 1
    assert taken_up_again(told(note, ours, theirs, out, note, ours, theirs), US) == 2
