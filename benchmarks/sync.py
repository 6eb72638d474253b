"""How soon a text stands in the other ticket, and how fast a backlog is worked off: `python benchmarks/sync.py`.

Sandbox, web process and workers are processes of their own, all on loopback and gone afterwards. Times are those of the
two tickets' own histories, so nobody has to look while it happens.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app import engine
from app.db import Database
from app.migrate import migrate
from app.settings import Settings
from benchmarks.solved import Neighbours
from sandbox.people import NOTES, Admin, JiraUser, post, text, words
from tests import postgres
from tests.service import BOT_TOKEN, SIGNING_SECRET, environment, free_port, settings_for

ROOT = Path(__file__).resolve().parents[1]
EDITS, ROUNDS = 200, 3
PAIRS, BACKLOG = 500, 2_000
PATIENCE = 1_200.0
OPEN = ["PENDING", "ENQUEUED", "DELAYED"]
WEB = ("-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()")
WORKER = ("-m", "app", "worker")


@contextlib.contextmanager
def processes(env: dict[str, str], log: Path, *commands: Sequence[str]) -> Iterator[None]:
    with log.open("a") as file:
        started = [
            subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, *command], cwd=ROOT, env=env, stdout=file, stderr=file, start_new_session=True
            )
            for command in commands
        ]
    try:
        yield
    finally:
        for each in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(each.pid, signal.SIGTERM)
        for each in started:
            each.wait(30)


@contextlib.contextmanager
def service(them: Neighbours, folder: Path, **changes: Any) -> Iterator[dict[str, str]]:
    """The web process, installed; its environment, for workers. Pauses are those of production."""
    port = free_port()
    usual = Settings()
    pauses = {name: getattr(usual, name) for name in ("engine_poll", "retry_first", "retry_longest", "settle_time")}
    settings = settings_for(them, folder, port, **pauses, **changes)
    migrate(settings.database_url)
    env = environment(settings, port)
    engine.connect(Database(settings.database_url))
    with processes(env, folder / "log", WEB):
        until(lambda: _answers(settings.base_url))
        Admin(them.url, settings.base_url).set_up(SIGNING_SECRET, BOT_TOKEN)
        yield env


def until(so: Callable[[], Any], every: float = 0.02) -> None:
    """Raises TimeoutError when it does not become so."""
    end = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() > end:
            raise TimeoutError("This takes too long.")
        time.sleep(every)


def _answers(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    return False


def quiet(url: str) -> None:
    """No delivery on its way, and no flow waiting or running."""
    until(lambda: requests.get(f"{url}/_sandbox/idle", timeout=60).json()["idle"] and not engine.some(OPEN), every=0.1)


# How soon


def how_soon(edits: int, rounds: int) -> None:
    print("| round | edits | median ms | 99th percentile ms | spread ms |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name, Neighbours(1) as them, service(them, Path(name)):
        riley, erin = JiraUser(them.url, "reporter@example.com"), JiraUser(them.url, "engineer@example.com")
        key = riley.new_issue()
        until(lambda: riley.clone_of(key))
        clone = str(riley.clone_of(key))
        quiet(them.url)
        for round in range(1, rounds + 1):
            taken = sorted(1000 * seconds for seconds in times(riley, erin, key, clone, edits, round))
            low, high = taken[0], taken[-1]
            ninety_nine = taken[min(len(taken) - 1, int(0.99 * len(taken)))]
            print(
                f"| {round} | {len(taken)} | {statistics.median(taken):.0f} | {ninety_nine:.0f} | {low:.0f}–{high:.0f} |"
            )


def times(riley: JiraUser, erin: JiraUser, key: str, clone: str, edits: int, round: int) -> Iterator[float]:
    """Seconds from each save to the same text in the other ticket."""
    for number in range(edits):
        here, there, person = (key, clone, riley) if number % 2 else (clone, key, erin)
        said = f"round {round}, edit {number}"
        person.edit(here, description=text(said))
        until(lambda there=there, said=said: words(riley.issue(there)["description"]) == said)
        yield (last_change(riley, there) - last_change(riley, here)).total_seconds()


def last_change(person: JiraUser, key: str) -> datetime:
    """When the description was changed last, by Jira's clock."""
    first = person.get(f"issue/{key}/changelog?maxResults=1")
    last = person.get(f"issue/{key}/changelog?startAt={max(0, first['total'] - 5)}&maxResults=5")["values"]
    created = [entry["created"] for entry in last if any(item["field"] == "description" for item in entry["items"])]
    return datetime.strptime(created[-1], "%Y-%m-%dT%H:%M:%S.%f%z")


