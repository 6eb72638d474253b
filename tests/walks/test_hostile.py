"""The story with every strictness switch on at once: late, twice, out of order, lost, refused, and no index."""

from __future__ import annotations

from typing import Any

from sandbox import Sandbox
from sandbox.people import post
from tests.service import Service
from tests.walks import story

#: Only the API may ask for notes: to people the transition is hidden.
FOR_THE_API: dict[str, Any] = {
    "project": "OPS",
    "to_status": "Resolution Notes Required",
    "kind": "condition",
    "rule_key": "system:restrict-from-all-users",
    "parameters": {"restrictMode": "users"},
}


def test_the_story_ends_right_when_everything_is_hostile(world: Sandbox, service: Service) -> None:
    post(f"{world.url}/_sandbox/faults", {"preset": "hostile"})
    post(f"{world.url}/_sandbox/jira/rules", FOR_THE_API)

    story.play(world, limit=180)

    story.assert_told_once(world)
    unused = [fault["path"] for fault in world.world.faults if not fault["fired"]]
    assert unused == [], "these faults never met a call of the story"
    reasons = {call["status"] for call in world.world.calls if call["by"] == "solveonce-jira"}
    assert 429 in reasons, "the site's limits were never met"
