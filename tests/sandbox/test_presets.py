"""A preset turns on every switch it names, and calm turns them back."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from web import web

from sandbox.faults import DEFAULTS
from sandbox.presets import PRESETS
from sandbox.server import Sandbox
from sandbox.world import Settings

HOSTILE = PRESETS["hostile"]
#: Settings that hostile leaves alone, and why.
LEFT_ALONE = {
    "attachment_limit": "a file that is too large never gets through, however often one tries",
    "slack_sign_in_pages": "Slack gives no file at all then, however often it is asked",
    "webhook_lost_every": "what never comes is found by the sweep minutes later, and no story waits so long",
    "quota": "an app that has spent it waits for the rest of the hour, and no story is told meanwhile",
    "slack_patience": "Slack always waits three seconds",
    "slack_scopes": "what the app was not granted it never gets, however often it tries",
}
#: What of a fault says when it strikes, and not how.
WHEN = {"containing", "method", "by", "every", "times"}


def put_on(sandbox: Sandbox, preset: Any) -> int:
    return web.post(f"{sandbox.url}/_sandbox/faults", json={"preset": preset}).status_code


def in_force(sandbox: Sandbox) -> dict[str, Any]:
    return dataclasses.asdict(sandbox.world.settings)


def test_hostile_puts_its_settings_and_faults_in_force(sandbox: Sandbox) -> None:
    assert put_on(sandbox, "hostile") == 200

    assert in_force(sandbox).items() >= HOSTILE.settings.items()
    faults = web.get(f"{sandbox.url}/_sandbox/faults").json()
    assert [fault["path"] for fault in faults] == [fault["path"] for fault in HOSTILE.faults]
    assert {fault["preset"] for fault in faults} == {"hostile"}


def test_calm_undoes_it_and_nothing_else(sandbox: Sandbox) -> None:
    sandbox.world.settings.search_lag = 7.0
    before = in_force(sandbox)
    put_on(sandbox, "hostile")
    put_on(sandbox, "hostile")
    own = {"path": "/rest/api/3/field", "status": 500}
    web.post(f"{sandbox.url}/_sandbox/faults", json=own).raise_for_status()

    assert put_on(sandbox, "calm") == 200

    assert in_force(sandbox) == before
    assert [fault["path"] for fault in sandbox.world.faults] == [own["path"]]
    assert put_on(sandbox, "calm") == 200
    assert in_force(sandbox) == before


def test_a_reset_is_calm(sandbox: Sandbox) -> None:
    put_on(sandbox, "hostile")

    web.post(f"{sandbox.url}/_sandbox/reset").raise_for_status()

    assert in_force(sandbox) == dataclasses.asdict(Settings())
    assert sandbox.world.faults == []


@pytest.mark.parametrize("preset", ["angry", None, {}, ["hostile"]])
def test_an_unknown_preset_is_refused(sandbox: Sandbox, preset: Any) -> None:
    assert put_on(sandbox, preset) == 400
    assert sandbox.world.faults == []


def test_hostile_is_stricter_than_the_default_everywhere() -> None:
    """A line that sets what is so anyway would only look strict."""
    usual = dataclasses.asdict(Settings())
    assert HOSTILE.settings
    assert [name for name, value in HOSTILE.settings.items() if usual[name] == value] == []


def test_every_switch_is_on_in_hostile_or_left_alone_for_a_reason() -> None:
    switches = {field.name for field in dataclasses.fields(Settings)}

    assert set(HOSTILE.settings) | set(LEFT_ALONE) == switches
    assert set(HOSTILE.settings) & set(LEFT_ALONE) == set()


def test_hostile_has_every_kind_of_fault() -> None:
    assert {name for fault in HOSTILE.faults for name in fault} - WHEN == {"path", *DEFAULTS} - WHEN