# How fast


def how_fast(pairs: int, edits: int) -> bool:
    """Whether no limit of Jira on one issue was hit."""
    with (
        tempfile.TemporaryDirectory() as name,
        postgres.running() as url,
        Neighbours(1) as them,
        service(them, Path(name), database_url=url, engine="off") as env,
    ):
        log = Path(name) / "log"
        keys = hand_over(them, env, log, pairs)
        edit_all(them, keys, edits)
        since = time.time()
        with processes(env, log, WORKER, WORKER):
            quiet(them.url)
        return told(them, since, pairs, edits)


def hand_over(them: Neighbours, env: dict[str, str], log: Path, pairs: int) -> list[tuple[str, str]]:
    """So many pairs, all at rest. Slack takes their alerts as fast as they come; afterwards a message a second again."""
    riley = JiraUser(them.url, "reporter@example.com")
    usual = requests.get(f"{them.url}/_sandbox/settings", timeout=60).json()["slack_burst"]
    post(f"{them.url}/_sandbox/settings", {"slack_burst": 1_000_000})
    made = [riley.new_issue() for _ in range(pairs)]
    with processes(env | {"SLACK_BURST": "1000000"}, log, WORKER, WORKER):
        quiet(them.url)
    post(f"{them.url}/_sandbox/settings", {"slack_burst": usual})
    return [(key, str(riley.clone_of(key))) for key in made]


def edit_all(them: Neighbours, keys: list[tuple[str, str]], edits: int) -> None:
    """By people, while no worker runs."""
    people = JiraUser(them.url, "reporter@example.com"), JiraUser(them.url, "engineer@example.com")

    def edit(number: int) -> None:
        turn = number // len(keys)
        side, field = turn % 2, "description" if turn < 2 else NOTES
        people[side].edit(keys[number % len(keys)][side], **{field: text(f"edit {number}")})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(edit, range(edits)))
    until(lambda: requests.get(f"{them.url}/_sandbox/idle", timeout=60).json()["idle"], every=0.2)


def told(them: Neighbours, since: float, pairs: int, edits: int) -> bool:
    query = {"neighbour": "jira", "since": since}
    calls = requests.get(f"{them.url}/_sandbox/calls", query, timeout=60).json()
    ours = [call for call in calls if str(call["by"] or "").startswith("solveonce")]
    written = [call["time"] for call in ours if call["method"] == "PUT" and call["status"] < 300]
    took, all_of_it = (moment - min(call["time"] for call in ours) for moment in (max(written), time.time()))
    statuses = Counter(call["status"] for call in ours)
    reasons = Counter(call.get("reason") or "" for call in ours if call["status"] == 429)
    print(f"{edits} edits over {pairs} pairs by two workers: the last text was written after {took:.1f} s,")
    print(f"{edits / took:.0f} edits a second; with all that Slack was told, a message a second, {all_of_it:.0f} s.")
    print(f"{len(ours)} calls of Jira ({len(ours) / edits:.2f} for each edit), {len(written)} writes,")
    print(f"by status: {dict(statuses)}; {_cards(them, since)}")
    print(f"429 by reason: {dict(reasons) or 'none'}; flows put aside: {len(engine.failed())}")
    return not any("per-issue" in reason for reason in reasons) and not engine.failed()


def _cards(them: Neighbours, since: float) -> str:
    query = {"neighbour": "slack", "since": since}
    calls = requests.get(f"{them.url}/_sandbox/calls", query, timeout=60).json()
    statuses = Counter(call["status"] for call in calls if call["path"].endswith("chat.postMessage"))
    return f"messages to Slack by status: {dict(statuses)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--backlog", type=int, default=BACKLOG)
    options = parser.parse_args()
    print(f"Load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    how_soon(options.edits, options.rounds)
    print()
    return 0 if how_fast(options.pairs, options.backlog) else 1


if __name__ == "__main__":
    sys.exit(main())
