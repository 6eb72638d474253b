"""Rows for thousands of tickets while Confluence fails and workers are killed: `python benchmarks/log_faults.py`.

PostgreSQL, the web process and two workers, all on loopback and gone afterwards. Exit status 1 when a row is lost or
doubled, a flow has failed, or nothing moves any more.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app import engine
from app.db import Database
from app.migrate import migrate
from app.publishing import store
from benchmarks.solved import Neighbours
from sandbox.people import Admin, post
from tests import postgres
from tests.service import environment, free_port, settings_for

ROOT = Path(__file__).resolve().parents[1]
ROWS, SEED = 10_000, 1
#: Every so many calls: numbers without a common factor, so that it is another call each time; one in ten in all.
FAULTS: tuple[dict[str, Any], ...] = (
    {"every": 29, "status": 409, "method": "PUT"},
    {"every": 41, "status": 429, "retry_after": 0.2},
    {"every": 43, "status": 500},
    {"every": 47, "cut": True},
    {"every": 53, "lose": True},
)
#: Seconds between two kills. A worker needs some to start.
KILLS = (4.0, 8.0)
#: So many tickets are done at the same time, and no more while so many rows are not written.
BURST, AHEAD = 10, 20
#: Small pages and small writes: more of everything that can go wrong.
SMALL: dict[str, Any] = {"log_page_rows": 40, "log_keep_rows": 10, "log_batch": 3, "log_window": 0.05}
#: A poll costs each worker milliseconds of two cores that all share; on the rows' way it is one pause of many.
ENGINE: dict[str, Any] = {"engine": "off", "engine_poll": 0.1, "engine_reap": 1.0}
#: Seconds in which something has to happen.
PATIENCE = 120.0


class Processes:
    """The web process and two workers; the workers are killed in turn and started again."""

    def __init__(self, env: dict[str, str], log: Path, dice: random.Random) -> None:
        self._env, self._log, self._dice = env, log.open("a"), dice
        self.kills = 0
        self._ending = threading.Event()
        self._web = self._started("-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()")
        self._workers = [self._started("-m", "app", "worker") for _ in range(2)]
        self._killer = threading.Thread(target=self._kill_now_and_then, daemon=True)

    def _started(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, *arguments]
        return subprocess.Popen(  # noqa: S603 - our own programs
            command, cwd=ROOT, env=self._env, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def begin_to_kill(self) -> None:
        self._killer.start()

    def _kill_now_and_then(self) -> None:
        while not self._ending.wait(self._dice.uniform(*KILLS)):
            turn = self.kills % 2
            os.killpg(self._workers[turn].pid, signal.SIGKILL)
            self._workers[turn].wait()
            self._workers[turn] = self._started("-m", "app", "worker")
            self.kills += 1

    def let_live(self) -> None:
        self._ending.set()
        self._killer.join()

    def end(self) -> None:
        self._ending.set()
        for each in (self._web, *self._workers):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(each.pid, signal.SIGTERM)
        for each in (self._web, *self._workers):
            each.wait(30)


class Run:
    """Tickets are done, a few at a time, and then their rows are waited for. Raises TimeoutError when nothing moves."""

    def __init__(self, them: Neighbours, db: Database, processes: Processes, dice: random.Random) -> None:
        self._them, self._db, self._processes, self._dice = them, db, processes, dice
        self._asked = 0
        self._seen, self._since = (-1, -1), 0.0

    def play(self) -> None:
        self._processes.begin_to_kill()
        while self._asked < len(self._them.ids):
            self._ask()
            self._until(lambda: self._asked - self._count()[0] <= AHEAD)
        self._until(lambda: self._count() == (self._asked, 0))
        self._processes.let_live()
        self._until(lambda: not {"ENQUEUED", "PENDING"} & set(engine.counts()))

    def _ask(self) -> None:
        some = self._them.ids[self._asked : self._asked + self._dice.randint(1, BURST)]
        # Jira calls again now and then; it promises "at least once".
        self._them.call_post_functions([*some, some[0]])
        if (self._asked + len(some)) // 1000 > self._asked // 1000:
            print(f"{self._asked + len(some)} tickets done, {self._processes.kills} workers killed", flush=True)
        self._asked += len(some)

    def _until(self, done: Callable[[], bool]) -> None:
        self._since = time.monotonic()
        while not done():
            if (now := self._count()) != self._seen:
                self._seen, self._since = now, time.monotonic()
            if time.monotonic() - self._since > PATIENCE:
                raise TimeoutError(f"Nothing moves: {now[0]} rows are written, {now[1]} wait; flows: {engine.counts()}")
            time.sleep(0.1)

    def _count(self) -> tuple[int, int]:
        """Rows that are written, and rows that wait."""
        with self._db.reading() as session:
            return store.count_rows(session, 1), store.count_waiting(session, 1)


@contextlib.contextmanager
def running(rows: int, folder: Path, dice: random.Random) -> Iterator[tuple[Neighbours, Database, Processes]]:
    """Everything that a run needs, set up and installed; the faults are on."""
    with postgres.running() as url, Neighbours(rows) as them:
        migrate(url)
        port = free_port()
        settings = settings_for(them, folder, port, database_url=url, **ENGINE, **SMALL)
        db = Database(url)
        engine.connect(db)
        processes = Processes(environment(settings, port), folder / "log", dice)
        try:
            _install(them, settings.base_url)
            yield them, db, processes
        finally:
            processes.end()
            db.close()


def _install(them: Neighbours, service: str) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(service):
        if time.monotonic() > end:
            raise TimeoutError("The web process does not answer.")
        time.sleep(0.1)
    admin = Admin(them.url, service)
    admin.install("jira")
    admin.install("confluence")
    admin.add_rule("OPS", "post-function", "publish-log-row", to_status="Done")
    post(f"{them.url}/_sandbox/faults", [{"path": "/wiki/", "by": "solveonce", **fault} for fault in FAULTS])


def _answers(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    return False


def told(them: Neighbours, kills: int, took: float) -> bool:
    """Prints what happened; whether every issue has its row once, and no flow has failed."""
    rows = them.rows()
    wanted = {f"OPS-{number}" for number in range(1, len(them.ids) + 1)}
    lost, doubled = wanted - set(rows), {key for key, count in rows.items() if count > 1}
    failed = engine.failed()
    print(f"{len(wanted)} rows asked for, done in {took:.0f} s; {kills} times a worker was killed.")
    print(f"{_faults(them)}")
    print(f"{len(lost)} rows lost, {len(doubled)} doubled, {len(failed)} flows failed.")
    for each in (*sorted(lost)[:9], *sorted(doubled)[:9], *failed[:9]):
        print(each)
    return not (lost or doubled or failed)


def _faults(them: Neighbours) -> str:
    calls = requests.get(f"{them.url}/_sandbox/calls", {"neighbour": "confluence"}, timeout=60).json()
    faults = requests.get(f"{them.url}/_sandbox/faults", timeout=60).json()
    fired = sum(fault["fired"] for fault in faults)
    kinds = ", ".join(f"{_name(fault)} {fault['fired']}" for fault in faults)
    return f"{len(calls)} calls to Confluence, {fired} of them ({fired / max(1, len(calls)):.1%}) failed: {kinds}."


def _name(fault: dict[str, Any]) -> str:
    return str(fault["status"] or ("cut" if fault["cut"] else "answer lost"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    dice = random.Random(options.seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="solveonce-faults-") as name:
        folder = Path(name)
        with running(options.rows, folder, dice) as (them, db, processes):
            began, well = time.monotonic(), True
            try:
                Run(them, db, processes, dice).play()
            except TimeoutError as problem:
                well = False
                print(problem, *(folder / "log").read_text().splitlines()[-20:], sep="\n")
            return 0 if told(them, processes.kills, time.monotonic() - began) and well else 1


if __name__ == "__main__":
    sys.exit(main())
