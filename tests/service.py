"""The service as the tests run it: in this process, on a loopback port, against a sandbox, with short pauses."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from app import context, create_app, engine
from app.auth.vault import new_key
from app.migrate import migrate
from app.settings import Settings
from sandbox import Sandbox
from tests.waiting import eventually

#: It writes a line for each call, which nobody reads.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
#: To wait longer for its rest takes longer than to start another, in seconds.
REST = 1.0
SIGNING_SECRET, BOT_TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-sandbox"


def settings_for(sandbox: Sandbox, folder: Path, port: int, **changes: Any) -> Settings:
    """Settings for a service beside *sandbox*; pauses are short, so that a test that waits does not wait long."""
    return Settings(
        **{
            "database_url": f"sqlite:///{folder}/solveonce.sqlite",
            "base_url": f"http://127.0.0.1:{port}",
            "secret_keys": new_key(),
            "allowed_sites": "127.0.0.1",
            "connect_keys_urls": f"{sandbox.url}/_sandbox/keys",
            "connect_all_js": f"{sandbox.url}/atlassian-connect/all.js",
            "slack_api_url": f"{sandbox.url}/slack/api/",
            "slack_bot_token": BOT_TOKEN,
            "slack_signing_secret": SIGNING_SECRET,
            "engine_poll": 0.2,
            "retry_first": 0.05,
            "retry_longest": 0.4,
            "settle_time": 0.3,
            "log_window": 0.2,
            "tell_window": 0.2,
            "call_timeout": 5.0,
            "log_level": "WARNING",
            **changes,
        }
    )


def environment(settings: Settings, port: int) -> dict[str, str]:
    """The same settings for a process of its own."""
    own = {f.name.upper(): str(getattr(settings, f.name)) for f in fields(Settings)}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **own, "PORT": str(port)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """Web and flows in one process, as in production on SQLite."""

    def __init__(self, sandbox: Sandbox, folder: Path, **changes: Any) -> None:
        self._sandbox = sandbox
        self._server = make_server("127.0.0.1", 0, lambda env, start: self.app(env, start), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.settings = settings_for(sandbox, folder, self._server.server_port, **changes)
        migrate(self.settings.database_url)
        self.app = create_app(self.settings)
        self._runtime = context.current()
        self.db = self._runtime.db
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        engine.launch(self.settings)
        self._new = _copy_of(self.settings.sqlite_path)

    def comes_to_rest(self) -> bool:
        """Whether the next test can have it: it is whole, and nothing comes in from the last one any more."""
        if context.current() is not self._runtime or not engine.running():
            return False
        with contextlib.suppress(AssertionError):
            return eventually(lambda: self._at_rest() and self._hears_nothing(), limit=REST)
        return False

    def renew(self) -> None:
        """As after its start: nothing is stored, and nothing remembered."""
        with contextlib.closing(sqlite3.connect(self.settings.sqlite_path)) as live:
            self._new.backup(live)
        for each in fields(self._runtime):
            if each.default_factory is not MISSING:
                setattr(self._runtime, each.name, each.default_factory())
            elif each.default is not MISSING:
                setattr(self._runtime, each.name, each.default)
        self._runtime.__post_init__()

    def _hears_nothing(self) -> bool:
        return bool(self._sandbox.app.extensions["courier"].idle())

    @staticmethod
    def _at_rest() -> bool:
        """Nothing runs that could reach into the next test; the library itself looks only once a second."""
        return not {"PENDING", "ENQUEUED"} & set(engine.counts())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        engine.shutdown(seconds=0 if self._at_rest() else 3)
        self.db.close()
        self._new.close()


class Kept:
    """One service for several tests, as new for each: to start one takes as long as many a test."""

    def __init__(self, new_folder: Callable[[], Path], empty_database: Path) -> None:
        self._new_folder, self._empty_database = new_folder, empty_database
        self._service: Service | None = None
        self._changes: dict[str, Any] = {}

    def service(self, sandbox: Sandbox, **changes: Any) -> Service:
        if self._changes != changes:
            self.close()
        if self._service:
            self._service.renew()
            return self._service
        folder = self._new_folder()
        shutil.copy(self._empty_database, folder / "solveonce.sqlite")
        self._service, self._changes = Service(sandbox, folder, **changes), changes
        return self._service

    def give_back(self) -> None:
        if self._service and not self._service.comes_to_rest():
            self.close()

    def close(self) -> None:
        if self._service:
            self._service.close()
        self._service = None


def _copy_of(path: str) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with contextlib.closing(sqlite3.connect(path)) as live:
        live.backup(copy)
    return copy
