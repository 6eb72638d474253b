"""How fast the app may post: one message a second in a channel, with a few in a row let through.

"Short bursts of more than one message per second are allowed" (docs.slack.dev, rate limits; facts: slack.md §2.7).
"""

from __future__ import annotations

import math

from sandbox.slack_checks import SlackError
from sandbox.slack_rooms import channel_to_post
from sandbox.world import Json, World


class TooFast(SlackError):
    """Answered as 429, with the seconds to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


def take(world: World, method: str, args: Json) -> None:
    """Count a message against its channel, or raise `TooFast`; one that is refused for this does not count."""
    if method != "chat.postMessage":
        return
    room, now, most = (
        channel_to_post(world, str(args.get("channel") or ""))["id"],
        world.now(),
        world.settings.slack_burst,
    )
    left, counted = world.slack.allowances.get(room, (float(most), now))
    left = min(float(most), left + max(0.0, now - counted))
    if left < 1.0:
        world.slack.allowances[room] = (left, now)
        raise TooFast(math.ceil(1.0 - left))
    world.slack.allowances[room] = (left - 1.0, now)
