"""Puts the neighbours together on one port, and runs them in a thread for tests or in the foreground for the demo."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox import confluence, connect, control, jira, seed, slack, slack_people, slack_workspaces, ui
from sandbox.faults import install_faults
from sandbox.world import World


def _dated_by(now: Callable[[], float]) -> type[WSGIRequestHandler]:
    """Answers carry the time of the neighbours' clock, which need not be ours."""

    class Handler(WSGIRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(now() if timestamp is None else timestamp)

    return Handler


class _Utf8(DefaultJSONProvider):
    """As the real ones answer: in UTF-8, without escapes, but for half of a surrogate pair, which has no UTF-8."""

    def dumps(self, obj: Any, **more: Any) -> str:
        plain: str = super().dumps(obj, **{**more, "ensure_ascii": False})
        try:
            plain.encode()
        except UnicodeEncodeError:
            return super().dumps(obj, **more)
        return plain


def create_sandbox(base_url: str) -> Flask:
    """The Flask app; its world is at `app.extensions["world"]`."""
    app = Flask("sandbox", template_folder="templates", static_folder="static", root_path=__path())
    app.json = _Utf8(app)
    world = World(base_url)
    app.extensions["world"] = world
    seed.fill(world)
    slack_workspaces.register(app)
    install_faults(app)
    for neighbour in (jira, connect, confluence, slack, slack_people, control, ui):
        neighbour.register(app)
    return app


def __path() -> str:
    import sandbox

    return str(sandbox.__path__[0])


class Sandbox:
    """A running sandbox: `with Sandbox() as sandbox: requests.get(sandbox.url)`."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        handler = _dated_by(lambda: self.world.now())
        self._server: BaseWSGIServer = make_server(
            host, port, lambda env, start: self.app(env, start), threaded=True, request_handler=handler
        )
        self.url = f"http://{host}:{self._server.server_port}"
        self.app = create_sandbox(self.url)
        self.world: World = self.app.extensions["world"]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="sandbox", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Serve until interrupted."""
        self._thread.join()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
