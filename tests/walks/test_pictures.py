"""Pictures in texts that two people edit, that travel one way or once, and that stand beside a mention."""

from __future__ import annotations

from typing import Any

import pytest

from app import engine
from app.adf.build import doc, paragraph
from app.adf.text import plain_text
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser
from sandbox.world import Message
from tests import effects
from tests.builders import a_picture, a_text
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.pairs import move_to, switch
from tests.walks.test_files import attach, edits, media_of, names, pictures
from tests.walks.test_story import handed_over
from tests.walks.test_sync import clashes, unheard

ENGINEER = "712020:erin"


@pytest.fixture
def pair(world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser) -> tuple[str, str]:
    """Both tickets say three paragraphs and have the files ops.png and engineering.png, which no text shows."""
    key, clone = handed_over(world, reporter)
    attach(reporter, key, "ops.png", b"ops")
    attach(engineer, clone, "engineering.png", b"engineering")
    reporter.edit(key, description=a_text("What happened", "It broke at noon", "Who is hit"))
    eventually(lambda: names(world, key) == names(world, clone) == ["engineering.png", "ops.png"])
    quiet(world.url)
    assert "Who is hit" in str(engineer.issue(clone)["description"])
    world.world.calls.clear()
    return key, clone


def shown(world: Sandbox, key: str, name: str, words: str) -> dict[str, Any]:
    """A picture with the person's own words for it."""
    issue = world.world.issue(key)
    assert issue
    file = next(each for each in issue.attachments if each.filename == name)
    return a_picture(words, id=media_of(world, key, file.id))


def lines(*said: str) -> list[Any]:
    return list(a_text(*said)["content"])


def words(person: JiraUser, key: str) -> list[str]:
    return plain_text(person.issue(key)["description"]).split("\n")


def test_pictures_that_two_people_put_into_one_text_are_shown_in_both_tickets(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    mine = shown(world, key, "ops.png", "The screen")
    theirs = shown(world, clone, "engineering.png", "The load")
    with unheard(world):
        reporter.edit(key, description=doc([mine, *lines("What happened", "It broke at noon", "Who is hit")]))
        engineer.edit(clone, description=doc([*lines("What happened", "It broke at noon", "Who is hit"), theirs]))

    for each in pair:
        assert pictures(world, each) == ["ops.png", "engineering.png"]
        assert "📎" not in str(reporter.issue(each)["description"])
    assert edits(world) == 2
    assert clashes(service) == []

    engineer.edit(clone, description=doc(lines("What happened", "It broke", "Who is hit", "Nobody")))
    quiet(world.url)
    assert pictures(world, key) == pictures(world, clone) == []
    assert edits(world) == 3


def test_what_a_person_chooses_is_shown_with_its_picture_in_both_tickets(
    world: Sandbox,
    service: Service,
    pair: tuple[str, str],
    reporter: JiraUser,
    engineer: JiraUser,
    slack_reporter: SlackUser,
) -> None:
    key, clone = pair
    mine = shown(world, key, "ops.png", "The screen")
    with unheard(world):
        reporter.edit(key, description=doc([*lines("What happened", "It broke at one"), mine, *lines("Who is hit")]))
        engineer.edit(clone, description=a_text("What happened", "It broke at two", "Who is hit"))
    assert words(reporter, key)[1] == words(engineer, clone)[1] == "It broke at two"

    press(slack_reporter, card(world), "ops")
    quiet(world.url)

    assert pictures(world, key) == pictures(world, clone) == ["ops.png"]
    assert words(reporter, key)[1] == words(engineer, clone)[1] == "It broke at one"
    assert engine.failed() == []


def card(world: Sandbox) -> Message:
    (found,) = [each for each in world.world.slack.messages if "was changed in OPS-" in each.text]
    return found


def press(person: SlackUser, message: Message, choice: str) -> None:
    person.do("click", channel=message.channel, ts=message.ts, action_id=f"handoff.clash.{choice}")


@pytest.mark.settings(handoff_fields="Description => Description; Resolution Notes <-> Resolution Notes")
def test_a_text_that_is_carried_once_shows_its_pictures_and_does_not_follow(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key = reporter.new_issue("Operations")
    attach(reporter, key, "ops.png")
    reporter.edit(key, description=doc([shown(world, key, "ops.png", "The screen"), *lines("It broke")]))

    switch(reporter, key, "Engineering")
    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: pictures(world, clone) == ["ops.png"])
    engineer.edit(clone, description=doc(lines("Something else")))
    attach(reporter, key, "later.png")
    eventually(lambda: names(world, clone) == ["later.png", "ops.png"])
    quiet(world.url)

    assert (words(reporter, key), words(engineer, clone)) == (["It broke"], ["Something else"])
    assert edits(world) == 1


@pytest.mark.settings(handoff_fields="Description -> Description; Resolution Notes <- Resolution Notes")
def test_a_text_of_one_way_shows_its_pictures_where_it_arrives(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    reporter.edit(key, description=doc([shown(world, key, "ops.png", "The screen")]))
    engineer.edit(clone, **{NOTES: doc([shown(world, clone, "engineering.png", "The load"), *lines("Fixed")])})
    quiet(world.url)

    assert pictures(world, clone) == ["ops.png"]
    assert pictures(world, key, NOTES) == ["engineering.png"]
    assert edits(world) == 2


def test_a_picture_beside_a_mention_is_shown_in_the_clone_and_nobody_is_called_twice(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue("Operations")
    attach(reporter, key, "ops.png")
    mention = {"type": "mention", "attrs": {"id": ENGINEER, "text": "@Erin"}}
    reporter.edit(key, description=doc([paragraph([mention]), shown(world, key, "ops.png", "The screen")]))

    switch(reporter, key, "Engineering")
    clone = eventually(lambda: reporter.clone_of(key))
    eventually(lambda: pictures(world, clone) == ["ops.png"])
    quiet(world.url)

    assert "mention" in str(reporter.issue(key)["description"])
    assert "mention" not in str(reporter.issue(clone)["description"])
    assert edits(world) == 1


def test_to_a_frozen_pair_no_file_is_copied_and_once_it_is_whole_again_it_follows(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    away = move_to(world, key, "YAY")
    quiet(world.url)
    attach(engineer, clone, "later.txt")
    quiet(world.url)
    assert "later.txt" not in names(world, away)

    back = move_to(world, away, "OPS")

    eventually(lambda: "later.txt" in names(world, back))
    quiet(world.url)
    assert engine.failed() == []
    assert [path for _, path in effects.writes(world) if path.endswith("/attachments")] != []
