"""PostgreSQL agrees: the same story, with the web process and a worker apart, as in production."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from app import engine
from app.db import Database
from app.errors import Unavailable
from app.models import Site
from app.models_log import LogPending
from app.once import once
from app.publishing import store
from sandbox import Sandbox
from sandbox.people import Admin, JiraUser
from tests import effects, postgres
from tests.service import BOT_TOKEN, SIGNING_SECRET, environment, free_port, settings_for
from tests.waiting import eventually, quiet
from tests.walks import story

pytestmark = pytest.mark.skipif(postgres.programs() is None and "CI" not in os.environ, reason=postgres.HOW_TO_GET_IT)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def processes(world: Sandbox, tmp_path: Path, postgres_url: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A web process that only enqueues, and two workers."""
    port = free_port()
    settings = settings_for(world, tmp_path, port, database_url=postgres_url, engine="off", engine_reap=1.0)
    env = environment(settings, port)
    web = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
    worker = ["-m", "app", "worker"]
    log = (tmp_path / "log").open("w")
    started = [
        subprocess.Popen([sys.executable, *each], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        for each in (web, worker, worker)
    ]
    engine.connect(Database(postgres_url))
    eventually(lambda: _answers(settings.base_url))
    Admin(world.url, settings.base_url).set_up(SIGNING_SECRET, BOT_TOKEN)
    yield started
    for each in started:
        if each.poll() is None:
            os.killpg(each.pid, signal.SIGTERM)
    for each in started:
        each.wait(20)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def test_the_story_with_web_and_workers_apart_and_a_worker_that_is_gone_for_good(
    world: Sandbox, processes: list[subprocess.Popen[bytes]]
) -> None:
    """One is killed in the middle of a call and never started again: the other one takes its flows over."""
    worker = processes[1]
    calls = iter(range(1000))

    def kill_at_the_sixth_call(phase: str, method: str, path: str) -> None:
        if phase == "after" and "/rest/api/3/issue" in path and "solveonce" in path and next(calls) == 6:
            os.killpg(worker.pid, signal.SIGKILL)

    world.world.watchers.append(kill_at_the_sixth_call)
    try:
        story.play(world, limit=60)
    finally:
        world.world.watchers.clear()

    story.assert_told_once(world)
    assert worker.poll() == -signal.SIGKILL
    assert engine.failed() == []


def test_a_row_that_is_asked_for_again_while_it_is_written_waits_on(postgres_url: str) -> None:
    """Seen once in ten thousand rows: the writer took it off the list while somebody asked, and the asking failed."""
    db = Database(postgres_url)
    with db.writing() as session:
        session.add(Site(id=1, host="team.atlassian.net"))
        session.flush()
        store.log(session, 1, "Ops Exception Log")
    asked: list[str] = []

    def ask() -> None:
        for _ in range(300):
            with db.writing() as session:
                store.ask(session, 1, "10001")
                asked.append(session.get_one(LogPending, (1, "10001")).mark)

    with ThreadPoolExecutor() as pool:
        asking = pool.submit(ask)
        while not asking.done():
            with db.reading() as session:
                waiting = store.waiting(session, 1, 10)
            with db.writing() as session:
                store.done_with(session, 1, [each for each in waiting if each.mark != asked[-1]])
        asking.result()

    with db.reading() as session:
        assert [each.mark for each in store.waiting(session, 1, 10)] == asked[-1:]
    db.close()


def test_two_post_functions_at_the_same_moment_make_one_clone(
    world: Sandbox, processes: list[subprocess.Popen[bytes]]
) -> None:
    """Both workers are free, and each could take one of the two calls."""
    service_url = world.world.apps["solveonce-jira"].base_url.removesuffix("/connect/jira")
    Admin(world.url, service_url).add_rule("OPS", "post-function", "clone-and-link", transition="Create")
    reporter = JiraUser(world.url, "reporter@example.com")

    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: reporter.new_issue(), range(8)))
    clones = [eventually(lambda key=key: reporter.clone_of(key), limit=60) for key in keys]
    quiet(world.url, limit=60)

    assert sorted(clones) == effects.issues(world, "YAY")
    assert len(set(clones)) == len(keys)
    assert effects.links(world) == len(keys)
    assert engine.failed() == []


def test_two_runs_at_the_same_moment_make_a_thing_once(postgres_url: str) -> None:
    """A process that is taken for dead, and is not: its flow runs in two."""
    db, made = Database(postgres_url), []

    def make() -> dict[str, str]:
        made.append("a clone")
        return {"id": str(len(made))}

    def run(source: str) -> str:
        try:
            return str(once(db, source, make=make, look=lambda hint: None, settle_time=30)["id"])
        except Unavailable:
            return "waits"

    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            source = f"handoff.create_clone:1:{number}"
            found = list(pool.map(lambda _, source=source: run(source), range(8)))
            assert len(made) == number + 1
            assert set(found) <= {str(number + 1), "waits"}
    db.close()
