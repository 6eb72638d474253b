"""The site has a time zone and so has each person; and search may lag for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from jira_client import JiraClient, a_document
from web import web

NOON = datetime.fromisoformat("2026-11-22T12:00:30+00:00").timestamp()


def test_timestamps_are_in_the_zone_of_the_site_without_a_colon(jira: JiraClient) -> None:
    jira.control("clock", {"at": NOON})
    jira.control("settings", {"time_zone": "Europe/Berlin"})
    key = jira.an_issue()
    jira.post(f"issue/{key}/comment", {"body": a_document("x")})

    created = jira.fields(key)["created"]

    assert created.startswith("2026-11-22T13:00:3")
    assert created.endswith("+0100")
    assert jira.get("serverInfo").json()["serverTimeZone"] == "Europe/Berlin"
    assert jira.get(f"issue/{key}/comment").json()["comments"][0]["created"].endswith("+0100")


def test_an_offset_need_not_be_whole_hours(jira: JiraClient) -> None:
    jira.control("clock", {"at": NOON})
    jira.control("settings", {"time_zone": "America/St_Johns"})

    assert jira.fields(jira.an_issue())["created"].endswith("-0330")


def test_a_query_reads_dates_in_the_zone_of_the_callers_profile(jira: JiraClient) -> None:
    jira.control("clock", {"at": NOON})
    key = jira.an_issue()
    engineer = jira.acting_as("engineer@example.com")
    jira.control("jira/profile", {"user": "engineer@example.com", "time_zone": "America/New_York"})

    assert engineer.get("myself").json()["timeZone"] == "America/New_York"
    assert jira.get("myself").json()["timeZone"] == "Etc/UTC"
    assert engineer.search('created >= "2026-11-22 07:00" AND created < "2026-11-22 07:01"') == [key]
    assert jira.search('created >= "2026-11-22 12:00" AND created < "2026-11-22 12:01"') == [key]
    assert jira.search('created < "2026-11-22 07:01"') == []


def test_without_a_choice_the_profile_has_the_zone_of_the_site(jira: JiraClient) -> None:
    jira.control("settings", {"time_zone": "Asia/Kolkata"})

    assert jira.get("myself").json()["timeZone"] == "Asia/Kolkata"


@pytest.mark.parametrize("zone", ["+0200", "Mars/Olympus", None])
def test_an_unknown_zone_is_refused(jira: JiraClient, zone: Any) -> None:
    answer = web.post(f"{jira.sandbox.url}/_sandbox/settings", json={"time_zone": zone})

    assert answer.status_code == 400


def test_search_may_never_see_a_change_unless_it_is_reconciled(jira: JiraClient) -> None:
    jira.control("settings", {"search_lag": None})
    key = jira.an_issue(labels=["marked"])
    id_ = int(jira.get(f"issue/{key}").json()["id"])

    jira.control("clock", {"advance": 10 * 365 * 86_400})

    assert jira.search("labels = marked") == []
    assert jira.search("labels = marked", reconcileIssues=[id_]) == [key]
    # What is reconciled still has to match.
    assert jira.search("labels = other", reconcileIssues=[id_]) == []
