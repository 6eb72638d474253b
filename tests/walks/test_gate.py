"""The gate is watched: what is done without Resolution Notes goes back, on either board, and people are told once."""

from __future__ import annotations

import pytest

from app import engine
from app.models import AuditEntry
from app.workflow import flow
from sandbox import Sandbox, jira_index
from sandbox.jira_act import Act
from sandbox.jira_issues import create
from sandbox.people import NOTES, JiraUser, SlackUser, post, text, words
from sandbox.seed import BACKLOG, DONE, EXCEPTION_TYPE, TEAM, TO_DO
from sandbox.world import Issue
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.log import _Silent
from tests.walks.story import ENGINEERING, INTAKE

BACK = "Resolution Notes Required"


@pytest.fixture
def open_gate(world: Sandbox, service: Service) -> Sandbox:
    """An administrator has taken the validators off."""
    for project in world.world.jira.projects.values():
        for transition in project.transitions:
            transition.validators.clear()
    world.world.settings.search_lag = 0
    return world


def made_done(world: Sandbox, project: str = "OPS") -> Issue:
    """By a migration: without a transition, and without a word to anybody."""
    act = Act(world.world, _Silent(world.world), world.world.person("reporter@example.com"))  # type: ignore[arg-type]
    place = world.world.jira.projects[project]
    fields = {"project": {"key": project}, "issuetype": {"name": place.issue_type}, "summary": "Migrated"}
    fields |= {EXCEPTION_TYPE: {"value": "Event operations"}, TEAM: {"value": "Operations"}}
    place.initial_status = DONE
    try:
        return create(act, {"fields": fields})
    finally:
        place.initial_status = TO_DO if project == "OPS" else BACKLOG


def look(service: Service, moment: str = "2026-11-22T10:41:00") -> None:
    """What happens by itself every hour."""
    with service.db.writing() as session:
        engine.enqueue(session, "workflow.watch_gate", 1, moment, id=f"1:{moment}", lane="1:gate")


def told(world: Sandbox, channel: str = INTAKE) -> list[str]:
    return [said for said in effects.messages(world, channel) if "done without" in said]


def audited(service: Service, key: str) -> list[str]:
    with service.db.reading() as session:
        return [row.outcome for row in session.query(AuditEntry).filter_by(issue_key=key, step="send_back")]


