"""What people do in Slack, and what the app hears of it: commands, shortcuts, messages, clicks and forms."""

from __future__ import annotations

import json
import re

from sandbox import slack_wire
from sandbox.slack_answers import answer, new_response_url
from sandbox.slack_checks import SlackError
from sandbox.slack_files import file_json
from sandbox.slack_forms import NotPossible
from sandbox.slack_messages import add, find, message_json, next_ts, react
from sandbox.slack_payloads import acted, channel_brief, shown_name
from sandbox.slack_rich_text import escaped, resolved, rich_text
from sandbox.slack_rooms import direct_channel, handle, installed
from sandbox.slack_views import new_trigger, opened_with
from sandbox.slack_wire import Reply
from sandbox.world import Json, Message, Person, View, World, acting_in

#: How the name of an emoji is written, with the tone of its skin behind it.
EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def person(world: World, name: str) -> Person:
    """By e-mail, account id or Slack id."""
    found = world.person(name)
    if found is None or not found.slack_id:
        raise NotPossible(f"there is nobody called {name}")
    acting_in.set(found.slack_team)
    return found


def room(world: World, who: Person, name: str) -> Json:
    """A channel that the person is in: `#name`, an id, or `@solveonce` for her messages with the app."""
    app = world.slack.app
    if name == "@solveonce" or (app and name == app.bot_user):
        if app is None:
            raise NotPossible("no app is installed in Slack")
        return direct_channel(world, who.slack_id)
    wanted = name.removeprefix("#")
    for one in world.slack.channels.values():
        if wanted in (one["id"], one.get("name")) and who.slack_id in one["members"]:
            return one
    raise NotPossible(f"{who.name} is in no channel {name}")


def type_command(world: World, who: Person, channel: str, command: str, text: str) -> Json:
    """A slash command; typed in a channel, because Slack takes none in a thread."""
    place, offered = room(world, who, channel), [each["command"] for each in installed(world).commands]
    if offered and command not in offered:
        raise NotPossible(f"{command} is not a valid command. In Slack, what begins with “/” is read as a command.")
    trigger = new_trigger(world, who.slack_id, place["id"])
    form = {
        "token": slack_wire.TOKEN,
        "team_id": world.slack.team_id,
        "team_domain": world.slack.name.lower(),
        "channel_id": place["id"],
        "channel_name": shown_name(place),
        "user_id": who.slack_id,
        "user_name": handle(who),
        "command": command,
        "text": resolved(world, text.strip()),
        "api_app_id": installed(world).app_id,
        "is_enterprise_install": "false",
        "response_url": new_response_url(world, who.slack_id, place["id"]),
        "trigger_id": trigger,
    }
    reply = slack_wire.send_command(world, form)
    return _command_outcome(world, who, place["id"], reply, trigger)


def _command_outcome(world: World, who: Person, channel: str, reply: Reply, trigger: str) -> Json:
    said, error = None, _failure(reply)
    if error is None and reply.text.strip():
        try:
            said = answer(world, who.slack_id, channel, _as_message(reply))
        except SlackError as refused:
            error = refused.code
    return outcome(world, reply, trigger, said, error)


def _as_message(reply: Reply) -> Json:
    """A command is answered with plain text or with a message as JSON."""
    if "json" in reply.content_type:
        try:
            given = json.loads(reply.text)
        except ValueError:
            raise SlackError("dispatch_failed") from None
        if isinstance(given, dict):
            return given
    return {"text": reply.text}


def _failure(reply: Reply) -> str | None:
    """The error that Slack shows to the person when the app did not answer as it should."""
    if reply.failure == "http_timeout":
        return "operation_timeout"
    if reply.failure == "connection_failed":
        return "dispatch_failed"
    if reply.failure == "http_error":
        return "http_client_error" if reply.status and reply.status < 500 else "http_service_error"
    return None


def outcome(world: World, reply: Reply, trigger: str, said: Message | None = None, error: str | None = None) -> Json:
    """What the person sees after an act."""
    view = opened_with(world, trigger)
    shown = brief(view) if view else None
    return {"status": reply.status, "text": said.text if said else None, "view": shown, "error": error}


