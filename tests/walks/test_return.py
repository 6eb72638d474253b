"""Back to Operations and to engineering again: one clone for ever, closed or left, never a second one."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, post, text, words
from tests import effects
from tests.callers import log_lines
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.pairs import (
    TEAM,
    by_engineering,
    by_ops,
    edit_description,
    our_moves,
    put_back,
    resolution,
    reword,
    switch,
    take_away,
    unlink,
)

pytestmark = pytest.mark.usefixtures("nothing_is_put_aside")


def assert_one_pair(world: Sandbox) -> None:
    assert effects.issues(world, "OPS") == ["OPS-1"]
    assert effects.issues(world, "YAY") == ["YAY-1"]
    assert effects.links(world) == 1


def test_a_clone_that_nobody_started_is_closed_as_won_t_do_and_both_threads_hear_it(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    done = next(way for way in world.world.jira.projects["YAY"].transitions if way.name == "Done")
    done.screen = (*done.screen, "resolution")

    switch(reporter, key, "Operations")
    quiet(world.url)

    assert reporter.status(clone) == "Done"
    assert resolution(reporter, clone) == "Won't Do"
    assert reporter.status(key) == "To Do"
    assert len(by_engineering(world, "so it is closed")) == 1
    assert len(by_ops(world, "so it is closed")) == 1
    # Its way to Done is not engineering's work done.
    assert by_ops(world, "needs your review") == []
    assert by_ops(world, "Resolution Notes Required") == []


def test_without_a_resolution_on_the_screen_it_is_closed_without(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair

    switch(reporter, key, "Operations")

    eventually(lambda: reporter.status(clone) == "Done")
    assert resolution(reporter, clone) is None


def test_our_notes_stand_in_the_clone_and_do_not_travel(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    switch(reporter, key, "Operations")
    quiet(world.url)
    assert words(reporter.issue(clone)[NOTES]).startswith("Not done: Operations took the ticket back")

    edit_description(reporter, key, "Another text is carried over, and the notes are looked at")
    quiet(world.url)
    assert reporter.issue(key)[NOTES] is None

    reporter.write_notes(key, "A person's words")
    eventually(lambda: words(engineer.issue(clone)[NOTES]) == "A person's words")


def test_notes_of_a_person_stay_in_the_clone_that_is_closed(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    reporter.write_notes(key, "It went away by itself")
    quiet(world.url)

    switch(reporter, key, "Operations")
    quiet(world.url)

    assert reporter.status(clone) == "Done"
    assert [words(reporter.issue(each)[NOTES]) for each in pair] == ["It went away by itself"] * 2


@pytest.mark.parametrize(
    ("status", "said"), [("In Progress", "was started, so it stays open"), ("Done", "is done and stays so")]
)
def test_a_clone_that_was_started_or_done_is_left_and_engineering_decides(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, status: str, said: str
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, status)
    quiet(world.url)

    switch(reporter, key, "Operations")
    quiet(world.url)

    assert engineer.status(clone) == status
    assert reporter.status(key) == "To Do"
    assert len(by_engineering(world, said)) == 1


def test_what_engineering_finishes_after_all_is_told_and_moves_nothing(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "In Progress")
    quiet(world.url)
    switch(reporter, key, "Operations")
    quiet(world.url)

    engineer.move(clone, "Done")

    eventually(lambda: by_ops(world, "has finished"))
    quiet(world.url)
    assert reporter.status(key) == "To Do"
    assert by_ops(world, "needs your review") == []


def test_a_finished_original_stays_finished_when_its_team_changes(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    reporter.write_notes(key, story.FIX)
    reporter.move(key, "To Do")
    reporter.move(key, "Done")
    quiet(world.url)

    switch(reporter, key, "Operations")
    quiet(world.url)

    assert reporter.status(key) == "Done"
    assert reporter.status(clone) == "Done"


def test_to_engineering_again_re_opens_the_same_clone(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    switch(reporter, key, "Operations")
    quiet(world.url)
    unlink(reporter, key)
    quiet(world.url)

    switch(reporter, key, "Engineering")
    quiet(world.url)

    assert_one_pair(world)
    assert engineer.status(clone) == "Backlog"
    assert engineer.issue(clone)[NOTES] is None
    assert reporter.status(key) == "Sent to Engineering"
    assert len(by_engineering(world, "is with engineering again")) == 1
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    quiet(world.url)
    assert words(reporter.issue(key)[NOTES]) == story.FIX
    assert len(by_ops(world, "needs your review")) == 1


def test_a_clone_that_was_done_is_opened_for_the_second_round(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    quiet(world.url)
    switch(reporter, key, "Operations")
    quiet(world.url)

    switch(reporter, key, "Engineering")
    quiet(world.url)

    assert engineer.status(clone) == "Backlog"
    assert words(engineer.issue(clone)[NOTES]) == story.FIX
    assert reporter.status(key) == "Sent to Engineering"


@pytest.mark.parametrize("started", [False, True], ids=["before work started", "after work started"])
@pytest.mark.parametrize("last", ["Operations", "Engineering"])
def test_back_and_forth_within_seconds_ends_where_the_team_says(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, started: bool, last: str
) -> None:
    key, clone = pair
    if started:
        engineer.move(clone, "In Progress")
        quiet(world.url)
    world.world.settings.deliver_twice = True
    world.world.settings.webhook_overtaken = 0.2

    switch(reporter, key, *["Operations", "Engineering"] * 5, *[last] * (last == "Operations"))
    quiet(world.url, 40)

    assert_one_pair(world)
    assert reporter.status(key) == {"Operations": "To Do", "Engineering": "Sent to Engineering"}[last]
    open_one = "In Progress" if started else "Backlog"
    assert engineer.status(clone) == (open_one if started or last == "Engineering" else "Done")
    assert by_ops(world, "needs your review") == []


def test_a_team_set_at_creation_and_again_within_seconds_makes_one_clone(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue(team="Engineering")
    switch(reporter, key, "Operations", "Engineering", "Operations")
    quiet(world.url)
    made = effects.issues(world, "YAY")
    assert len(made) <= 1
    assert [reporter.status(clone) for clone in made] in ([], ["Done"])
    assert reporter.status(key) == "To Do"

    switch(reporter, key, "Engineering")
    quiet(world.url)

    assert_one_pair(world)
    assert [reporter.status(each) for each in (key, "YAY-1")] == ["Sent to Engineering", "Backlog"]


def test_a_team_s_change_that_was_never_heard_is_made_good_at_the_next_event(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    webhooks = world.world.apps["solveonce-jira"].descriptor["modules"].pop("webhooks")
    switch(reporter, key, "Operations")
    world.world.apps["solveonce-jira"].descriptor["modules"]["webhooks"] = webhooks

    engineer.move(clone, "Selected for Development")

    eventually(lambda: reporter.status(key) == "To Do")
    quiet(world.url)
    assert engineer.status(clone) == "Done"


def test_a_clone_that_cannot_be_closed_is_told_and_closed_when_that_was_mended(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    taken = take_away(world, "YAY", "Done")
    switch(reporter, key, "Operations")
    quiet(world.url)
    assert len(by_engineering(world, "no transition leads from there to *Done*")) == 1
    assert reporter.status(key) == "To Do"

    put_back(world, "YAY", taken)
    engineer.move(clone, "Selected for Development")
    quiet(world.url)

    assert engineer.status(clone) == "Done"
    assert len(by_engineering(world, "so it is closed")) == 1


def test_a_closed_clone_that_somebody_opens_again_wants_notes_of_theirs_before_it_is_done(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    switch(reporter, key, "Operations")
    quiet(world.url)

    engineer.move(clone, "In Progress")
    quiet(world.url)
    assert engineer.issue(clone)[NOTES] is None
    assert "Resolution Notes are empty" in engineer.try_to(clone, "Done").text

    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    eventually(lambda: by_ops(world, "has finished"))
    quiet(world.url)
    assert story.FIX in words(reporter.issue(key)[NOTES])
    assert reporter.status(key) == "To Do"


def test_our_notes_are_taken_out_of_a_clone_that_could_not_be_closed_and_was_begun(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    take_away(world, "YAY", "Done")
    switch(reporter, key, "Operations")
    quiet(world.url)
    assert words(engineer.issue(clone)[NOTES]).startswith("Not done")

    engineer.move(clone, "In Progress")
    quiet(world.url)

    assert engineer.issue(clone)[NOTES] is None
    assert len(by_engineering(world, "was started, so it stays open")) == 1


def test_a_clone_that_cannot_be_re_opened_is_told_and_followed_when_somebody_does_it(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    switch(reporter, key, "Operations")
    quiet(world.url)
    take_away(world, "YAY", "Backlog")

    switch(reporter, key, "Engineering")
    quiet(world.url)
    assert len(by_engineering(world, "*Done* to *Backlog*")) == 1
    assert reporter.status(key) == "To Do"

    engineer.move(clone, "In Progress")
    quiet(world.url)

    assert reporter.status(key) == "Sent to Engineering"
    assert_one_pair(world)


def test_without_the_permission_to_link_or_to_edit_the_clone_is_opened_all_the_same(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, _ = pair
    switch(reporter, key, "Operations")
    quiet(world.url)
    for permission in ("LINK_ISSUES", "EDIT_ISSUES"):
        limit = {"project": "YAY", "permission": permission, "groups": ["engineering"]}
        post(f"{world.url}/_sandbox/jira/permissions", limit)

    switch(reporter, key, "Engineering")
    quiet(world.url)

    assert [reporter.status(each) for each in pair] == ["Sent to Engineering", "Backlog"]
    assert reporter.issue(key)[NOTES] is None


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_answer_on_the_way_back_or_forth_changes_nothing(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, lost: int
) -> None:
    key, clone = pair
    for method, path in (("POST", "/transitions$"), ("PUT", r"/issue/\d+")):
        fault = {"path": path, "method": method, "by": "solveonce", "lose": True, "times": lost}
        post(f"{world.url}/_sandbox/faults", fault)

    switch(reporter, key, "Operations")
    quiet(world.url)
    assert [reporter.status(each) for each in pair] == ["To Do", "Done"]
    switch(reporter, key, "Engineering")
    quiet(world.url)

    assert [reporter.status(each) for each in pair] == ["Sent to Engineering", "Backlog"]
    assert engineer.issue(clone)[NOTES] is None
    assert len(by_engineering(world, "so it is closed")) == 1


def test_our_own_moves_start_nothing_that_writes(world: Sandbox, pair: tuple[str, str], reporter: JiraUser) -> None:
    key, _ = pair
    world.world.calls.clear()

    switch(reporter, key, "Operations")
    quiet(world.url)

    assert our_moves(world) == 2
    assert sum(method == "PUT" for method, _ in effects.writes(world)) == 1


def test_notes_that_are_saved_together_with_the_team_reach_the_clone_that_is_opened_again(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    switch(reporter, key, "Operations")
    quiet(world.url)

    reporter.edit(key, **{TEAM: {"value": "Engineering"}, NOTES: text("Found so far")})

    eventually(lambda: words(reporter.issue(clone)[NOTES]) == "Found so far")
    quiet(world.url)
    assert words(reporter.issue(key)[NOTES]) == "Found so far"
    assert reporter.status(clone) != "Done"


def test_notes_emptied_while_the_clone_is_closed_stay_in_it_when_it_is_opened_again_and_the_next_ones_are_in_both(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    reporter.write_notes(key, "It went away by itself")
    quiet(world.url)
    switch(reporter, key, "Operations")
    eventually(lambda: reporter.status(clone) == "Done")
    quiet(world.url)

    reporter.write_notes(key, None)
    quiet(world.url)
    switch(reporter, key, "Engineering")
    quiet(world.url)

    assert "Done" not in (reporter.status(key), reporter.status(clone))
    assert reporter.issue(key)[NOTES] is None
    assert words(reporter.issue(clone)[NOTES]) == "It went away by itself"
    engineer.write_notes(clone, story.FIX)
    quiet(world.url)
    assert [words(reporter.issue(each)[NOTES]) for each in pair] == [story.FIX] * 2
    # They agree again, so notes that are emptied now are: the random sequences do not ask it of such a pair.
    engineer.write_notes(clone, None)
    quiet(world.url)
    assert [reporter.issue(each)[NOTES] for each in pair] == [None] * 2


def test_a_team_that_an_admin_gave_another_name_takes_nothing_from_engineering(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    """Every ticket of theirs has another team then, as far as words go."""
    key, clone = pair
    log = log_lines()
    reword(world)

    engineer.move(clone, "Selected for Development")
    reporter.move(key, "To Do")
    quiet(world.url)

    assert engineer.status(clone) == "Selected for Development"
    assert by_engineering(world, "so it is closed") == []
    assert "event='not taken back' " in log.getvalue()
    assert "no team is called Engineering" in log.getvalue()

    reword(world, "Eng", "Engineering")
    switch(reporter, key, "Operations")
    eventually(lambda: by_engineering(world, "so it is closed"))
