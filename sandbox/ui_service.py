"""What the installed service is doing, as it says itself at `/status`; asked in the background, so no page waits for it."""

from __future__ import annotations

import threading
import time
from typing import Any
from urllib.parse import urlsplit

import requests

from sandbox.world import Json, World

#: An answer counts so long, and a page waits so long for a newer one.
FRESH, PATIENCE = 1.0, 0.08
TIMEOUT = 2.0
NUMBERS = ("received", "running", "waiting", "failed")


class Watch:
    """The last answer of the service of *world*."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._asked = 0.0
        self._origin: str | None = None
        self._told: Json = {}

    def doing(self) -> Json:
        """`state` is `none` (nothing is installed), `unreachable` or `up`; and, if up, the four numbers."""
        origin = origin_of(self._world)
        if origin is None:
            return {"state": "none"}
        started = self._ask(origin)
        if started is not None:
            started.join(PATIENCE)
        with self._lock:
            return {"origin": origin, **(self._told if self._origin == origin and self._told else {"state": "asking"})}

    def _ask(self, origin: str) -> threading.Thread | None:
        """Begin to ask, unless that is going on or was done just now."""
        with self._lock:
            if self._origin == origin and not self._is_old():
                return None
            if self._origin != origin:
                self._told = {}
            self._asked, self._origin = time.monotonic(), origin
            self._asking = threading.Thread(target=self._look, args=(origin,), name="status", daemon=True)
            self._asking.start()
            return self._asking

    def _is_old(self) -> bool:
        return not (self._asking and self._asking.is_alive()) and time.monotonic() - self._asked > FRESH

    def _look(self, origin: str) -> None:
        told = _answer(origin)
        with self._lock:
            if self._origin == origin:
                self._told = told


def origin_of(world: World) -> str | None:
    """Where the installed app listens."""
    with world.lock:
        addresses = [app.base_url for app in world.apps.values()]
        addresses += [world.slack.app.request_url] if world.slack.app else []
    parts = urlsplit(addresses[0]) if addresses else None
    return f"{parts.scheme}://{parts.netloc}" if parts else None


def _answer(origin: str) -> Json:
    session = requests.Session()
    session.trust_env = False
    try:
        with session, session.get(origin + "/status", timeout=TIMEOUT, allow_redirects=False) as answer:
            told: Any = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError):
        told = None
    if not isinstance(told, dict) or not all(isinstance(told.get(name), int) for name in NUMBERS):
        return {"state": "unreachable"}
    last = [str(name)[:60] for name in told.get("failed_last") or []]
    return {"state": "up", "failed_last": last, **{name: told[name] for name in NUMBERS}}
