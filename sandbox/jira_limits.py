"""Jira's rate limits: points an hour, bursts on one kind of call, and writes to one issue; each is 429 with its reason.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, current_app, request

from sandbox.auth import claimed_caller
from sandbox.jira_points import CALL, points_for
from sandbox.refusals import refusal
from sandbox.world import World

QUOTA, BURST, PER_ISSUE = "jira-quota-tenant-based", "jira-burst-based", "jira-per-issue-on-write"
HOUR = 3600.0
API = "/rest/api/3"
#: Whoever has less than this part of a limit left is told so; not of a burst's.
NEAR = 0.2
#: Calls a second, by method; some have a rate of their own.
RATES = {"GET": 100.0, "POST": 100.0, "PUT": 50.0, "DELETE": 50.0}
OWN_RATES = {
    "GET /rest/api/3/issue/<id_or_key>": 150.0,
    "GET /rest/api/3/issue/<id_or_key>/changelog": 200.0,
    "GET /rest/api/3/attachment/content/<id_>": 300.0,
    "GET /rest/api/3/user": 150.0,
}
#: How many seconds' worth of calls may come at once; the real size is not published.
DEPTH = 5.0
#: (seconds, writes) to one issue.
WINDOWS = ((2.0, 20), (30.0, 100))


@dataclass
class Exceeded:
    """A limit that this call would break."""

    reason: str
    limit: int
    #: Seconds until it is worth another try.
    pause: float


def check() -> Response | None:
    """Before each call of the REST API: 429, or nothing and the call is counted."""
    if not _is_limited():
        return None
    world: World = current_app.extensions["world"]
    with world.lock:
        exceeded = _quota(world) or _burst(world) or _per_issue(world)
    return _too_many(world, exceeded) if exceeded else None


def tell(answer: Response) -> Response:
    """After each call: what it has read is paid for, and a caller who is near a limit reads so in a header."""
    if not _is_limited():
        return answer
    world: World = current_app.extensions["world"]
    with world.lock:
        if answer.status_code < 400:
            _pay(world, answer)
        if _is_near_quota(world) or _is_near_writes(world):
            answer.headers["X-RateLimit-NearLimit"] = "true"
    return answer


def _is_limited() -> bool:
    return request.path.startswith(f"{API}/") and request.url_rule is not None


def _too_many(world: World, exceeded: Exceeded) -> Response:
    answer = refusal("jira", 429, "Rate limit exceeded.")
    answer.headers["Retry-After"] = str(max(1, math.ceil(exceeded.pause)))
    answer.headers["RateLimit-Reason"] = exceeded.reason
    answer.headers["X-RateLimit-Limit"] = str(exceeded.limit)
    answer.headers["X-RateLimit-Remaining"] = "0"
    reset = datetime.fromtimestamp(world.now() + exceeded.pause, UTC)
    answer.headers["X-RateLimit-Reset"] = reset.strftime("%Y-%m-%dT%H:%MZ")
    return answer


def _quota(world: World) -> Exceeded | None:
    """Apps pay a point for a call, and afterwards for what it has read; people and their tokens are exempt."""
    caller, quota = claimed_caller() or "", world.settings.quota
    if caller not in world.apps:
        return None
    hour, into_it = divmod(world.now(), HOUR)
    points = world.jira.points
    if points.get((caller, hour), 0) + CALL > quota:
        return Exceeded(QUOTA, quota, HOUR - into_it)
    points[caller, hour] = points.get((caller, hour), 0) + CALL
    return None


def _pay(world: World, answer: Response) -> None:
    caller, hour = claimed_caller() or "", world.now() // HOUR
    if caller in world.apps:
        call = f"{request.method} {str(request.url_rule).removeprefix(API)}"
        paid = world.jira.points.get((caller, hour), 0)
        world.jira.points[caller, hour] = paid + points_for(call, answer.get_json(silent=True))


def _is_near_quota(world: World) -> bool:
    caller, quota = claimed_caller() or "", world.settings.quota
    return quota - world.jira.points.get((caller, world.now() // HOUR), 0) < NEAR * quota and caller in world.apps


def _burst(world: World) -> Exceeded | None:
    """A bucket of calls for each method and path.

    A site has one for all who call; here each caller has one, since people, who click on a real site, come through
    REST in the demo and the tests. `settings.burst_share` is what others leave of it.
    """
    call = f"{request.method} {request.url_rule}"
    rate = OWN_RATES.get(call, RATES.get(request.method, 100.0)) * world.settings.burst_share
    full, now, place = max(1.0, rate * DEPTH), world.now(), f"{claimed_caller()} {call}"
    left, then = world.jira.buckets.get(place, (full, now))
    left = min(full, left + max(0.0, now - then) * rate)
    world.jira.buckets[place] = (max(0.0, left - 1) if left >= 1 else left, now)
    return None if left >= 1 else Exceeded(BURST, math.ceil(rate), (1 - left) / rate)


def _per_issue(world: World) -> Exceeded | None:
    issues, now = _written(world), world.now()
    for issue_id in issues:
        for seconds, most in WINDOWS:
            recent = _recent(world, issue_id, seconds)
            if len(recent) >= most:
                return Exceeded(PER_ISSUE, most, recent[-most] + seconds - now)
    for issue_id in issues:
        world.jira.writes[issue_id] = [*_recent(world, issue_id, WINDOWS[-1][0]), now]
    return None


def _recent(world: World, issue_id: str, seconds: float) -> list[float]:
    """When the issue was written to in the last *seconds*."""
    return [moment for moment in world.jira.writes.get(issue_id, []) if moment > world.now() - seconds]


def _is_near_writes(world: World) -> bool:
    left = [
        (most - len(_recent(world, issue_id, seconds))) / most
        for issue_id in _written(world)
        for seconds, most in WINDOWS
    ]
    return any(part < NEAR for part in left)


def _written(world: World) -> set[str]:
    """Ids of the issues that this call writes to: the one in its path, or the two ends of a link."""
    if request.method == "GET":
        return set()
    named = [str((request.view_args or {}).get("id_or_key", ""))]
    if request.path.endswith("/issueLink"):
        body = request.get_json(force=True, silent=True)
        ends = [body.get(role) for role in ("inwardIssue", "outwardIssue")] if isinstance(body, dict) else []
        named = [str(end.get("id") or end.get("key")) for end in ends if isinstance(end, dict)]
    return {issue.id for issue in map(world.issue, filter(None, named)) if issue}
