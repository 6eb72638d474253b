"""The service as the tests run it: in this process, on a loopback port, against a sandbox, with short pauses."""

from __future__ import annotations

import logging
import os
import socket
import threading
from dataclasses import fields
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from app import context, create_app, engine
from app.auth.vault import new_key
from app.migrate import migrate
from app.settings import Settings
from sandbox import Sandbox

#: It writes a line for each call, which nobody reads.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
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
        self._server = make_server("127.0.0.1", 0, lambda env, start: self.app(env, start), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.settings = settings_for(sandbox, folder, self._server.server_port, **changes)
        migrate(self.settings.database_url)
        self.app = create_app(self.settings)
        self.db = context.current().db
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        engine.launch(self.settings)

    @staticmethod
    def _at_rest() -> bool:
        """Nothing runs that could reach into the next test; the library itself looks only once a second."""
        return not {"PENDING", "ENQUEUED"} & set(engine.counts())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        engine.shutdown(seconds=0 if self._at_rest() else 3)
        self.db.close()
