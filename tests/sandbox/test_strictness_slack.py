"""Where Slack bites: little patience, short lives, few messages, and answers that do not say what is wrong."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import requests
from jira_client import eventually
from slack_app import TOKEN, Request
from slack_client import OPS, RILEY, SlackClient, a_modal, a_section, buttons
from web import web

MINUTE = 60.0


def advance(slack: SlackClient, seconds: float) -> None:
    web.post(f"{slack.sandbox.url}/_sandbox/clock", json={"advance": seconds}).raise_for_status()


def settings(slack: SlackClient, **changes: Any) -> None:
    web.post(f"{slack.sandbox.url}/_sandbox/settings", json=changes).raise_for_status()


def a_trigger(slack: SlackClient) -> str:
    slack.command()
    return str(slack.app.got("command")[-1].payload["trigger_id"])


def a_late_address(slack: SlackClient) -> str:
    slack.command()
    return str(slack.app.got("command")[-1].payload["response_url"])


# Three seconds


def test_slack_waits_three_seconds_unless_told_otherwise(slack: SlackClient) -> None:
    assert slack.sandbox.world.settings.slack_patience == 3.0


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("command", "operation_timeout"),
        ("shortcut", "operation_timeout"),
        ("block_actions", "operation_timeout"),
        ("view_submission", "We had some trouble connecting. Try again?"),
    ],
)
def test_a_slow_answer_is_an_error_that_the_person_sees(slack: SlackClient, kind: str, told: str) -> None:
    view_id, card = slack.opened(), slack.post("card", blocks=[buttons(go="1")])
    settings(slack, slack_patience=0.05)
    answered = threading.Event()
    slack.app.answers[kind] = lambda payload: answered.wait(5) and None  # type: ignore[func-returns-value]
    acts = {
        "command": lambda: slack.command(),
        "shortcut": lambda: slack.do("shortcut", callback_id="x"),
        "block_actions": lambda: slack.do("click", channel=OPS, ts=card, action_id="go"),
        "view_submission": lambda: slack.do("submit", view_id=view_id, values={"summary": "x"}),
    }
    assert acts[kind]()["error"] == told
    answered.set()


# Events, again and again


def retries(requests_: list[Request]) -> list[str | None]:
    return [r.headers.get("x-slack-retry-num") for r in requests_]


def test_an_event_comes_again_at_once_after_a_minute_and_after_five(slack: SlackClient) -> None:
    settings(slack, slack_retries="real")
    slack.answers("message", "", 500)
    slack.say("hello")
    assert retries(slack.app.wait_for("message", 2)) == [None, "1"], "the first time again is at once"
    for count, pause in ((3, MINUTE), (4, 5 * MINUTE)):
        advance_until(slack, count, pause)
    assert retries(slack.app.got("message")) == [None, "1", "2", "3"]
    bodies = {r.body for r in slack.app.got("message")}
    assert len(bodies) == 1, "with the same event id"


def advance_until(slack: SlackClient, count: int, pause: float) -> None:
    """Almost *pause*, and nothing comes; then the rest of it."""
    eventually(lambda: tried(slack) == count - 1)
    advance(slack, pause - 2)
    assert len(slack.app.got("message")) == count - 1
    advance(slack, 2)
    slack.app.wait_for("message", count)


def tried(slack: SlackClient) -> int:
    """How often Slack has tried and knows what came of it."""
    return sum(d["event"] == "message" for d in slack.sandbox.world.deliveries)


@pytest.mark.parametrize(
    ("how", "reason"), [("fail", "http_error"), ("dawdle", "http_timeout"), ("be away", "connection_failed")]
)
def test_a_retry_says_why(slack: SlackClient, how: str, reason: str) -> None:
    settings(slack, slack_retries=[0.0], slack_patience=0.3)
    app, url = slack.sandbox.world.slack.app, slack.app.url
    assert app is not None
    answered = threading.Event()

    def first(payload: dict[str, Any]) -> tuple[int, Any]:
        slack.answers("message", "")
        return (500, "") if how == "fail" else (200, "late" if answered.wait(5) else "")

    slack.app.answers["message"] = first
    if how == "be away":
        settings(slack, slack_retries=[3600.0])
        app.request_url = "http://127.0.0.1:9/"
    slack.say("hello")
    if how == "be away":
        eventually(lambda: tried(slack) == 1)
        app.request_url = url
        slack.answers("message", "")
        advance(slack, 3600)
    last = eventually(lambda: [r for r in slack.app.got("message") if "x-slack-retry-num" in r.headers])[0]
    assert (last.headers["x-slack-retry-num"], last.headers["x-slack-retry-reason"]) == ("1", reason)
    answered.set()


def test_whoever_says_no_retry_with_a_refusal_gets_none(slack: SlackClient, stubborn: Any) -> None:
    settings(slack, slack_retries=[0.0, 0.0, 0.0])
    assert slack.sandbox.world.slack.app is not None
    slack.sandbox.world.slack.app.request_url = stubborn(500)
    slack.say("hello")
    eventually(lambda: tried(slack) == 1)
    slack.sandbox.world.slack.app.request_url = slack.app.url
    slack.say("and again")
    slack.app.wait_for("message")
    assert tried(slack) <= 2, "one try for each of the two"


@pytest.fixture
def stubborn() -> Any:
    """An app that refuses everything and asks for no retry."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    servers: list[HTTPServer] = []

    def start(status: int) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("X-Slack-No-Retry", "1")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[0].serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{servers[0].server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_event_that_was_taken_may_come_again(slack: SlackClient) -> None:
    settings(slack, slack_events_twice=True)
    slack.say("hello")
    first, second = slack.app.wait_for("message", 2)
    assert first.payload == second.payload
    assert second.headers["x-slack-retry-reason"] == "http_timeout"
    eventually(lambda: tried(slack) == 2)


# Short lives


def test_a_trigger_lives_three_seconds(slack: SlackClient) -> None:
    trigger = a_trigger(slack)
    advance(slack, 3.1)
    assert slack.error("views.open", trigger_id=trigger, view=a_modal()) == "expired_trigger_id"


def test_a_trigger_that_opened_nothing_is_still_good(slack: SlackClient) -> None:
    trigger = a_trigger(slack)
    assert slack.error("views.open", trigger_id=trigger, view=a_modal(title=None)) == "invalid_arguments"
    slack.ok("views.open", trigger_id=trigger, view=a_modal())
    assert slack.error("views.open", trigger_id=trigger, view=a_modal()) == "exchanged_trigger_id"


def test_a_late_address_lives_thirty_minutes(slack: SlackClient) -> None:
    url = a_late_address(slack)
    advance(slack, 29 * MINUTE)
    assert web.post(url, json={"text": "in time"}).status_code == 200
    advance(slack, 2 * MINUTE)
    late = web.post(url, json={"text": "too late"})
    assert (late.status_code, late.json()["error"]) == (404, "expired_url")
    assert [m["text"] for m in slack.seen()] == ["in time"]


def test_a_late_address_is_good_for_five_answers(slack: SlackClient) -> None:
    url = a_late_address(slack)
    answers = [web.post(url, json={"text": str(n)}) for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert answers[-1].json()["error"] == "used_url"


# One message a second


def posted(slack: SlackClient, channel: str = "C0OPSEX", method: str = "chat.postMessage", **more: Any) -> Any:
    url, headers = f"{slack.sandbox.url}/slack/api/{method}", {"Authorization": f"Bearer {TOKEN}"}
    return web.post(url, json={"channel": channel, "text": "x", **more}, headers=headers)


def test_a_second_message_in_a_second_has_to_wait(slack: SlackClient) -> None:
    settings(slack, slack_burst=1)
    assert posted(slack).status_code == 200
    refused = posted(slack)
    assert (refused.status_code, refused.json()) == (429, {"ok": False, "error": "ratelimited"})
    assert refused.headers["Retry-After"] == "1"
    assert [m["text"] for m in slack.seen()] == ["x"], "and is not there"
    advance(slack, 1)
    assert posted(slack).status_code == 200


def test_each_channel_counts_by_itself_and_by_whatever_name(slack: SlackClient) -> None:
    settings(slack, slack_burst=1)
    assert posted(slack, "C0OPSEX").status_code == 200
    assert posted(slack, "C0OPSRQ").status_code == 200
    assert posted(slack, "U0REPORTER").status_code == 200
    assert posted(slack, "#ops-exceptions").status_code == 429
    assert posted(slack, "D0REPORTER").status_code == 429


def test_a_few_in_a_row_are_let_through(slack: SlackClient) -> None:
    burst = slack.sandbox.world.settings.slack_burst
    assert [posted(slack).status_code for _ in range(burst)] == [200] * burst
    # On a slow machine one or two are granted anew meanwhile.
    assert any(posted(slack).status_code == 429 for _ in range(100))
    advance(slack, 3600)
    assert posted(slack).status_code == 200


def test_only_new_messages_of_the_app_count(slack: SlackClient) -> None:
    settings(slack, slack_burst=1)
    ts = posted(slack).json()["ts"]
    assert posted(slack, method="chat.update", ts=ts).status_code == 200
    assert posted(slack, method="chat.postEphemeral", user="U0REPORTER").status_code == 200
    slack.say("people are not counted")
    slack.say("nor limited")


def test_a_method_has_so_many_calls_a_minute(slack: SlackClient) -> None:
    ts = slack.post()
    # On a slow machine some are granted anew meanwhile.
    statuses = [posted(slack, method="chat.update", ts=ts).status_code for _ in range(50)]
    assert statuses == [200] * 50
    assert any(posted(slack, method="chat.update", ts=ts).status_code == 429 for _ in range(100))
    assert posted(slack, method="users.info", user="U0REPORTER").status_code == 200, "each has its own"
    advance(slack, 2)
    assert posted(slack, method="chat.update", ts=ts).status_code == 200


# Where the app may not speak


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "chat.update", "conversations.history"])
@pytest.mark.parametrize(("private", "error"), [(False, "not_in_channel"), (True, "channel_not_found")])
def test_the_app_must_be_in_the_channel(slack: SlackClient, method: str, private: bool, error: str) -> None:
    room = slack.sandbox.world.slack.channels["C0OPSRQ"]
    room["is_private"] = private
    room["members"].remove("U0SOLVE")
    assert slack.error(method, channel="C0OPSRQ", text="x", user="U0REPORTER", ts="1.0") == error


