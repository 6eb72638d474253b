"""Two people edit the two tickets of a pair: both texts become one, and nothing that anybody wrote is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select, update

from app.adf.text import plain_text
from app.models import AuditEntry
from app.models_handoff import ClashRow, OpenSync, SyncedField
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser, post, text
from sandbox.world import Message
from tests import effects
from tests.builders import a_text
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.test_story import handed_over

FIRST = ("What happened", "It broke at noon", "Who is hit")


@pytest.fixture
def pair(world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser) -> tuple[str, str]:
    """An Ops ticket and its clone, both with three paragraphs of description."""
    key, clone = handed_over(world, reporter)
    reporter.edit(key, description=a_text(*FIRST))
    quiet(world.url)
    assert said(engineer, clone) == list(FIRST)
    world.world.calls.clear()
    return key, clone


@contextmanager
def unheard(world: Sandbox) -> Iterator[None]:
    """What people do meanwhile reaches the service afterwards."""
    world.world.settings.webhook_late = 3600
    yield
    world.world.settings.webhook_late = 0
    world.world.clock.advance(3600)
    quiet(world.url)


def said(person: JiraUser, key: str, field: str = "description") -> list[str]:
    return plain_text(person.issue(key)[field]).split("\n")


def texts(person: JiraUser, pair: tuple[str, str], field: str = "description") -> list[str]:
    """What both tickets say, which has to be the same."""
    ops, engineering = (said(person, key, field) for key in pair)
    assert ops == engineering
    return ops


def puts(world: Sandbox) -> list[str]:
    """Our edits, by issue."""
    return [path.split("?")[0].rpartition("/")[2] for method, path in effects.writes(world) if method == "PUT"]


def clashes(service: Service) -> list[ClashRow]:
    with service.db.reading() as session:
        return list(session.scalars(select(ClashRow)))


def both_edit(
    world: Sandbox, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, ops: str, engineering: str
) -> None:
    """The same paragraph, the engineer a moment later."""
    with unheard(world):
        reporter.edit(pair[0], description=a_text(FIRST[0], ops, FIRST[2]))
        engineer.edit(pair[1], description=a_text(FIRST[0], engineering, FIRST[2]))


def cards(world: Sandbox) -> list[Message]:
    return [each for each in world.world.slack.messages if "was changed in OPS-" in each.text]


def press(person: SlackUser, card: Message, choice: str) -> Any:
    return person.do("click", channel=card.channel, ts=card.ts, action_id=f"handoff.clash.{choice}")


def test_different_paragraphs_edited_in_both_tickets_stand_in_both(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    with unheard(world):
        reporter.edit(pair[0], description=a_text("What happened, told by ops", *FIRST[1:]))
        engineer.edit(pair[1], description=a_text(*FIRST[:2], "Who is hit: everybody", "Root cause"))

    assert texts(reporter, pair) == ["What happened, told by ops", FIRST[1], "Who is hit: everybody", "Root cause"]
    assert len(puts(world)) == 2
    assert clashes(service) == []
    assert cards(world) == []


def test_the_same_words_edited_in_both_tickets_the_newest_stand_and_both_texts_are_kept(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")

    assert texts(reporter, pair) == [FIRST[0], "It broke at two", FIRST[2]]
    assert len(puts(world)) == 1  # engineering says it already
    (clash,) = clashes(service)
    assert (clash.field, clash.stands, clash.settled) == ("description", "engineering", None)
    assert "It broke at one" in plain_text(clash.ops_text)
    assert "It broke at two" in plain_text(clash.engineering_text)
    with service.db.reading() as session:
        outcomes = session.scalars(select(AuditEntry.outcome).where(AuditEntry.step == "clash description")).all()
    assert outcomes == [f"clash {clash.id}: engineering stands"]


def test_a_card_in_engineering_s_thread_shows_who_wrote_what(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at <one>", "It broke at two")

    (card,) = cards(world)
    (alert,) = [each for each in world.world.slack.messages if each.text.startswith("New Ops Exception")]
    assert (card.channel, card.thread_ts) == (alert.channel, alert.ts)
    shown = [block["text"]["text"] for block in card.blocks if block["type"] == "section"]
    assert shown[1] == "*OPS-1*, Riley Reporter wrote:\n> It broke at &lt;one&gt;"
    assert shown[2].startswith("*YAY-1*, ")
    assert shown[2].endswith("\n> It broke at two")
    assert "YAY-1's stands" in str(card.blocks)


def test_a_ticket_from_slack_has_its_card_in_its_own_thread(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    slack_reporter.ask()
    eventually(lambda: effects.messages(world, story.ENGINEERING))
    quiet(world.url)
    pair = "OPS-1", "YAY-1"
    reporter.edit(pair[0], description=a_text(*FIRST))
    quiet(world.url)

    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")

    (card,) = cards(world)
    parent = next(each for each in world.world.slack.messages if each.ts == card.thread_ts)
    assert parent.text.startswith("OPS-1 ")


CHOICES = {
    "ops": ["It broke at one"],
    "engineering": ["It broke at two"],
    "both": ["It broke at one", "It broke at two"],
}


@pytest.mark.parametrize(("choice", "lines"), CHOICES.items(), ids=CHOICES.keys())
def test_what_a_person_chooses_stands_in_both_tickets(
    world: Sandbox,
    service: Service,
    pair: tuple[str, str],
    reporter: JiraUser,
    engineer: JiraUser,
    slack_reporter: SlackUser,
    choice: str,
    lines: list[str],
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")
    # Elsewhere in the text people go on.
    reporter.edit(pair[0], description=a_text("What happened?", "It broke at two", FIRST[2]))
    quiet(world.url)
    (card,) = cards(world)

    press(slack_reporter, card, choice)
    press(slack_reporter, card, choice)
    press(SlackUser(world.url, "lead@example.com"), card, "both")
    quiet(world.url)

    assert texts(reporter, pair) == ["What happened?", *lines, FIRST[2]]
    told = [(each.only_for, each.text) for each in world.world.slack.messages if each.only_for]
    assert [user for user, _ in told] == ["U0LEAD"]
    assert told[0][1].startswith("<@U0REPORTER> chose a moment before you, so your choice was not written.")
    (clash,) = clashes(service)
    assert (clash.settled, clash.settled_by) == (choice, "U0REPORTER")
    (card,) = cards(world)
    assert "<@U0REPORTER> chose" in str(card.blocks[-1])
    assert "actions" not in {block["type"] for block in card.blocks}
    with service.db.reading() as session:
        steps = session.scalars(select(AuditEntry.step).where(AuditEntry.step.like("settle%"))).all()
    assert steps == ["settle description"]


def test_a_choice_about_a_pair_that_is_apart_is_answered(
    world: Sandbox,
    service: Service,
    pair: tuple[str, str],
    reporter: JiraUser,
    engineer: JiraUser,
    slack_reporter: SlackUser,
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")
    (card,) = cards(world)
    assert engineer.call("DELETE", f"issue/{pair[1]}").status_code == 204
    quiet(world.url)

    press(slack_reporter, card, "ops")
    quiet(world.url)

    (told,) = [each.text for each in world.world.slack.messages if each.only_for]
    assert "do not follow each other at the moment" in told


def test_a_choice_that_comes_too_late_changes_nothing_and_says_so(
    world: Sandbox,
    service: Service,
    pair: tuple[str, str],
    reporter: JiraUser,
    engineer: JiraUser,
    slack_reporter: SlackUser,
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")
    reporter.edit(pair[0], description=a_text(FIRST[0], "It broke at three", FIRST[2]))
    quiet(world.url)
    (card,) = cards(world)

    press(slack_reporter, card, "ops")
    quiet(world.url)

    assert texts(reporter, pair) == [FIRST[0], "It broke at three", FIRST[2]]
    (card,) = cards(world)
    assert "somebody has edited the text there since" in str(card.blocks[-1])


def test_a_button_of_a_card_that_nobody_knows_does_nothing(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, slack_reporter: Any
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")
    with service.db.writing() as session:
        session.execute(update(ClashRow).values(id="another"))
    (card,) = cards(world)

    assert press(slack_reporter, card, "ops")["error"] is None
    quiet(world.url)

    assert texts(reporter, pair) == [FIRST[0], "It broke at two", FIRST[2]]


@pytest.mark.settings(
    handoff_fields="Description <-> Description : ops; Resolution Notes <-> Resolution Notes : engineering"
)
def test_a_rule_may_name_the_side_that_stands(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")

    assert texts(reporter, pair) == [FIRST[0], "It broke at one", FIRST[2]]
    assert [clash.stands for clash in clashes(service)] == ["ops"]


@pytest.mark.settings(handoff_fields="Description -> Description; Resolution Notes <- Resolution Notes")
def test_a_field_of_one_way_is_not_carried_back_and_the_text_that_it_replaces_is_kept(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    engineer.edit(pair[1], description=text("engineering's own"))
    quiet(world.url)
    assert puts(world) == []
    assert said(reporter, pair[0]) == list(FIRST)

    reporter.edit(pair[0], description=text("ops again"))
    quiet(world.url)

    assert texts(reporter, pair) == ["ops again"]
    (kept,) = clashes(service)
    assert (plain_text(kept.engineering_text), kept.settled) == ("engineering's own", "one way")
    assert cards(world) == []


@pytest.mark.settings(handoff_fields="Description => Description; Resolution Notes <-> Resolution Notes")
def test_a_text_that_the_table_carries_once_does_not_follow(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    reporter.edit(key, description=text("ops only"), **{NOTES: text("both")})
    quiet(world.url)

    assert said(engineer, clone, NOTES) == ["both"]
    assert said(engineer, clone) == ["Since this morning."]


@pytest.mark.parametrize("trouble", [{"lose": True}, {"status": 500}, {"cut": True}], ids=["lost", "500", "cut"])
@pytest.mark.parametrize("number", [1, 2], ids=["the first write", "the second write"])
def test_a_write_whose_outcome_is_unknown_changes_nothing_in_the_end(
    world: Sandbox,
    service: Service,
    pair: tuple[str, str],
    reporter: JiraUser,
    engineer: JiraUser,
    trouble: dict[str, Any],
    number: int,
) -> None:
    fault = {"path": r"/rest/api/3/issue/\d+\?", "method": "PUT", "by": "solveonce", "every": number, "times": 1}
    with unheard(world):
        reporter.edit(pair[0], description=a_text("Told by ops", "It broke at one", FIRST[2]))
        engineer.edit(pair[1], description=a_text(FIRST[0], "It broke at two", "Everybody"))
        post(f"{world.url}/_sandbox/faults", fault | trouble)

    assert texts(reporter, pair) == ["Told by ops", "It broke at two", "Everybody"]
    assert len(clashes(service)) == len(cards(world)) == 1
    assert [fault["fired"] for fault in world.world.faults] == [1]
    with service.db.reading() as session:
        assert session.scalars(select(OpenSync)).all() == []


@pytest.mark.parametrize("side", [0, 1], ids=["in the Ops ticket", "in the clone"])
@pytest.mark.parametrize("lost", [False, True], ids=["", "and the answer is lost"])
def test_a_person_who_saves_between_our_read_and_our_write_loses_nothing(
    world: Sandbox,
    service: Service,
    pair: tuple[str, str],
    reporter: JiraUser,
    engineer: JiraUser,
    side: int,
    lost: bool,
) -> None:
    issue = world.world.issue(pair[side])
    assert issue
    people = reporter, engineer

    def somebody_saves(phase: str, method: str, path: str) -> None:
        """Between our read and our write: just before the write takes effect."""
        if phase == "before" and method == "PUT" and f"/issue/{issue.id}?" in path:
            world.world.watchers.clear()
            people[side].edit(pair[side], description=a_text(*FIRST, "saved meanwhile"))

    world.world.watchers.append(somebody_saves)
    if lost:
        path = rf"/rest/api/3/issue/{issue.id}\?"
        post(f"{world.url}/_sandbox/faults", {"path": path, "method": "PUT", "lose": True, "times": 1})
    people[1 - side].edit(pair[1 - side], description=a_text("Told by the other", *FIRST[1:]))
    eventually(lambda: world.world.watchers == [])
    quiet(world.url)

    assert texts(reporter, pair) == ["Told by the other", *FIRST[1:], "saved meanwhile"]


def test_a_field_that_a_person_saves_while_we_write_another_one_follows_too(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    """The answer to our write shows that text too; nobody has agreed on it."""

    def somebody_saves(phase: str, method: str, path: str) -> None:
        if phase == "before" and method == "PUT" and "returnIssue" in path:
            world.world.watchers.clear()
            reporter.edit(pair[0], description=text("saved meanwhile"))

    world.world.watchers.append(somebody_saves)
    engineer.write_notes(pair[1], "Root cause")
    eventually(lambda: world.world.watchers == [])
    quiet(world.url)

    assert texts(reporter, pair) == ["saved meanwhile"]
    assert texts(reporter, pair, NOTES) == ["Root cause"]


def test_a_burst_of_edits_collapses_into_one_write(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser
) -> None:
    with unheard(world):
        for number in range(6):
            reporter.edit(pair[0], description=text(f"version {number}"))

    assert texts(reporter, pair) == ["version 5"]
    assert len(puts(world)) == 1


def test_events_that_come_twice_and_out_of_order_cause_no_second_write(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    world.world.settings.deliver_twice, world.world.settings.webhook_overtaken = True, 0.3

    reporter.edit(pair[0], description=text("from ops"))
    eventually(lambda: said(engineer, pair[1]) == ["from ops"])
    engineer.edit(pair[1], description=text("from engineering"))
    eventually(lambda: said(reporter, pair[0]) == ["from engineering"])
    quiet(world.url)

    assert texts(reporter, pair) == ["from engineering"]
    assert len(puts(world)) == 2


def test_notes_emptied_on_a_finished_pair_do_not_empty_the_other_ticket(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = pair
    engineer.write_notes(clone, "Restarted the queue")
    quiet(world.url)
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status(key) == "Resolution Notes Required")
    quiet(world.url)

    for person, emptied, kept in ((engineer, clone, key), (reporter, key, clone)):
        person.write_notes(emptied, None)
        quiet(world.url)
        assert said(person, kept, NOTES) == ["Restarted the queue"]
        person.write_notes(emptied, "Restarted the queue")
        quiet(world.url)
        if reporter.status(clone) != "Done":  # the gate has sent it back
            engineer.move(clone, "Done")
            quiet(world.url)

    assert texts(reporter, pair, NOTES) == ["Restarted the queue"]


@pytest.mark.parametrize("side", ["original", "clone"])
def test_notes_emptied_on_a_finished_ticket_stay_in_the_other_when_the_gate_has_sent_it_back_and_the_next_ones_are_in_both(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser, side: str
) -> None:
    key, clone = pair
    person, emptied, kept = (reporter, key, clone) if side == "original" else (engineer, clone, key)
    person.write_notes(emptied, "Restarted the queue")
    quiet(world.url)
    reporter.move(key, "To Do")
    person.move(emptied, "Done")
    quiet(world.url)
    person.write_notes(emptied, None)
    quiet(world.url)
    assert "Done" not in (reporter.status(key), reporter.status(clone))

    reporter.edit(key, description=text("Something else"))
    quiet(world.url)

    assert said(reporter, emptied, NOTES) == [""]
    assert said(reporter, kept, NOTES) == ["Restarted the queue"]
    person.write_notes(emptied, "Emptied the queue")
    quiet(world.url)
    assert "Emptied the queue" in said(reporter, key, NOTES)
    assert said(reporter, key, NOTES) == said(reporter, clone, NOTES)


def test_comments_on_both_sides_cross_nowhere_while_texts_are_kept_in_step(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    for number in range(3):
        for person, key, field in ((reporter, pair[0], "description"), (engineer, pair[1], NOTES)):
            comment = {"body": text(f"secret {number} of {key}")}
            assert person.call("POST", f"issue/{key}/comment", comment).status_code == 201
            person.edit(key, **{field: text(f"{field} {number}")})
    quiet(world.url)

    assert texts(reporter, pair) == ["description 2"]
    assert texts(reporter, pair, NOTES) == [f"{NOTES} 2"]
    for key in pair:
        issue = reporter.issue(key)
        written = [plain_text(comment["body"]) for comment in issue["comment"]["comments"]]
        assert written == [f"secret {number} of {key}" for number in range(3)]
        assert "secret" not in plain_text(issue["description"]) + plain_text(issue[NOTES])
    assert [path for _, path in effects.writes(world) if "comment" in path] == []


def test_a_pair_of_an_earlier_release_loses_nothing_and_learns_its_text(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    """Only digests are known of it."""
    with service.db.writing() as session:
        session.execute(update(SyncedField).values(text=None))

    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")

    lines = texts(reporter, pair)
    assert {"It broke at one", "It broke at two", FIRST[0], FIRST[2]} == set(lines)
    assert [clash.stands for clash in clashes(service)] == ["both"]
    with service.db.reading() as session:
        row = session.scalars(select(SyncedField).where(SyncedField.field == "description")).one()
    assert plain_text(row.text).split("\n") == lines


def test_uninstalling_forgets_what_people_wrote(
    world: Sandbox, service: Service, pair: tuple[str, str], reporter: JiraUser, engineer: JiraUser
) -> None:
    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")
    assert len(clashes(service)) == 1

    post(f"{world.url}/_sandbox/connect/uninstall", {"key": "solveonce-jira"})
    eventually(lambda: clashes(service) == [])

    with service.db.reading() as session:
        assert [row.text for row in session.scalars(select(SyncedField))] == [None, None]
