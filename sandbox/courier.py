"""Carries webhooks, post-functions and lifecycle calls to apps: in the background, in order, and again if refused.

The rules are those of https://developer.atlassian.com/cloud/jira/platform/webhooks/ with shorter pauses unless asked
for. Order, promptness and once are what usually happens and nobody promises: the settings take them away.
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

from sandbox.jwt_qsh import host_claims, signed
from sandbox.world import App, Json, World

#: Any other 4xx is final.
RETRIED = frozenset({408, 409, 425, 429})
TIMEOUT = 10.0
#: How many calls of each flow are under way to one host at a time.
IN_FLIGHT = {"Primary": 20, "Secondary": 10}
THREADS = sum(IN_FLIGHT.values())
#: Seconds after which a thread without work ends.
IDLE = 2.0
#: Jira tries five times more, with a pause of 5 to 15 minutes before each.
REAL_TRIES, SHORTEST, LONGEST = 5, 300.0, 900.0
#: What is delivered as webhooks are; lifecycle calls are not.
HOOKS = ("webhook", "post-function")


@dataclass
class Parcel:
    """One thing to tell one app."""

    kind: str
    event: str
    app_key: str
    #: Relative to the app's base URL.
    path: str
    body: Json | None
    #: The person whose act caused it.
    subject: str | None = None
    #: Parcels of one lane are carried one at a time, oldest first.
    lane: str = ""
    issue: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    #: "Secondary" for the fallout of another change.
    flow: str = "Primary"
    #: Stays the same in every try.
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    tries: int = 0
    due: float = 0.0
    generation: int = 0
    host: str = ""


class Courier:
    """A few threads, and what they still have to carry."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._wake = threading.Condition()
        self._waiting: list[Parcel] = []
        self._busy: set[str] = set()
        #: (flow, host) → calls under way.
        self._in_flight: Counter[tuple[str, str]] = Counter()
        self._threads = self._resting = self._hooks = 0
        world.clock.watchers.append(self._look_again)

    def post(self, parcel: Parcel) -> None:
        """Take *parcel*; it is on its way when this returns."""
        parcel.generation = self._world.generation
        app = self._world.apps.get(parcel.app_key)
        parcel.host = urlsplit(app.base_url).netloc if app else ""
        with self._wake:
            if parcel.kind in HOOKS and self._hold_back(parcel):
                return
            self._waiting.append(parcel)
            if len(self._waiting) > self._resting and self._threads < THREADS:
                self._threads += 1
                threading.Thread(target=self._work, name="courier", daemon=True).start()
            self._wake.notify()

    def _hold_back(self, parcel: Parcel) -> bool:
        """Until when; true: for ever."""
        settings = self._world.settings
        self._hooks += 1
        parcel.due = self._world.now() + settings.webhook_late
        if settings.webhook_overtaken:
            # A lane of its own, so that it does not wait for what happened before it.
            parcel.lane = parcel.identifier
            parcel.due += settings.webhook_overtaken * (self._hooks % 2)
        every = settings.webhook_lost_every
        return every > 0 and self._hooks % every == 0

    def idle(self) -> bool:
        """Whether nothing is on its way or waits for another try."""
        with self._wake:
            return not self._waiting and not self._busy

    def _look_again(self) -> None:
        """The clock was moved: something may be due."""
        with self._wake:
            self._wake.notify_all()

    def _work(self) -> None:
        while (parcel := self._next()) is not None:
            retry = self._carry(parcel)
            with self._wake:
                self._busy.discard(parcel.lane)
                self._in_flight[parcel.flow, parcel.host] -= 1
                if retry:
                    self._waiting.append(parcel)
                self._wake.notify_all()

    def _next(self) -> Parcel | None:
        """The oldest parcel that is due and may go; None when there was nothing for a while."""
        with self._wake:
            while True:
                free = self._free()
                now = self._world.now()
                ready = next((p for p in free if p.due <= now), None)
                if ready is not None:
                    self._waiting.remove(ready)
                    self._busy.add(ready.lane)
                    self._in_flight[ready.flow, ready.host] += 1
                    return ready
                if not self._rest(min((p.due - now for p in free), default=IDLE)) and not self._waiting:
                    self._threads -= 1
                    return None

    def _free(self) -> list[Parcel]:
        """What may go when its time has come: no other of its lane is under way, and not too many to its host."""
        generation = self._world.generation
        # After a reset nothing of before is carried, nor waited for.
        self._waiting[:] = [p for p in self._waiting if p.generation == generation]
        return [
            p for p in self._waiting if p.lane not in self._busy and self._in_flight[p.flow, p.host] < IN_FLIGHT[p.flow]
        ]

    def _rest(self, pause: float) -> bool:
        self._resting += 1
        try:
            return self._wake.wait(pause)
        finally:
            self._resting -= 1

    def _carry(self, parcel: Parcel) -> bool:
        """Try once; true if it should be tried again, at its new due time."""
        app = self._world.apps.get(parcel.app_key)
        if app is None or parcel.generation != self._world.generation:
            return False
        parcel.tries += 1
        status = send(self._world, app, parcel)
        if self._world.settings.deliver_twice and parcel.kind in HOOKS:
            status = send(self._world, app, parcel)
        pauses = _pauses(self._world, parcel)
        if not _worth_another_try(status) or parcel.tries > len(pauses):
            return False
        parcel.due = self._world.now() + pauses[parcel.tries - 1]
        return True


def _pauses(world: World, parcel: Parcel) -> tuple[float, ...]:
    pauses = world.settings.webhook_retries
    if pauses != "real":
        return pauses
    # As good as random, and the same each time that one asks.
    spread = uuid.UUID(parcel.identifier).int
    return tuple(SHORTEST + (spread >> 12 * n) % (LONGEST - SHORTEST) for n in range(REAL_TRIES))


def send(world: World, app: App, parcel: Parcel) -> int:
    """Call the app now and write it down; the status of its answer, 0 if there was none."""
    url = app_url(app, parcel.path)
    started = world.now()
    try:
        status = requests.post(
            url, json=parcel.body, headers=_headers(app, url, parcel), timeout=TIMEOUT, allow_redirects=False
        ).status_code
    except requests.RequestException:
        status = 0
    note: Json = {"time": started, "kind": parcel.kind, "event": parcel.event, "url": url, "status": status}
    note |= {"try": max(parcel.tries, 1), "identifier": parcel.identifier, "issue": parcel.issue}
    with world.lock:
        # What was on its way during a reset belongs to a world that is gone.
        if parcel.generation == world.generation:
            world.deliveries.append(note)
    return status


def app_url(app: App, path: str) -> str:
    """The address of *path* of the descriptor, which is relative to the app's base URL."""
    base = urlsplit(app.base_url)
    target = urlsplit(path)
    joined = base.path.rstrip("/") + "/" + target.path.lstrip("/")
    return urlunsplit((base.scheme, base.netloc, joined, target.query, ""))


def _headers(app: App, url: str, parcel: Parcel) -> dict[str, Any]:
    claims = host_claims(app.client_key, "POST", url, app.base_url, parcel.subject)
    headers = {"Authorization": f"JWT {signed(claims, app.shared_secret)}", "Content-Type": "application/json"}
    if parcel.kind in HOOKS:
        headers["X-Atlassian-Webhook-Identifier"] = parcel.identifier
        headers["X-Atlassian-Webhook-Flow"] = parcel.flow
        if parcel.tries > 1:
            headers["X-Atlassian-Webhook-Retry"] = str(parcel.tries - 1)
    return headers | parcel.headers


def _worth_another_try(status: int) -> bool:
    return status == 0 or status >= 500 or status in RETRIED
