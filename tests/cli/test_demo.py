"""The demo is the newcomer's first minute: it tells the story, says what is in its way, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conformance import far_calls
from tests.service import free_port
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, **env: str) -> subprocess.Popen[str]:
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "demo"],
        cwd=ROOT,
        env={**kept, **far_calls.environment(), "DEMO_DIR": str(folder), **ports, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_two_demos_side_by_side_tell_the_whole_story_and_leave_nothing_behind(tmp_path: Path) -> None:
    """One ends after its story with status 0; the other stays up until Ctrl-C ends everything."""
    port, sandbox_port = str(free_port()), str(free_port())
    once = start(tmp_path / "one", DEMO_ONCE="1")
    stays = start(tmp_path / "two", PORT=port, SANDBOX_PORT=sandbox_port)
    told = [once.communicate(timeout=120)[0], "".join(_until_it_waits(stays))]
    assert once.returncode == 0, told
    for each in told:
        assert [int(number) for number in re.findall(r"^ ?(\d+)  ", each, re.MULTILINE)] == list(range(1, 14))
        assert len(re.findall(r"^    http://127\.0\.0\.1:\d+/", each, re.MULTILINE)) == 13
    stays.send_signal(signal.SIGINT)

    assert stays.wait(30) == 0
    for each in (port, sandbox_port):
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{each}/", timeout=2)


def _until_it_waits(demo: subprocess.Popen[str]) -> Iterator[str]:
    assert demo.stdout
    for line in demo.stdout:
        if line.startswith("Ctrl-C"):
            return
        yield line


def test_a_hostile_demo_tells_the_whole_story_too(tmp_path: Path) -> None:
    """`make demo HOSTILE=1`: slower, with the same end."""
    demo = start(tmp_path, DEMO_ONCE="1", HOSTILE="1")

    told, _ = demo.communicate(timeout=300)

    assert demo.returncode == 0, told
    assert "turn hostile" in told
    assert re.findall(r"^ ?(\d+)  ", told, re.MULTILINE)[-1] == "13"


def test_a_busy_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]

        demo = start(tmp_path, SANDBOX_PORT=str(port))
        told, _ = demo.communicate(timeout=60)

    assert demo.returncode == 1
    assert f"Port {port}, meant for the sandbox, cannot be used" in told
    assert f"SANDBOX_PORT={port + 1} make demo" in told


def test_a_story_that_is_not_seen_at_the_far_end_fails_with_the_step(tmp_path: Path) -> None:
    """Kill the service while the story is told."""
    demo = start(tmp_path, DEMO_ONCE="1")
    assert demo.stdout
    pid = eventually(lambda: _pid_of_gunicorn(demo.pid), limit=60)
    os.kill(pid, signal.SIGKILL)

    told = demo.stdout.read()

    assert demo.wait(60) == 1
    assert re.search(r"^(The service has ended|Step \d+)", told, re.MULTILINE), told
    assert "Traceback" not in told


def _pid_of_gunicorn(parent: int) -> int | None:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for child in children:
        if "gunicorn" in Path(f"/proc/{child}/cmdline").read_text():
            return int(child)
    return None
