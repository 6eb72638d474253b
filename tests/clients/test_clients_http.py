"""One call to a neighbour: what its answers mean, and what is sent with it."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses
from hypothesis import given

from app.clients.http import Http, reason_of
from app.errors import Conflict, NotFound, Refused, SolveOnceError, Unavailable
from tests.adf.documents import ANYTHING, quick

BASE = "https://team.atlassian.net"
READ, WRITE = "GET", "POST"


@pytest.fixture
def wire() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def signed(method: str, target: str) -> str:
    return f"JWT {method} {target}"


HTTP = Http(BASE, signed, timeout=5, trace="solveonce")


def refusal(wire: Any, method: str, **answer: Any) -> SolveOnceError:
    """The error that *answer* becomes."""
    wire.add(method, BASE + "/x", **answer)
    with pytest.raises(SolveOnceError) as raised:
        HTTP.send(method, "/x")
    return raised.value


@pytest.mark.parametrize(
    ("status", "error", "again"),
    [
        (400, Refused, False),
        (401, Unavailable, True),
        (403, Refused, False),
        (404, NotFound, False),
        (409, Conflict, True),
        (413, Refused, False),
        (429, Unavailable, True),
        (500, Unavailable, True),
        (502, Unavailable, True),
        (503, Unavailable, True),
    ],
)
def test_a_status_decides_once_whether_to_try_again(wire: Any, status: int, error: type, again: bool) -> None:
    raised = refusal(wire, READ, status=status, json={"errorMessages": ["Because."]})

    assert type(raised) is error
    assert raised.retry is again
    assert str(raised) == f"GET /x: {status} Because."


@pytest.mark.parametrize(
    ("method", "status", "perhaps"),
    [(WRITE, 500, True), (WRITE, 503, True), (WRITE, 429, False), (READ, 500, False), ("PUT", 502, True)],
)
def test_only_a_write_may_have_been_done_although_no_good_answer_came(
    wire: Any, method: str, status: int, perhaps: bool
) -> None:
    raised = refusal(wire, method, status=status)

    assert isinstance(raised, Unavailable)
    assert raised.perhaps_done is perhaps


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("", None)],
)
def test_the_neighbour_s_wish_to_wait_is_kept(wire: Any, status: int, header: str, seconds: float | None) -> None:
    raised = refusal(wire, READ, status=status, headers={"Retry-After": header})

    assert isinstance(raised, Unavailable)
    assert raised.retry_after == seconds


@pytest.mark.parametrize(
    ("raises", "perhaps"),
    [
        (requests.ConnectTimeout(), False),
        (requests.ReadTimeout(), True),
        (requests.ConnectionError(), True),
        (requests.exceptions.ChunkedEncodingError(), True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_no_answer_is_not_available_and_a_write_may_have_been_done(wire: Any, raises: Exception, perhaps: bool) -> None:
    written, read = refusal(wire, WRITE, body=raises), refusal(wire, READ, body=raises)

    assert isinstance(written, Unavailable)
    assert isinstance(read, Unavailable)
    assert (written.perhaps_done, read.perhaps_done) == (perhaps, False)


@pytest.mark.parametrize(
    "body", ["<html>Down for maintenance</html>", "", '{"id": "100'], ids=["a page", "nothing", "half"]
)
def test_a_success_that_is_no_json_may_have_been_done(wire: Any, body: str) -> None:
    written, read = refusal(wire, WRITE, status=200, body=body), refusal(wire, READ, status=200, body=body)

    assert isinstance(written, Unavailable)
    assert isinstance(read, Unavailable)
    assert (written.perhaps_done, read.perhaps_done) == (True, False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_no_and_our_token_does_not_go_there(wire: Any, status: int) -> None:
    wire.add(READ, "https://evil.example/x", json={})
    wire.add(WRITE, "https://evil.example/x", json={})

    for method in (READ, WRITE):
        raised = refusal(wire, method, status=status, headers={"Location": "https://evil.example/x?token=1"})

        assert isinstance(raised, Refused)
        assert str(raised) == f"{method} /x: {status}, sent on to 'evil.example'"
    assert {call.request.url for call in wire.calls} == {BASE + "/x"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"errorMessages": ["One.", "Two."], "errors": {}}, "One. Two."),
        ({"errorMessages": [], "errors": {"customfield_1": "Not on the screen."}}, "customfield_1: Not on the screen."),
        ({"errors": [{"status": 400, "code": "INVALID", "title": "Bad title"}]}, "Bad title"),
        ({"errors": [{"code": "INVALID"}, "words"]}, "INVALID"),
        ({"code": 401, "message": "scope does not match"}, "scope does not match"),
        ({}, ""),
        ([], ""),
        ("words", ""),
        ({"errorMessages": "words", "errors": 5}, ""),
        ({"errorMessages": ["x" * 900]}, "x" * 500),
    ],
    ids=range(10),
)
def test_the_reason_is_in_the_neighbour_s_own_words(wire: Any, body: Any, reason: str) -> None:
    assert str(refusal(wire, READ, status=400, json=body)) == f"GET /x: 400 {reason}".strip()


@quick
@given(ANYTHING)
def test_no_broken_reason_hides_the_refusal(value: Any) -> None:
    for body in (value, {"errorMessages": value}, {"errors": value}, {"message": value}):
        answer = requests.Response()
        answer.json = lambda body=body: body  # type: ignore[method-assign]
        assert isinstance(reason_of(answer), str)


def test_a_page_of_a_proxy_is_no_reason(wire: Any) -> None:
    assert str(refusal(wire, READ, status=403, body="<html>Forbidden</html>")) == "GET /x: 403"


@pytest.mark.parametrize(
    ("method", "trace"), [("GET", None), ("POST", "solveonce"), ("PUT", "solveonce"), ("DELETE", "solveonce")]
)
def test_writes_carry_our_trace_and_reads_do_not(wire: Any, method: str, trace: str | None) -> None:
    wire.add(method, BASE + "/x", json={})

    HTTP.call(method, "/x")

    assert wire.calls[0].request.headers.get("X-Atlassian-Webhook-Trace") == trace


def test_the_very_address_that_is_called_is_signed(wire: Any) -> None:
    """The token holds a hash of path and query: one other character and Jira refuses."""
    wire.add(READ, BASE + "/x", json={"ok": True})

    found = HTTP.get("/x", jql='project = "OPS"', fields=["a", "b"], left_out=None)

    sent = wire.calls[0].request
    assert found == {"ok": True}
    assert sent.url == BASE + "/x?jql=project+%3D+%22OPS%22&fields=a&fields=b"
    assert sent.headers["Authorization"] == "JWT GET " + sent.url.removeprefix(BASE)
    assert sent.headers["Accept"] == "application/json"


def test_own_headers_are_sent_too(wire: Any) -> None:
    wire.add(WRITE, BASE + "/x", json={})

    HTTP.call(WRITE, "/x", headers={"X-Atlassian-Token": "no-check"})

    assert wire.calls[0].request.headers["X-Atlassian-Token"] == "no-check"


COMMENT = {"body": {"type": "doc", "version": 1, "content": []}}


@pytest.mark.parametrize(
    "body",
    [
        {"type": {"id": "1"}, "inwardIssue": {"id": "1"}, "outwardIssue": {"id": "2"}, "comment": COMMENT},
        {"transition": {"id": "41"}, "update": {"comment": [{"add": COMMENT}]}},
        {"fields": {"comment": COMMENT}},
    ],
    ids=["with a link", "with a transition", "as a field"],
)
def test_a_body_with_a_comment_is_never_sent(wire: Any, body: dict[str, Any]) -> None:
    """Jira would add it each time, and comments never travel."""
    with pytest.raises(Refused, match="comments never travel"):
        HTTP.call(WRITE, "/x", json=body)

    assert len(wire.calls) == 0


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("очередь", '{"said":"очередь"}'.encode()),
        ("half of a pair \ud800", b'{"said":"half of a pair \\ud800"}'),
        ("\u2028 </script>", '{"said":"\u2028 </script>"}'.encode()),
    ],
)
def test_texts_travel_in_utf_8_and_not_three_times_as_long(wire: Any, words: str, sent: bytes) -> None:
    wire.add(WRITE, BASE + "/x", json={})

    HTTP.send(WRITE, "/x", json={"said": words})

    assert wire.calls[0].request.body == sent
    assert wire.calls[0].request.headers["Content-Type"] == "application/json"
