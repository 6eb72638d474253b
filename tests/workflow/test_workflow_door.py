"""A ticket passed a transition of ours; and the page in Jira's workflow editor that sets the validator up."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
import requests
from sqlalchemy import text

from sandbox import Sandbox
from sandbox.jwt_qsh import host_claims, signed
from sandbox.people import Admin, post
from tests.callers import ACME, Doors, Tenant
from tests.service import Service
from tests.waiting import quiet

CLONE, PUBLISH = "/post-functions/clone-and-link", "/post-functions/publish-log-row"


@pytest.fixture
def installed(doors: Doors) -> Doors:
    doors.install(ACME)
    return doors


def call(doors: Doors, target: str, said: Any, identifier: str = "call-1") -> int:
    headers = {"Authorization": "JWT " + doors.token(ACME, "POST", target)}
    headers |= {"X-Atlassian-Webhook-Identifier": identifier} if identifier else {}
    return doors.client.post(f"/connect/jira{target}", json=said, headers=headers).status_code


def moved(id: Any = "10001") -> dict[str, Any]:
    fields = {"summary": "Refunds are stuck", "description": "Riley's private words"}
    return {"issue": {"id": id, "key": "OPS-1", "fields": fields}, "transition": {"to_status": "Done"}}


def started(doors: Doors) -> list[tuple[str, str]]:
    """Flow and lane."""
    with doors.db.reading() as session:
        found = session.execute(
            text(
                "SELECT workflow_uuid, queue_partition_key FROM workflow_status WHERE name != 'sites.greet' ORDER BY 1"
            )
        )
        return [(each[0], each[1]) for each in found]


def test_a_call_and_its_flow_are_stored_before_we_say_yes(installed: Doors) -> None:
    assert call(installed, CLONE, moved()) == 202

    (row,) = installed.deliveries()
    assert (row.site_id, row.kind, row.issue_id, row.reading) == (1, "post-function:clone-and-link", "10001", {})
    assert started(installed) == [("handoff.route/1:clone-and-link:call-1", "1:10001")]


def test_a_row_that_waits_to_be_written_holds_up_nothing(installed: Doors) -> None:
    call(installed, PUBLISH, moved("10001"), "call-1")
    call(installed, CLONE, moved("10001"), "call-2")

    assert {lane for _, lane in started(installed)} == {"1:log:10001", "1:10001"}


def test_the_same_call_again_is_one(installed: Doors) -> None:
    assert [call(installed, CLONE, moved()) for _ in range(3)] == [202, 200, 200]
    assert len(started(installed)) == len(installed.deliveries()) == 1


def test_two_rules_on_one_transition_are_two_calls(installed: Doors) -> None:
    """Jira gives them one identifier each; should it give them the same one, still neither is left out."""
    assert [call(installed, target, moved()) for target in (CLONE, PUBLISH)] == [202, 202]
    assert len(started(installed)) == 2


def test_without_an_identifier_each_call_counts(installed: Doors) -> None:
    """Two that look alike may be two transitions; a flow that runs twice does no harm, one left out does."""
    assert [call(installed, CLONE, moved(), identifier="") for _ in range(2)] == [202, 202]
    assert len(started(installed)) == 2


def test_without_a_database_jira_is_asked_to_come_again(installed: Doors) -> None:
    installed.lose_the_database()

    assert call(installed, CLONE, moved()) == 503
    assert "event='database did not take it'" in installed.log


def test_what_people_wrote_is_neither_stored_nor_logged(installed: Doors) -> None:
    call(installed, CLONE, moved())

    (row,) = installed.deliveries()
    assert row.reading == {}
    assert "private" not in installed.log


def test_a_call_without_an_issue_is_refused_with_a_reason(installed: Doors) -> None:
    strange: list[Any] = [None, [], [1], 5, "10001", {}, {"issue": None}, {"issue": []}, {"issue": {}}]
    strange += [moved(id) for id in (None, "", "x", "../1", {}, True)]

    assert [call(installed, CLONE, said) for said in strange] == [400] * len(strange)

    told = "event='post-function refused' site=1 module='clone-and-link' reason='no issue in the call'"
    assert installed.log.count(told) == len(strange)
    assert installed.deliveries() == []


def test_a_post_function_that_we_do_not_have_is_refused_with_a_reason(installed: Doors) -> None:
    """A workflow keeps the rules of an app that has changed."""
    assert call(installed, "/post-functions/a-former-one", moved()) == 400

    assert "module='a-former-one' reason='no such post-function'" in installed.log
    assert started(installed) == []


def test_a_stranger_starts_nothing(installed: Doors) -> None:
    foreign = Tenant("nobody")
    assert installed.call(foreign, CLONE, moved()).status_code == 401
    assert installed.client.post(f"/connect/jira{CLONE}", json=moved()).status_code == 401
    replayed = installed.token(ACME, "POST", CLONE)
    assert installed.send("jira", PUBLISH, replayed, json=moved()).status_code == 401

    assert started(installed) == []
    assert installed.deliveries() == []


# The page in the workflow editor


@pytest.fixture
def jira(world: Sandbox, bare_service: Service) -> Service:
    """The service, installed in the sandbox's Jira."""
    Admin(world.url, bare_service.url).install("jira")
    quiet(world.url)
    return bare_service


def opened(
    world: Sandbox, action: str = "create", query: str = "xdm_e=https%3A%2F%2Facme&cp=&lic=none"
) -> requests.Response:
    """As Jira opens it: in an iframe, with a token in the address."""
    app = world.world.apps["solveonce-jira"]
    url = f"{app.base_url}/workflow/validator/{action}?{query}"
    token = signed(host_claims(app.client_key, "GET", url, app.base_url, "an-admin"), app.shared_secret)
    return requests.get(f"{url}&jwt={token}", timeout=20)


def test_the_page_tells_the_rule_which_field_to_look_at(world: Sandbox, jira: Service) -> None:
    for action in ("create", "edit", "view"):
        page = opened(world, action)

        assert page.status_code == 200
        found = re.search(r'data-config="([^"]*)" data-editing="([a-z]*)"', page.text)
        assert found
        assert json.loads(unescape(found[1])) == {"fieldId": "customfield_10050", "fieldName": "Resolution Notes"}
        assert found[2] == ("no" if action == "view" else "yes")
    assert opened(world, "delete").status_code == 404


def test_the_page_lets_no_foreign_script_in(world: Sandbox, jira: Service) -> None:
    """The configuration comes back in the address; nothing of it is shown."""
    evil = "config=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&id=%3Cimg%20src%3Dx%3E"
    page = opened(world, "edit", evil)

    assert page.status_code == 200
    assert "alert(1)" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy == f"default-src 'none'; script-src 'self' {world.url}; style-src 'self'"


def test_an_admin_reads_why_there_is_no_page_and_what_to_do(world: Sandbox, jira: Service) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/field", "status": 503, "times": 1})
    page = opened(world)
    assert page.status_code == 503
    assert page.text.startswith("GET /rest/api/3/field: 503")

    world.world.jira.fields["customfield_10050"].name = "Lessons"
    page = opened(world)

    assert page.status_code == 503
    assert page.headers["Content-Type"].startswith("text/plain")
    assert page.text.startswith("Jira has no field 'Resolution Notes'. Create it, or name the right one")


def test_a_page_is_not_shown_without_a_token(installed: Doors) -> None:
    context = installed.token(ACME, "GET", "/workflow/validator/create", qsh="context-qsh")
    for token in (None, context, installed.token(ACME, "POST", "/workflow/validator/create")):
        assert installed.send("jira", "/workflow/validator/create", token, "GET").status_code == 401
