"""Slack's Web API refuses what Slack refuses, and keeps what Slack keeps."""

from __future__ import annotations

import json

import pytest
from slack_app import TOKEN
from slack_client import RILEY, SlackClient, a_modal, a_section, an_input, buttons, options
from web import web

from tests.specs import CORPORA

LAYOUTS = CORPORA.parent / "drafts" / "slack" / "blocks"


def test_a_wrong_token_is_refused_with_status_200(slack: SlackClient) -> None:
    assert slack.call("auth.test", token="xoxb-other") == {"ok": False, "error": "invalid_auth"}


def test_a_call_without_a_token_is_refused(slack: SlackClient) -> None:
    assert web.post(slack.sandbox.url + "/slack/api/auth.test").json()["error"] == "not_authed"


def test_the_app_learns_its_own_bot(slack: SlackClient) -> None:
    who = slack.ok("auth.test")
    assert (who["user_id"], who["bot_id"], who["team_id"]) == ("U0SOLVE", "B0SOLVE", "T0SANDBOX")


def test_the_app_behind_a_bot_is_told(slack: SlackClient) -> None:
    assert slack.ok("bots.info", bot="B0SOLVE")["bot"]["app_id"] == "A0SOLVE"
    assert slack.error("bots.info", bot="B0OTHER") == "bot_not_found"


def test_a_manifest_is_shown_to_a_configuration_token_alone_which_does_nothing_else(slack: SlackClient) -> None:
    app = slack.sandbox.world.slack.app
    assert app
    app.manifest = {"settings": {"socket_mode_enabled": False}}

    shown = slack.call("apps.manifest.export", token=app.config_token, app_id="A0SOLVE")

    assert shown["manifest"] == app.manifest
    other = slack.call("apps.manifest.export", token=app.config_token, app_id="A0OTHER")
    assert other["error"] == "app_not_found"
    assert slack.error("apps.manifest.export", app_id="A0SOLVE") == "not_allowed_token_type"
    assert slack.call("auth.test", token=app.config_token)["error"] == "not_allowed_token_type"


def test_a_token_that_was_revoked_is_good_for_nothing(slack: SlackClient) -> None:
    app = slack.sandbox.world.slack.app
    assert app
    app.token_is = "token_revoked"

    assert slack.error("auth.test") == "token_revoked"


def test_a_method_that_does_not_exist_is_named(slack: SlackClient) -> None:
    assert slack.error("chat.postEverything") == "unknown_method"