def test_an_archived_channel_can_only_be_read(slack: SlackClient) -> None:
    ts = slack.post("before")
    slack.sandbox.world.slack.channels["C0OPSEX"]["is_archived"] = True
    for method in ("chat.postMessage", "chat.postEphemeral", "chat.update", "reactions.add", "conversations.join"):
        args = {"text": "x", "user": "U0REPORTER", "ts": ts, "timestamp": ts, "name": "eyes"}
        assert slack.error(method, channel="C0OPSEX", **args) == "is_archived", method
    assert [m["text"] for m in slack.ok("conversations.history", channel="C0OPSEX")["messages"]] == ["before"]
    assert "archived" in slack.cannot("message", channel=OPS, text="x")


def test_only_where_one_posts_a_channel_has_a_name(slack: SlackClient) -> None:
    ts = slack.ok("chat.postMessage", channel="#ops-exceptions", text="x")["ts"]
    assert slack.error("chat.update", channel="#ops-exceptions", ts=ts, text="y") == "channel_not_found"
    assert slack.error("conversations.history", channel="ops-exceptions") == "channel_not_found"


def test_a_direct_message_is_updated_by_the_conversations_id(slack: SlackClient) -> None:
    ts = slack.ok("chat.postMessage", channel="U0REPORTER", text="x")["ts"]
    assert slack.error("chat.update", channel="U0REPORTER", ts=ts, text="y") == "channel_not_found"
    slack.ok("chat.update", channel="D0REPORTER", ts=ts, text="y")