def brief(view: View) -> Json:
    """A view as the person sees it, with what is filled in so far."""
    whole = view.view
    shown = {key: whole[key] for key in ("id", "callback_id", "blocks", "private_metadata", "hash")}
    submit = (whole.get("submit") or {}).get("text")
    return shown | {"title": whole["title"]["text"], "submit": submit, "values": whole["state"]["values"]}


def use_global_shortcut(world: World, who: Person, callback_id: str) -> Json:
    """From the lightning menu: Slack says neither the channel nor gives a response_url."""
    _offered(world, "global", callback_id)
    trigger = new_trigger(world, who.slack_id)
    payload = {"type": "shortcut", **acted(world, who, trigger), "callback_id": callback_id}
    reply = slack_wire.send_interaction(world, payload)
    return outcome(world, reply, trigger, error=_failure(reply))


def _offered(world: World, kind: str, callback_id: str) -> None:
    """A menu has what the manifest says; an app that was installed without one has anything."""
    offered = installed(world).shortcuts
    if offered and not any(each["type"] == kind and each["callback_id"] == callback_id for each in offered):
        raise NotPossible(f"there is no {kind} shortcut {callback_id}")


def use_message_shortcut(world: World, who: Person, callback_id: str, channel: str, ts: str) -> Json:
    """From the menu of a message."""
    place = room(world, who, channel)
    message = visible_message(world, who, place["id"], ts)
    _offered(world, "message", callback_id)
    trigger = new_trigger(world, who.slack_id, place["id"])
    payload = {
        "type": "message_action",
        **acted(world, who, trigger),
        "callback_id": callback_id,
        "channel": channel_brief(place),
        "message_ts": ts,
        "message": message_json(world, message),
        "response_url": new_response_url(world, who.slack_id, place["id"]),
    }
    reply = slack_wire.send_interaction(world, payload)
    return outcome(world, reply, trigger, error=_failure(reply))


def visible_message(world: World, who: Person, channel: str, ts: str) -> Message:
    message = find(world, channel, ts)
    if message is None or message.only_for not in (None, who.slack_id):
        raise NotPossible(f"{who.name} sees no message {ts} there")
    return message


def say(world: World, who: Person, channel: str, text: str, thread_ts: str | None, files: list[str]) -> Message:
    """A message by a person, with the ids of files she uploaded."""
    place = room(world, who, channel)
    if not text and not files:
        raise NotPossible("a message needs text or a file")
    if place.get("is_archived"):
        raise NotPossible("this channel is archived")
    message = Message(next_ts(world), place["id"], who.slack_id, escaped(text), thread_ts=thread_ts or None)
    if text:
        message.blocks = [rich_text(text) | {"block_id": "b" + world.next_id("slack block")}]
    message.files = [file_json(world, world.slack.files[one]) for one in files]
    try:
        add(world, message)
    except SlackError as refused:
        raise NotPossible(refused.code) from None
    _mention(world, place, message)
    return message


def _mention(world: World, place: Json, message: Message) -> None:
    """A mention of the app reaches it a second time, with an event id of its own."""
    app = world.slack.app
    if app and f"<@{app.bot_user}>" in message.text and app.bot_user in place["members"] and not place.get("is_im"):
        event = message_json(world, message) | {"type": "app_mention", "channel": place["id"], "event_ts": message.ts}
        slack_wire.send_event_later(world, event)


def put_emoji(world: World, who: Person, channel: str, ts: str, name: str) -> None:
    place = room(world, who, channel)
    visible_message(world, who, place["id"], ts)
    wanted = name.strip(":")
    if not EMOJI.fullmatch(wanted):
        raise NotPossible(f"there is no emoji “{wanted}”; its name is written like white_check_mark")
    try:
        react(world, place["id"], ts, wanted, who.slack_id)
    except SlackError as refused:
        again = refused.code == "already_reacted"
        raise NotPossible(f"you have put :{wanted}: there already" if again else refused.code) from None


def open_home(world: World, who: Person) -> Json | None:
    """The app's Home tab as it is now; the app hears that it was opened."""
    place = direct_channel(world, who.slack_id)
    event = {"type": "app_home_opened", "user": who.slack_id, "channel": place["id"], "tab": "home"}
    home = world.slack.homes.get(who.slack_id)
    shown = {"view": home} if home else {}
    slack_wire.send_event_later(world, event | shown | {"event_ts": next_ts(world)})
    return home
