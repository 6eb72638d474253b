"""A Connect app that writes down what it is told, and answers as a test wants it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: A test that waits longer than this for a call has failed.
LIMIT = 5.0


@dataclass
class Call:
    """One request that the app got."""

    path: str
    headers: dict[str, str]
    body: Any

    @property
    def token(self) -> str:
        return self.headers["authorization"].removeprefix("JWT ")


@dataclass
class RecordingApp:
    """`with RecordingApp() as app:` serves its descriptor at `app.descriptor_url`."""

    descriptor: dict[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    #: Path → the statuses of its next answers; after them, and for other paths, 204.
    answers: dict[str, list[int]] = field(default_factory=dict)

    def __enter__(self) -> RecordingApp:
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.base_url = self.url + "/connect/jira"
        self.descriptor_url = self.base_url + "/atlassian-connect.json"
        self.descriptor = a_descriptor(self.base_url) | self.descriptor
        return self

    def __exit__(self, *reason: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, call: Call) -> int:
        """Write down *call* and say how to answer it."""
        with self._arrived:
            self.calls.append(call)
            self._arrived.notify_all()
            planned = self.answers.get(call.path, [])
            return planned.pop(0) if planned else 204

    def to(self, path: str) -> list[Call]:
        """The calls so far to *path*, below the base URL."""
        return [call for call in self.calls if call.path == "/connect/jira" + path]

    def wait_for(self, path: str, count: int = 1) -> list[Call]:
        """The calls to *path* as soon as there are *count*."""
        return self.wait_until(lambda: self.to(path) if len(self.to(path)) >= count else [])

    def wait_until(self, ready: Callable[[], list[Call]]) -> list[Call]:
        with self._arrived:
            assert self._arrived.wait_for(ready, LIMIT), f"only got {[call.path for call in self.calls]}"
            return ready()

    def events(self) -> list[str]:
        """The names of the webhooks that came, in order."""
        return [call.body["webhookEvent"] for call in self.calls if "webhookEvent" in (call.body or {})]


def _handler(app: RecordingApp) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(app.descriptor).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = app.take(Call(self.path, headers, json.loads(raw) if raw else None))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


#: The validator of the descriptor: text, whatever its kind of field.
NOT_EMPTY = (
    "let v = issue[config.fieldId]; v == null ? false : typeof v == 'String' ? v.trim() != '' : "
    "typeof v == 'RichText' ? v.plainText.trim() != '' : "
    "typeof v == 'Map' && v.type == 'doc' ? new RichText(v).plainText.trim() != '' : "
    "typeof v == 'List' ? v.length > 0 : true"
)
REFUSAL = "(config?.fieldName ?? 'The required field') + ' must be filled in before this transition.'"


def a_descriptor(base_url: str) -> dict[str, Any]:
    """Lifecycle, a validator, a post-function and webhooks."""
    events = (
        "jira:issue_created",
        "jira:issue_updated",
        "jira:issue_deleted",
        "issuelink_created",
        "issuelink_deleted",
        "attachment_created",
    )
    return {
        "key": "com.example.recorder",
        "name": "Recorder",
        "baseUrl": base_url,
        "authentication": {"type": "jwt"},
        "apiMigrations": {"gdpr": True, "signed-install": True, "context-qsh": True},
        "scopes": ["READ", "WRITE"],
        "lifecycle": {"installed": "/installed", "uninstalled": "/uninstalled", "enabled": "/enabled"},
        "modules": {
            "jiraWorkflowValidators": [
                {"key": "require-field", "expression": NOT_EMPTY, "errorMessage": {"expression": REFUSAL}}
            ],
            "jiraWorkflowPostFunctions": [{"key": "publish", "triggered": {"url": "/publish"}}],
            "webhooks": [{"event": event, "url": "/hook", "propertyKeys": ["opsx"]} for event in events],
        },
    }
