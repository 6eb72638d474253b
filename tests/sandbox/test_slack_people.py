"""What people do in Slack reaches the app signed, in Slack's shapes, and again when the app did not take it."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from typing import Any

import pytest
from jira_client import eventually
from slack_app import SECRET, TOKEN
from slack_client import ERIN, OPS, RILEY, TONI, SlackClient, a_modal, a_section, an_input, buttons, options
from web import web

from sandbox.slack_rich_text import rich_text, typed_again
from sandbox.slack_wire import signature
from tests.specs import CORPORA

SAMPLES = CORPORA / "slack" / "realistic"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of payloads are not beside this checkout")


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return found


def test_requests_are_signed(slack: SlackClient) -> None:
    slack.command("hello")
    request = slack.app.got("command")[0]
    stamp = request.headers["x-slack-request-timestamp"]
    expected = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-slack-signature"] == "v0=" + expected


@needs_samples
def test_the_signature_is_the_documented_one() -> None:
    vector = sample("signature_golden_vector")
    stamp = vector["x-slack-request-timestamp"]
    made = signature(vector["signing_secret"], stamp, vector["body"].encode())
    assert made == vector["expected_x-slack-signature"]


#: Of other setups: deprecated, or only in an Enterprise Grid.
ELSEWHERE = {"enterprise_id", "enterprise_name", "enterprise", "authed_users"}


@needs_samples
def test_payloads_have_what_slacks_have(slack: SlackClient) -> None:
    slack.command("hello")
    ts = slack.say("look", files=[{"name": "a.txt", "content": "aGk="}])["ts"]
    slack.app.wait_for("message")  # before the card below is told too: nobody promises an order
    slack.do("shortcut", callback_id="global")
    slack.do("shortcut", callback_id="on_message", channel=OPS, message_ts=ts)
    card = slack.post("pick", blocks=[buttons(go="1")])
    slack.do("click", channel=OPS, ts=card, action_id="go")
    slack.do("submit", view_id=slack.opened(notify_on_close=True), values={"summary": "x"})
    slack.do("close", view_id=slack.opened(notify_on_close=True))
    for kind, name in (
        ("command", "slash_command.decoded"),
        ("message", "event_message_file_share_a"),
        ("shortcut", "shortcut_global"),
        ("message_action", "message_action"),
        ("block_actions", "block_actions_in_message"),
        ("view_submission", "view_submission_modal"),
        ("view_closed", "view_closed"),
    ):
        ours, theirs = slack.app.got(kind)[0].payload, sample(name)
        assert set(theirs) - ELSEWHERE <= set(ours), kind
        for part in ("event", "view", "user", "team"):
            if isinstance(theirs.get(part), dict):
                assert set(theirs[part]) - ELSEWHERE <= set(ours[part]), f"{kind}: {part}"


def test_a_command_is_answered_to_the_one_who_typed_it(slack: SlackClient) -> None:
    slack.answers("command", "Here is how")
    assert slack.command("help")["text"] == "Here is how"
    assert [m["only_for"] for m in slack.seen()] == ["U0REPORTER"]
    assert slack.seen(TONI) == []


def test_a_command_can_be_answered_to_everybody(slack: SlackClient) -> None:
    slack.answers("command", {"response_type": "in_channel", "text": "For all", "blocks": [a_section("*For all*")]})
    slack.command()
    assert [m["text"] for m in slack.seen(TONI)] == ["For all"]


def test_a_commands_text_has_names_resolved_and_is_escaped(slack: SlackClient) -> None:
    slack.command("@engineer says <b> & see #ops-requests https://example.com/a?b=1")
    text = slack.app.got("command")[0].payload["text"]
    assert text == (
        "<@U0ENGINEER|engineer> says &lt;b&gt; &amp; see <#C0OPSRQ|ops-requests> <https://example.com/a?b=1>"
    )


def test_a_slow_app_times_out_and_the_view_may_come_too_late(slack: SlackClient) -> None:
    slack.sandbox.world.settings.slack_patience = 0.05
    finished = threading.Event()

    def dawdle(payload: dict[str, Any]) -> None:
        eventually(
            lambda: slack.sandbox.world.now() > slack.sandbox.world.slack.triggers[payload["trigger_id"]]["expires"]
        )
        finished.wait(5)

    slack.app.answers["command"] = dawdle
    assert slack.command() == {"status": None, "text": None, "view": None, "error": "operation_timeout"}
    finished.set()


@pytest.mark.parametrize(("status", "error"), [(404, "http_client_error"), (500, "http_service_error")])
def test_an_app_that_fails_is_told_as_slack_tells_it(slack: SlackClient, status: int, error: str) -> None:
    slack.answers("command", "", status)
    assert slack.command()["error"] == error


def test_an_app_that_is_down_is_told(slack: SlackClient) -> None:
    assert slack.sandbox.world.slack.app is not None
    slack.sandbox.world.slack.app.request_url = "http://127.0.0.1:9/slack/events"
    assert slack.command()["error"] == "dispatch_failed"


def test_a_global_shortcut_says_no_channel(slack: SlackClient) -> None:
    slack.opens(a_modal(), "shortcut")
    assert slack.do("shortcut", callback_id="create")["view"]["callback_id"] == "form"
    payload = slack.app.got("shortcut")[0].payload
    assert "channel" not in payload
    assert "response_url" not in payload


def test_a_message_shortcut_brings_the_message(slack: SlackClient) -> None:
    ts = slack.say("The gate is *stuck*", user=TONI)["ts"]
    slack.do("shortcut", callback_id="triage", channel=OPS, message_ts=ts)
    payload = slack.app.got("message_action")[0].payload
    assert (payload["message"]["text"], payload["message"]["user"]) == ("The gate is *stuck*", "U0TRIAGE")


#: Element, what a person gives, and what the app reads.
FILLED = [
    ({"type": "plain_text_input"}, "a line", {"value": "a line"}),
    (
        {"type": "static_select", "options": options("red", "blue")},
        "Blue",
        {"selected_option": options("blue")[0]},
    ),
    (
        {"type": "multi_static_select", "options": options("red", "blue")},
        ["red", "blue"],
        {"selected_options": options("red", "blue")},
    ),
    ({"type": "radio_buttons", "options": options("red")}, "red", {"selected_option": options("red")[0]}),
    ({"type": "checkboxes", "options": options("red")}, ["red"], {"selected_options": options("red")}),
    ({"type": "users_select"}, ERIN, {"selected_user": "U0ENGINEER"}),
    ({"type": "conversations_select"}, "#ops-requests", {"selected_conversation": "C0OPSRQ"}),
    ({"type": "datepicker"}, "2026-11-22", {"selected_date": "2026-11-22"}),
]


@pytest.mark.parametrize(("element", "given", "read"), FILLED, ids=[str(case[0]["type"]) for case in FILLED])
def test_a_filled_in_field_arrives(slack: SlackClient, element: Any, given: Any, read: dict[str, Any]) -> None:
    view_id = slack.opened(an_input("it", **element))
    assert slack.do("submit", view_id=view_id, values={"it": given})["closed"]
    state = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]
    assert state == {"it": {"it_a": {"type": element["type"], **read}}}


@pytest.mark.parametrize(
    ("element", "read"),
    [
        ({"type": "plain_text_input"}, {"value": None}),
        ({"type": "plain_text_input", "initial_value": "so far"}, {"value": "so far"}),
        ({"type": "multi_users_select"}, {"selected_users": []}),
        (
            {"type": "conversations_select", "default_to_current_conversation": True},
            {"selected_conversation": "C0OPSEX"},
        ),
    ],
    ids=["nothing is null", "an initial value stays", "a list is empty", "the conversation one is in"],
)
def test_an_untouched_field_arrives(slack: SlackClient, element: Any, read: dict[str, Any]) -> None:
    view_id = slack.opened(an_input("it", optional=True, **element))
    slack.do("submit", view_id=view_id, values={})
    state = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]
    assert state["it"]["it_a"] == {"type": element["type"], **read}


def test_typed_text_becomes_rich_text(slack: SlackClient) -> None:
    view_id = slack.opened(an_input("notes", type="rich_text_input"))
    typed = "Restarted *both* at https://example.com\n- one\n- two\n```\nok <1>\n```"
    slack.do("submit", view_id=view_id, values={"notes": typed})
    value = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]["notes"]["notes_a"][
        "rich_text_value"
    ]
    kinds = [part["type"] for part in value["elements"]]
    assert kinds == ["rich_text_section", "rich_text_list", "rich_text_preformatted"]
    assert value["elements"][0]["elements"][1] == {"type": "text", "text": "both", "style": {"bold": True}}
    assert value["elements"][0]["elements"][3] == {"type": "link", "url": "https://example.com"}
    assert value["elements"][2]["elements"] == [{"type": "text", "text": "ok <1>"}]


@pytest.mark.parametrize(
    "typed",
    [
        "Two words",
        "In <#C0OPSRQ>, says <@U0LEAD> :fire:",
        "~not~ this",
        "1. first\n2. second",
        "Steps:\n- one\n- two\nThat is all",
        "> she said\n> he said\n- a point",
        "```\nif x:\n    y\n```",
    ],
)
def test_what_slacks_composer_makes_of_a_text_is_typed_again_the_same(typed: str) -> None:
    assert typed_again(rich_text(typed)) == typed


def test_lines_with_a_number_are_an_ordered_list_and_lines_with_an_angle_a_quote() -> None:
    ordered, quote = rich_text("1. one\n2. two\n> said")["elements"]
    assert (ordered["type"], ordered["style"], len(ordered["elements"])) == ("rich_text_list", "ordered", 2)
    assert quote == {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]}


def test_an_uploaded_file_is_in_the_form(slack: SlackClient) -> None:
    file_id = slack.do("files", name="shot.png", mimetype="image/png", content="UE5H")["id"]
    view_id = slack.opened(an_input("files", type="file_input"))
    slack.do("submit", view_id=view_id, values={"files": [file_id]})
    files = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]["files"]["files_a"]["files"]
    url = files[0]["url_private_download"]
    assert web.get(url, headers={"Authorization": f"Bearer {TOKEN}"}).content == b"PNG"


def test_an_external_menu_is_filled_by_the_app(slack: SlackClient) -> None:
    slack.app.answers["block_suggestion"] = lambda payload: (
        200,
        {"options": [o for o in options("billing", "beds") if o["value"].startswith(payload["value"])]},
    )
    view_id = slack.opened(an_input("tags", type="multi_external_select"))
    offered = slack.do("suggest", view_id=view_id, action_id="tags_a", value="be")["options"]
    assert [o["value"] for o in offered] == ["beds"]
    slack.do("submit", view_id=view_id, values={"tags": ["billing"]})
    state = slack.app.got("view_submission")[0].payload["view"]["state"]["values"]
    assert state["tags"]["tags_a"]["selected_options"] == options("billing")


@pytest.mark.parametrize(
    "answer",
    [{"options": options("x" * 76)}, {"options": [{"value": "a"}]}, {"options": 5}, {"option_groups": [5]}],
    ids=["too long", "without a text", "no list", "no groups"],
)
def test_an_external_menu_offers_nothing_that_slack_does_not_show(slack: SlackClient, answer: Any) -> None:
    slack.answers("block_suggestion", answer)
    view_id = slack.opened(an_input("tags", type="multi_external_select"))
    assert slack.do("suggest", view_id=view_id, action_id="tags_a", value="x")["options"] == []


@pytest.mark.parametrize(
    ("element", "given"),
    [
        ({"type": "plain_text_input"}, ""),
        ({"type": "plain_text_input", "min_length": 8}, "short"),
        ({"type": "plain_text_input", "max_length": 3}, "long"),
        ({"type": "multi_users_select", "max_selected_items": 1}, [RILEY, TONI]),
    ],
    ids=["required", "too short", "too long", "too many"],
)
def test_slacks_client_refuses_by_itself(slack: SlackClient, element: Any, given: Any) -> None:
    view_id = slack.opened(an_input("it", **element))
    answer = slack.do("submit", view_id=view_id, values={"it": given})
    assert (answer["closed"], list(answer["errors"])) == (False, ["it"])
    assert slack.app.got("view_submission") == []


def test_errors_stand_beside_the_fields_and_the_same_view_is_sent_again(slack: SlackClient) -> None:
    view_id = slack.opened()
    slack.answers("view_submission", {"response_action": "errors", "errors": {"summary": "Say more"}})
    assert slack.do("submit", view_id=view_id, values={"summary": "x"})["errors"] == {"summary": "Say more"}
    slack.answers("view_submission", "")
    assert slack.do("submit", view_id=view_id, values={"summary": "x y z"})["closed"]
    assert [r.payload["view"]["id"] for r in slack.app.got("view_submission")] == [view_id, view_id]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("thanks", 200),
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, 200),
        ({"response_action": "errors", "errors": {"summary": ["x"]}}, 200),
        ({"response_action": "update", "view": {"type": "modal"}}, 200),
        ({"ok": True}, 200),
        ("", 500),
    ],
    ids=[
        "text",
        "an error beside no field",
        "an error that is no text",
        "a view that is none",
        "no action",
        "a failure",
    ],
)
def test_an_answer_that_slack_does_not_understand_is_trouble(slack: SlackClient, body: Any, status: int) -> None:
    view_id = slack.opened()
    slack.answers("view_submission", body, status)
    answer = slack.do("submit", view_id=view_id, values={"summary": "x"})
    assert answer["error"] == "We had some trouble connecting. Try again?"
    assert [v["id"] for v in slack.views()] == [view_id], "it stays open"


def test_an_update_puts_another_view_in_place(slack: SlackClient) -> None:
    view_id = slack.opened()
    slack.answers("view_submission", {"response_action": "update", "view": a_modal(a_section("Working"), submit=None)})
    shown = slack.do("submit", view_id=view_id, values={"summary": "x"})["view"]
    assert (shown["id"], shown["submit"]) == (view_id, None)
    assert slack.cannot("submit", view_id=view_id) == "this view has no button to submit it"


def test_a_pushed_view_lies_on_top_and_clear_closes_all(slack: SlackClient) -> None:
    view_id = slack.opened()
    slack.answers("view_submission", {"response_action": "push", "view": a_modal()})
    top = slack.do("submit", view_id=view_id, values={"summary": "x"})["view"]["id"]
    assert [v["id"] for v in slack.views()] == [view_id, top]
    slack.answers("view_submission", {"response_action": "clear"})
    assert slack.do("submit", view_id=top, values={"summary": "x"})["closed"]
    assert slack.views() == []


def test_nobody_submits_somebody_elses_view(slack: SlackClient) -> None:
    view_id = slack.opened()
    assert "has no view" in slack.cannot("submit", user=TONI, view_id=view_id)


def test_a_field_that_is_not_there_cannot_be_filled_in(slack: SlackClient) -> None:
    view_id = slack.opened()
    assert "there is no field typo" in slack.cannot("submit", view_id=view_id, values={"typo": "x"})


def test_closing_is_told_only_to_who_asked(slack: SlackClient) -> None:
    slack.do("close", view_id=slack.opened())
    assert slack.app.got("view_closed") == []
    slack.do("close", view_id=slack.opened(notify_on_close=True, clear_on_close=True))
    assert slack.app.got("view_closed")[0].payload["is_cleared"] is True


def test_a_click_brings_its_message_and_value(slack: SlackClient) -> None:
    parent = slack.post("parent")
    about = {"event_type": "card", "event_payload": {"id": "1"}}
    ts = slack.post("pick", thread_ts=parent, blocks=[buttons(go="OPS-1")], metadata=about)
    slack.do("click", user=TONI, channel=OPS, ts=ts, action_id="go")
    payload = slack.app.got("block_actions")[0].payload
    assert payload["actions"][0]["value"] == "OPS-1"
    assert payload["container"]["thread_ts"] == parent
    assert payload["message"]["metadata"]["event_payload"] == {"id": "1"}
    assert payload["user"]["id"] == "U0TRIAGE"


def test_a_click_on_an_ephemeral_message_brings_no_message(slack: SlackClient) -> None:
    slack.ok("chat.postEphemeral", channel="C0OPSEX", user="U0REPORTER", text="pick", blocks=[buttons(go="1")])
    ts = slack.seen()[0]["ts"]
    slack.do("click", channel=OPS, ts=ts, action_id="go")
    payload = slack.app.got("block_actions")[0].payload
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    assert "sees no message" in slack.cannot("click", user=TONI, channel=OPS, ts=ts, action_id="go")


def test_a_choice_from_a_menu_is_an_option(slack: SlackClient) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": options("mute", "resolve")}
    ts = slack.post("card", blocks=[a_section("card", accessory=menu)])
    slack.do("click", channel=OPS, ts=ts, action_id="more", value="resolve")
    assert slack.app.got("block_actions")[0].payload["actions"][0]["selected_option"] == options("resolve")[0]


def test_a_click_in_a_view_brings_what_is_filled_in(slack: SlackClient) -> None:
    view_id = slack.opened(a_modal()["blocks"][0], buttons(look="1"))
    slack.do("click", view_id=view_id, action_id="look", values={"summary": "gate"})
    payload = slack.app.got("block_actions")[0].payload
    assert payload["container"] == {"type": "view", "view_id": view_id}
    assert payload["view"]["state"]["values"]["summary"]["summary_a"]["value"] == "gate"
    assert "response_url" not in payload


def test_a_message_reaches_the_app_as_an_event(slack: SlackClient) -> None:
    parent = slack.post("parent")
    slack.say("Look at <this> & that", thread_ts=parent)
    event = eventually(lambda: slack.app.said_by("U0REPORTER"))[0]
    assert (event["text"], event["thread_ts"]) == ("Look at &lt;this&gt; &amp; that", parent)
    assert (event["channel"], event["channel_type"]) == ("C0OPSEX", "channel")


def test_the_app_hears_itself_too(slack: SlackClient) -> None:
    slack.post("my own words")
    event = slack.app.wait_for("message")[0].payload["event"]
    assert (event["user"], event["bot_id"], event["app_id"]) == ("U0SOLVE", "B0SOLVE", "A0SOLVE")


def test_an_update_is_heard_as_a_change(slack: SlackClient) -> None:
    slack.ok("chat.update", channel="C0OPSEX", ts=slack.post("before"), text="after")
    changes = eventually(lambda: [r for r in slack.app.got("message") if "subtype" in r.payload["event"]])
    event = changes[0].payload["event"]
    assert event["subtype"] == "message_changed"
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("before", "after")


def test_a_mention_comes_twice_with_two_event_ids(slack: SlackClient) -> None:
    slack.say("<@U0SOLVE> please")
    mention, message = slack.app.wait_for("app_mention")[0], slack.app.wait_for("message")[0]
    assert mention.payload["event"]["ts"] == message.payload["event"]["ts"]
    assert mention.payload["event_id"] != message.payload["event_id"]


def test_what_is_said_where_the_bot_is_not_stays_there(slack: SlackClient) -> None:
    slack.sandbox.world.slack.channels["C0OPSRQ"]["members"].remove("U0SOLVE")
    slack.say("among us", channel="#ops-requests")
    slack.say("for all")
    assert [e["text"] for e in eventually(lambda: slack.app.said_by("U0REPORTER"))] == ["for all"]


def test_a_direct_message_is_an_im(slack: SlackClient) -> None:
    slack.say("just you", channel="@solveonce")
    event = eventually(lambda: slack.app.said_by("U0REPORTER"))[0]
    assert (event["channel_type"], event["channel"]) == ("im", "D0REPORTER")


def test_a_failed_event_is_sent_again_with_the_same_id(slack: SlackClient) -> None:
    statuses = iter([500, 200])
    slack.app.answers["message"] = lambda payload: (next(statuses), "")
    slack.say("hello")
    first, second = slack.app.wait_for("message", 2)
    assert first.payload == second.payload
    assert "x-slack-retry-num" not in first.headers
    assert (second.headers["x-slack-retry-num"], second.headers["x-slack-retry-reason"]) == ("1", "http_error")


def test_three_retries_are_all(slack: SlackClient) -> None:
    slack.sandbox.world.settings.slack_retries = (0.0, 0.01, 0.02)
    slack.answers("message", "", 503)
    slack.say("hello")
    tries = slack.app.wait_for("message", 4)
    assert [r.headers.get("x-slack-retry-num") for r in tries] == [None, "1", "2", "3"]
    noted = eventually(lambda: [d for d in slack.sandbox.world.deliveries if d["try"] == 4])
    assert (noted[0]["kind"], noted[0]["event"], noted[0]["status"]) == ("slack", "message", 503)


def test_an_emoji_reaches_the_app(slack: SlackClient) -> None:
    ts = slack.post("card")
    slack.do("react", user=TONI, channel=OPS, ts=ts, name="eyes")
    event = slack.app.wait_for("reaction_added")[0].payload["event"]
    assert (event["reaction"], event["user"], event["item"]["ts"]) == ("eyes", "U0TRIAGE", ts)


def test_the_home_tab_shows_what_the_app_published(slack: SlackClient) -> None:
    assert slack.do("home")["view"] is None
    assert slack.app.wait_for("app_home_opened")[0].payload["event"]["user"] == "U0REPORTER"
    slack.ok("views.publish", user_id="U0REPORTER", view={"type": "home", "blocks": [buttons(new="1")]})
    assert slack.do("home")["view"]["blocks"][0]["type"] == "actions"
    slack.do("click", action_id="new")
    assert slack.app.got("block_actions")[0].payload["view"]["type"] == "home"


def test_a_channel_shows_a_thread_only_to_who_opens_it(slack: SlackClient) -> None:
    parent = slack.post("parent")
    slack.post("reply", thread_ts=parent)
    slack.post("told to all", thread_ts=parent, reply_broadcast=True)
    assert [m["text"] for m in slack.seen()] == ["parent", "told to all"]
    assert [m["text"] for m in slack.seen(thread_ts=parent)] == ["parent", "reply", "told to all"]


def test_nobody_speaks_where_she_is_not(slack: SlackClient) -> None:
    slack.sandbox.world.slack.channels["C0OPSRQ"]["members"].remove("U0REPORTER")
    assert (
        slack.cannot("message", channel="#ops-requests", text="hi") == "Riley Reporter is in no channel #ops-requests"
    )


def test_the_request_url_must_send_the_challenge_back_when_asked(slack: SlackClient) -> None:
    about = {"request_url": slack.app.url, "signing_secret": SECRET, "bot_token": TOKEN, "verify": True}
    assert "challenge" in slack.cannot("install", **about)
    slack.app.answers["url_verification"] = lambda payload: (200, {"challenge": payload["challenge"]})
    slack.do("install", **about)


def test_without_an_app_people_are_told_so(sandbox: Any) -> None:
    body = {"user": RILEY, "channel": OPS, "command": "/ops"}
    answer = web.post(sandbox.url + "/_sandbox/slack/command", json=body)
    assert (answer.status_code, "no app is installed" in answer.text) == (400, True)


def test_a_numbered_list_goes_on_from_the_number_that_was_typed() -> None:
    """As Slack's editor does behind a block of code."""
    block = rich_text("1. open\n```code```\n2. pay\n3. see error")

    assert [part.get("offset") for part in block["elements"]] == [None, None, 1]
    assert typed_again(block).endswith("2. pay\n3. see error")
