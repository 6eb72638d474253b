"""What the random sequences allow to differ, or as a write more: read from Jira's history, and nothing that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.world import Issue
from sandbox.world_jira import HistoryEntry
from tests.walks.history import emptied_when_finished, saved_between, taken_up_again

US, PERSON = "us", "a person"
OURS = "Not done: Operations took the ticket back before work began.\nWritten by SolveOnce."
NOTED, NO_NOTES = (PERSON, "Resolution Notes", "w1w"), (PERSON, "Resolution Notes", "")
FINISHED, OPENED = (US, "status", "Done"), (US, "status", "To Do")


def told(*entries: tuple[str, str, str]) -> Issue:
    """An issue with this history: who, which field (Jira's name), what it says then."""
    return pair_told(*(("YAY", *entry) for entry in entries))[1]


def pair_told(*entries: tuple[str, str, str, str]) -> tuple[Issue, Issue]:
    """The same of two: in whose project each was."""
    before: dict[tuple[str, str], Any] = {}
    history: dict[str, list[HistoryEntry]] = {"OPS": [], "YAY": []}
    for number, (project, author, field, said) in enumerate(entries):
        item = {"field": field, "fromString": before.get((project, field)), "toString": said}
        history[project].append(HistoryEntry(str(number), author, float(number), [item]))
        before[project, field] = said
    return an_issue("OPS", history["OPS"]), an_issue("YAY", history["YAY"])


def an_issue(project: str, history: list[HistoryEntry]) -> Issue:
    return Issue(project, f"{project}-1", project, "1", {}, creator=PERSON, created=0.0, updated=0.0, history=history)


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


@pytest.mark.parametrize("emptied", ["OPS", "YAY"])
@pytest.mark.parametrize("finished", ["OPS", "YAY"])
def test_notes_emptied_while_one_of_the_two_was_finished_may_stay_in_the_other(emptied: str, finished: str) -> None:
    noted, done, open_again = (emptied, *NOTED), (finished, *FINISHED), (finished, *OPENED)
    out = (emptied, *NO_NOTES)
    assert emptied_when_finished(pair_told(noted, done, out, open_again), US)
    assert emptied_when_finished(pair_told(noted, out, done, open_again), US)  # we read it when it was finished


@pytest.mark.parametrize("finished", ["OPS", "YAY"])
def test_notes_emptied_while_both_were_open_have_to_be_the_same(finished: str) -> None:
    noted, out = ("OPS", *NOTED), ("OPS", *NO_NOTES)
    done, open_again = (finished, *FINISHED), (finished, *OPENED)
    assert not emptied_when_finished(pair_told(noted, done, open_again, out), US)
    assert not emptied_when_finished(pair_told(noted, out, noted, done), US)
    assert not emptied_when_finished(pair_told(noted, done, ("OPS", US, "Resolution Notes", "")), US)
