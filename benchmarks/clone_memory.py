"""What it takes to clone an issue with sixty attachments, 200 MB: `python benchmarks/clone_memory.py`.

The service is a process of its own, whose peak memory is the kernel's own count (VmHWM); Jira is a sandbox in this
process. Loopback only, nothing is kept. Exit status 1 when a file has not arrived as it was.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.migrate import migrate
from sandbox import Sandbox
from sandbox.people import Admin, JiraUser
from tests.service import BOT_TOKEN, SIGNING_SECRET, environment, free_port, settings_for

ROOT = Path(__file__).resolve().parents[1]
MB = 1024 * 1024
#: A film, two logs, and fifty-seven screenshots: 200 MB.
SIZES = (50 * MB, 25 * MB, 25 * MB, *[100 * MB // 57] * 57)
#: Seconds in which a clone has to be there, with its files.
PATIENCE = 600.0


@contextmanager
def service(sandbox: Sandbox, folder: Path) -> Iterator[tuple[str, int]]:
    """Its address, and the id of the process that runs the flows."""
    port = free_port()
    settings = settings_for(sandbox, folder, port, call_timeout=30.0)
    migrate(settings.database_url)
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, env=environment(settings, port), stdout=log, stderr=log, start_new_session=True
        )
    try:
        until(lambda: _answers(settings.base_url + "/readyz"))
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield settings.base_url, int(children[0])
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def until(done: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"It takes longer than {PATIENCE:.0f} seconds.")
        time.sleep(0.1)


def memory(pid: int, what: str) -> float:
    """In MB: `VmHWM`, the peak since the process began, or `VmRSS`, what it holds now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what + ":")) / 1024


def cloned(sandbox: Sandbox, person: JiraUser, sizes: tuple[int, ...]) -> float:
    """Hand a new issue with files of these *sizes* over, and wait for its clone with all of them; how many seconds it took."""
    key = person.new_issue("Operations")
    if sizes:
        url, headers = f"{sandbox.url}/rest/api/3/issue/{key}/attachments", {"X-Atlassian-Token": "no-check"}
        files = [("file", (f"{number}.bin", os.urandom(size))) for number, size in enumerate(sizes)]
        answer = requests.post(url, files=files, headers=headers, auth=(person.email, "sandbox"), timeout=120)
        answer.raise_for_status()
    began = time.monotonic()
    person.edit(key, customfield_10048={"value": "Engineering"})
    until(lambda: person.status(key) == "Sent to Engineering")
    took = time.monotonic() - began
    clone = person.clone_of(key)
    if contents(sandbox, key) != contents(sandbox, clone or ""):
        raise SystemExit("The clone has not got the files of the original.")
    return took


def contents(sandbox: Sandbox, key: str) -> list[str]:
    issue = sandbox.world.issue(key)
    return sorted(hashlib.sha256(file.content).hexdigest() for file in issue.attachments) if issue else []


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox, service(sandbox, Path(folder)) as (url, pid):
        person = JiraUser(sandbox.url, "reporter@example.com")
        Admin(sandbox.url, url).set_up(SIGNING_SECRET, BOT_TOKEN)
        cloned(sandbox, person, (1000,))  # whatever is loaded at the first time
        before, holds = memory(pid, "VmHWM"), memory(pid, "VmRSS")
        took = cloned(sandbox, person, SIZES)
        after = memory(pid, "VmHWM")
    print(f"{len(SIZES)} files, {sum(SIZES) / MB:.0f} MB, largest {max(SIZES) / MB:.0f} MB: {took:.0f} s")
    print(f"peak memory of the service: {before:.0f} MB before (it held {holds:.0f}), {after:.0f} MB after")
    print(f"load of the machine, with this: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
