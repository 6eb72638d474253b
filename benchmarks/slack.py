"""How soon Slack is answered, and the form open, while Jira takes two seconds a call: `python benchmarks/slack.py`.

The sandbox, the service (gunicorn, as in production, with its flows running) and we are processes of their own. Requests
leave at moments that were drawn before, whatever became of the earlier ones, and a time counts from its moment: who is
held up by another one's answer waits, and that is seen.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import logging
import multiprocessing
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app import engine
from app.settings import Settings
from benchmarks.meter import heading, row, told
from benchmarks.slack_people import Payload, Stage, listening_in, recorded, staged, summaries, tickets
from benchmarks.sync import OPEN, WORKER, processes, quiet, service
from sandbox import Sandbox, slack_allowances
from sandbox.slack_wire import signature
from tests import postgres
from tests.service import SIGNING_SECRET

RATE, SECONDS, WARM_UP, TICKETS = 20.0, 60.0, 10.0, 40
JIRA, SLACK = 2.0, 0.05
_OURS = re.compile(r"load \w+ \d+\b")


class Neighbours:
    """`with Neighbours() as them:` Jira, Confluence and Slack at `them.url`, in a process of their own."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far,), daemon=True)
        self.url = ""

    def __enter__(self) -> Neighbours:
        self._process.start()
        self.url = self._pipe.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()

    def opened(self) -> dict[str, float]:
        """Trigger → when its form stood open (Unix time)."""
        self._pipe.send("opened")
        found: dict[str, float] = self._pipe.recv()
        return found


def _serve(pipe: Connection) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # Twenty requests a second are more than a workspace may have; the figures are about us.
    slack_allowances.TIERS.clear()
    with Sandbox() as sandbox:
        sandbox.world.settings.slack_burst = 1_000_000
        opened: dict[str, float] = {}

        def watch(phase: str, _method: str, path: str) -> None:
            if phase == "after" and path.endswith("/views.open"):
                _note_opened(sandbox, opened)

        sandbox.world.watchers.append(watch)
        pipe.send(sandbox.url)
        while pipe.recv():
            pipe.send(dict(opened))


def _note_opened(sandbox: Sandbox, opened: dict[str, float]) -> None:
    from flask import request

    trigger = str(request.get_json()["trigger_id"])
    if sandbox.world.slack.triggers[trigger]["view"]:
        opened[trigger] = time.time()


@dataclass(frozen=True)
class Load:
    """What is tried: requests a second, for so many seconds, and how long the two neighbours take for each call."""

    rate: float
    seconds: float
    jira: float
    slack: float

    @property
    def number(self) -> int:
        """The warm-up's included."""
        return int(self.rate * (self.seconds + WARM_UP))

    @property
    def first(self) -> int:
        return int(self.rate * WARM_UP)

    @property
    def faults(self) -> list[dict[str, object]]:
        slow = {"path": "^/rest/", "by": "^solveonce", "delay": self.jira}
        return [slow, {"path": "^/slack/(api|response)/", "delay": self.slack}]


@dataclass(frozen=True)
class Answer:
    payload: Payload
    #: The moment at which it was to leave, and how long after that the answer was here.
    planned: float
    seconds: float
    #: 0: none at all.
    status: int
    body: bytes

    @property
    def yes(self) -> bool:
        return self.status == 200 and b'"errors"' not in self.body


def fire(url: str, payloads: Sequence[Payload], rate: float) -> list[Answer]:
    """All of them, on time; in the order in which they left."""
    chance, moment = random.Random(20), time.time() + 1.0  # noqa: S311 - the same in each run
    with ThreadPoolExecutor(200) as pool:
        sent = []
        for payload in payloads:
            moment += chance.expovariate(rate)
            time.sleep(max(0.0, moment - time.time()))
            sent.append(pool.submit(_send, url, payload, moment))
        return [each.result() for each in sent]


def _send(url: str, payload: Payload, planned: float) -> Answer:
    status, body = 0, b""
    with contextlib.suppress(OSError, http.client.HTTPException):
        status, body = _post(url, payload)
    return Answer(payload, planned, time.time() - planned, status, body)