def test_a_foreign_message_cannot_be_updated(slack: SlackClient) -> None:
    ts = slack.say("mine")["ts"]
    assert slack.error("chat.update", channel="C0OPSEX", ts=ts, text="yours") == "cant_update_message"


# What a message loses, and what it cannot hold


def test_text_alone_takes_the_blocks_away(slack: SlackClient) -> None:
    ts = slack.post("a card", blocks=[a_section("a card"), buttons(go="1")])
    slack.ok("chat.update", channel="C0OPSEX", ts=ts, text="a card")
    assert "blocks" not in slack.seen()[0]


def test_blocks_alone_keep_the_text(slack: SlackClient) -> None:
    ts = slack.post("a card")
    slack.ok("chat.update", channel="C0OPSEX", ts=ts, blocks=[a_section("more")])
    assert slack.seen()[0]["text"] == "a card"


def test_a_long_text_is_cut_when_posted_and_refused_in_an_update(slack: SlackClient) -> None:
    ts = slack.post("x" * 40_001)
    assert len(slack.seen()[0]["text"]) == 40_000
    slack.ok("chat.update", channel="C0OPSEX", ts=ts, text="x" * 4000)
    assert slack.error("chat.update", channel="C0OPSEX", ts=ts, text="x" * 4001) == "msg_too_long"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"metadata": {"event_type": "x", "event_payload": {"v": "x" * 16_384}}}, "metadata_too_large"),
        ({"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"blocks": [a_section("x" * 3000)] * 5}, "msg_blocks_too_long"),
    ],
    ids=["metadata", "attachments", "blocks together"],
)
def test_a_message_is_too_much(slack: SlackClient, args: dict[str, Any], error: str) -> None:
    assert slack.error("chat.postMessage", channel="C0OPSEX", text="x", **args) == error


# What the app was granted


