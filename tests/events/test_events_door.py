"""Jira tells us something: it is stored, with the flows that it starts, before we say yes."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from sqlalchemy import text

from app.models_handoff import Pair
from tests.callers import ACME, Doors, Tenant

OTHER = Tenant("the-client-key-of-others", "the-secret-that-others-and-we-share", base_url="http://127.0.0.1:8091")
CREATED, UPDATED, DELETED = "/webhooks/issue-created", "/webhooks/issue-updated", "/webhooks/issue-deleted"


@pytest.fixture
def installed(doors: Doors) -> Doors:
    doors.install(ACME)
    return doors


def event(kind: str = "issue_created", *changed: str, project: str = "OPS", **other: Any) -> dict[str, Any]:
    """What Jira's webhook says, as far as it matters here, and words that must not stay."""
    fields = {"project": {"key": project}, "summary": "Refunds are stuck", "description": "Riley's private words"}
    items = [
        {"field": field, "from": None, "fromString": "before", "to": None, "toString": "after"} for field in changed
    ]
    said = {
        "timestamp": 1_790_000_000_000,
        "webhookEvent": f"jira:{kind}",
        "user": {"accountId": "riley", "displayName": "Riley Reporter", "emailAddress": "riley@example.com"},
        "issue": {"id": "10001", "key": f"{project}-1", "fields": fields},
        "changelog": {"id": "500", "items": items},
    }
    return said | other


def named(identifier: str) -> dict[str, str]:
    return {"X-Atlassian-Webhook-Identifier": identifier}


def tell(doors: Doors, said: Any, identifier: str = "delivery-1", target: str = CREATED, tenant: Tenant = ACME) -> int:
    headers = named(identifier) | {"Authorization": "JWT " + doors.token(tenant, "POST", target)}
    return doors.app.test_client().post(f"/connect/jira{target}", json=said, headers=headers).status_code


def started(doors: Doors) -> list[str]:
    return [flow for flow in doors.flows() if not flow.startswith("sites.greet")]


def test_a_delivery_and_its_flow_are_stored_before_we_say_yes(installed: Doors) -> None:
    assert tell(installed, event()) == 202

    (row,) = installed.deliveries()
    assert (row.site_id, row.identifier, row.kind, row.issue_id) == (1, "delivery-1", "issue_created", "10001")
    assert started(installed) == ["handoff.route/1:delivery-1"]


def test_the_same_delivery_again_is_one(installed: Doors) -> None:
    """Jira did not hear our yes."""
    answers = [tell(installed, event()) for _ in range(3)]

    assert answers == [202, 200, 200]
    assert len(installed.deliveries()) == 1
    assert started(installed) == ["handoff.route/1:delivery-1"]


def test_the_same_delivery_in_the_same_moment_is_one(installed: Doors) -> None:
    together, answers = threading.Barrier(6), []

    def repeat() -> None:
        together.wait(10)
        answers.append(tell(installed, event()))

    threads = [threading.Thread(target=repeat) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)

    assert sorted(answers) == [200] * 5 + [202]
    assert len(installed.deliveries()) == len(started(installed)) == 1


def test_the_same_identifier_at_another_site_is_another_delivery(installed: Doors) -> None:
    installed.install(OTHER)

    assert [tell(installed, event(), tenant=tenant) for tenant in (ACME, OTHER)] == [202, 202]

    assert started(installed) == ["handoff.route/1:delivery-1", "handoff.route/2:delivery-1"]


def test_neither_delivery_nor_flow_is_there_without_the_other(installed: Doors) -> None:
    """Half of it would be a lost flow: the repetition would be taken for known."""
    with installed.db.writing() as session:
        session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON workflow_status BEGIN SELECT RAISE(ABORT, 'no room'); END")
        )

    assert tell(installed, event()) >= 500
    assert installed.deliveries() == []
    assert started(installed) == []

    with installed.db.writing() as session:
        session.execute(text("DROP TRIGGER full"))
    assert tell(installed, event()) == 202
    assert len(started(installed)) == len(installed.deliveries()) == 1


def test_no_flow_is_started_when_the_delivery_cannot_be_stored(installed: Doors) -> None:
    with installed.db.writing() as session:
        session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'no room'); END")
        )

    assert tell(installed, event()) >= 500
    assert started(installed) == []


