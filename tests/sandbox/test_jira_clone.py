"""What a person's own copy of an issue is like, and which choices and lines Jira refuses."""

from __future__ import annotations

from typing import Any

import pytest
from jira_client import ADMIN, EXCEPTION_TYPE, JiraClient

from sandbox.seed import account_id
from sandbox.server import Sandbox
from sandbox.world import Field


@pytest.mark.parametrize("with_properties", [True, False])
def test_jira_s_own_clone_copies_fields_and_labels_and_links_the_two(sandbox: Sandbox, with_properties: bool) -> None:
    jira = JiraClient(sandbox)
    key = jira.an_issue("YAY", labels=["vip"])
    jira.put(f"issue/{key}/properties/mark", {"role": "clone"})

    copied = jira.control("jira/clone", {"user": ADMIN, "issue": key, "properties": with_properties}).json()["key"]

    fields = jira.fields(copied)
    assert (fields["summary"], fields["labels"]) == ("CLONE - Tickets are sold twice", ["vip"])
    (link,) = fields["issuelinks"]
    assert (link["type"]["outward"], link["outwardIssue"]["key"]) == ("clones", key)
    assert jira.get(f"issue/{copied}/properties/mark").status_code == (200 if with_properties else 404)


def test_a_disabled_option_is_not_offered_and_not_taken(sandbox: Sandbox) -> None:
    jira = JiraClient(sandbox)
    option = sandbox.world.jira.fields[EXCEPTION_TYPE].options[0]
    option.disabled = True

    metas = jira.get("issue/createmeta/OPS/issuetypes/10030").json()["fields"]

    (meta,) = [each for each in metas if each["fieldId"] == EXCEPTION_TYPE]
    assert option.value not in [each["value"] for each in meta["allowedValues"]]
    assert jira.create(**{EXCEPTION_TYPE: {"value": option.value}}).status_code == 400


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("textfield", "x" * 255, "x" * 256),
        ("textfield", "a line", {"type": "doc"}),
        ("float", 2.5, "2.5"),
        ("datepicker", "2026-11-22", "22.11.2026"),
    ],
)
def test_a_field_takes_values_of_its_kind_only(sandbox: Sandbox, kind: str, good: Any, bad: Any) -> None:
    jira = JiraClient(sandbox)
    sandbox.world.jira.fields["customfield_10060"] = Field("customfield_10060", "Extra", kind)
    key = jira.an_issue()

    assert jira.put(f"issue/{key}", {"fields": {"customfield_10060": bad}}).status_code == 400
    assert jira.put(f"issue/{key}", {"fields": {"customfield_10060": good}}).status_code == 204
    assert jira.fields(key)["customfield_10060"] == good


def test_a_project_may_have_somebody_who_is_assigned_by_default(sandbox: Sandbox) -> None:
    jira = JiraClient(sandbox)
    sandbox.world.jira.projects["YAY"].default_assignee = account_id("lead@example.com")

    key = jira.an_issue("YAY")

    assert jira.fields(key)["assignee"]["displayName"] == "Lee Lead"
    assert jira.history(key) == []  # it is part of the creation, and no change
