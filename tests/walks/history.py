"""What Jira's history of a ticket tells of who wrote what, and when: *us* is the account of the app's user."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from sandbox.people import NOTES
from sandbox.world import Issue

TEAM = "customfield_10048"
NAMES = {"description": "description", NOTES: "Resolution Notes", TEAM: "Team Responsible"}


def named(item: dict[str, Any], field: str) -> bool:
    """By its name: Jira often leaves a custom field's id out."""
    return bool(item["field"] == NAMES[field])


def words_in(said: Any) -> set[str]:
    """The words that stand nowhere else."""
    return set(re.findall(r"w\d+w", str(said)))


def changes(issue: Issue, *fields: str) -> list[tuple[str, dict[str, Any]]]:
    """Who changed one of *fields* or the status, and Jira's item about it; oldest first."""
    return [
        (entry.author, item)
        for entry in issue.history
        for item in entry.items
        if item["field"] == "status" or any(named(item, field) for field in fields)
    ]


def texts(issue: Issue, field: str) -> list[tuple[str, dict[str, Any]]]:
    return [(author, item) for author, item in changes(issue, field) if item["field"] != "status"]


def wrote_last(issue: Issue, field: str, us: str) -> bool:
    """Whether we wrote what stands there now."""
    return [author for author, _ in texts(issue, field)][-1:] == [us]


def switches(ops: Issue) -> int:
    """How often it got another team. A ticket that goes back may need a word in its clone, which is taken out again."""
    return len(texts(ops, TEAM))


def emptied_when_finished(pair: tuple[Issue, Issue], us: str) -> bool:
    """Whether one of the two was finished when a person had emptied the notes of either: then they stay in the other.

    True from then on: whether both were written since, and agreed, is more than the histories tell for certain.
    """
    done: dict[str, bool] = {}
    emptied: dict[str, bool] = {}
    for issue, author, item in _of_both(pair):
        if item["field"] == "status":
            done[issue] = item["toString"] == "Done"
        elif named(item, NOTES):
            emptied[issue] = not item["toString"] and author != us
        if any(done.values()) and any(emptied.values()):
            return True
    return False


def _of_both(pair: tuple[Issue, Issue]) -> list[tuple[str, str, dict[str, Any]]]:
    """Which of the two was changed, by whom, and Jira's item about it; oldest first."""
    entries = sorted(((issue.id, entry) for issue in pair for entry in issue.history), key=lambda told: told[1].created)
    return [(id, entry.author, item) for id, entry in entries for item in entry.items]


def taken_up_again(clone: Issue, us: str) -> int:
    """How often a person moved the clone while it said that nobody had begun: then those words are taken out."""
    times, says_so = 0, False
    for author, item in changes(clone, NOTES):
        if item["field"] != "status":
            says_so = "Written by SolveOnce." in str(item["toString"])
        elif author != us:
            times += says_so
    return times


def saved_between(issue: Issue, field: str, us: str) -> int:
    """How often a person saved between our read and our write: Jira asks no condition, so theirs was written once more."""
    said = texts(issue, field)
    return sum(
        _is_undone_and_done_again(theirs, first, second)
        for (person, theirs), ((one, first), (two, second)) in zip(said, pairwise(said[1:]), strict=False)
        if person != us and one == two == us
    )


def _is_undone_and_done_again(theirs: dict[str, Any], first: dict[str, Any], second: dict[str, Any]) -> bool:
    before, wanted = words_in(theirs["fromString"]), words_in(theirs["toString"])
    undone = (before ^ wanted) & (words_in(first["toString"]) ^ wanted)
    return bool(undone - (words_in(second["toString"]) ^ wanted))
