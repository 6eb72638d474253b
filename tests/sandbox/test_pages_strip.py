"""The strip at the bottom of every page: the service as it says it is, faults by one click, and the clock."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from jira_client import JiraClient, eventually
from page_client import Browser, part, texts

from sandbox.server import Sandbox
from sandbox.world import App

BUSY = {"received": 2, "running": 1, "waiting": 3, "failed": 1, "failed_last": ["publishing.publish"]}


class Service:
    """Answers `/status`, and remembers how often it was asked; holds its answers back while `gate` is closed."""

    def __init__(self) -> None:
        self.status, self.told, self.asked, self.gate = 200, dict(BUSY), 0, threading.Event()
        self.gate.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked += self.path == "/status"
            service.gate.wait(5)
            body = json.dumps(service.told).encode()
            self.send_response(service.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


@pytest.fixture
def service(sandbox: Sandbox) -> Iterator[Service]:
    """Installed in Jira, as far as the strip is concerned."""
    found = Service()
    descriptor = {"key": "x", "name": "X"}
    app = App("x", "client", "secret", found.url + "/connect/jira", "jira", descriptor, "712020:x")
    sandbox.world.apps["x"] = app
    yield found
    found.close()


def doing(browser: Browser) -> str:
    return texts(part(browser.get("/strip"), "strip-doing").split("<details")[0])


def test_nothing_is_installed(browser: Browser) -> None:
    assert "SolveOnce is not installed" in doing(browser)


def test_what_the_service_does_is_told(browser: Browser, service: Service) -> None:
    shown = eventually(lambda: "received" in doing(browser) and doing(browser))
    assert shown.endswith("received 2 running 1 waiting for retry 3 failed 1")
    assert 'title="publishing.publish"' in browser.get("/boards")


def test_a_service_that_is_gone_is_not_reachable(browser: Browser, service: Service) -> None:
    service.close()
    eventually(lambda: f"is not reachable at {service.url}" in doing(browser))


@pytest.mark.parametrize(("status", "told"), [(404, BUSY), (200, {"received": "many"}), (200, {})])
def test_an_answer_that_says_nothing_is_none(
    browser: Browser, service: Service, status: int, told: dict[str, object]
) -> None:
    service.status, service.told = status, told
    eventually(lambda: "is not reachable" in doing(browser))


def test_no_page_waits_for_a_service_that_does_not_answer(browser: Browser, service: Service) -> None:
    service.gate.clear()
    assert "has not answered yet" in doing(browser)
    for path in ("/", "/boards", "/slack"):
        assert "has not answered yet" in browser.get(path)
    assert service.asked == 1, "one question at a time"


@pytest.mark.parametrize("where", ["every neighbour", "Jira"])
@pytest.mark.parametrize(("what", "status"), [("429", 429), ("500", 500), ("Down", 503)])
def test_a_fault_is_switched_on_with_one_click(
    browser: Browser, jira: JiraClient, what: str, status: int, where: str
) -> None:
    page = browser.post("/strip/faults", what=what, where=where, back="/boards")
    assert f"{status} at {where}" in texts(page)
    answer = jira.get("myself")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (what == "429")
    assert "struck 1" in texts(browser.get("/boards"))


def test_trouble_ends_by_itself_or_with_one_click(browser: Browser, jira: JiraClient) -> None:
    browser.post("/strip/faults", what="500", where="Jira")
    assert [jira.get("myself").status_code for _ in range(4)] == [500, 500, 500, 200]
    assert "Faults none" in texts(browser.get("/strip"))
    browser.post("/strip/faults", what="Down", where="Jira")
    browser.post("/strip/faults", what="hostile")
    assert "Faults hostile" in texts(browser.get("/strip"))
    browser.post("/strip/faults", what="off")
    assert "Faults none" in texts(browser.get("/strip"))
    assert jira.get("myself").status_code == 200
    assert jira.sandbox.world.preset is None


def test_a_lost_answer_is_of_a_write_that_was_done(browser: Browser, jira: JiraClient) -> None:
    browser.post("/strip/faults", what="Lost answer", where="Jira")
    with pytest.raises(OSError, match=r"Connection|Remote"):
        jira.create()
    assert jira.status("OPS-1") == "To Do"


def test_a_line_is_cut_before_anything_is_done(browser: Browser, jira: JiraClient) -> None:
    browser.post("/strip/faults", what="Cut", where="Jira")
    with pytest.raises(OSError, match=r"Connection|Remote"):
        jira.create()
    assert jira.sandbox.world.jira.issues == {}


@pytest.mark.parametrize(
    ("path", "form"),
    [("faults", {"what": "418"}), ("faults", {"what": "500", "where": "Mars"}), ("clock", {"by": "-1"}), ("clock", {})],
)
def test_what_no_button_sends_is_refused(browser: Browser, path: str, form: dict[str, str]) -> None:
    browser.refused("/strip/" + path, 400, **form)


def test_the_clock_is_moved_and_made_real(browser: Browser, sandbox: Sandbox) -> None:
    before = sandbox.world.now()
    for by in ("60", "3600", "86400"):
        page = browser.post("/strip/clock", by=by, back="/boards")
    assert sandbox.world.now() - before >= 90_060
    assert "+1 d 1 h 1 min" in texts(page)
    assert "real time" in texts(browser.post("/strip/clock", by="real"))
    assert sandbox.world.clock.offset == 0


def test_the_buttons_lead_back_to_their_page_and_nowhere_else(browser: Browser) -> None:
    assert 'name="back" value="/boards"' in part(browser.get("/boards"), "strip")
    for back, leads_to in (("/slack", "/slack"), ("//elsewhere.example", "/")):
        answer = browser.session.post(
            browser.url + "/strip/clock", data={"by": "real", "back": back}, allow_redirects=False
        )
        assert answer.headers["Location"] == leads_to