def test_without_a_database_jira_is_asked_to_come_again(installed: Doors) -> None:
    """400 would be final, and the event lost."""
    installed.lose_the_database()

    assert tell(installed, event()) == 503
    assert "event='database did not take it' error='OperationalError'" in installed.log
    assert "Traceback" not in installed.log


def test_what_people_wrote_is_not_stored(installed: Doors) -> None:
    said = event("issue_updated", "description", "Resolution Notes", "status")
    assert tell(installed, said, target=UPDATED) == 202

    (row,) = installed.deliveries()
    kept = json.dumps(row.reading)
    for words in ("Refunds", "private", "before", "after", "Riley Reporter", "riley@example.com"):
        assert words not in kept
        assert words not in installed.log


@pytest.mark.parametrize(
    ("said", "target", "flows"),
    [
        (event(), CREATED, ["handoff.route"]),
        (
            event("issue_updated", "Team Responsible"),
            UPDATED,
            ["handoff.route", "intake.refresh_card", "triage.refresh"],
        ),
        (
            event("issue_updated", "status"),
            UPDATED,
            ["handoff.progress", "intake.refresh_card", "triage.refresh", "triage.tell"],
        ),
        (event("issue_updated", "description"), UPDATED, ["handoff.sync"]),
        (event("issue_updated", "labels"), UPDATED, []),
        (event("issue_updated"), UPDATED, []),
        (event("issue_deleted"), DELETED, ["handoff.deleted"]),
        (event(project="HR"), CREATED, []),
        (event("issue_updated", "status", project="HR"), UPDATED, []),
    ],
    ids=["created", "team", "status", "description", "labels", "nothing", "deleted", "elsewhere", "status elsewhere"],
)
def test_an_event_starts_what_it_is_about_and_is_stored_in_any_case(
    installed: Doors, said: dict[str, Any], target: str, flows: list[str]
) -> None:
    assert tell(installed, said, target=target) == 202

    assert sorted(flow.partition("/")[0] for flow in started(installed)) == flows
    assert len(installed.deliveries()) == 1


def test_all_about_an_issue_and_its_clone_waits_in_one_lane(installed: Doors) -> None:
    with installed.db.writing() as session:
        session.add(Pair(site_id=1, ops_id="10001", ops_key="OPS-1", engineering_id="20001", engineering_key="YAY-1"))
    of_clone = event("issue_updated", "description", project="YAY")
    of_clone["issue"] |= {"id": "20001", "key": "YAY-1"}

    tell(installed, event("issue_updated", "description"), "delivery-1", UPDATED)
    tell(installed, of_clone, "delivery-2", UPDATED)

    with installed.db.reading() as session:
        lanes = session.execute(
            text(
                "SELECT workflow_uuid, queue_partition_key FROM workflow_status WHERE name = 'handoff.sync' ORDER BY 1"
            )
        )
        assert [tuple(each) for each in lanes] == [
            ("handoff.sync/1:delivery-1", "1:10001"),
            ("handoff.sync/1:delivery-2", "1:10001"),
        ]


def test_our_own_change_coming_back_is_stored_and_not_passed_on(installed: Doors) -> None:
    """It would go to the clone, come back from there, and so on."""
    target, said = UPDATED, event("issue_updated", "description")
    traced = named("delivery-1") | {"X-Atlassian-Webhook-Trace": "solveonce"}

    assert installed.call(ACME, target, said, headers=traced | authorization(installed, target)).status_code == 202

    assert started(installed) == []
    assert len(installed.deliveries()) == 1


def authorization(doors: Doors, target: str) -> dict[str, str]:
    return {"Authorization": "JWT " + doors.token(ACME, "POST", target)}


def test_one_change_told_by_two_webhooks_of_a_site_is_one(installed: Doors) -> None:
    """Trap 29: identifiers are Jira's for a webhook, and two webhooks tell the same change under two of them."""
    said = event("issue_updated", "Team Responsible")

    assert [tell(installed, said, id, UPDATED) for id in ("delivery-1", "delivery-2")] == [202, 200]

    assert "handoff.route/1:delivery-1" in started(installed)
    assert all(id.endswith("/1:delivery-1") for id in started(installed))
    assert len(installed.deliveries()) == 1


