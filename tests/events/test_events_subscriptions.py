"""Which flows an event starts, and in which lane."""

from __future__ import annotations

import pytest

from app.domain import FieldChange, IssueEvent
from app.events.subscriptions import SUBSCRIPTIONS, Start, placed, subscribed
from app.settings import Settings
from tests.builders import an_event

SETTINGS = Settings()
ROUTE, SYNC, FILES, PROGRESS = "handoff.route", "handoff.sync", "handoff.files", "handoff.progress"
DELETED, LINK = "handoff.deleted", "handoff.check_link"
GATE = "workflow.send_back"
TELL, CARD, PUBLISH = "triage.tell", "intake.refresh_card", "publishing.publish"
CONTROLS = "triage.refresh"


def flows(event: IssueEvent, echo: bool = False) -> list[str]:
    return [each.flow for each in subscribed(event, echo, SETTINGS)]


@pytest.mark.parametrize(
    ("event", "started", "by_an_echo"),
    [
        pytest.param(an_event("issue_created"), [ROUTE], [ROUTE], id="an Ops issue is created, by a person or by us"),
        pytest.param(an_event("issue_created", key="YAY-1"), [], [], id="an engineering issue is created"),
        pytest.param(
            an_event("issue_updated", "Team Responsible"),
            [ROUTE, CARD, CONTROLS],
            [CARD, CONTROLS],
            id="the team is set",
        ),
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
        pytest.param(
            an_event("issue_updated", "status"),
            [PROGRESS, TELL, CARD, CONTROLS],
            [TELL, CARD, CONTROLS],
            id="an Ops issue moves",
        ),
        pytest.param(an_event("issue_updated", "status", key="YAY-1"), [PROGRESS], [], id="the clone moves"),
        pytest.param(
            an_event("issue_updated", "status", done=True),
            [GATE, PROGRESS, TELL, CARD, CONTROLS, PUBLISH],
            [GATE, TELL, CARD, CONTROLS, PUBLISH],
            id="an Ops issue is done",
        ),
        pytest.param(
            an_event("issue_updated", "Resolution Notes", done=True),
            [SYNC, GATE, PUBLISH],
            [GATE, PUBLISH],
            id="the notes of a finished issue are edited",
        ),
        pytest.param(
            an_event("issue_updated", "summary", done=True),
            [CARD, CONTROLS, PUBLISH],
            [CARD, CONTROLS, PUBLISH],
            id="its summary is edited",
        ),
        pytest.param(
            an_event("issue_updated", "Context Tags", done=True),
            [CARD, CONTROLS, PUBLISH],
            [CARD, CONTROLS, PUBLISH],
            id="its tags are",
        ),
        pytest.param(
            an_event("issue_updated", "Exception Type", done=True),
            [CARD, CONTROLS, PUBLISH],
            [CARD, CONTROLS, PUBLISH],
            id="its type is",
        ),
        pytest.param(an_event("issue_updated", "reporter", done=True), [PUBLISH], [PUBLISH], id="its reporter is"),
        pytest.param(
            an_event("issue_updated", "summary"), [CARD, CONTROLS], [CARD, CONTROLS], id="the summary of an open issue"
        ),
        pytest.param(
            an_event("issue_updated", "assignee"), [TELL, CARD, CONTROLS], [TELL, CARD, CONTROLS], id="its owner"
        ),
        pytest.param(
            an_event("issue_updated", "status", key="YAY-1", done=True),
            [GATE, PROGRESS],
            [GATE],
            id="the clone is done",
        ),
        pytest.param(an_event("issue_updated", "labels", "Comment"), [], [], id="something else changed"),
        pytest.param(an_event("issue_created", done=True), [ROUTE, GATE], [ROUTE, GATE], id="an issue is created done"),
        pytest.param(an_event("issue_created", key="YAY-1", done=True), [GATE], [GATE], id="one of engineering's is"),
        pytest.param(an_event("issue_updated"), [], [], id="nothing changed"),
        pytest.param(an_event("issue_deleted"), [DELETED], [], id="an Ops issue is deleted"),
        pytest.param(an_event("issue_deleted", key="YAY-1"), [DELETED], [], id="an engineering issue is deleted"),
        pytest.param(an_event("issue_deleted", key="HR-1"), [DELETED], [], id="one is deleted where it was moved to"),
        pytest.param(an_event("issue_updated", "Link"), [LINK], [], id="an Ops issue is linked or unlinked"),
        pytest.param(an_event("issue_updated", "Link", key="YAY-1"), [LINK], [], id="an engineering issue is"),
        pytest.param(an_event("issue_updated", "Link", key="HR-1"), [], [], id="an issue elsewhere is linked"),
        pytest.param(
            an_event("issue_updated", "project", "Key", key="HR-1"),
            [PROGRESS, FILES, SYNC, PUBLISH],
            [PUBLISH],
            id="an issue was moved out of the project",
        ),
        pytest.param(
            an_event("issue_updated", "security", key="YAY-1"),
            [PROGRESS, PUBLISH],
            [PUBLISH],
            id="the clone may be seen by others than before",
        ),
        pytest.param(an_event("issue_updated", "status", "description", key="HR-1", done=True), [], [], id="elsewhere"),
        pytest.param(an_event("issue_created", key="OPSX-1"), [], [], id="a project of a similar key"),
    ],
)
def test_an_event_starts_these_flows(event: IssueEvent, started: list[str], by_an_echo: list[str]) -> None:
    assert flows(event) == started
    assert flows(event, echo=True) == by_an_echo


