"""The service is killed (SIGKILL, the whole process group) again and again in the middle of the story, and started again.

`KILL_SEED` chooses where: a kill falls before or after the effect of a call, so in fifty walks every two steps
have been torn apart. `make kill-walks` plays fifty in a row.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app import engine
from app.db import Database
from sandbox import Sandbox
from sandbox.people import Admin
from tests.service import BOT_TOKEN, SIGNING_SECRET, environment, free_port, settings_for
from tests.waiting import eventually
from tests.walks import story

SEED = int(os.environ.get("KILL_SEED", "1"))
ROOT = Path(__file__).resolve().parents[2]


class Killed:
    """gunicorn with everything in it; `strike` kills it at the next chance, and somebody starts it again."""

    def __init__(self, env: dict[str, str], log: Path, port: int) -> None:
        self._env, self._log, self.url = env, log, f"http://127.0.0.1:{port}"
        self.kills = 0
        self._closing = False
        self._start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _start(self) -> None:
        with self._log.open("a") as log:
            command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._env, stdout=log, stderr=log, start_new_session=True
            )

    def _keep(self) -> None:
        """The supervisor: whatever ends is started again."""
        while not self._closing:
            self._process.wait()
            if not self._closing:
                self._start()

    def strike(self) -> None:
        self.kills += 1
        with contextlib.suppress(ProcessLookupError):  # it is being started again this moment
            os.killpg(self._process.pid, signal.SIGKILL)

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def close(self) -> None:
        self._closing = True
        self.strike()
        self._keeper.join(timeout=10)


@pytest.fixture
def killed(world: Sandbox, tmp_path: Path, empty_database: Path) -> Iterator[Killed]:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    port = free_port()
    settings = settings_for(world, tmp_path, port)
    world.world.settings.webhook_retries = (0.2, 0.5, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0)
    service = Killed(environment(settings, port), tmp_path / "service.log", port)
    engine.connect(Database(settings.database_url))
    eventually(service.is_ready)
    Admin(world.url, service.url).set_up(SIGNING_SECRET, BOT_TOKEN)
    yield service
    service.close()


def test_the_story_survives_kills_between_any_two_steps(world: Sandbox, killed: Killed) -> None:
    dice = random.Random(SEED)
    calls = threading.Lock()
    left = dice.randint(1, 4)
    phase_to_strike = dice.choice(("before", "after"))

    def strike_now_and_then(phase: str, method: str, path: str) -> None:
        nonlocal left, phase_to_strike
        if "_sandbox" in path or phase != phase_to_strike or not ours(path):
            return
        with calls:
            left -= 1
            if left > 0 or killed.kills >= 5:
                return
            left, phase_to_strike = dice.randint(2, 7), dice.choice(("before", "after"))
        killed.strike()

    def ours(path: str) -> bool:
        # People call by key (OPS-1), the service by id.
        return "/slack/api/" in path or ("OPS-" not in path and "YAY-" not in path)

    world.world.watchers.append(strike_now_and_then)
    try:
        story.play(world, limit=240)  # machines are shared and slow at times
    finally:
        world.world.watchers.clear()

    story.assert_told_once(world)
    assert killed.kills >= 4
    assert engine.failed() == []
