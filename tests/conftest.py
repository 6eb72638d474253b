"""A fresh sandbox and a fresh service for each test that asks for one, and people to act in both."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests

#: A busy machine is no fault of an example.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

#: Nothing here goes through a proxy, and nobody has to look for one at every call.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

#: Every call to the sandbox, in every test, is held to the official documents.
pytest_plugins = ["tests.conformance.plugin"]

pytest.register_assert_rewrite("tests.effects", "sandbox.people", "tests.service", "tests.waiting", "tests.walks.story")

from app.migrate import migrate  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from sandbox.people import Admin, JiraUser, SlackUser  # noqa: E402
from tests import postgres  # noqa: E402
from tests.callers import Doors  # noqa: E402
from tests.service import BOT_TOKEN, SIGNING_SECRET, Kept, Service  # noqa: E402

#: Files whose tests take many seconds each.
SLOW = {
    "test_any_order.py",
    "test_browser.py",
    "test_browser_rule.py",
    "test_browser_ways_in.py",
    "test_demo.py",
    "test_everything_arrives.py",
    "test_kill.py",
    "test_postgres.py",
}


#: A run of more files than these is one of everything.
MANY = 100
#: Files, or single tests: walks through every corner of a thing whose middle has walks of its own. A run of everything by
#: hand leaves them out, and says so; CI plays them (LONG=1), and so does whoever names such a file.
LONG = {
    "test_alarm.py",
    "test_any_order.py",
    "test_browser.py",
    "test_browser_pages.py",
    "test_browser_rule.py",
    "test_browser_ways_in.py",
    "test_channel_presets.py",
    "test_clone.py",
    "test_everything_arrives.py",
    "test_faults.py",
    "test_files.py",
    "test_kill.py",
    "test_log_archives.py",
    "test_log_between.py",
    "test_log_check.py",
    "test_log_faults.py",
    "test_log_trouble.py",
    "test_messages_faults.py",
    "test_pictures.py",
    "test_plain_fields.py",
    "test_postgres.py",
    "test_progress.py",
    "test_restricted.py",
    "test_return.py",
    "test_slack_closed.py",
    "test_slack_lost.py",
    "test_standing.py",
    "test_workspaces.py",
    "test_workspaces_told.py",
    "test_a_hostile_demo_tells_the_whole_story_too",
    "test_a_write_whose_outcome_is_unknown_changes_nothing_in_the_end",
    "test_no_decision_is_lost_or_told_twice_whatever_fails_once",
    "test_two_post_functions_at_the_same_moment_make_one_clone",
    "test_a_channel_that_took_over_the_name_of_a_closed_one_gets_what_is_told_there",
    "test_a_person_who_saves_between_our_read_and_our_write_loses_nothing",
    "test_a_press_on_what_we_do_not_know_to_be_posted_yet_counts",
    "test_a_signed_payload_with_anything_anywhere_is_answered_and_makes_nothing_up",
    "test_a_whole_story_without_events_is_caught_up_with",
    "test_every_page_is_read_however_short",
    "test_notes_that_jira_does_not_take_go_back_to_whoever_wrote_them",
    "test_the_editor_says_when_jira_does_not_tell_the_notes",
    "test_two_demos_side_by_side_tell_the_whole_story_and_leave_nothing_behind",
    "test_what_operations_took_back_is_not_opened_again_in_engineering",
    "test_what_somebody_else_wrote_meanwhile_is_not_overwritten",
    "test_where_no_transition_leads_back_the_reporter_reads_what_to_do",
}
LEFT_OUT = pytest.mark.skip(reason="a long walk: LONG=1 make test plays it, as CI does, and so does naming its file")


def pytest_xdist_auto_num_workers() -> int:
    """Three for each core: a walk waits most of the time, for pauses and for the other side."""
    return 3 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow tests begin, spread over the processes: one that begins last would keep everybody waiting."""
    if os.environ.get("LONG") != "1" and len({item.path for item in items}) > MANY:
        for item in items:
            if {item.path.name, getattr(item, "originalname", item.name)} & LONG:
                item.add_marker(LEFT_OUT)
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.path.name in SLOW]
    rest = [item for item in items if item.path.name not in SLOW]
    size = -(-len(rest) // processes)
    items[:] = [item for n in range(processes) for item in (*slow[n::processes], *rest[n * size : (n + 1) * size])]


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """A test that reaches for the internet fails, on every machine alike."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test wanted to connect to {address}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once, copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A migrated database on a PostgreSQL of our own."""
    with postgres.database(postgres_server) as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def one_world() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def world(one_world: Sandbox) -> Sandbox:
    """A sandbox as new; search lags a little, as it does."""
    requests.post(one_world.url + "/_sandbox/reset", timeout=20).raise_for_status()
    one_world.world.settings.webhook_retries = (0.05, 0.1, 0.2, 0.4, 0.8)
    one_world.world.settings.search_lag = 0.3
    return one_world


@pytest.fixture(scope="session")
def kept_service(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Kept]:
    kept = Kept(lambda: tmp_path_factory.mktemp("kept"), empty_database)
    yield kept
    kept.close()


@pytest.fixture(autouse=True)
def no_other_service(request: pytest.FixtureRequest, kept_service: Kept) -> None:
    """A process has one engine, and one context: a test that makes its own, or needs none, finds none."""
    if "bare_service" not in request.fixturenames:
        kept_service.close()


@pytest.fixture
def bare_service(
    request: pytest.FixtureRequest, world: Sandbox, kept_service: Kept, no_other_service: None
) -> Iterator[Service]:
    """Running, and installed nowhere; `@pytest.mark.settings(log_page_rows=6)` gives it other settings."""
    wanted = request.node.get_closest_marker("settings")
    yield kept_service.service(world, **(wanted.kwargs if wanted else {}))
    kept_service.give_back()


@pytest.fixture
def service(world: Sandbox, bare_service: Service) -> Service:
    """Running, and installed into Jira, Confluence and Slack."""
    Admin(world.url, bare_service.url).set_up(SIGNING_SECRET, BOT_TOKEN)
    return bare_service


@pytest.fixture
def reporter(world: Sandbox) -> JiraUser:
    return JiraUser(world.url, "reporter@example.com")


@pytest.fixture
def engineer(world: Sandbox) -> JiraUser:
    return JiraUser(world.url, "engineer@example.com")


@pytest.fixture
def slack_reporter(world: Sandbox) -> SlackUser:
    return SlackUser(world.url, "reporter@example.com")


@pytest.fixture
def doors(world: Sandbox, tmp_path: Path, empty_database: Path) -> Doors:
    """The service without its flows and installed nowhere, for calls that people do not make."""
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    return Doors(world, tmp_path)