def test_a_form_is_taken_like_json(slack: SlackClient) -> None:
    form = {"channel": "C0OPSEX", "text": "hi", "blocks": json.dumps([a_section("*hi*")])}
    url = slack.sandbox.url + "/slack/api/chat.postMessage"
    answer = web.post(url, data=form, headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert answer["message"]["blocks"][0]["text"]["text"] == "*hi*"


def test_ts_always_rises(slack: SlackClient) -> None:
    slack.sandbox.world.settings.slack_burst = 20
    posted = [slack.post(str(n)) for n in range(20)]
    assert posted == sorted(set(posted), key=float)
    assert all(len(ts.split(".")[1]) == 6 for ts in posted)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"thread_ts": "1.000001"}, "thread_not_found"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"blocks": "no json"}, "invalid_blocks_format"),
        ({"blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [a_section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [buttons(go="x" * 2001)]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]}, "invalid_blocks"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_message_is_refused(slack: SlackClient, args: dict[str, object], error: str) -> None:
    assert slack.error("chat.postMessage", **{"channel": "C0OPSEX", "text": "x", **args}) == error


def test_a_refusal_says_which_block(slack: SlackClient) -> None:
    answer = slack.call("chat.postMessage", channel="C0OPSEX", text="x", blocks=[a_section("ok"), {"type": "sectoin"}])
    assert answer["response_metadata"]["messages"] == ["[ERROR] unsupported type: sectoin [json-pointer:/blocks/1]"]


def test_a_channel_needs_the_bot_in_it(slack: SlackClient) -> None:
    channels = slack.sandbox.world.slack.channels
    channels["C0OPSRQ"]["members"].remove("U0SOLVE")
    assert slack.error("chat.postMessage", channel="C0OPSRQ", text="x") == "not_in_channel"
    channels["C0OPSRQ"]["is_private"] = True
    assert slack.error("chat.postMessage", channel="C0OPSRQ", text="x") == "channel_not_found"


def test_a_user_id_as_channel_is_a_direct_message(slack: SlackClient) -> None:
    channel = slack.ok("chat.postMessage", channel="U0REPORTER", text="for you")["channel"]
    assert channel == slack.ok("conversations.open", users="U0REPORTER")["channel"]["id"]
    assert [m["text"] for m in slack.seen(channel="@solveonce")] == ["for you"]


def test_text_without_blocks_removes_the_blocks(slack: SlackClient) -> None:
    ts = slack.post("a card", blocks=[a_section("a card")], metadata={"event_type": "card", "event_payload": {"v": 1}})
    slack.ok("chat.update", channel="C0OPSEX", ts=ts, text="closed")
    message = slack.ok("conversations.history", channel="C0OPSEX", include_all_metadata=True)["messages"][0]
    assert "blocks" not in message
    assert message["metadata"]["event_payload"] == {"v": 1}, "metadata that is not mentioned stays"


def test_an_update_takes_4000_characters(slack: SlackClient) -> None:
    ts = slack.post()
    assert slack.error("chat.update", channel="C0OPSEX", ts=ts, text="x" * 4001) == "msg_too_long"


def test_only_an_own_message_can_be_updated(slack: SlackClient) -> None:
    ts = slack.say("mine")["ts"]
    assert slack.error("chat.update", channel="C0OPSEX", ts=ts, text="yours") == "cant_update_message"


def test_metadata_is_shown_only_when_asked_for(slack: SlackClient) -> None:
    slack.post(metadata={"event_type": "card", "event_payload": {"id": "1"}})
    assert "metadata" not in slack.ok("conversations.history", channel="C0OPSEX")["messages"][0]


def test_history_is_newest_first_and_without_replies(slack: SlackClient) -> None:
    first, second = slack.post("first"), slack.post("second")
    slack.post("reply", thread_ts=first)
    found = slack.ok("conversations.history", channel="C0OPSEX")["messages"]
    assert [m["text"] for m in found] == ["second", "first"]
    assert found[1]["reply_count"] == 1
    after = slack.ok("conversations.history", channel="C0OPSEX", oldest=first)["messages"]
    assert [m["ts"] for m in after] == [second], "oldest is exclusive"


def test_history_goes_on_with_the_cursor(slack: SlackClient) -> None:
    for n in range(3):
        slack.post(str(n))
    first = slack.ok("conversations.history", channel="C0OPSEX", limit=2)
    rest = slack.ok("conversations.history", channel="C0OPSEX", cursor=first["response_metadata"]["next_cursor"])
    assert [m["text"] for m in first["messages"] + rest["messages"]] == ["2", "1", "0"]
    assert (first["has_more"], rest["has_more"]) == (True, False)


def test_a_thread_is_read_from_its_parent_on(slack: SlackClient) -> None:
    parent = slack.post("parent")
    reply = slack.post("reply", thread_ts=parent)
    found = slack.ok("conversations.replies", channel="C0OPSEX", ts=parent)["messages"]
    assert [m["ts"] for m in found] == [parent, reply]
    assert slack.error("conversations.replies", channel="C0OPSEX", ts="1.000001") == "thread_not_found"


def test_an_ephemeral_message_is_for_one_person_and_not_kept(slack: SlackClient) -> None:
    slack.ok("chat.postEphemeral", channel="C0OPSEX", user="U0REPORTER", text="psst")
    assert [m["text"] for m in slack.seen(RILEY)] == ["psst"]
    assert slack.seen("triage@example.com") == []
    assert slack.ok("conversations.history", channel="C0OPSEX")["messages"] == []


def test_an_ephemeral_message_needs_its_reader_in_the_channel(slack: SlackClient) -> None:
    assert slack.error("chat.postEphemeral", channel="C0OPSEX", user="U0NOBODY", text="x") == "user_not_in_channel"


def test_a_permalink_leads_to_the_message_in_its_channel(slack: SlackClient) -> None:
    ts = slack.post()
    link = slack.ok("chat.getPermalink", channel="C0OPSEX", message_ts=ts)["permalink"]
    page = web.get(link)
    assert page.status_code == 200
    assert f'id="m{ts.replace(".", "")}"' in page.text


def test_a_reaction_counts_once(slack: SlackClient) -> None:
    ts = slack.post()
    slack.ok("reactions.add", channel="C0OPSEX", timestamp=ts, name="eyes")
    assert slack.error("reactions.add", channel="C0OPSEX", timestamp=ts, name="eyes") == "already_reacted"


def test_people_are_found_by_address(slack: SlackClient) -> None:
    user = slack.ok("users.lookupByEmail", email="Reporter@Example.com")["user"]
    assert (user["id"], user["profile"]["real_name"]) == ("U0REPORTER", "Riley Reporter")
    assert slack.error("users.lookupByEmail", email="nobody@example.com") == "users_not_found"
    assert slack.ok("users.info", user="U0SOLVE")["user"]["is_bot"]


def test_channels_are_listed_with_their_members(slack: SlackClient) -> None:
    names = {c["name"] for c in slack.ok("conversations.list")["channels"]}
    assert names == {"ops-exceptions", "ops-requests", "ops-exceptions-eng-triage"}
    assert "U0REPORTER" in slack.ok("conversations.members", channel="C0OPSEX")["members"]
    assert slack.ok("conversations.info", channel="C0OPSEX")["channel"]["is_member"]


@pytest.mark.parametrize(
    "view",
    [
        a_modal(title={"type": "plain_text", "text": "x" * 25}),
        a_modal(private_metadata="x" * 3001),
        a_modal(submit=None),
        a_modal(*[{"type": "divider"}] * 101),
        a_modal(an_input("team", type="static_select", options=options("a") * 101)),
        a_modal(
            an_input(
                "team",
                type="static_select",
                options=options("a"),
                initial_option={"text": {"type": "plain_text", "text": "a"}, "value": "a"},
            )
        ),
        {"type": "home", "blocks": []},
    ],
    ids=[
        "long title",
        "much private metadata",
        "input without submit",
        "101 blocks",
        "101 options",
        "an initial option that is almost an option",
        "not a modal",
    ],
)
def test_a_view_is_refused(slack: SlackClient, view: dict[str, object]) -> None:
    slack.app.answers["command"] = lambda payload: (
        200,
        slack.error("views.open", trigger_id=payload["trigger_id"], view=view),
    )
    assert slack.command()["text"] == "invalid_arguments"


def test_a_trigger_opens_one_view(slack: SlackClient) -> None:
    slack.opened()
    used = slack.app.got("command")[0].payload["trigger_id"]
    assert slack.error("views.open", trigger_id=used, view=a_modal()) == "exchanged_trigger_id"
    assert slack.error("views.open", trigger_id="1.2.3", view=a_modal()) == "invalid_trigger_id"


def test_a_trigger_expires(slack: SlackClient) -> None:
    slack.sandbox.world.settings.slack_patience = 0.001
    slack.command()
    late = slack.sandbox.world.slack.triggers
    trigger, about = next(iter(late.items()))
    assert about["expires"] < slack.sandbox.world.now()
    assert slack.error("views.open", trigger_id=trigger, view=a_modal()) == "expired_trigger_id"


def test_a_closed_view_cannot_be_updated(slack: SlackClient) -> None:
    view_id = slack.opened()
    slack.do("close", view_id=view_id)
    assert slack.error("views.update", view_id=view_id, view=a_modal()) == "not_found"


def test_an_update_made_from_an_old_hash_is_refused(slack: SlackClient) -> None:
    view_id = slack.opened()
    old = slack.views()[0]["hash"]
    slack.ok("views.update", view_id=view_id, hash=old, view=a_modal())
    assert slack.error("views.update", view_id=view_id, hash=old, view=a_modal()) == "hash_conflict"


def test_what_was_typed_outlives_an_update_that_keeps_the_ids(slack: SlackClient) -> None:
    view_id = slack.opened(a_modal()["blocks"][0], buttons(look="1"))
    slack.do("click", view_id=view_id, action_id="look", values={"summary": "half a sentence"})
    slack.ok(
        "views.update", view_id=view_id, view=a_modal(a_section("found"), an_input("summary", type="plain_text_input"))
    )
    assert slack.views()[0]["values"]["summary"]["summary_a"]["value"] == "half a sentence"


def test_an_external_id_is_taken_while_its_view_is_open(slack: SlackClient) -> None:
    view_id = slack.opened(external_id="intake-1")
    slack.ok("views.update", external_id="intake-1", view=a_modal(external_id="intake-1"))
    slack.answers("command", "")
    slack.command()
    fresh = slack.app.got("command")[-1].payload["trigger_id"]
    again = a_modal(external_id="intake-1")
    assert slack.error("views.open", trigger_id=fresh, view=again) == "duplicate_external_id"
    slack.do("close", view_id=view_id)
    slack.ok("views.open", trigger_id=fresh, view=again)


def test_a_private_file_without_the_token_is_a_page_with_status_200(slack: SlackClient) -> None:
    files = [{"name": "shot 1.png", "mimetype": "image/png", "content": "UE5H"}]
    file_id = slack.say("look", files=files)["files"][0]
    url = slack.ok("files.info", file=file_id)["file"]["url_private_download"]
    stranger, app = web.get(url), web.get(url, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (stranger.status_code, stranger.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (app.content, app.headers["Content-Type"]) == (b"PNG", "image/png")


def test_a_late_answer_is_taken_five_times(slack: SlackClient) -> None:
    slack.command()
    url = slack.app.got("command")[0].payload["response_url"]
    statuses = [web.post(url, json={"text": str(n)}).status_code for n in range(6)]
    assert statuses == [200] * 5 + [404]
    assert [m["text"] for m in slack.seen()] == ["0", "1", "2", "3", "4"]
    assert slack.seen("triage@example.com") == []


def test_a_late_answer_for_everybody_replaces_or_removes_what_was_clicked(slack: SlackClient) -> None:
    ts = slack.post("pick", blocks=[buttons(go="1")])
    slack.do("click", channel="#ops-exceptions", ts=ts, action_id="go")
    url = slack.app.got("block_actions")[0].payload["response_url"]
    web.post(url, json={"text": "picked", "replace_original": True})
    assert [m["text"] for m in slack.seen()] == ["picked"]
    web.post(url, json={"delete_original": True})
    assert slack.seen() == []


@pytest.mark.skipif(not LAYOUTS.is_dir(), reason="the drafts of the layouts are not beside this checkout")
def test_the_drafted_layouts_pass(slack: SlackClient) -> None:
    for path in sorted(LAYOUTS.glob("*.json")):
        layout = json.loads(path.read_text())
        if layout.get("type") == "home":
            slack.ok("views.publish", user_id="U0REPORTER", view=layout)
        elif layout.get("type") == "modal":
            slack.opens(layout)
            view = slack.command()["view"]
            slack.do("close", view_id=view["id"])
        else:
            layout.pop("response_type", None)
            slack.ok("chat.postMessage", **{**layout, "channel": "C0OPSEX", "thread_ts": None})
