"""Writes down each call to a sandbox while the tests run: what was asked, what was answered, and during which test.

It listens to Flask's own signals, so the sandbox does not know of it, and every sandbox in this process is heard.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, request_finished, request_started
from werkzeug.wrappers import Response

from sandbox.auth import claimed_caller
from sandbox.faults import neighbour_of

#: Keys of the service's two Connect apps begin so.
SERVICE = "solveonce"
#: Only the service calls Slack with Slack's own library; the sandbox's tests call it bare.
SLACK_LIBRARY = "slackclient"
#: What is longer than this every neighbour refuses, perhaps before all of it has come.
LONGEST = 5_242_880
INSTALL = "/_sandbox/connect/install"


@dataclass(frozen=True)
class Call:
    """One request and its answer, as bytes on the wire."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    body: bytes = b""
    #: None when the sandbox hung up before it answered.
    status: int | None = 200
    answer_type: str = ""
    answer: bytes = b""
    by_service: bool = False
    #: Id of the test that was running.
    test: str = ""
    #: What the sandbox fetched, when the call made it install an app.
    descriptor: Any = None


class Recorder:
    """`start()` to `stop()`; `take()` gives what came since the last time."""

    def __init__(self) -> None:
        self.test = ""
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        request_started.connect(self._arrived, weak=False)
        request_finished.connect(self._answered, weak=False)

    def stop(self) -> None:
        request_started.disconnect(self._arrived)
        request_finished.disconnect(self._answered)

    def take(self) -> list[Call]:
        with self._lock:
            calls, self._calls = self._calls, []
        return calls

    def _arrived(self, sender: Flask, **_: Any) -> None:
        if _concerns_us(sender) and (request.content_length or 0) <= LONGEST:
            # A form's bytes are gone once a handler has read its fields, unless somebody kept them.
            g.conformance_body = request.get_data(cache=True)

    def _answered(self, sender: Flask, response: Response, **_: Any) -> None:
        if not _concerns_us(sender):
            return
        call = Call(
            method=request.method,
            path=request.path,
            query=tuple(request.args.items(multi=True)),
            content_type=request.headers.get("Content-Type", ""),
            body=g.get("conformance_body", b""),
            status=None if _was_cut() else response.status_code,
            answer_type=response.headers.get("Content-Type", ""),
            answer=b"" if response.direct_passthrough else response.get_data(),
            by_service=_is_service(),
            test=self.test,
            descriptor=_descriptor(sender, response),
        )
        self.keep(call)

    def keep(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)


def _concerns_us(app: Flask) -> bool:
    of_the_sandbox = "world" in app.extensions
    return of_the_sandbox and (neighbour_of(request.path) is not None or request.path == INSTALL)


def _was_cut() -> bool:
    fault = g.get("fault")
    return bool(fault and fault["cut"])


def _is_service() -> bool:
    return (claimed_caller() or "").startswith(SERVICE) or SLACK_LIBRARY in request.headers.get("User-Agent", "")


def _descriptor(sandbox: Flask, response: Response) -> Any:
    if request.path != INSTALL or response.status_code != 200:
        return None
    answered: Any = response.get_json()
    app = sandbox.extensions["world"].apps.get(answered["key"])
    return app and (app.product, app.descriptor)
