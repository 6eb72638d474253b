"""Which flows an event starts, and in which lane."""

from __future__ import annotations

import pytest

from app.domain import IssueEvent
from app.events.subscriptions import SUBSCRIPTIONS, Start, placed, subscribed
from app.settings import Settings
from tests.builders import an_event

SETTINGS = Settings()
ROUTE, SYNC, FILES, PROGRESS = "handoff.route", "handoff.sync", "handoff.files", "handoff.progress"
TELL, CARD, PUBLISH = "triage.tell_status", "intake.refresh_card", "publishing.publish"


def flows(event: IssueEvent, echo: bool = False) -> list[str]:
    return [each.flow for each in subscribed(event, echo, SETTINGS)]


@pytest.mark.parametrize(
    ("event", "started", "by_an_echo"),
    [
        pytest.param(an_event("issue_created"), [ROUTE], [ROUTE], id="an Ops issue is created, by a person or by us"),
        pytest.param(an_event("issue_created", key="YAY-1"), [], [], id="an engineering issue is created"),
        pytest.param(an_event("issue_updated", "Team Responsible"), [ROUTE], [], id="the team is set"),
        pytest.param(an_event("issue_updated", "Team Responsible", key="YAY-1"), [], [], id="the clone's team is set"),
        pytest.param(an_event("issue_updated", "description"), [SYNC], [], id="the description is edited"),
        pytest.param(an_event("issue_updated", "Resolution Notes"), [SYNC], [], id="the notes are edited"),
        pytest.param(
            an_event("issue_updated", "description", key="YAY-1"), [SYNC], [], id="the clone's description is"
        ),
        pytest.param(
            an_event("issue_updated", "Resolution Notes", key="YAY-1"), [SYNC], [], id="the clone's notes are"
        ),
        pytest.param(an_event("issue_updated", "Attachment"), [FILES], [], id="a file is attached, or deleted"),
        pytest.param(an_event("issue_updated", "Attachment", key="YAY-1"), [FILES], [], id="the same at the clone"),
        pytest.param(an_event("issue_updated", "status"), [TELL, CARD], [TELL, CARD], id="an Ops issue moves"),
        pytest.param(an_event("issue_updated", "status", key="YAY-1"), [PROGRESS], [], id="the clone moves"),
        pytest.param(
            an_event("issue_updated", "status", done=True),
            [TELL, CARD, PUBLISH],
            [TELL, CARD, PUBLISH],
            id="an Ops issue is done",
        ),
        pytest.param(
            an_event("issue_updated", "Resolution Notes", done=True),
            [SYNC, PUBLISH],
            [PUBLISH],
            id="the notes of a finished issue are edited",
        ),
        pytest.param(an_event("issue_updated", "summary", done=True), [PUBLISH], [PUBLISH], id="its summary is edited"),
        pytest.param(an_event("issue_updated", "Context Tags", done=True), [PUBLISH], [PUBLISH], id="its tags are"),
        pytest.param(an_event("issue_updated", "Exception Type", done=True), [PUBLISH], [PUBLISH], id="its type is"),
        pytest.param(an_event("issue_updated", "reporter", done=True), [PUBLISH], [PUBLISH], id="its reporter is"),
        pytest.param(an_event("issue_updated", "summary"), [], [], id="the summary of an open issue is edited"),
        pytest.param(
            an_event("issue_updated", "status", key="YAY-1", done=True), [PROGRESS], [], id="the clone is done"
        ),
        pytest.param(an_event("issue_updated", "assignee", "labels", "Comment"), [], [], id="something else changed"),
        pytest.param(an_event("issue_updated"), [], [], id="nothing changed"),
        pytest.param(an_event("issue_deleted"), [], [], id="an issue is deleted"),
        pytest.param(an_event("issue_updated", "status", "description", key="HR-1", done=True), [], [], id="elsewhere"),
        pytest.param(an_event("issue_created", key="OPSX-1"), [], [], id="a project of a similar key"),
    ],
)
def test_an_event_starts_these_flows(event: IssueEvent, started: list[str], by_an_echo: list[str]) -> None:
    assert flows(event) == started
    assert flows(event, echo=True) == by_an_echo


def test_one_save_with_several_changes_starts_each_flow_once() -> None:
    event = an_event("issue_updated", "status", "description", "Resolution Notes", "Team Responsible", done=True)

    assert sorted(flows(event)) == sorted([ROUTE, SYNC, TELL, CARD, PUBLISH])


def test_names_of_fields_and_projects_are_the_site_s_own() -> None:
    own = Settings(ops_project="SUP", field_team="Zuständig")

    assert [each.flow for each in subscribed(an_event("issue_updated", "Zuständig", key="SUP-1"), False, own)] == [
        ROUTE
    ]
    assert list(subscribed(an_event("issue_updated", "Zuständig"), False, own)) == []


@pytest.mark.parametrize(
    ("flow", "key", "clone_of", "start"),
    [
        pytest.param(ROUTE, "OPS-1", None, Start(ROUTE, ("10001",), "10001"), id="an Ops issue: its own lane"),
        pytest.param(SYNC, "YAY-1", "9000", Start(SYNC, ("10001",), "9000"), id="a clone: the lane of its pair"),
        pytest.param(
            SYNC,
            "YAY-1",
            None,
            Start("handoff.await_pair", ("10001", SYNC), "10001"),
            id="engineering's own, or a clone whose hand-off is not remembered yet",
        ),
        pytest.param(PUBLISH, "OPS-1", None, Start(PUBLISH, ("10001",), "log:10001"), id="a row waits beside the pair"),
        pytest.param(TELL, "OPS-1", None, Start(TELL, ("10001",), "talk:10001"), id="talking has a lane of its own"),
    ],
)
def test_a_flow_has_its_lane(flow: str, key: str, clone_of: str | None, start: Start) -> None:
    subscription = next(each for each in SUBSCRIPTIONS if each.flow == flow)

    assert placed(subscription, an_event("issue_updated", key=key), clone_of, SETTINGS) == start