def without(slack: SlackClient, *scopes: str) -> None:
    kept = [s for s in slack.sandbox.world.settings.slack_scopes if s not in scopes]
    settings(slack, slack_scopes=kept)


def test_a_missing_scope_is_named_with_what_was_granted(slack: SlackClient) -> None:
    settings(slack, slack_scopes=["chat:write", "users:read"])
    answer = slack.call("users.lookupByEmail", email=RILEY)
    assert answer == {
        "ok": False,
        "error": "missing_scope",
        "needed": "users:read.email",
        "provided": "chat:write,users:read",
    }


@pytest.mark.parametrize(
    ("method", "args", "scope"),
    [
        ("chat.postMessage", {"channel": "C0OPSEX", "text": "x"}, "chat:write"),
        ("conversations.list", {"types": "public_channel,private_channel"}, "groups:read"),
        ("conversations.history", {"channel": "C0OPSEX"}, "channels:history"),
        ("conversations.replies", {"channel": "D0REPORTER", "ts": "1.0"}, "im:history"),
        ("conversations.open", {"users": "U0REPORTER"}, "im:write"),
        ("users.info", {"user": "U0REPORTER"}, "users:read"),
        ("files.info", {"file": "F1"}, "files:read"),
        ("reactions.add", {"channel": "C0OPSEX", "timestamp": "1.0", "name": "eyes"}, "reactions:write"),
    ],
)
def test_a_method_needs_its_scope(slack: SlackClient, method: str, args: dict[str, Any], scope: str) -> None:
    slack.ok("conversations.open", users="U0REPORTER")
    assert slack.call(method, **args).get("error") != "missing_scope"
    without(slack, scope)
    answer = slack.call(method, **args)
    assert (answer["error"], scope in answer["needed"]) == ("missing_scope", True)


def test_people_have_no_address_for_an_app_that_may_not_read_it(slack: SlackClient) -> None:
    assert slack.ok("users.info", user="U0REPORTER")["user"]["profile"]["email"] == RILEY
    without(slack, "users:read.email")
    assert "email" not in slack.ok("users.info", user="U0REPORTER")["user"]["profile"]
    assert all("email" not in user["profile"] for user in slack.ok("users.list")["members"])


def test_with_chat_write_public_the_app_speaks_where_it_is_not(slack: SlackClient) -> None:
    slack.sandbox.world.slack.channels["C0OPSRQ"]["members"].remove("U0SOLVE")
    settings(slack, slack_scopes=[*slack.sandbox.world.settings.slack_scopes, "chat:write.public"])
    slack.ok("chat.postMessage", channel="C0OPSRQ", text="x")
    assert slack.error("conversations.history", channel="C0OPSRQ") == "not_in_channel"
    slack.sandbox.world.slack.channels["C0OPSRQ"]["is_private"] = True
    assert slack.error("chat.postMessage", channel="C0OPSRQ", text="x") == "channel_not_found"


def file_of(slack: SlackClient, token: str | None) -> requests.Response:
    files = [{"name": "shot.png", "mimetype": "image/png", "content": "UE5H"}]
    file_id = slack.say("look", files=files)["files"][0]
    url = slack.sandbox.world.slack.files[file_id]["name"]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return web.get(f"{slack.sandbox.url}/slack/files/{file_id}/{url}", headers=headers)


@pytest.mark.parametrize("trouble", ["no token", "another token", "no scope"])
def test_a_file_that_is_not_for_one_is_a_page_with_status_200(slack: SlackClient, trouble: str) -> None:
    if trouble == "no scope":
        without(slack, "files:read")
    answer = file_of(slack, {"no token": None, "another token": "xoxb-other"}.get(trouble, TOKEN))
    assert (answer.status_code, "Sign in" in answer.text) == (200, True)
    assert answer.headers["Content-Type"].startswith("text/html")


# How one asks


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("users.info", {"user": "U0REPORTER"}, "user_not_found"),
        ("users.lookupByEmail", {"email": RILEY}, "users_not_found"),
        ("conversations.history", {"channel": "C0OPSEX"}, "invalid_arguments"),
        ("conversations.replies", {"channel": "C0OPSEX", "ts": "1.0"}, "invalid_arguments"),
        ("conversations.members", {"channel": "C0OPSEX"}, "invalid_arguments"),
        ("chat.getPermalink", {"channel": "C0OPSEX", "message_ts": "1.0"}, "invalid_arguments"),
    ],
)
def test_the_methods_that_read_do_not_see_json(
    slack: SlackClient, method: str, args: dict[str, Any], error: str
) -> None:
    answer = web.post(
        f"{slack.sandbox.url}/slack/api/{method}", json=args, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert answer.json()["error"] == error
