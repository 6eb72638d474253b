"""The sandbox has one clock, which runs by itself and can be moved."""

from __future__ import annotations

import threading
import time
from typing import Any

import jwt
import pytest
import requests
from jira_client import JiraClient, a_document, eventually
from recording_app import RecordingApp
from web import web

from sandbox.clock import Clock
from sandbox.server import Sandbox

HOUR = 3600.0


def move(sandbox: Sandbox, **how: Any) -> requests.Response:
    return web.post(f"{sandbox.url}/_sandbox/clock", json=how)


def test_it_is_real_time_until_it_is_moved(sandbox: Sandbox) -> None:
    told = web.get(f"{sandbox.url}/_sandbox/clock").json()

    assert (told["real"], told["offset"]) == (True, 0)
    assert abs(told["now"] - time.time()) < 2


def test_it_goes_on_from_where_it_was_put(sandbox: Sandbox) -> None:
    told = move(sandbox, at=4_000_000_000).json()

    assert not told["real"]
    assert 0 <= told["now"] - 4_000_000_000 < 2
    later = eventually(lambda: web.get(f"{sandbox.url}/_sandbox/clock").json()["now"] > told["now"])
    assert later


def test_moves_add_up_and_real_undoes_them(sandbox: Sandbox) -> None:
    move(sandbox, advance=HOUR)

    assert move(sandbox, advance=HOUR).json()["offset"] == 2 * HOUR
    assert move(sandbox, real=True).json()["real"]


def test_a_reset_makes_it_real(sandbox: Sandbox) -> None:
    move(sandbox, advance=HOUR)

    web.post(f"{sandbox.url}/_sandbox/reset").raise_for_status()

    assert sandbox.world.clock.offset == 0


@pytest.mark.parametrize("body", [{}, {"advance": "1"}, {"advance": 1, "real": True}, {"hour": 3}, {"at": True}, []])
def test_what_is_no_move_is_refused(sandbox: Sandbox, body: Any) -> None:
    assert web.post(f"{sandbox.url}/_sandbox/clock", json=body).status_code == 400


def test_who_sleeps_wakes_when_the_time_has_come() -> None:
    clock, woke = Clock(), []
    sleeper = threading.Thread(target=lambda: woke.append(clock.sleep(HOUR)), daemon=True)
    sleeper.start()

    clock.advance(HOUR / 2)
    assert sleeper.is_alive()
    clock.advance(HOUR / 2)
    sleeper.join(5)

    assert woke == [True]


def test_who_sleeps_learns_of_a_reset() -> None:
    clock, woke = Clock(), []
    sleeper = threading.Thread(target=lambda: woke.append(clock.sleep(HOUR)), daemon=True)
    sleeper.start()

    while not woke:
        clock.reset()
        sleeper.join(0.01)

    assert woke == [False]


def test_a_refused_webhook_comes_again_when_its_time_has_come(
    sandbox: Sandbox, jira: JiraClient, installed: RecordingApp
) -> None:
    sandbox.world.settings.webhook_retries = (HOUR,)
    installed.answers["/connect/jira/hook"] = [503]
    jira.an_issue()
    eventually(lambda: sandbox.world.deliveries[-1]["status"] == 503)

    move(sandbox, advance=HOUR)

    again = installed.wait_for("/hook", 2)[-1]
    assert again.headers["x-atlassian-webhook-retry"] == "1"


def test_search_catches_up_when_the_lag_has_passed(sandbox: Sandbox) -> None:
    sandbox.world.settings.search_lag = HOUR
    key = JiraClient(sandbox).an_issue()
    assert JiraClient(sandbox).search(f"key = {key}") == []

    move(sandbox, advance=HOUR)

    assert JiraClient(sandbox).search(f"key = {key}") == [key]


def test_tokens_are_made_in_real_time_so_that_the_app_takes_them(
    sandbox: Sandbox, jira: JiraClient, installed: RecordingApp
) -> None:
    move(sandbox, advance=24 * HOUR)
    jira.an_issue(description=a_document("Tomorrow"))

    call = installed.wait_for("/hook")[0]
    claims = jwt.decode(call.token, options={"verify_signature": False})
    assert abs(claims["iat"] - time.time()) < 60
    assert call.body["timestamp"] > (time.time() + 23 * HOUR) * 1000


def test_what_was_waiting_before_a_reset_is_not_waited_for(
    sandbox: Sandbox, jira: JiraClient, installed: RecordingApp
) -> None:
    sandbox.world.settings.webhook_retries = (HOUR,)
    installed.answers["/connect/jira/hook"] = [503]
    jira.an_issue()
    eventually(lambda: sandbox.world.deliveries[-1]["status"] == 503)

    web.post(f"{sandbox.url}/_sandbox/reset").raise_for_status()

    assert eventually(lambda: web.get(f"{sandbox.url}/_sandbox/idle").json()["idle"])