def _post(url: str, payload: Payload) -> tuple[int, bytes]:
    stamp = str(int(time.time()))
    headers = {"Content-Type": payload.content_type, "X-Slack-Request-Timestamp": stamp}
    headers["X-Slack-Signature"] = signature(SIGNING_SECRET, stamp, payload.body)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("POST", "/slack/events", payload.body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextlib.contextmanager
def whole(database: str | None) -> Iterator[tuple[Neighbours, str]]:
    """Neighbours and service; on PostgreSQL with the flows in a process of their own."""
    apart = {"database_url": database, "engine": "off"} if database else {}
    usual = Settings()
    settings = {"tell_window": usual.tell_window, "call_timeout": usual.call_timeout, "log_level": "INFO"}
    settings["slack_burst"] = 1_000_000
    with tempfile.TemporaryDirectory() as name, Neighbours() as them:
        folder, apart_too = Path(name), [WORKER] if database else []
        with (
            service(them, folder, **settings, **apart) as env,  # type: ignore[arg-type]
            processes(env, folder / "log", *apart_too),
        ):
            yield them, env["BASE_URL"]


def run(where: str, database: str | None, load: Load) -> bool:
    """Whether everything that was promised is so."""
    first = load.first
    with whole(database) as (them, service_url):
        payloads = prepared(them, service_url, load.number)
        requests.post(f"{them.url}/_sandbox/faults", json=load.faults, timeout=20).raise_for_status()
        answers = fire(service_url, payloads, load.rate)
        opened, behind = them.opened(), len(engine.some(OPEN))
        told(
            f"\n{where}: {len(answers) - first} requests at {load.rate:.0f} a second; flows open at the end: {behind}."
        )
        good = _told_answers(answers[:first], answers[first:]) & _told_forms(answers[first:], opened)
        requests.delete(f"{them.url}/_sandbox/faults", timeout=20)
        quiet(them.url)
        return _told_tickets(answers, summaries(them.url)) and good


def prepared(them: Neighbours, service_url: str, number: int) -> list[Payload]:
    tickets(them.url, TICKETS)
    quiet(them.url)
    # A tenth of them are forms that are sent, a twentieth forms of the triage: and some to spare.
    stage: Stage = staged(them.url, number // 10 + 40, number // 20 + 20)
    quiet(them.url)
    with listening_in(them.url, service_url) as recorder:
        return recorded(stage, recorder, number)


# What came of it


def _told_answers(before: list[Answer], answers: list[Answer]) -> bool:
    heading("what", "requests", "median ms", "90th percentile", "99th", "worst", "no 200")
    kinds = sorted({each.payload.kind for each in answers})
    _told_kind("during the warm-up", before)
    for kind in kinds:
        _told_kind(kind, [each for each in answers if each.payload.kind == kind])
    _told_kind("**all**", answers)
    return part([each.seconds for each in answers], 0.99) <= 0.5 and all(each.status == 200 for each in answers)


def _told_kind(kind: str, answers: list[Answer]) -> None:
    times = [each.seconds for each in answers]
    failed = sum(each.status != 200 for each in answers)
    row(kind, str(len(times)), *[f"{1000 * part(times, each):.0f}" for each in (0.5, 0.9, 0.99, 1.0)], str(failed))


def part(times: Sequence[float], share: float) -> float:
    """The time within which this share of all lies."""
    ordered = sorted(times)
    return ordered[max(0, min(len(ordered) - 1, round(share * len(ordered)) - 1))]


def _told_forms(answers: list[Answer], opened: dict[str, float]) -> bool:
    wanted = [each for each in answers if each.payload.trigger]
    times = [opened[each.payload.trigger] - each.planned for each in wanted if each.payload.trigger in opened]
    late = sum(each > 3.0 for each in times) + len(wanted) - len(times)
    shown = ", ".join(f"{1000 * part(times, each):.0f}" for each in (0.5, 0.9, 0.99, 1.0))
    told(
        f"\nForms open after (median, 90th, 99th percentile, worst): {shown} ms; not within 3 s: {late} of {len(wanted)}."
    )
    return statistics.median(times) < 0.3 and not late


def _told_tickets(answers: list[Answer], made: list[str]) -> bool:
    asked = {each.payload.asks for each in answers if each.payload.asks and each.yes}
    counted = Counter(found.group() for each in made if (found := _OURS.match(each)))
    lost, doubled = [each for each in asked if not counted[each]], [each for each in counted if counted[each] > 1]
    told(f"{len(asked)} requests were answered with yes: {len(lost)} lost, {len(doubled)} doubled as tickets.")
    aside = engine.failed()
    told(f"Flows put aside: {len(aside)}. {sorted({each['id'].partition('/')[0] for each in aside}) or ''}")
    return not (lost or doubled or aside)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--jira", type=float, default=JIRA, help="seconds that Jira takes")
    parser.add_argument("--slack", type=float, default=SLACK, help="seconds that Slack's API takes")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    load = Load(options.rate, options.seconds, options.jira, options.slack)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # with all that we started
    told(f"Load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    good = options.only == "postgresql" or run("SQLite", None, load)
    if options.only != "sqlite" and postgres.programs():
        with postgres.running() as url:
            good &= run("PostgreSQL", url, load)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
