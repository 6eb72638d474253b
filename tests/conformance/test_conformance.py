"""The validator itself: planted mistakes are found, in words that name the place, and what is right is let through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import documents, small_documents
from tests.conformance.judge import Judge
from tests.conformance.recorder import INSTALL, Call
from tests.conformance.report import Report

ROOT = Path(__file__).resolve().parents[2]
JSON = "application/json"
AN_ISSUE = {"id": "10001", "fields": {}}
REFUSAL = {"errorMessages": ["No."], "errors": {}}
Complaints = Callable[[Call], list[str]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return small_documents.judge(tmp_path_factory.mktemp("contracts"))


@pytest.fixture(scope="module")
def complaints(judge: Judge) -> Complaints:
    return lambda call: list(judge.judge(call).complaints)


def a_call(target: str, sent: Any = None, answered: Any = AN_ISSUE, status: int | None = 200, **more: Any) -> Call:
    """One of the service's, as `GET /rest/api/3/issue/1?fields=summary`."""
    method, address = target.split(" ")
    path, _, query = address.partition("?")
    values: dict[str, Any] = {
        "query": tuple(tuple(each.split("=")) for each in query.split("&")) if query else (),
        "content_type": "" if sent is None else JSON,
        "body": b"" if sent is None else json.dumps(sent).encode(),
        "answer_type": JSON,
        "answer": b"" if answered is None else json.dumps(answered).encode(),
        "by_service": True,
    }
    return Call(method, path, status=status, **{**values, **more})


CREATE = "POST /rest/api/3/issue"
RIGHT = {
    "an issue that is created": a_call(CREATE, {"fields": {"summary": "x"}}, {"id": "1"}, 201),
    "an issue that is read": a_call("GET /rest/api/3/issue/1?fields=summary,status"),
    "an issue at Jira's kind of time": a_call(
        "GET /rest/api/3/issue/1", answered=AN_ISSUE | {"created": "2026-09-27T10:03:11.123+0000"}
    ),
    "a refusal in Jira's form": a_call("GET /rest/api/3/issue/1", answered=REFUSAL, status=404),
    "a refusal without a body": a_call("GET /rest/api/3/issue/1", answered=None, status=404),
    "too many calls": a_call("GET /rest/api/3/issue/1", answered=REFUSAL, status=429),
    "an address with a name where another has an id": a_call("GET /rest/api/3/issue/bulk", answered=None),
    "a null that is known of real sites": a_call(
        "GET /rest/api/3/change", answered={"field": "Resolution Notes", "to": None}
    ),
    "a page in Confluence": a_call("GET /wiki/api/v2/pages/1", answered={"id": "1"}),
    "a connection that was cut": a_call("GET /rest/api/3/issue/1", answered=None, status=None),
}
WRONG = {
    "a required property is missing": (a_call(CREATE, {}, {"id": "1"}, 201), "'fields' is a required property"),
    "a property is of the wrong type": (
        a_call(CREATE, {"fields": "x"}, {"id": "1"}, 201),
        "at /fields: 'x' is not of type 'object'",
    ),
    "a property that there is not": (
        a_call(CREATE, {"fields": {}, "notes": 1}, {"id": "1"}, 201),
        "'notes' was unexpected",
    ),
    "the body is missing": (a_call(CREATE, None, {"id": "1"}, 201), "request"),
    "a body where there is none": (a_call("GET /rest/api/3/issue/1", {"a": 1}), "takes no body"),
    "a query parameter that there is not": (a_call("GET /rest/api/3/issue/1?filds=a"), "no query parameter 'filds'"),
    "a required query parameter is missing": (
        a_call("GET /wiki/api/v2/pages", answered={"results": []}),
        "Missing required query parameter: limit",
    ),
    "a query parameter over its limit": (
        a_call("GET /wiki/api/v2/pages?limit=500", answered={"results": []}),
        "500 is greater than the maximum of 250",
    ),
    "a word where the path has a number": (
        a_call("GET /wiki/api/v2/pages/home", answered={"id": "1"}),
        "Path parameter error: id",
    ),
    "an operation that there is not": (a_call("GET /rest/api/3/nothing", answered=REFUSAL, status=404), "no operation"),
    "a method that there is not": (a_call("PUT /rest/api/3/issue", {}, REFUSAL, 405), "no operation"),
    "the answer lacks a property": (a_call("GET /rest/api/3/issue/1", answered={"id": "1"}), "answer: at /: 'fields'"),
    "the answer has a wrong type": (
        a_call("GET /rest/api/3/issue/1", answered=AN_ISSUE | {"id": 1}),
        "answer: at /id: 1 is not of type 'string'",
    ),
    "the answer has a time that is none": (
        a_call("GET /rest/api/3/issue/1", answered=AN_ISSUE | {"created": "yesterday"}),
        "'yesterday' is not a 'date-time'",
    ),
    "a null that is not known of real sites": (
        a_call("GET /rest/api/3/change", answered={"field": None}),
        "answer: at /field",
    ),
    "the answer is of another status": (a_call("GET /rest/api/3/issue/1", status=418), "status 418"),
    "the answer has no body": (a_call("GET /rest/api/3/issue/1", answered=None), "no body here"),
    "the answer has a body": (a_call("GET /rest/api/3/issue/bulk"), "none in the document"),
    "the answer is a page": (
        a_call("GET /rest/api/3/issue/1", answer=b"<p>", answer_type="text/html"),
        "text/html",
    ),
    "the answer is not JSON": (a_call("GET /rest/api/3/issue/1", answer=b"{"), "answer"),
    "a refusal in another's form": (
        a_call("GET /wiki/api/v2/pages/1", answered=REFUSAL, status=404),
        "answer: at /errors",
    ),
}