def test_one_save_with_several_changes_starts_each_flow_once() -> None:
    event = an_event("issue_updated", "status", "description", "Resolution Notes", "Team Responsible", done=True)

    assert sorted(flows(event)) == sorted([ROUTE, SYNC, GATE, PROGRESS, TELL, CARD, CONTROLS, PUBLISH])


def test_names_of_fields_and_projects_are_the_site_s_own() -> None:
    own = Settings(ops_project="SUP", field_team="Zuständig")

    assert [each.flow for each in subscribed(an_event("issue_updated", "Zuständig", key="SUP-1"), False, own)] == [
        ROUTE,
        CARD,
        CONTROLS,
    ]
    assert list(subscribed(an_event("issue_updated", "Zuständig"), False, own)) == []


@pytest.mark.parametrize(
    ("table", "changed", "started"),
    [
        ("Priority <-> Priority; Labels -> Labels", ["priority"], [SYNC]),
        ("Priority <-> Priority; Labels -> Labels", ["labels"], [SYNC]),
        ("Priority => Priority", ["priority"], []),
        ("Severity <- Impact", ["Impact"], [SYNC]),
        ("customfield_7 <-> customfield_8", ["Colour"], []),
    ],
    ids=["both ways", "one way", "carried once", "the other side's name", "another field"],
)
def test_what_the_table_lets_follow_is_kept_in_step(table: str, changed: list[str], started: list[str]) -> None:
    event, own = an_event("issue_updated", *changed), Settings(handoff_fields=table)

    assert [each.flow for each in subscribed(event, False, own) if each.flow == SYNC] == started


def test_a_field_that_the_table_names_by_its_id_is_known_by_it() -> None:
    event = an_event(changes=(FieldChange("Colour", None, None, "customfield_7"),))

    started = subscribed(event, False, Settings(handoff_fields="customfield_7 <-> customfield_8"))

    assert [each.flow for each in started] == [SYNC]


@pytest.mark.parametrize(
    ("flow", "key", "clone_of", "start"),
    [
        pytest.param(ROUTE, "OPS-1", None, Start(ROUTE, ("10001",), "10001"), id="an Ops issue: its own lane"),
        pytest.param(SYNC, "YAY-1", "9000", Start(SYNC, ("10001",), "9000"), id="a clone: the lane of its pair"),
        pytest.param(PROGRESS, "OPS-2", "9000", Start(PROGRESS, ("10001",), "9000"), id="wherever it was moved to"),
        pytest.param(
            PROGRESS,
            "HR-1",
            None,
            Start("handoff.await_pair", ("10001", PROGRESS), "10001"),
            id="an issue elsewhere, which may be an Ops issue that was moved",
        ),
        pytest.param(
            SYNC,
            "YAY-1",
            None,
            Start("handoff.await_pair", ("10001", SYNC), "10001"),
            id="engineering's own, or a clone whose hand-off is not remembered yet",
        ),
        pytest.param(GATE, "OPS-1", None, Start(GATE, ("10001",), "10001"), id="the gate of an Ops issue"),
        pytest.param(GATE, "YAY-1", "9000", Start(GATE, ("10001",), "9000"), id="of a clone"),
        pytest.param(GATE, "YAY-1", None, Start(GATE, ("10001",), "10001"), id="of engineering's own ticket"),
        pytest.param(PUBLISH, "OPS-1", None, Start(PUBLISH, ("10001",), "log:10001"), id="a row waits beside the pair"),
        pytest.param(TELL, "OPS-1", None, Start(TELL, ("10001",), "talk:10001"), id="talking has a lane of its own"),
    ],
)
def test_a_flow_has_its_lane(flow: str, key: str, clone_of: str | None, start: Start) -> None:
    subscription = next(each for each in SUBSCRIPTIONS if each.flow == flow)

    assert placed(subscription, an_event("issue_updated", key=key), clone_of, SETTINGS) == start
