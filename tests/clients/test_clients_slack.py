"""Slack as the client understands it, over a real socket: the library does not use `requests`."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from app.clients.slack import SlackClient
from app.clients.slack_survey import SlackSurvey
from app.domain import Thread
from app.errors import NotFound, Refused, SolveOnceError, Unavailable

POSTED = {"ok": True, "channel": "C1", "ts": "1.2"}


@dataclass
class Answer:
    body: Any = field(default_factory=lambda: {"ok": True})
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: How many bytes are promised and never sent.
    lacking: int = 0


class FakeSlack:
    """Gives the answers in *queue* one by one and writes down what was asked: (method, arguments)."""

    def __init__(self) -> None:
        self.queue: list[Answer] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.tokens: set[str | None] = set()
        slack = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                slack.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
        is_json = "json" in handler.headers.get("Content-Type", "")
        self.asked.append((handler.path.lstrip("/"), json.loads(body or "{}") if is_json else dict(parse_qsl(body))))
        self.tokens.add(handler.headers.get("Authorization"))
        answer = self.queue.pop(0)
        sent = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(sent) + answer.lacking), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(sent)

    def says(self, *answers: Any) -> None:
        self.queue += [each if isinstance(each, Answer) else Answer(each) for each in answers]


@pytest.fixture(scope="module")
def one_slack() -> Iterator[FakeSlack]:
    fake = FakeSlack()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()


@pytest.fixture
def slack(one_slack: FakeSlack) -> FakeSlack:
    one_slack.queue.clear()
    one_slack.asked.clear()
    return one_slack


@pytest.fixture
def client(slack: FakeSlack) -> SlackClient:
    return SlackClient(f"http://127.0.0.1:{slack.server.server_port}/", "xoxb-1", timeout=5)


def refusal(slack: FakeSlack, client: SlackClient, answer: Answer) -> SolveOnceError:
    """The error that *answer* to a new message becomes."""
    slack.says(answer)
    with pytest.raises(SolveOnceError) as raised:
        client.post("C1", "words", [], "mark")
    return raised.value


def test_a_message_carries_our_mark_and_shows_no_previews(slack: FakeSlack, client: SlackClient) -> None:
    slack.says(POSTED)

    assert client.post("C1", "words", [{"type": "divider"}], "intake:V1") == Thread("C1", "1.2")
    assert slack.asked == [
        (
            "chat.postMessage",
            {
                "channel": "C1",
                "text": "words",
                "blocks": [{"type": "divider"}],
                "metadata": {"event_type": "solveonce", "event_payload": {"mark": "intake:V1"}},
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )
    ]
    assert slack.tokens == {"Bearer xoxb-1"}


def test_an_answer_goes_into_its_thread(slack: FakeSlack, client: SlackClient) -> None:
    slack.says(POSTED)

    client.post("C1", "words", [], "mark", thread_ts="1.0")

    assert slack.asked[0][1]["thread_ts"] == "1.0"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("channel_not_found", NotFound),
        ("message_not_found", NotFound),
        ("not_in_channel", Refused),
        ("missing_scope", Refused),
        ("invalid_blocks", Refused),
        ("ratelimited", Unavailable),
        ("internal_error", Unavailable),
        ("fatal_error", Unavailable),
    ],
)
def test_slack_s_code_decides_once_whether_to_try_again(
    slack: FakeSlack, client: SlackClient, code: str, error: type
) -> None:
    raised = refusal(slack, client, Answer({"ok": False, "error": code}))

    assert type(raised) is error
    assert str(raised) == f"Slack chat.postMessage: {code}"
    assert getattr(raised, "error", code) == code


@pytest.mark.parametrize("code", ["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"])
def test_a_token_that_is_not_good_any_more_is_waited_for(slack: FakeSlack, client: SlackClient, code: str) -> None:
    raised = refusal(slack, client, Answer({"ok": False, "error": code}))

    assert isinstance(raised, Unavailable)
    assert code in str(raised)
    assert not raised.perhaps_done


def test_a_rate_limit_is_no_message_and_says_how_long_to_wait(slack: FakeSlack, client: SlackClient) -> None:
    limited = Answer({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "7"})

    raised = refusal(slack, client, limited)

    assert isinstance(raised, Unavailable)
    assert (raised.retry_after, raised.perhaps_done) == (7.0, False)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer({"ok": False, "error": "internal_error"}), id="slack's own error"),
        pytest.param(Answer({"ok": False, "error": "internal_error"}, status=500), id="500 with a code"),
        pytest.param(Answer(b"<html>Bad gateway</html>", status=502), id="a gateway's page"),
        pytest.param(Answer(b"", status=503), id="503 and nothing"),
        pytest.param(Answer(b"<html>Please wait</html>"), id="200 and a page"),
        pytest.param(Answer(b""), id="200 and nothing"),
        pytest.param(Answer(b'{"ok": true, "chan'), id="half an answer"),
        pytest.param(Answer(b'{"ok": true', lacking=500), id="an answer that was cut off"),
        pytest.param(Answer(b"\xff\xfe"), id="no text"),
    ],
)
def test_without_a_whole_answer_the_message_may_be_there(slack: FakeSlack, client: SlackClient, answer: Answer) -> None:
    """Then it is looked for before it is posted again."""
    raised = refusal(slack, client, answer)

    assert isinstance(raised, Unavailable)
    assert raised.perhaps_done


def test_nobody_there_is_not_available() -> None:
    closed = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    closed.server_close()

    with pytest.raises(Unavailable):
        SlackClient(f"http://127.0.0.1:{closed.server_port}/", "xoxb-1", timeout=1).permalink(Thread("C1", "1.2"))


def message(ts: str, mark: str | None = None) -> dict[str, Any]:
    marked = {"metadata": {"event_type": "solveonce", "event_payload": {"mark": mark}}}
    return {"ts": ts, "text": "words", **(marked if mark else {})}


def test_a_message_that_got_through_is_found_by_its_mark(slack: FakeSlack, client: SlackClient) -> None:
    slack.says({"ok": True, "messages": [message("1.1"), message("1.2", "another"), message("1.3", "mark")]})

    assert client.posted("C1", "mark", since=1763769600.5) == Thread("C1", "1.3")
    [(method, asked)] = slack.asked
    assert (method, asked["oldest"]) == ("conversations.history", "1763769600.500000")
    assert asked["include_all_metadata"] == "1"


def test_an_answer_that_got_through_is_found_in_its_thread(slack: FakeSlack, client: SlackClient) -> None:
    slack.says({"ok": True, "messages": [message("1.0"), message("1.3", "mark")]})

    assert client.posted("C1", "mark", since=1.0, thread_ts="1.0") == Thread("C1", "1.3")
    assert (slack.asked[0][0], slack.asked[0][1]["ts"]) == ("conversations.replies", "1.0")


def test_a_busy_channel_is_looked_through_to_the_end(slack: FakeSlack, client: SlackClient) -> None:
    first = {"ok": True, "messages": [message("1.1")], "response_metadata": {"next_cursor": "c2"}}
    slack.says(first, {"ok": True, "messages": [message("1.3", "mark")], "response_metadata": {"next_cursor": ""}})

    assert client.posted("C1", "mark", since=1.0) == Thread("C1", "1.3")
    assert [asked.get("cursor") for _, asked in slack.asked] == [None, "c2"]


def test_a_message_that_did_not_get_through_is_not_found(slack: FakeSlack, client: SlackClient) -> None:
    slack.says({"ok": True, "messages": [message("1.1"), {"ts": "1.2", "metadata": None}]})

    assert client.posted("C1", "mark", since=1.0) is None


def test_a_channel_is_found_by_its_name_on_whichever_page(slack: FakeSlack, client: SlackClient) -> None:
    first = {"ok": True, "channels": [{"id": "C1", "name": "ops"}], "response_metadata": {"next_cursor": "c2"}}
    slack.says(first, {"ok": True, "channels": [{"id": "C2", "name": "ops-exceptions"}]})

    assert client.channel_id("#ops-exceptions") == "C2"


def test_a_channel_id_needs_no_look(slack: FakeSlack, client: SlackClient) -> None:
    assert client.channel_id("C9") == "C9"
    assert slack.asked == []


def test_a_channel_that_the_bot_cannot_see_is_named(slack: FakeSlack, client: SlackClient) -> None:
    slack.says({"ok": True, "channels": [{"id": "C1", "name": "ops"}]})

    with pytest.raises(NotFound, match="no channel #ops-exceptions"):
        client.channel_id("#ops-exceptions")


@pytest.mark.parametrize(
    ("user", "person"),
    [
        ({"name": "rae", "profile": {"real_name": "Rae R.", "email": "r@example.com"}}, ("Rae R.", "r@example.com")),
        ({"name": "rae", "real_name": "Rae R.", "profile": {}}, ("Rae R.", "")),
        ({"name": "rae", "profile": None}, ("rae", "")),
        ({}, ("U1", "")),
    ],
    ids=["all of it", "no e-mail", "no profile", "nothing"],
)
def test_a_person_has_a_name_and_an_address_if_slack_shows_it(
    slack: FakeSlack, client: SlackClient, user: dict[str, Any], person: tuple[str, str]
) -> None:
    slack.says({"ok": True, "user": user})

    assert client.person("U1") == {"name": person[0], "email": person[1]}


def test_an_update_sends_the_blocks_again(slack: FakeSlack, client: SlackClient) -> None:
    slack.says({"ok": True})

    client.update(Thread("C1", "1.2"), "words", [{"type": "divider"}])

    assert slack.asked[0][1] == {"channel": "C1", "ts": "1.2", "text": "words", "blocks": [{"type": "divider"}]}


def test_the_machines_certificates_are_not_read_for_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default they are, at 40 ms of processor each time, while a person waits for the form."""
    read: list[None] = []
    default = ssl.create_default_context

    def reading() -> ssl.SSLContext:
        read.append(None)
        return default()

    monkeypatch.setattr(ssl, "_create_default_https_context", reading)
    nobody = SlackClient("https://127.0.0.1:9/api/", "xoxb-1", 1.0)

    for ask in (
        lambda: nobody.direct_channel("U1"),
        lambda: nobody.respond("https://127.0.0.1:9/response/1", "hello", []),
    ):
        with pytest.raises(Unavailable):
            ask()
    assert read == []


