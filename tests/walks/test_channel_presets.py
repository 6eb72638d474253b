"""What a channel presets, through every way in: what was typed wins over a guess, a guess over it, and it over the default."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

REQUESTS = "#ops-requests"
PRESETS = f"{REQUESTS}: Exception Type = Internal ops and admin, Team Responsible = Operations, Priority = Major"
TYPE, TEAM = "customfield_10047", "customfield_10048"


def chosen(form: dict[str, Any]) -> dict[str, str]:
    found = {each["block_id"]: each["element"].get("initial_option") for each in form["blocks"] if "element" in each}
    return {block: option["value"] for block, option in found.items() if option}


@pytest.mark.settings(intake_presets=PRESETS)
def test_a_channels_preset_is_below_words_and_choices_and_above_the_defaults(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    preset = {"type_b": "Internal ops and admin", "team_b": "Operations", "priority_b": "Major"}
    form = slack_reporter.command(REQUESTS)["view"]
    assert chosen(form) == preset
    assert "Preset for #ops-requests." in str(form["blocks"])
    # The global shortcut's thread is opened in CHANNEL_REQUESTS; elsewhere there is no preset.
    assert chosen(slack_reporter.do("shortcut", callback_id="ops_create_global")["view"]) == preset
    assert chosen(slack_reporter.command("#ops-exceptions")["view"]) == {"priority_b": "General"}

    slack_reporter.submit(form["id"], summary="Whiteboard markers", team="Engineering")
    eventually(lambda: effects.issues(world, "OPS"))
    quiet(world.url)
    ts = slack_reporter.say(REQUESTS, "Refund of a card payment failed")
    assert chosen(slack_reporter.triage(REQUESTS, ts)["view"])["type_b"] == "Payments and transactions"
    slack_reporter.react(REQUESTS, ts)
    eventually(lambda: len(effects.issues(world, "OPS")) == 2)
    quiet(world.url)
    given = {"summary": "Please look", "channel_id": "C0OPSRQ", "requester_id": "U0REPORTER", "team": "Engineering"}
    slack_reporter.run_workflow(**given, description="Now", exception_type="anything")
    eventually(lambda: len(effects.issues(world, "OPS")) == 3)
    quiet(world.url)

    def ticket(key: str) -> tuple[str, str, str]:
        issue = reporter.issue(key)
        return issue[TYPE]["value"], issue[TEAM]["value"], issue["priority"]["name"]

    assert ticket("OPS-1") == ("Internal ops and admin", "Engineering", "Major"), (
        "the form, where a person chose the team"
    )
    assert ticket("OPS-2") == ("Payments and transactions", "Operations", "Major"), "the emoji: the type was guessed"
    assert ticket("OPS-3") == ("Internal ops and admin", "Engineering", "Major"), "the workflow named the team"
    cards = str([each["blocks"] for each in slack_reporter.messages(REQUESTS)])
    assert "type Internal ops and admin (preset for #ops-requests)" in cards
