"""GET /status: what the service is doing, in numbers, and nothing of a site."""

from __future__ import annotations

from typing import Any

import requests

from sandbox import Sandbox
from sandbox.people import SlackUser, post
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

AT_REST = {"received": 0, "running": 0, "waiting": 0, "failed": 0, "failed_last": []}


def status_of(service: Service) -> Any:
    answer = requests.get(f"{service.url}/status", timeout=5)
    assert answer.status_code == 200
    return answer.json()


def test_a_service_at_rest_does_nothing(world: Sandbox, service: Service) -> None:
    quiet(world.url)
    assert status_of(service) == AT_REST


def test_a_flow_whose_neighbour_is_down_waits_and_is_done_when_it_is_back(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    quiet(world.url)
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issue$", "by": "solveonce", "status": 503})
    slack_reporter.ask()

    eventually(lambda: status_of(service)["waiting"] == 1)

    requests.delete(f"{world.url}/_sandbox/faults", timeout=5)
    eventually(lambda: effects.issues(world, "OPS") == ["OPS-1"])
    quiet(world.url)
    assert status_of(service) == AT_REST


def test_a_flow_put_aside_is_told_by_its_name_and_nothing_else(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/issue$", "by": "solveonce", "status": 400, "times": 1})
    slack_reporter.ask()
    eventually(lambda: effects.direct_messages(world))
    quiet(world.url)

    assert status_of(service) == AT_REST | {"failed": 1, "failed_last": ["intake.open_request"]}