def test_the_same_number_at_another_issue_or_site_is_another_change(installed: Doors) -> None:
    installed.install(OTHER)
    said, elsewhere = event("issue_updated", "description"), event("issue_updated", "description")
    elsewhere["issue"] |= {"id": "10002", "key": "OPS-2"}

    assert tell(installed, said, "delivery-1", UPDATED) == 202
    assert tell(installed, elsewhere, "delivery-2", UPDATED) == 202
    assert tell(installed, said, "delivery-1", UPDATED, OTHER) == 202


# A site that sends no identifier


def test_without_an_identifier_the_same_words_are_the_same_delivery(installed: Doors) -> None:
    said = event("issue_updated", "description")

    assert [installed.call(ACME, UPDATED, said).status_code for _ in range(2)] == [202, 200]


def test_without_an_identifier_another_change_is_another_delivery(installed: Doors) -> None:
    """Left out, it would be lost; run twice it does no harm."""
    unnumbered = {"items": [{"field": "description"}]}
    changes = [
        event("issue_updated", "description"),
        event("issue_updated", "description", changelog={"id": "501", "items": [{"field": "description"}]}),
        event("issue_updated", "description", changelog=unnumbered),
        event("issue_updated", "description", changelog=unnumbered, timestamp=1_790_000_000_001),
        event("issue_updated", "description", changelog={"items": [{"field": "Resolution Notes"}]}),
    ]

    assert [installed.call(ACME, UPDATED, said).status_code for said in changes] == [202] * 5
    assert len(set(started(installed))) == 5


# What is no event


def test_what_is_no_event_is_refused_with_a_reason(installed: Doors) -> None:
    strange: list[Any] = [
        [],
        5,
        "jira:issue_created",
        {},
        {"webhookEvent": "jira:issue_created"},
        {"webhookEvent": "jira:issue_created", "issue": []},
        {"webhookEvent": "jira:issue_created", "issue": {"id": "10001"}},
        event("worklog_updated"),
        event() | {"webhookEvent": None},
        event() | {"webhookEvent": ["jira:issue_created"]},
    ]

    assert [tell(installed, said) for said in strange] == [400] * len(strange)

    told = "event='delivery refused' site=1 reason='not an event that we read'"
    assert installed.log.count(told) == len(strange)
    assert installed.deliveries() == []


def test_a_body_that_is_no_json_is_refused_with_a_reason(installed: Doors) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"payload=%7B%7D"):
        header = authorization(installed, CREATED)
        answer = installed.client.post(
            f"/connect/jira{CREATED}", data=body, content_type="application/json", headers=header
        )
        assert answer.status_code == 400
    assert installed.log.count("event='delivery refused'") == 4


def test_a_strange_changelog_is_no_reason_to_lose_an_event(installed: Doors) -> None:
    strange: list[Any] = [None, [], [1], "x", 5, {"items": 5}, {"items": [None, 5, {}]}, {"id": {}}]

    answers = [installed.call(ACME, CREATED, event(changelog=changelog)).status_code for changelog in strange]

    assert answers == [202] * len(strange)
    assert len(started(installed)) == len(strange)


def test_the_content_type_does_not_decide_whether_an_event_is_heard(installed: Doors) -> None:
    """It is signed, so it is read; a 4xx would be final."""
    for number, kind in enumerate(("text/plain", "", "application/json; charset=UTF-8", "application/octet-stream")):
        answer = installed.client.post(
            f"/connect/jira{CREATED}",
            data=json.dumps(event()),
            content_type=kind,
            headers=authorization(installed, CREATED) | named(f"delivery-{number}"),
        )
        assert answer.status_code == 202


def test_a_body_past_jiras_limit_is_not_read(installed: Doors) -> None:
    answer = installed.client.post(
        f"/connect/jira{CREATED}",
        headers=authorization(installed, CREATED),
        environ_overrides={"CONTENT_LENGTH": str(25 * 1024 * 1024 + 1)},
    )

    assert answer.status_code == 413
    assert installed.deliveries() == []


def test_a_stranger_leaves_nothing_behind(installed: Doors) -> None:
    assert tell(installed, event(), tenant=OTHER) == 401
    assert installed.client.post(f"/connect/jira{CREATED}", json=event()).status_code == 401

    assert installed.deliveries() == []
    assert started(installed) == []
    assert installed.log.count("call refused") == 2