def test_with_an_organisations_token_lists_are_asked_for_one_of_its_workspaces(slack: FakeSlack) -> None:
    """Without `team_id` Slack would refuse them; a message's channel says it by itself."""
    client = SlackSurvey(f"http://127.0.0.1:{slack.server.server_port}/", "xoxb-1", 5.0, "T51")
    slack.queue = [Answer({"ok": True, "channels": []}), Answer(POSTED)]
    client.channels()
    client.post("C1", "words", [], "mark")

    assert [asked.get("team_id") for _, asked in slack.asked] == ["T51", None]


def test_a_token_is_called_dead_only_when_slack_says_so(slack: FakeSlack, client: SlackClient) -> None:
    slack.queue = [Answer({"ok": True, "team_id": "T1"}), Answer({"ok": False, "error": "account_inactive"})]
    assert [client.is_good(), client.is_good()] == [True, False]
    slack.queue = [Answer({"ok": False, "error": "internal_error"})]
    with pytest.raises(Unavailable):
        client.is_good()


def test_a_person_belongs_to_a_workspace_and_perhaps_to_an_organisation(slack: FakeSlack, client: SlackClient) -> None:
    slack.queue = [
        Answer({"ok": True, "user": {"id": "U1", "team_id": "T1"}}),
        Answer({"ok": True, "user": {"id": "U1", "team_id": "T1", "enterprise_user": {"enterprise_id": "E1"}}}),
    ]
    assert [client.homes_of("U1"), client.homes_of("U1")] == [{"T1"}, {"T1", "E1"}]
