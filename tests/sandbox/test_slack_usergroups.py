"""Slack's user groups, as an app may see them."""

from __future__ import annotations

from slack_client import SlackClient


def a_group(slack: SlackClient, **more: object) -> None:
    world = slack.sandbox.world
    world.slack.usergroups["S0OPS"] = {"id": "S0OPS", "handle": "ops-triage", "users": ["U0TRIAGE"], **more}


def test_a_group_is_listed_with_its_handle_and_tells_its_members(slack: SlackClient) -> None:
    a_group(slack)

    [group] = slack.call("usergroups.list")["usergroups"]
    assert (group["id"], group["handle"], group["user_count"]) == ("S0OPS", "ops-triage", 1)
    assert slack.call("usergroups.users.list", usergroup="S0OPS")["users"] == ["U0TRIAGE"]


def test_a_group_that_is_laid_aside_or_unknown_is_not_told(slack: SlackClient) -> None:
    a_group(slack, disabled=True)

    assert slack.call("usergroups.list")["usergroups"] == []
    assert slack.call("usergroups.users.list", usergroup="S0OPS")["error"] == "no_such_subteam"
    assert slack.call("usergroups.users.list", usergroup="S0NONE")["error"] == "no_such_subteam"


def test_without_the_scope_nothing_is_told(slack: SlackClient) -> None:
    settings = slack.sandbox.world.settings
    settings.slack_scopes = tuple(one for one in settings.slack_scopes if one != "usergroups:read")

    answer = slack.call("usergroups.list")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "usergroups:read")
