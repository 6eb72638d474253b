"""The demo's processes: started on loopback, watched, and ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import requests

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT, END_LIMIT = 60.0, 10.0


class Failed(Exception):
    """Why the demo cannot go on, and what to do about it."""


def check_port(setting: str, port: int, whose: str) -> None:
    """Raises Failed if somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise Failed(f"{setting}={port} is no port. Choose one from 1 to 65535.") from None
        except OSError as error:
            reason = f"Port {port}, meant for {whose}, cannot be used ({error.strerror})."
            raise Failed(f"{reason} End what runs there, or choose another: {setting}={port + 1} make demo") from None


class Process:
    """One of our own processes in a session of its own, so that it is ended by us and not by the terminal."""

    def __init__(self, name: str, arguments: list[str], env: dict[str, str], place: Path, port: int) -> None:
        self.name, self.url = name, f"http://127.0.0.1:{port}"
        self._arguments, self._env = arguments, env
        self._log = place / f"{name}.log"

    def __enter__(self) -> Process:
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._arguments],
                cwd=ROOT,
                env={**os.environ, **self._env},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_LIMIT)
        self._signal(signal.SIGKILL)  # whatever of its group is left, also when the first of them died by itself
        self._process.wait()

    def check(self) -> None:
        """Raises Failed, with the last lines of its log, if it has ended by itself."""
        if self._process.poll() is not None:
            tail = "\n".join(self._log.read_text().splitlines()[-12:])
            raise Failed(
                f"The {self.name} has ended (status {self._process.returncode}). Its last words, from {self._log}:\n{tail}"
            )

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def wait_for(process: Process, path: str) -> None:
    """Until it answers 200. Raises Failed if it ends, or takes too long."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        process.check()
        try:
            if requests.get(process.url + path, timeout=2).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise Failed(f"The {process.name} did not get ready within {START_LIMIT:.0f} s; see its log.")