@pytest.mark.parametrize("call", RIGHT.values(), ids=RIGHT.keys())
def test_what_is_right_is_let_through(complaints: Complaints, call: Call) -> None:
    assert complaints(call) == []


@pytest.mark.parametrize(("call", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_planted_mistake_is_found(complaints: Complaints, call: Call, words: str) -> None:
    assert words in " ".join(complaints(call))


def by_somebody(call: Call) -> Call:
    return Call(**{**vars(call), "by_service": False})


def test_a_test_may_ask_wrongly_to_hear_a_no(complaints: Complaints) -> None:
    asked = by_somebody(a_call(CREATE, {"fields": "x"}, REFUSAL, 400))

    assert complaints(asked) == []


def test_the_sandbox_may_not_say_yes_to_a_wrong_request(complaints: Complaints) -> None:
    asked = by_somebody(a_call(CREATE, {"fields": "x"}, {"id": "1"}, 201))

    assert "not of type 'object'" in complaints(asked)[0]


def test_the_sandbox_may_not_answer_what_is_no_operation(complaints: Complaints) -> None:
    asked = a_call("GET /rest/api/3/nothing", answered={})

    assert complaints(by_somebody(asked))
    assert not complaints(by_somebody(a_call("GET /rest/api/3/nothing", answered=REFUSAL, status=404)))


POST = "POST /slack/api/chat.postMessage"
DIVIDER = {"type": "divider"}
FINE: dict[str, Any] = {"ok": True}
SLACK_RIGHT = {
    "blocks": a_call(POST, {"blocks": [DIVIDER, {"type": "section", "text": "x"}]}, FINE),
    "no blocks": a_call(POST, {"text": "x"}, FINE),
    "a form": a_call(
        POST, answered=FINE, body=b"text=x&blocks=%5B%5D", content_type="application/x-www-form-urlencoded"
    ),
    "a refusal": a_call(POST, {"text": "x"}, {"ok": False, "error": "not_in_channel"}),
    "a method without blocks": a_call("POST /slack/api/users.info", {"user": "U1"}, FINE),
    "too many calls": a_call(POST, {"text": "x"}, {"ok": False, "error": "ratelimited"}, 429),
}
SLACK_WRONG = {
    "a property of the wrong type": (
        a_call(POST, {"blocks": [{"type": "section", "text": 1}]}, FINE),
        "at /blocks/0/text: 1 is not of type 'string'",
    ),
    "a property that there is not, in a form": (
        a_call(
            POST,
            answered=FINE,
            body=b"blocks=%5B%7B%22type%22%3A%22divider%22%2C%22a%22%3A1%7D%5D",
            content_type="application/x-www-form-urlencoded",
        ),
        "('a' was unexpected)",
    ),
    "a kind of block that there is not": (a_call(POST, {"blocks": [{"type": "sections"}]}, FINE), "/blocks/0"),
    "too many blocks": (a_call(POST, {"blocks": [DIVIDER] * 4}, FINE), "at /blocks"),
    "a method that there is not": (a_call("POST /slack/api/chat.say", {"text": "x"}, FINE), "is no method"),
    "an answer without ok": (a_call(POST, {"text": "x"}, {"ts": "1"}), 'not an object with "ok"'),
    "a yes with an error": (a_call(POST, {"text": "x"}, FINE | {"error": "x"}), "if and only if"),
    "a no by status": (a_call(POST, {"text": "x"}, {"ok": False, "error": "x"}, 400), "answers 200"),
    "a late answer": (a_call("POST /slack/response/x", {"blocks": [DIVIDER] * 4}, status=404), "at /blocks"),
}


@pytest.mark.parametrize("call", SLACK_RIGHT.values(), ids=SLACK_RIGHT.keys())
def test_what_is_right_in_slack_is_let_through(complaints: Complaints, call: Call) -> None:
    assert complaints(call) == []


@pytest.mark.parametrize(("call", "words"), SLACK_WRONG.values(), ids=SLACK_WRONG.keys())
def test_a_planted_mistake_in_slack_is_found(complaints: Complaints, call: Call, words: str) -> None:
    assert words in " ".join(complaints(call))


def test_a_descriptor_is_held_to_its_schema(complaints: Complaints) -> None:
    installed = {"key": "solveonce-jira", "name": "SolveOnce"}

    assert complaints(a_call(f"POST {INSTALL}", descriptor=("jira", installed))) == []
    assert "'key' is a required property" in complaints(a_call(f"POST {INSTALL}", descriptor=("jira", {})))[0]
    assert complaints(a_call(f"POST {INSTALL}", status=502)) == []


def test_a_key_and_a_file_say_what_they_are(complaints: Complaints) -> None:
    key, file = "GET /_sandbox/keys/1", "GET /slack/files/F1/a.txt"

    assert complaints(a_call(key, answer=b"-----BEGIN PUBLIC KEY-----\n")) == []
    assert complaints(a_call(key, answer=b"<html>"))
    assert complaints(a_call(file, answer=b"text", answer_type="text/plain")) == []
    assert complaints(a_call(file, answer=b"text", answer_type=""))


def test_what_differs_only_in_ids_is_judged_once_and_what_differs_in_kind_again(tmp_path: Path) -> None:
    judge = small_documents.judge(tmp_path)
    one, another = (a_call(f"GET /rest/api/3/issue/{n}", answered=AN_ISSUE | {"id": str(n)}) for n in (101, 202))

    assert judge.judge(one).complaints == judge.judge(another).complaints == ()
    judged = judge.judged
    judge.judge(a_call("GET /rest/api/3/issue/303", answered=AN_ISSUE | {"id": "303"}))
    assert judge.judged == judged
    assert judge.judge(a_call("GET /rest/api/3/issue/404", answered=AN_ISSUE | {"id": 404})).complaints


def test_where_documents_are_missing_their_addresses_are_told(tmp_path: Path) -> None:
    told = documents.missing(tmp_path)

    assert told
    assert all(f"{address} as {name}" in told for name, address in documents.ADDRESSES.items())
    assert "ATLASSIAN_SPECS" in told
    assert documents.missing(small_documents.write(tmp_path / "there")) is None


PLANTED = """
import pytest, requests
from sandbox import Sandbox

@pytest.fixture(scope="session")
def url(pytestconfig):
    with Sandbox() as sandbox:
        pytestconfig.url = sandbox.url
        yield sandbox.url

def test_of_a_service_that_asks_for_nothing(url, ask_wrongly):
    ask_wrongly(url)

def test_of_somebody_who_does(url):
    assert requests.get(url + "/rest/api/3/nothing", timeout=5).status_code == 404
"""
CONFTEST = """
import pytest, requests

# Whose token this is can be read; that nobody signed it is found out later.
SERVICE = {"Authorization": "JWT eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzb2x2ZW9uY2UtamlyYSJ9.eHh4"}

@pytest.fixture
def ask_wrongly():
    return lambda url: requests.get(url + "/rest/api/3/nothing", headers=SERVICE, timeout=5)
"""
LATER = """
@pytest.fixture
def ask_wrongly():
    return lambda url: None

@pytest.hookimpl
def pytest_runtest_logfinish(nodeid, location):
    if "asks_for_nothing" in nodeid:
        requests.get(CONFIG.url + "/rest/api/3/nothing", headers=SERVICE, timeout=5)

def pytest_configure(config):
    global CONFIG
    CONFIG = config
"""


def run(folder: Path, conftest: str) -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own, with the plugin and the planted tests."""
    specs = small_documents.write(folder / "contracts")
    tests = folder / "tests"
    tests.mkdir()
    (tests / "conftest.py").write_text(conftest)
    (tests / "test_planted.py").write_text(PLANTED)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conformance.plugin", "-c", os.devnull]
    env = {**os.environ, "ATLASSIAN_SPECS": str(specs), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, "--rootdir", str(tests), str(tests)], env=env, cwd=tests, capture_output=True, text=True, timeout=60
    )


def test_a_wrong_call_fails_its_own_test(tmp_path: Path) -> None:
    done = run(tmp_path, CONFTEST)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "2 passed, 1 error" in done.stdout
    assert "ERROR test_planted.py::test_of_a_service_that_asks_for_nothing" in done.stdout
    wrong = "GET /rest/api/3/nothing by the service, answered 404: this is no operation of the official documents"
    assert wrong in done.stdout


def test_a_wrong_call_after_its_test_fails_the_run(tmp_path: Path) -> None:
    done = run(tmp_path, CONFTEST + LATER)

    assert "2 passed" in done.stdout
    assert "error" not in done.stdout.splitlines()[-1]
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "WRONG GET /rest/api/3/nothing by the service" in done.stdout


def test_the_report_counts_each_operation_and_says_what_it_was_held_to(judge: Judge) -> None:
    report = Report()
    for call in (RIGHT["an issue that is read"], by_somebody(RIGHT["an issue that is read"]), SLACK_RIGHT["blocks"]):
        report.add(call, judge.judge(call))

    heading, jira, slack, total = report.lines()
    assert heading.split() == ["operation", "calls", "service's", "unvalidated", "held", "to"]
    assert jira.split() == ["jira-v3", "getIssue", "2", "1", "0", "the", "operation's", "schemas"]
    assert slack.endswith("1          1            0  method's name, answer's form, blockkit.message")
    assert total == "2 operations, 3 calls (2 of them the service's), 0 unvalidated"
