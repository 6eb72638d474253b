"""Moods of the whole world: `hostile` turns on at once what the real neighbours do only sometimes.

Each neighbour has its own lines below: settings by name, and faults as `POST /_sandbox/faults` takes them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sandbox.world import Json, World

CALM = "calm"


@dataclass(frozen=True)
class Preset:
    settings: Json
    faults: tuple[Json, ...]


#: Late, twice and out of order; an index that never catches up; other zones and options, no resolution, a share of the limits.
JIRA_SETTINGS: Json = {
    "search_lag": None,
    "deliver_twice": True,
    "webhook_retries": "real",
    "webhook_late": 0.2,
    "webhook_overtaken": 0.6,
    "transition_time": 0.2,
    "time_zone": "America/St_Johns",
    "own_contexts": True,
    "resolution_on_done": False,
    "dropped_media_deleted": True,
    "burst_share": 0.015,
}
#: Only what the service calls: a person who clicks is not hit by the trouble of REST.
OURS = "solveonce"
BURST = {"RateLimit-Reason": "jira-burst-based"}
JIRA_FAULTS: tuple[Json, ...] = (
    {"path": r"/rest/api/3/issue/\d+/transitions$", "method": "POST", "by": OURS, "every": 2, "status": 409},
    {"path": r"/rest/api/3/issue/\d+/transitions$", "method": "POST", "by": OURS, "every": 3, "lose": True},
    {"path": r"/rest/api/3/(issue|issueLink)$", "method": "POST", "by": OURS, "every": 2, "lose": True},
    {"path": r"/rest/api/3/issue/\d+/remotelink$", "method": "POST", "by": OURS, "times": 1, "lose": True},
    {"path": r"/rest/api/3/issue/\d+", "method": "PUT", "by": OURS, "times": 2, "lose": True},
    {"path": r"/rest/api/3/", "by": OURS, "every": 11, "status": 503},
    {"path": r"/rest/api/3/", "by": OURS, "every": 13, "cut": True},
    {"path": r"/rest/api/3/", "by": OURS, "every": 7, "delay": 0.3},
    # However slow the machine is: others have used up what is left of a limit.
    {"path": r"/rest/api/3/", "by": OURS, "every": 17, "status": 429, "retry_after": 1, "headers": BURST},
)
#: Conflicts without a second writer, a new page that is not found yet, and a search that is far behind.
CONFLUENCE_SETTINGS: Json = {
    "confluence_conflict_every": 2,
    "confluence_page_lag": 0.3,
    "confluence_trash_found": True,
    "confluence_own_properties": True,
    "confluence_search_lag": 3600.0,
}
#: HTTP allows a date too; this one is long over.
AT_A_DATE = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
CONFLUENCE_FAULTS: tuple[Json, ...] = (
    {"path": r"/wiki/(api/v2/pages|rest/api/content/\d+/copy)", "method": "POST", "by": OURS, "times": 2, "lose": True},
    {"path": r"/wiki/api/v2/pages/\d+$", "method": "PUT", "by": OURS, "times": 1, "lose": True},
    {"path": r"/wiki/(api/v2|rest/api)/", "by": OURS, "every": 3, "status": 503, "headers": AT_A_DATE},
)
#: One message a second and not one more, each event twice, and the next tries after Slack's own pauses.
SLACK_SETTINGS: Json = {"slack_burst": 1, "slack_events_twice": True, "slack_retries": "real"}
SLACK_FAULTS: tuple[Json, ...] = (
    {"path": r"/slack/api/chat\.postMessage", "every": 3, "status": 429, "retry_after": 1},
    {"path": r"/slack/api/chat\.postMessage", "every": 4, "lose": True},
    {"path": r"/slack/api/chat\.update", "times": 1, "lose": True},
)

PRESETS = {
    CALM: Preset({}, ()),
    "hostile": Preset(
        JIRA_SETTINGS | CONFLUENCE_SETTINGS | SLACK_SETTINGS, JIRA_FAULTS + CONFLUENCE_FAULTS + SLACK_FAULTS
    ),
}


def put_on(world: World, name: str) -> tuple[Json, ...]:
    """Put the settings of preset *name* in force, instead of those of the last one; the faults that go with it.

    What somebody set by hand meanwhile, and no preset names, stays.
    """
    with world.lock:
        _take_off(world)
        before = world.settings
        world.settings = replace(before, **PRESETS[name].settings)
        world.preset = None if name == CALM else (name, before)
    return PRESETS[name].faults


def _take_off(world: World) -> None:
    if world.preset is None:
        return
    name, before = world.preset
    world.settings = replace(world.settings, **{each: getattr(before, each) for each in PRESETS[name].settings})
    world.faults = [fault for fault in world.faults if not fault["preset"]]
    world.preset = None
