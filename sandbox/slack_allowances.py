"""How often the app may call: each method by its tier, and one message a second in a channel.

"Short bursts of more than one message per second are allowed"; a tier is so many calls a minute, of which Slack tells no
more than "1+", "20+" (docs.slack.dev, rate limits; facts: slack.md §2.7).
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


#: Calls a minute.
TIER_2, TIER_3, TIER_4 = 20, 50, 100
TIERS = {
    "apps.manifest.export": TIER_3,
    "bots.info": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "files.info": TIER_4,
    "functions.completeError": TIER_3,
    "functions.completeSuccess": TIER_3,
    "reactions.add": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


def take(world: World, method: str, args: Json) -> None:
    """Count a call against its limit, or raise `TooFast`; one that is refused for this does not count."""
    if method == "chat.postMessage":
        room = channel_to_post(world, str(args.get("channel") or ""))
        _take(world, room["id"], world.settings.slack_burst, 1.0)
    elif method in TIERS:
        _take(world, method, TIERS[method], TIERS[method] / 60)


def _take(world: World, what: str, most: float, rate: float) -> None:
    """One of *most* that may come at once; *rate* a second come back."""
    now = world.now()
    left, counted = world.slack.allowances.get(what, (float(most), now))
    left = min(float(most), left + max(0.0, now - counted) * rate)
    world.slack.allowances[what] = (left - 1.0 if left >= 1.0 else left, now)
    if left < 1.0:
        raise TooFast(math.ceil((1.0 - left) / rate))
