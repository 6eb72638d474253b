"""Triage in the thread: by pressing, in a sandbox, with everything that people and networks do to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from app import engine, threads
from app.models import AuditEntry
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser, post, words
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

OPS = "#ops-exceptions"


@dataclass
class Agent:
    """Somebody at the triage controls of OPS-1."""

    world: Sandbox
    email: str

    @property
    def user(self) -> SlackUser:
        return SlackUser(self.world.url, self.email)

    def press(self, what: str, value: Any = None) -> Any:
        message = controls(self.world)
        place = {"channel": message.channel, "ts": message.ts}
        return self.user.do("click", action_id=f"ops.triage.{what}", value=value, **place)

    def fill_in(self, what: str, words: str) -> Any:
        """Press, write into the form that opens, and send it."""
        view = self.press(what)["view"]
        return self.user.do("submit", view_id=view["id"], values={"answer_b": words})

    def reads(self) -> list[str]:
        """What only this person was shown."""
        slack = self.world.world.slack
        me = next(p.slack_id for p in self.world.world.people.values() if p.email == self.email)
        return [m.text for m in slack.messages if m.only_for == me]


def controls(world: Sandbox) -> Any:
    found = [m for m in world.world.slack.messages if m.text.startswith("Triage OPS-")]
    assert len(found) == 1
    return found[0]


def shown(world: Sandbox) -> str:
    return str(controls(world).blocks)


def thread(world: Sandbox) -> list[str]:
    """What was said after card and controls."""
    return [text for text in effects.messages(world, OPS)[1:] if not text.startswith("Triage ")]


def audit(service: Service) -> list[tuple[str, str]]:
    with service.db.reading() as session:
        rows = session.query(AuditEntry).order_by(AuditEntry.at)
        return [(row.step, row.outcome) for row in rows if row.step.startswith("triage ")]


@pytest.fixture
def ticket(world: Sandbox, service: Service, slack_reporter: SlackUser) -> str:
    slack_reporter.ask(team="Operations", summary="Refunds are stuck")
    eventually(lambda: [m for m in world.world.slack.messages if m.text == "Triage OPS-1"])
    quiet(world.url)
    return "OPS-1"


@pytest.fixture
def dana(world: Sandbox) -> Agent:
    return Agent(world, "engineer@example.com")


@pytest.fixture
def sam(world: Sandbox) -> Agent:
    return Agent(world, "admin@example.com")


def test_a_severity_that_is_chosen_in_the_thread_is_on_the_ticket_its_card_and_told_once_with_a_name(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    dana.press("severity", "Critical")
    eventually(lambda: reporter.issue(ticket)["priority"]["name"] == "Critical")
    quiet(world.url)

    name = next(p.name for p in world.world.people.values() if p.email == dana.email)
    assert thread(world) == [f":inbox_tray: OPS-1: severity *Critical* (by {name})."]
    assert effects.messages(world, OPS)[0] == "OPS-1 To Do: Refunds are stuck (Priority Critical)"
    assert audit(service) == [("triage severity", "done by U0ENGINEER")]


def test_pressing_twice_is_once(world: Sandbox, service: Service, ticket: str, dana: Agent) -> None:
    world.world.settings.slack_events_twice = True
    for _ in range(2):
        dana.press("take")
    quiet(world.url)

    assert len(thread(world)) == 1


@pytest.mark.settings(settle_time=1.0)
def test_a_press_on_controls_that_are_not_written_down_yet_counts(
    world: Sandbox, service: Service, slack_reporter: SlackUser, dana: Agent
) -> None:
    """Slack shows a message to people before we have its answer."""
    fault = {"path": "chat.postMessage", "containing": "Triage OPS-1", "times": 1, "lose": True}
    post(f"{world.url}/_sandbox/faults", fault)
    slack_reporter.ask(team="Operations", summary="Refunds are stuck")
    eventually(lambda: [m for m in world.world.slack.messages if m.text == "Triage OPS-1"])
    dana.press("severity", "Major")
    dana.fill_in("info", "Which till?")
    dana.press("close")

    quiet(world.url)
    done = {(f"triage {what}", "done by U0ENGINEER") for what in ("severity", "info", "close")}
    assert set(audit(service)) == done


@pytest.mark.settings(tell_window=2.0)
def test_several_choices_in_a_row_are_told_in_one_message(
    world: Sandbox, service: Service, ticket: str, dana: Agent
) -> None:
    dana.press("severity", "Major")
    dana.press("take")
    quiet(world.url)

    assert len(thread(world)) == 1
    assert "owner" in thread(world)[0]
    assert "severity *Major*" in thread(world)[0]


def test_the_second_of_two_agents_sees_what_the_first_did_and_overwrites_nothing(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent, sam: Agent
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/", "by": "solveonce", "status": 503})
    dana.press("severity", "Critical")
    controls_before = controls(world).blocks
    sam_press = {"channel": controls(world).channel, "ts": controls(world).ts}
    assert controls_before
    sam.user.do("click", action_id="ops.triage.severity", value="Blocker", **sam_press)
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)
    eventually(sam.reads)
    quiet(world.url)

    assert reporter.issue(ticket)["priority"]["name"] == "Critical"
    assert "set the severity to *Critical* a moment ago" in sam.reads()[0]
    assert dana.reads() == []


def test_who_corrects_the_own_choice_at_once_is_not_stopped(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/", "by": "solveonce", "status": 503})
    dana.press("severity", "Critical")
    dana.press("severity", "Blocker")
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)
    quiet(world.url)

    assert reporter.issue(ticket)["priority"]["name"] == "Blocker"
    assert dana.reads() == []


def test_while_jira_is_down_a_choice_is_kept_and_shown_as_queued(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/", "by": "solveonce", "status": 503})
    dana.press("severity", "Critical")

    eventually(lambda: "Queued until Jira answers: severity → *Critical*" in shown(world))

    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)
    eventually(lambda: reporter.issue(ticket)["priority"]["name"] == "Critical")
    quiet(world.url)
    assert "Queued" not in shown(world)


def test_engineering_set_in_the_thread_hands_over_once(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    dana.press("team", "Engineering")
    eventually(lambda: reporter.status(ticket) == "Sent to Engineering")
    quiet(world.url)

    assert effects.issues(world, "YAY") == ["YAY-1"]


def test_type_and_tags_are_set_and_tags_from_elsewhere_stay(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    dana.press("type", "Event operations")
    dana.press("tags", ["Ops - ticketing", "Finance - refunds"])
    quiet(world.url)

    issue = reporter.issue(ticket)
    assert issue["customfield_10047"]["value"] == "Event operations"
    assert [tag["value"] for tag in issue["customfield_10049"]] == ["Ops - ticketing", "Finance - refunds"]


def test_somebody_is_assigned_by_her_address(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    dana.press("assign", "admin@example.com")
    quiet(world.url)

    assert reporter.issue(ticket)["assignee"]["emailAddress"] == "admin@example.com"
    assert "Owner" in str(world.world.slack.messages[0].blocks)


@pytest.mark.settings(triage_rota="engineer@example.com, admin@example.com, gone@example.com")
def test_by_rota_whoever_has_the_fewest_open_tickets_gets_it(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    world.world.settings.search_lag = 0
    engineer = next(p for p in world.world.people.values() if p.email == "engineer@example.com")
    reporter.new_issue(team="Operations", assignee={"id": engineer.account_id})
    quiet(world.url)

    dana.press("rota")
    quiet(world.url)

    assert reporter.issue(ticket)["assignee"]["emailAddress"] == "admin@example.com"


def test_a_duplicate_is_linked_closed_and_says_of_what(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    other = reporter.new_issue(team="Operations")
    quiet(world.url)

    assert dana.fill_in("duplicate", "not a key")["errors"]
    dana.fill_in("duplicate", f"https://team.example/browse/{other.lower()}")
    eventually(lambda: reporter.status(ticket) == "Done")
    quiet(world.url)

    link = reporter.issue(ticket)["issuelinks"][0]
    assert (link["type"]["outward"], link["outwardIssue"]["key"]) == ("duplicates", other)
    assert words(reporter.issue(ticket)[NOTES]) == f"Duplicate of {other}."
    assert [text for text in thread(world) if "Done" in text] == [thread(world)[-1]]
    assert thread(world)[-1].startswith("<@U0REPORTER> ")
    assert "nothing to triage" in shown(world)
    assert engine.failed() == []


@pytest.mark.parametrize("key", ["OPS-99", "OPS-1"])
def test_a_duplicate_of_nothing_or_of_itself_is_refused_in_words(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent, key: str
) -> None:
    dana.fill_in("duplicate", key)
    eventually(dana.reads)
    quiet(world.url)

    assert key in dana.reads()[0]
    assert reporter.status(ticket) == "To Do"
    assert reporter.issue(ticket)[NOTES] is None


def test_a_decline_tells_the_reporter_why_and_keeps_the_reason_as_the_notes(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    dana.fill_in("decline", "Works as agreed <!channel>")
    eventually(lambda: reporter.status(ticket) == "Done")
    quiet(world.url)

    assert words(reporter.issue(ticket)[NOTES]) == "Declined: Works as agreed <!channel>"
    assert len([text for text in thread(world) if "*Done*" in text]) == 1
    said = str(next(m for m in world.world.slack.messages if m.text == thread(world)[-1]).blocks)
    assert "&lt;!channel&gt;" in said
    eventually(lambda: effects.log_rows(world))


def test_where_no_transition_leads_a_decline_changes_nothing_and_says_so(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    dana.press("team", "Engineering")
    eventually(lambda: reporter.status(ticket) == "Sent to Engineering")
    quiet(world.url)

    dana.fill_in("decline", "No")
    eventually(dana.reads)
    quiet(world.url)

    assert "no transition leads to Done" in dana.reads()[0]
    assert reporter.issue(ticket)[NOTES] is None


def test_needed_information_is_asked_of_the_reporter_even_while_jira_is_down(
    world: Sandbox, service: Service, ticket: str, dana: Agent
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/", "by": "solveonce", "status": 503})
    dana.fill_in("info", "Which order?")
    eventually(lambda: thread(world))

    assert "<@U0REPORTER>" in thread(world)[0]
    assert "Which order?" in str(world.world.slack.messages[-1].blocks)
    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)


@pytest.mark.settings(status_needs_information="In Progress")
def test_a_status_for_what_waits_for_information_is_set(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    dana.fill_in("info", "Which order?")
    eventually(lambda: reporter.status(ticket) == "In Progress")
    quiet(world.url)

    assert len([text for text in thread(world) if "needs to know" in text]) == 1


def test_a_closed_triage_has_nothing_to_press_and_a_late_press_is_told_so(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent, sam: Agent
) -> None:
    form = sam.press("decline")["view"]
    dana.press("close")
    eventually(lambda: "was closed by" in shown(world))
    sam.user.do("submit", view_id=form["id"], values={"answer_b": "No"})
    eventually(sam.reads)
    quiet(world.url)

    assert "ops.triage." not in shown(world)
    with service.db.reading() as session:
        assert threads.is_triaged(session, 1, world.world.issue(ticket).id)  # type: ignore[union-attr]
    assert "closed this triage" in sam.reads()[0]
    assert reporter.status(ticket) == "To Do"


@pytest.mark.settings(triage_channel="#ops-exceptions-eng-triage")
def test_only_members_of_the_triage_channel_may_and_others_read_who(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent, sam: Agent
) -> None:
    room = world.world.slack.channels["C0ENGTRI"]
    room["members"] = ["U0ENGINEER", "U0SOLVE"]
    sam.press("severity", "Critical")
    eventually(sam.reads)
    assert "Only the members of #ops-exceptions-eng-triage may triage" in sam.reads()[0]
    assert reporter.issue(ticket)["priority"]["name"] == "General"

    room["members"].append("U0ADMIN")
    sam.press("severity", "Major")
    eventually(lambda: reporter.issue(ticket)["priority"]["name"] == "Major")
    quiet(world.url)


@pytest.mark.settings(triage_group="@ops-triage")
def test_members_of_a_user_group_may(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent, sam: Agent
) -> None:
    sam.press("severity", "Critical")
    eventually(sam.reads)
    assert "Slack has no user group @ops-triage" in sam.reads()[0]

    world.world.slack.usergroups["S0OPS"] = {"id": "S0OPS", "handle": "ops-triage", "users": ["U0ENGINEER"]}
    sam.press("severity", "Critical")
    eventually(lambda: len(sam.reads()) == 2)
    dana.press("severity", "Blocker")
    eventually(lambda: reporter.issue(ticket)["priority"]["name"] == "Blocker")
    quiet(world.url)
    assert "Only the members of @ops-triage" in sam.reads()[1]


def test_what_jira_refuses_is_told_to_whoever_chose(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent
) -> None:
    fault = {"path": "/rest/api/3/issue/", "method": "PUT", "by": "solveonce", "status": 400, "times": 1}
    post(f"{world.url}/_sandbox/faults", fault)
    dana.press("severity", "Critical")
    eventually(dana.reads)
    quiet(world.url)

    assert dana.reads()[0].startswith("Jira did not take it")
    assert reporter.issue(ticket)["priority"]["name"] == "General"
    assert audit(service) == [("triage severity", "not done for U0ENGINEER")]


@pytest.mark.parametrize("trouble", [{"status": 500}, {"lose": True}, {"cut": True}], ids=["500", "lost answer", "cut"])
def test_no_decision_is_lost_or_told_twice_whatever_fails_once(
    world: Sandbox, service: Service, reporter: JiraUser, ticket: str, dana: Agent, trouble: dict[str, Any]
) -> None:
    ours = [("PUT", r"/rest/api/3/issue/\d+"), ("POST", r"/rest/api/3/issue/\d+/transitions")]
    slack = [("POST", f"/slack/api/{method}") for method in ("chat.postMessage", "chat.update", "users.info")]
    faults = [{"method": m, "path": p, "by": "solveonce", "times": 1, **trouble} for m, p in ours]
    faults += [{"method": m, "path": p, "times": 1, **trouble} for m, p in slack]
    post(f"{world.url}/_sandbox/faults", faults)

    dana.press("severity", "Major")
    dana.fill_in("decline", "Works as agreed")
    eventually(lambda: reporter.status(ticket) == "Done")
    quiet(world.url)

    assert reporter.issue(ticket)["priority"]["name"] == "Major"
    assert words(reporter.issue(ticket)[NOTES]) == "Declined: Works as agreed"
    assert [text for text in thread(world) if "closed OPS-1" in text] == [thread(world)[-1]]
    assert len([text for text in thread(world) if "severity" in text]) <= 1
    assert len(thread(world)) <= 2
    assert audit(service) == [("triage severity", "done by U0ENGINEER"), ("triage decline", "done by U0ENGINEER")]
    assert engine.failed() == []
