"""An app as Slack calls it: it writes down every request and answers as a test wants it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

#: A test that waits longer than this for a request has failed.
LIMIT = 10.0
SECRET, TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-sandbox"

#: What the app says: status, body (text, or an object for JSON), or None for a plain 200.
Answer = tuple[int, Any] | None


@dataclass
class Request:
    """One signed request; `payload` is the form of a command, the interaction, or the event's envelope."""

    headers: dict[str, str]
    body: bytes
    payload: dict[str, Any]

    @property
    def kind(self) -> str:
        if "command" in self.payload:
            return "command"
        return str(self.payload["event"]["type"] if "event" in self.payload else self.payload["type"])


@dataclass
class SlackApp:
    """`with SlackApp() as app:` listens at `app.url`; `app.answers[kind]` makes the answer to requests of that kind."""

    requests: list[Request] = field(default_factory=list)
    answers: dict[str, Callable[[dict[str, Any]], Answer]] = field(default_factory=dict)

    def __enter__(self) -> SlackApp:
        self._arrived = threading.Condition()
        self._server = _QuietServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"
        return self

    def __exit__(self, *reason: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, request: Request) -> Answer:
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        return self.answers.get(request.kind, lambda payload: None)(request.payload)

    def got(self, kind: str) -> list[Request]:
        return [r for r in self.requests if r.kind == kind]

    def wait_for(self, kind: str, count: int = 1) -> list[Request]:
        with self._arrived:
            enough = self._arrived.wait_for(lambda: len(self.got(kind)) >= count, LIMIT)
        assert enough, f"only got {[r.kind for r in self.requests]}"
        return self.got(kind)

    def said_by(self, user: str) -> list[dict[str, Any]]:
        """The message events of one person."""
        return [r.payload["event"] for r in self.got("message") if r.payload["event"].get("user") == user]


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Slack hangs up when its patience ends; that is what a test wanted."""


def _handler(app: SlackApp) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said = app.take(Request(headers, body, _payload(headers["content-type"], body))) or (200, "")
            text = said if isinstance(said, str) else json.dumps(said)
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if isinstance(said, str) else "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


def _payload(content_type: str, body: bytes) -> dict[str, Any]:
    if "json" in content_type:
        envelope: dict[str, Any] = json.loads(body)
        return envelope
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form
