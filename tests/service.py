"""The service as the tests run it: in this process, on a loopback port, against a sandbox, with short pauses."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import fields
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import make_server

from app import context, create_app, engine
from app.auth.vault import new_key
from app.migrate import migrate
from app.settings import Settings
from sandbox import Sandbox

SIGNING_SECRET, BOT_TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-sandbox"
NOTES = '{"fieldId": "customfield_10050", "fieldName": "Resolution Notes"}'


def settings_for(sandbox: Sandbox, folder: Path, port: int, **changes: Any) -> Settings:
    """Settings for a service beside *sandbox*; pauses are short, so that a test that waits does not wait long."""
    return Settings(
        **{
            "database_url": f"sqlite:///{folder}/solveonce.sqlite",
            "base_url": f"http://127.0.0.1:{port}",
            "secret_keys": new_key(),
            "allowed_sites": "127.0.0.1",
            "connect_keys_urls": f"{sandbox.url}/_sandbox/keys",
            "slack_api_url": f"{sandbox.url}/slack/api/",
            "slack_bot_token": BOT_TOKEN,
            "slack_signing_secret": SIGNING_SECRET,
            "engine_poll": 0.02,
            "retry_first": 0.05,
            "retry_longest": 0.4,
            "settle_time": 0.3,
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


def install(sandbox_url: str, service_url: str) -> None:
    """What the admins of Jira, Confluence and Slack do."""
    for product in ("jira", "confluence"):
        descriptor = f"{service_url}/connect/{product}/atlassian-connect.json"
        post(f"{sandbox_url}/_sandbox/connect/install", {"descriptor_url": descriptor, "product": product})
    slack = {"request_url": f"{service_url}/slack/events", "signing_secret": SIGNING_SECRET, "bot_token": BOT_TOKEN}
    post(f"{sandbox_url}/_sandbox/slack/install", slack)
    for project, where, kind, module in (
        ("OPS", {"transition": "Create"}, "post-function", "clone-and-link"),
        ("OPS", {"to_status": "Done"}, "post-function", "publish-log-row"),
        ("OPS", {"to_status": "Done"}, "validator", "require-field"),
        ("YAY", {"to_status": "Done"}, "validator", "require-field"),
    ):
        rule = {"project": project, "kind": kind, "app_key": "solveonce-jira", "module_key": module, "config": NOTES}
        post(f"{sandbox_url}/_sandbox/jira/rules", {**rule, **where})


def post(url: str, body: dict[str, Any]) -> Any:
    answer = requests.post(url, json=body, timeout=20)
    assert answer.ok, f"{url}: {answer.status_code} {answer.text[:500]}"
    return answer.json() if answer.content else None


class Service:
    """Web and flows in one process, as in production on SQLite."""

    def __init__(self, sandbox: Sandbox, folder: Path, **changes: Any) -> None:
        self._server = make_server("127.0.0.1", 0, lambda env, start: self.app(env, start), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.settings = settings_for(sandbox, folder, self._server.server_port, **changes)
        migrate(self.settings.database_url)
        self.app = create_app(self.settings)
        self.db = context.current().db
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        engine.launch(self.settings)

    def restart_engine(self) -> None:
        engine.shutdown(seconds=1)
        engine.launch(self.settings)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        engine.shutdown(seconds=2)
        self.db.close()
