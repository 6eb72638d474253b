"""The manifest asks for what the code listens to and calls, and for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.cli.manifest import ADDRESS, MANIFEST, manifest_for
from app.clients import slack_scopes
from app.handoff import listeners as handoff
from app.handoff import listeners_clash
from app.home import listeners as home
from app.intake import listeners, listeners_messages, listeners_workflow, steps
from app.publishing import listeners as publishing
from app.settings import Settings
from app.sites import listeners as sites
from app.triage import listeners as triage
from sandbox import slack_scopes as sandbox_scopes
from tests.callers import Doors
from tests.conformance import schemas
from tests.specs import CONTRACTS

ROOT = Path(__file__).parents[2]
SCHEMA = CONTRACTS / "schemas" / "slack" / "manifest.schema.2.0.0.json"


@pytest.fixture
def made() -> Any:
    return json.loads(MANIFEST.read_text())


class Listening:
    """Stands for Bolt while the rooms say what they listen to."""

    def __init__(self) -> None:
        self.heard: dict[str, list[str]] = {"command": [], "shortcut": [], "event": [], "view": [], "action": []}

    def __getattr__(self, kind: str) -> Any:
        def listen(name: Any) -> Any:
            self.heard[kind].append(name)
            return lambda function: function

        return listen


def listening() -> dict[str, list[str]]:
    found: Any = Listening()
    intake = (listeners, listeners_messages, listeners_workflow)
    for each in (*intake, handoff, listeners_clash, triage, publishing, home, sites):
        each.register(found)
    heard: dict[str, list[str]] = found.heard
    return heard


def test_it_offers_what_the_code_listens_to(doors: Doors, made: Any) -> None:
    heard = listening()

    assert [each["command"] for each in made["features"]["slash_commands"]] == heard["command"]
    assert [each["callback_id"] for each in made["features"]["shortcuts"]] == heard["shortcut"]
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert {each.partition(".")[0] for each in events} == set(heard["event"])
    assert set(events) == set(slack_scopes.EVENTS)
    assert list(made["functions"]) == [steps.CALLBACK]


def test_it_asks_for_the_scopes_that_our_calls_and_events_need(made: Any) -> None:
    assert made["oauth_config"]["scopes"]["bot"] == slack_scopes.scopes()


def test_every_method_that_we_call_is_in_the_table_with_the_scopes_that_the_sandbox_holds_it_to() -> None:
    source = "".join(
        (ROOT / "app" / "clients" / f"{file}.py").read_text() for file in ("slack", "slack_identity", "slack_survey")
    )
    families = "apps|bots|chat|conversations|users|views|files|functions|reactions|usergroups|bookmarks|auth|team"
    called = set(re.findall(rf'"((?:{families})\.[a-zA-Z.]+)"', source)) - {"chat.post", "chat.update"}

    assert called | {"chat.update"} == set(slack_scopes.METHODS)
    for method, scopes in slack_scopes.METHODS.items():
        assert set(sandbox_scopes.NEEDED.get(method, ())) <= set(scopes)


def test_what_is_missed_without_a_scope_is_said_of_each() -> None:
    assert sorted(slack_scopes.WITHOUT) == slack_scopes.scopes()
    assert all(slack_scopes.needing(scope) for scope in slack_scopes.WITHOUT)


def test_its_step_has_the_outputs_that_we_give(made: Any) -> None:
    given = steps.outputs_of("OPS-1", "u", "l", "C1", "1.2", "To Do")
    outputs = made["functions"][steps.CALLBACK]["output_parameters"]

    assert set(given) == set(outputs["properties"])
    assert set(outputs["required"]) <= set(given)


def test_it_is_printed_with_the_sites_address_and_command(made: Any) -> None:
    printed = manifest_for(Settings(base_url="https://ops.example.org/", slack_command="/help-ops", slack_emoji=""))

    assert ADDRESS not in json.dumps(printed)
    assert printed["settings"]["interactivity"]["request_url"] == "https://ops.example.org/slack/events"
    assert printed["features"]["slash_commands"][0]["command"] == "/help-ops"
    assert "reactions:read" not in printed["oauth_config"]["scopes"]["bot"]
    assert manifest_for(Settings(base_url=ADDRESS)) == made


@pytest.mark.skipif(not SCHEMA.is_file(), reason=f"Slack's schema of manifests is not at {SCHEMA}")
def test_it_is_what_slack_takes(made: Any) -> None:
    schema = schemas.validator(SCHEMA)
    assert schema
    assert list(schemas.complaints(schema, made)) == []