def test_done_without_notes_goes_back_at_once_and_the_thread_is_told(
    open_gate: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    slack_reporter.ask(team="Operations")
    eventually(lambda: effects.issues(open_gate, "OPS") and effects.remote_links(open_gate, "OPS-1"))

    reporter.move("OPS-1", "Done")

    eventually(lambda: reporter.status("OPS-1") == BACK)
    eventually(lambda: told(open_gate))
    quiet(open_gate.url)
    [message] = [each for each in open_gate.world.slack.messages if "done without" in each.text]
    assert message.thread_ts
    assert "back in *Resolution Notes Required*" in message.text
    assert "into the field *Resolution Notes*" in message.text
    button = message.blocks[-1]["elements"][0]
    assert (button["action_id"], button["text"]["text"]) == ("ops.notes.edit", "Write the notes")
    place = {"channel": message.channel, "ts": message.ts}
    assert slack_reporter.do("click", action_id="ops.notes.edit", **place)["view"]["title"] == "Resolution Notes"
    assert audited(service, "OPS-1") == [f"sent back to {BACK}: done without Resolution Notes"]
    assert effects.log_rows(open_gate) == []


def test_a_ticket_created_in_done_goes_back_at_once(open_gate: Sandbox, service: Service, reporter: JiraUser) -> None:
    """Trap 4: no transition, so no validator is asked."""
    open_gate.world.jira.projects["OPS"].initial_status = DONE

    key = reporter.new_issue(team="Operations")

    eventually(lambda: reporter.status(key) == BACK)
    eventually(lambda: len(told(open_gate)) == 1)


@pytest.mark.parametrize("blank", [None, "   "], ids=["nothing", "blanks"])
def test_notes_cleared_after_done_send_the_ticket_back(
    world: Sandbox, service: Service, reporter: JiraUser, blank: str | None
) -> None:
    """Trap 5: a paragraph of blanks is no text, whatever Jira thinks."""
    key = reporter.new_issue(team="Operations")
    reporter.write_notes(key, "Restarted")
    reporter.move(key, "Done")
    quiet(world.url)

    reporter.write_notes(key, blank)

    eventually(lambda: reporter.status(key) == BACK)


def test_what_is_sent_back_and_was_never_handed_over_goes_to_engineering_as_if_a_person_had_opened_it_again(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue(team="Operations", **{NOTES: text("Restarted")})
    reporter.move(key, "Done")
    reporter.edit(key, **{TEAM: {"value": "Engineering"}})
    quiet(world.url)
    assert effects.issues(world, "YAY") == []

    reporter.write_notes(key, None)

    assert eventually(lambda: reporter.clone_of(key))
    quiet(world.url)
    assert len(effects.issues(world, "YAY")) == 1
    assert effects.messages(world, ENGINEERING)


def test_notes_cleared_in_a_finished_original_send_it_back_and_stay_in_its_clone(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key = reporter.new_issue()
    clone = eventually(lambda: reporter.clone_of(key))
    engineer.write_notes(clone, "Restarted")
    quiet(world.url)
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status(key) == BACK)
    quiet(world.url)
    reporter.move(key, "Done")
    quiet(world.url)

    reporter.write_notes(key, None)

    eventually(lambda: reporter.status(key) == BACK)
    quiet(world.url)
    assert (words(engineer.issue(clone)[NOTES]), engineer.status(clone)) == ("Restarted", "Done")


def test_a_clone_goes_back_and_its_original_waits_for_engineering(
    open_gate: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key = reporter.new_issue()
    clone = eventually(lambda: reporter.clone_of(key))
    quiet(open_gate.url)

    engineer.move(clone, "Done")

    eventually(lambda: engineer.status(clone) == "In Progress")
    eventually(lambda: told(open_gate, ENGINEERING))
    quiet(open_gate.url)
    assert len(told(open_gate, ENGINEERING)) == 1
    assert reporter.status(key) == "Sent to Engineering"


def test_what_was_migrated_is_found_by_the_hour_on_both_boards(
    open_gate: Sandbox, service: Service, reporter: JiraUser
) -> None:
    ops, own = made_done(open_gate), made_done(open_gate, "YAY")
    quiet(open_gate.url)
    assert reporter.status(ops.key) == "Done"

    look(service)

    eventually(lambda: (reporter.status(ops.key), reporter.status(own.key)) == (BACK, "In Progress"))
    eventually(lambda: len(told(open_gate)) == len(told(open_gate, ENGINEERING)) == 1)


def test_those_that_jira_calls_empty_leave_no_room_out_for_those_that_it_does_not(
    open_gate: Sandbox, service: Service, reporter: JiraUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both searches find the empty ones."""
    monkeypatch.setattr(flow, "MOST", 4)
    issues = [made_done(open_gate) for _ in range(7)]
    for issue in issues[:3]:
        issue.fields[NOTES] = text("\u200b")
        jira_index.note(open_gate.world, issue)

    look(service)

    eventually(lambda: {reporter.status(issue.key) for issue in issues} == {BACK})


def test_tickets_that_can_never_go_back_keep_no_others_from_it(
    open_gate: Sandbox, service: Service, reporter: JiraUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "MOST", 2)
    older = made_done(open_gate)
    engineering = open_gate.world.jira.projects["YAY"]
    engineering.transitions = [way for way in engineering.transitions if DONE not in way.sources]
    stuck = [made_done(open_gate, "YAY") for _ in range(5)]

    for hour in range(3):
        look(service, f"2026-11-22T1{hour}:41:00+00:00")
        quiet(open_gate.url)

    assert reporter.status(older.key) == BACK
    assert {reporter.status(issue.key) for issue in stuck} == {"Done"}


def test_a_character_of_no_width_that_jira_calls_a_text_is_found_by_the_hour(
    open_gate: Sandbox, service: Service, reporter: JiraUser
) -> None:
    issue = made_done(open_gate)
    issue.fields[NOTES] = text("\u200b")
    jira_index.note(open_gate.world, issue)
    assert reporter.get("search/jql?jql=project=OPS AND cf[10050] IS EMPTY")["issues"] == []

    look(service)

    eventually(lambda: reporter.status(issue.key) == BACK)


@pytest.mark.settings(gate_engineering="clones")
def test_engineering_s_own_tickets_may_be_spared(open_gate: Sandbox, service: Service, reporter: JiraUser) -> None:
    own, ops = made_done(open_gate, "YAY"), made_done(open_gate)

    look(service)

    eventually(lambda: reporter.status(ops.key) == BACK)
    quiet(open_gate.url)
    assert reporter.status(own.key) == "Done"


def test_where_no_transition_leads_back_people_are_told_once_and_nothing_loops(
    open_gate: Sandbox, service: Service, reporter: JiraUser
) -> None:
    project = open_gate.world.jira.projects["OPS"]
    project.transitions = [way for way in project.transitions if way.id != "41"]
    issue = made_done(open_gate)

    for hour in range(3):
        look(service, f"2026-11-22T1{hour}:41:00")
        quiet(open_gate.url)

    [said] = told(open_gate)
    assert "no transition leads to 'Resolution Notes Required'" in said
    assert "Add one to the project's workflow" in said
    assert len(audited(service, issue.key)) == 1
    assert reporter.status(issue.key) == "Done"


def test_it_is_told_anew_when_it_happens_anew(open_gate: Sandbox, service: Service, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    for _ in range(2):
        reporter.move(key, "Done")
        eventually(lambda: reporter.status(key) == BACK)
        quiet(open_gate.url)

    assert len(told(open_gate)) == 2


def test_a_lost_answer_to_the_transition_is_told_all_the_same(
    open_gate: Sandbox, service: Service, reporter: JiraUser
) -> None:
    fault = {"path": "/transitions$", "method": "POST", "lose": True, "times": 1, "by": "solveonce"}
    key = reporter.new_issue(team="Operations")
    quiet(open_gate.url)
    post(f"{open_gate.url}/_sandbox/faults", fault)

    reporter.move(key, "Done")

    eventually(lambda: len(told(open_gate)) == 1)
    quiet(open_gate.url)
    assert (reporter.status(key), len(told(open_gate))) == (BACK, 1)


def test_a_ticket_with_notes_is_left_alone_and_a_look_writes_nothing(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    world.world.settings.search_lag = 0
    key = reporter.new_issue(team="Operations")
    reporter.write_notes(key, "Restarted")
    reporter.move(key, "Done")
    quiet(world.url)
    world.world.calls.clear()

    look(service)
    quiet(world.url)

    assert effects.writes(world) == []
    assert reporter.status(key) == "Done"
