"""Plain fields of the table follow each other: choices, lists, labels, numbers; and the texts go on whatever becomes of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.models import AuditEntry
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, post, text, words
from sandbox.seed import CONTEXT_TAGS, TAGS
from sandbox.world import Field
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.test_story import handed_over

EVERYTHING = (
    "Description <-> Description; Resolution Notes <-> Resolution Notes; Priority <-> Priority : newest; "
    "Context Tags <-> Context Tags; Labels <-> Labels; Summary -> Summary"
)
A, B, C, D = CONTEXT_TAGS[:4]


def tags(person: JiraUser, key: str) -> list[str]:
    return sorted(tag["value"] for tag in person.issue(key)[TAGS] or [])


def set_tags(person: JiraUser, key: str, *values: str) -> None:
    person.edit(key, **{TAGS: [{"value": value} for value in values]})


def priority(person: JiraUser, key: str) -> str:
    return str(person.issue(key)["priority"]["name"])


def not_carried(service: Service) -> list[str]:
    with service.db.reading() as session:
        return list(session.scalars(select(AuditEntry.outcome).where(AuditEntry.step == "not_carried")))


@pytest.fixture
def pair(world: Sandbox, service: Service, reporter: JiraUser) -> tuple[str, str]:
    """Handed over, in a project with options of its own."""
    world.world.settings.own_contexts = True
    key, clone = handed_over(world, reporter)
    world.world.calls.clear()
    return key, clone


def written(world: Sandbox) -> list[str]:
    return [method for method, _ in effects.writes(world)]


@pytest.mark.settings(handoff_fields=EVERYTHING)
def test_a_priority_follows_either_way_with_one_write_each(
    world: Sandbox, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str]
) -> None:
    key, clone = pair

    reporter.edit(key, priority={"name": "Blocker"})
    eventually(lambda: priority(engineer, clone) == "Blocker")
    engineer.edit(clone, priority={"name": "Major"})
    eventually(lambda: priority(reporter, key) == "Major")
    quiet(world.url)

    assert written(world) == ["PUT", "PUT"]


@pytest.mark.settings(handoff_fields=EVERYTHING)
def test_tags_put_in_and_taken_out_on_both_sides_at_once_all_count(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str]
) -> None:
    key, clone = pair
    set_tags(reporter, key, A, B)
    eventually(lambda: tags(engineer, clone) == sorted([A, B]))
    quiet(world.url)
    world.world.settings.webhook_late = 1.0

    set_tags(reporter, key, B, C)
    set_tags(engineer, clone, A, B, D)
    quiet(world.url)

    assert tags(reporter, key) == tags(engineer, clone) == sorted([B, C, D])


@pytest.mark.settings(handoff_fields=EVERYTHING)
def test_labels_follow_and_the_mark_of_the_clone_stays_where_it_is(
    world: Sandbox, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str]
) -> None:
    key, clone = pair

    reporter.edit(key, labels=["vip"])
    eventually(lambda: "vip" in engineer.issue(clone)["labels"])
    engineer.edit(clone, labels=["vip", "gate", "solveonce-clone"])
    eventually(lambda: "gate" in reporter.issue(key)["labels"])
    quiet(world.url)

    assert reporter.issue(key)["labels"] == ["gate", "vip"]
    assert engineer.issue(clone)["labels"] == ["gate", "solveonce-clone", "vip"]
    reporter.edit(key, labels=[])
    eventually(lambda: engineer.issue(clone)["labels"] == ["solveonce-clone"])


@pytest.mark.settings(handoff_fields=EVERYTHING)
def test_one_way_is_one_way(world: Sandbox, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str]) -> None:
    key, clone = pair

    engineer.edit(clone, summary="Queue broken")
    quiet(world.url)
    assert reporter.issue(key)["summary"] == "Refunds are stuck"
    assert engineer.issue(clone)["summary"] == "Queue broken"

    reporter.edit(key, summary="All refunds are stuck")
    eventually(lambda: engineer.issue(clone)["summary"] == "All refunds are stuck")


@pytest.mark.settings(handoff_fields=EVERYTHING)
def test_texts_and_plain_fields_of_one_save_go_in_one_write(
    world: Sandbox, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str]
) -> None:
    key, clone = pair

    engineer.edit(clone, labels=["gate"], priority={"name": "Major"}, **{NOTES: text("Root cause found")})
    eventually(lambda: words(reporter.issue(key)[NOTES]) == "Root cause found")
    quiet(world.url)

    assert (priority(reporter, key), reporter.issue(key)["labels"]) == ("Major", ["gate"])
    assert written(world) == ["PUT"]


@pytest.mark.settings(handoff_fields=EVERYTHING)
@pytest.mark.parametrize("last", ["ops", "engineering"])
def test_where_both_changed_the_newest_stands(
    world: Sandbox, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str], last: str
) -> None:
    key, clone = pair
    world.world.settings.webhook_late = 1.0
    edits: dict[str, Any] = {"ops": (reporter, key, "Blocker"), "engineering": (engineer, clone, "Major")}

    for side in sorted(edits, key=lambda side: side == last):
        person, issue, name = edits[side]
        person.edit(issue, priority={"name": name})
    quiet(world.url)

    assert priority(reporter, key) == priority(engineer, clone) == edits[last][2]


@pytest.mark.settings(handoff_fields=EVERYTHING)
def test_a_choice_that_is_not_offered_there_is_told_once_and_stays_here(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str]
) -> None:
    key, clone = pair
    world.world.jira.fields[TAGS].own_options["YAY"][0].disabled = True

    set_tags(reporter, key, A, B)
    eventually(lambda: tags(engineer, clone) == [B])
    set_tags(engineer, clone, B, C)
    eventually(lambda: tags(reporter, key) == sorted([A, B, C]))
    quiet(world.url)

    assert tags(engineer, clone) == sorted([B, C])
    assert not_carried(service) == [f"Context Tags: there is no choice “{A}” there"]


@pytest.mark.settings(handoff_fields=EVERYTHING)
def test_a_value_that_jira_refuses_keeps_no_text_apart(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser, pair: tuple[str, str]
) -> None:
    key, clone = pair
    fault = {"path": r"/rest/api/3/issue/\d+", "method": "PUT", "by": "solveonce", "status": 400, "times": 1}
    post(f"{world.url}/_sandbox/faults", fault)

    engineer.edit(clone, labels=["gate"], **{NOTES: text("Root cause found")})
    eventually(lambda: words(reporter.issue(key)[NOTES]) == "Root cause found")
    quiet(world.url)

    assert reporter.issue(key)["labels"] == []
    assert [told.partition(":")[0] for told in not_carried(service)] == ["labels"]


@pytest.mark.settings(handoff_fields="Workaround <-> Hint; Resolution Notes <-> Resolution Notes")
def test_any_text_of_the_table_follows_between_whichever_two_fields_it_names(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    here, there = "customfield_10081", "customfield_10082"
    for id, name, project in ((here, "Workaround", "OPS"), (there, "Hint", "YAY")):
        world.world.jira.fields[id] = Field(id, name, "textarea", projects=(project,))
        place = world.world.jira.projects[project]
        place.create_screen = (*place.create_screen, id)
    key = reporter.new_issue(**{here: text("Restart it")})
    clone = eventually(lambda: reporter.clone_of(key))
    quiet(world.url)
    assert words(engineer.issue(clone)[there]) == "Restart it"

    engineer.edit(clone, **{there: text("Restart it twice")})
    eventually(lambda: words(reporter.issue(key)[here]) == "Restart it twice")
    reporter.edit(key, **{here: text("Do not restart it")})
    eventually(lambda: words(engineer.issue(clone)[there]) == "Do not restart it")
    quiet(world.url)

    assert not_carried(service) == []
