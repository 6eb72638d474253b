"""A pair whose ticket is deleted, hidden, moved or unlinked: frozen where needed, told once, and whole again when it is back."""

from __future__ import annotations

import pytest
from sqlalchemy import delete as sql_delete
from sqlalchemy import select

from app.models import Reservation
from app.models_handoff import NoticeRow, Pair
from sandbox import Sandbox
from sandbox.people import JiraUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.pairs import (
    another_project,
    by_engineering,
    by_ops,
    delete,
    edit_description,
    hide,
    move_to,
    our_moves,
    switch,
    unlink,
)

pytestmark = pytest.mark.usefixtures("nothing_is_put_aside")


def said_by(person: JiraUser, key: str) -> str:
    return words(person.issue(key)["description"])


def test_a_deleted_clone_is_told_once_in_both_threads_and_the_original_stays(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    delete(world, clone)
    quiet(world.url)
    edit_description(reporter, key, "Nobody to tell")
    reporter.move(key, "To Do")
    quiet(world.url)

    (told,) = by_ops(world, "was deleted")
    assert "no second clone is made" in told
    assert len(by_engineering(world, "was deleted")) == 1
    assert reporter.status(key) == "To Do"
    switch(reporter, key, "Operations", "Engineering")
    quiet(world.url)
    assert effects.issues(world, "YAY") == []
    assert by_ops(world, "took the link") == []


def test_with_its_clone_deleted_the_original_can_still_go_back_to_operations(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    delete(world, clone)
    quiet(world.url)

    switch(reporter, key, "Operations")

    eventually(lambda: reporter.status(key) == "To Do")
    quiet(world.url)
    assert len(by_ops(world, "was deleted")) == 1


def test_a_deleted_original_never_deletes_its_twin(world: Sandbox, pair: tuple[str, str], engineer: JiraUser) -> None:
    key, clone = pair
    delete(world, key)
    quiet(world.url)
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    quiet(world.url)

    assert engineer.status(clone) == "Done"
    (told,) = by_engineering(world, "was deleted")
    assert "close it if nobody needs it" in told
    assert len(by_ops(world, "was deleted")) == 1


def test_a_deletion_that_was_not_heard_of_is_found_at_the_second_look(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    webhooks = world.world.apps["solveonce-jira"].descriptor["modules"].pop("webhooks")
    delete(world, clone)
    world.world.apps["solveonce-jira"].descriptor["modules"]["webhooks"] = webhooks

    reporter.move(key, "To Do")
    quiet(world.url)

    assert len(by_ops(world, "or out of the app's sight")) == 1
    assert by_ops(world, "was deleted") == []


@pytest.mark.settings(settle_time=4.0)
def test_what_is_not_found_for_a_moment_is_not_deleted(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, story.FIX)
    quiet(world.url)
    hide(world, clone)
    engineer.move(clone, "Done")
    reporter.move(key, "To Do")
    eventually(lambda: is_looked_for_again(service))

    hide(world, clone, hidden=False)

    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    quiet(world.url)
    assert by_ops(world, ":snowflake:") == []


def is_looked_for_again(service: Service) -> bool:
    with service.db.reading() as session:
        return session.scalar(select(Pair.missing_since)) is not None


def test_a_hidden_clone_freezes_the_pair_and_a_visible_one_thaws_it_with_what_was_written_meanwhile(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    hide(world, clone)
    reporter.move(key, "To Do")
    quiet(world.url)
    assert len(by_ops(world, "or out of the app's sight")) == 1

    edit_description(engineer, clone, "Written out of our sight")
    hide(world, clone, hidden=False)
    reporter.move(key, "In Progress")

    eventually(lambda: said_by(reporter, key) == "Written out of our sight")
    quiet(world.url)
    assert len(by_ops(world, "are both there again")) == 1


def test_a_lost_permission_is_told_as_such(world: Sandbox, pair: tuple[str, str], reporter: JiraUser) -> None:
    key, _ = pair
    limit = {"project": "YAY", "permission": "BROWSE_PROJECTS", "groups": ["engineering", "ops"]}
    post(f"{world.url}/_sandbox/jira/permissions", limit)

    reporter.move(key, "To Do")
    quiet(world.url)

    assert len(by_ops(world, "lost the permission to browse its project")) == 1
    post(f"{world.url}/_sandbox/jira/permissions", limit | {"groups": None})
    edit_description(reporter, key, "There again")
    eventually(lambda: by_ops(world, "are both there again"))


@pytest.mark.parametrize("side", ["original", "clone"])
def test_a_moved_ticket_freezes_the_pair_until_it_is_back_under_another_key(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, side: str
) -> None:
    another_project(world)
    key, clone = pair
    moved = move_to(world, key if side == "original" else clone, "HR")
    quiet(world.url)
    (told,) = by_ops(world, "was moved to another project")
    assert moved in told

    world.world.calls.clear()
    edit_description(reporter, key, "In the one")
    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    quiet(world.url)
    assert [each for each in effects.writes(world) if "/issue/" in each[1]] == []
    assert len(by_ops(world, "was moved to another project")) == 1

    back = move_to(world, moved, "OPS" if side == "original" else "YAY")
    quiet(world.url)
    key, clone = (back, clone) if side == "original" else (key, back)
    assert said_by(engineer, clone) == "In the one"
    (told,) = by_ops(world, "are both there again")
    assert back in told


def test_a_clone_that_is_moved_among_the_ops_issues_is_not_cloned(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser
) -> None:
    key, clone = pair
    moved = move_to(world, clone, "OPS")
    switch(reporter, moved, "Operations", "Engineering")
    quiet(world.url)

    assert effects.issues(world, "YAY") == []
    assert reporter.status(key) == "Sent to Engineering"
    assert len(by_ops(world, "was moved to another project")) == 1


def test_unlinked_by_hand_the_pair_goes_on_and_the_link_is_not_forced_back(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    unlink(engineer, clone)
    quiet(world.url)
    assert len(by_ops(world, "took the link")) == 1

    engineer.write_notes(clone, story.FIX)
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    quiet(world.url)

    assert effects.links(world) == 0
    assert len(by_ops(world, "took the link")) == 1


def test_a_link_that_a_person_puts_back_and_takes_away_again_is_news(
    world: Sandbox, pair: tuple[str, str], engineer: JiraUser
) -> None:
    key, clone = pair
    for _ in range(2):
        unlink(engineer, clone)
        quiet(world.url)
        link = {"type": {"name": "Relates"}, "inwardIssue": {"key": clone}, "outwardIssue": {"key": key}}
        assert engineer.call("POST", "issueLink", link).status_code == 201
        quiet(world.url)

    assert len(by_ops(world, "took the link")) == 2


def test_what_was_mended_before_anybody_heard_of_it_is_not_told(
    world: Sandbox, service: Service, pair: tuple[str, str], engineer: JiraUser
) -> None:
    key, clone = pair
    post(f"{world.url}/_sandbox/faults", {"path": "/slack/api/chat", "status": 503})
    unlink(engineer, clone)
    eventually(lambda: to_be_told(service) == ["unlinked"])
    eventually(lambda: any(call["status"] == 503 for call in world.world.calls))

    link = {"type": {"name": "Cloners"}, "inwardIssue": {"key": clone}, "outwardIssue": {"key": key}}
    engineer.call("POST", "issueLink", link)
    eventually(lambda: not to_be_told(service))
    quiet(world.url)  # what was about to be said has been tried once more, and was not said
    world.world.faults.clear()

    assert by_ops(world, "took the link") == []


def test_where_no_alert_was_posted_engineering_is_told_in_its_channel(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key = reporter.new_issue()
    clone = eventually(lambda: reporter.clone_of(key))
    quiet(world.url)
    with service.db.writing() as session:
        session.execute(sql_delete(Reservation).where(Reservation.source.startswith("handoff.alert")))

    unlink(engineer, clone)
    quiet(world.url)

    (told,) = [each for each in world.world.slack.messages if "took the link" in each.text]
    assert told.thread_ts is None
    assert told.text in effects.messages(world, story.ENGINEERING)


def to_be_told(service: Service) -> list[str]:
    with service.db.reading() as session:
        return [row.kind for row in session.scalars(select(NoticeRow))]


def test_tickets_of_nobody_s_pair_that_are_deleted_moved_or_linked_are_left_alone(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    another_project(world)
    first, second = reporter.new_issue("Operations"), reporter.new_issue("Operations")
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": first}, "outwardIssue": {"key": second}}
    reporter.call("POST", "issueLink", link)
    unlink(reporter, first)
    move_to(world, first, "HR")
    delete(world, second)
    quiet(world.url)

    assert effects.writes(world) == []
    assert our_moves(world) == 0
