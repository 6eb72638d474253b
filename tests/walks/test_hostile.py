"""The story with every strictness switch on at once: late, twice, out of order, lost, refused, and no index."""

from __future__ import annotations

from sandbox import Sandbox
from sandbox.people import post
from tests.service import Service
from tests.walks import story


def test_the_story_ends_right_when_everything_is_hostile(world: Sandbox, service: Service) -> None:
    post(f"{world.url}/_sandbox/faults", {"preset": "hostile"})

    story.play(world, limit=180)

    story.assert_told_once(world)
    unused = [fault["path"] for fault in world.world.faults if not fault["fired"]]
    assert unused == [], "these faults never met a call of the story"
