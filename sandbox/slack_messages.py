"""Messages: posting, changing and reading them, as the Web API does it."""

from __future__ import annotations

import copy
import uuid

from sandbox.slack_checks import SlackError, check_attachments, check_blocks, check_metadata
from sandbox.slack_rooms import channel, channel_to_post, in_use, installed, paged, slack_user, with_bot
from sandbox.slack_scopes import granted
from sandbox.slack_wire import send_event_later
from sandbox.world import Json, Message, World


def next_ts(world: World) -> str:
    """A message's name in its channel: the time, and never the same twice."""
    with world.lock:
        micros = max(int(world.now() * 1e6), round(world.slack.last_ts * 1e6) + 1)
        world.slack.last_ts = micros / 1e6
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def find(world: World, room: str, ts: str) -> Message | None:
    return next((m for m in world.slack.messages if m.channel == room and m.ts == ts), None)


def replies_to(world: World, parent: Message) -> list[Message]:
    """What was answered in the thread of *parent*, oldest first; ephemeral messages are not part of it."""
    ours = (m for m in world.slack.messages if m.channel == parent.channel and m.thread_ts == parent.ts)
    return [m for m in ours if m.only_for is None]


def message_json(world: World, message: Message, with_metadata: bool = False) -> Json:
    """A message as the Web API and events show it."""
    shown: Json = {"type": "message", "user": message.user, "ts": message.ts, "team": world.slack.team_id}
    shown["text"] = message.text
    if message.broadcast:
        shown["subtype"] = "thread_broadcast"
    elif message.files:
        shown["subtype"] = "file_share"
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.files:
        shown |= {"files": message.files, "upload": False, "display_as_bot": False}
    if message.bot_id:
        shown |= _bot_marks(world, message.bot_id)
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.reactions:
        shown["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
    if with_metadata and message.metadata:
        shown["metadata"] = message.metadata
    return copy.deepcopy(shown | _thread_marks(world, message))


def _bot_marks(world: World, bot_id: str) -> Json:
    app_id = installed(world).app_id
    profile = {"id": bot_id, "deleted": False, "name": "SolveOnce", "updated": 1732250000, "app_id": app_id}
    return {"bot_id": bot_id, "app_id": app_id, "bot_profile": profile | {"team_id": world.slack.team_id}}


def _thread_marks(world: World, message: Message) -> Json:
    if message.thread_ts:
        parent = find(world, message.channel, message.thread_ts)
        marks: Json = {"thread_ts": message.thread_ts}
        return marks | ({"parent_user_id": parent.user} if parent else {})
    answers = replies_to(world, message)
    if not answers:
        return {}
    people = list(dict.fromkeys(m.user for m in answers))
    counts = {"reply_count": len(answers), "reply_users_count": len(people), "latest_reply": answers[-1].ts}
    return {"thread_ts": message.ts, **counts, "reply_users": people, "subscribed": False, "is_locked": False}


def add(world: World, message: Message) -> Message:
    """Put a message where people see it and tell the app about it, as Slack does, the app's own included."""
    with world.lock:
        _check_thread(world, message.channel, message.thread_ts)
        world.slack.messages.append(message)
        event = None if message.only_for else message_event(world, message)
    if event is not None:
        tell(world, message.channel, event)
    return message


def tell(world: World, room: str, event: Json) -> None:
    """An event of a channel reaches the app only when its bot is a member."""
    app = world.slack.app
    if app is not None and app.bot_user in world.slack.channels[room]["members"]:
        send_event_later(world, event)


def message_event(world: World, message: Message) -> Json:
    event = message_json(world, message)
    for later in ("reply_count", "reply_users_count", "latest_reply", "reply_users", "subscribed", "is_locked"):
        event.pop(later, None)
    if not message.bot_id:
        event["client_msg_id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, message.channel + message.ts))
    author = slack_user(world, message.user)
    if author and author.stranger_of:
        event |= {"user_team": author.stranger_of, "source_team": author.stranger_of, "team": author.stranger_of}
    return event | {"channel": message.channel, "event_ts": message.ts, "channel_type": _channel_type(world, message)}


def _channel_type(world: World, message: Message) -> str:
    room = world.slack.channels[message.channel]
    if room.get("is_im"):
        return "im"
    return "group" if room.get("is_private") else "channel"


def _check_thread(world: World, room: str, thread_ts: str | None) -> None:
    if thread_ts is None:
        return
    parent = find(world, room, thread_ts)
    # "Avoid using a reply's ts value; use its parent instead" (chat.postMessage): what happens else is not said.
    if parent is None or parent.thread_ts or parent.only_for:
        raise SlackError("thread_not_found")


def flag(args: Json, name: str) -> bool:
    return str(args.get(name)).lower() in ("true", "1")


def post_message(world: World, args: Json) -> Json:
    room = _room_to_post(world, args)
    # Slack cuts at 40,000 characters here, and refuses more than 4,000 in chat.update.
    message = _from_app(world, room["id"], args, str(args.get("text") or "")[:40_000])
    check_metadata(args.get("metadata"))
    message.metadata = args.get("metadata")
    message.broadcast = bool(message.thread_ts) and flag(args, "reply_broadcast")
    add(world, message)
    return {"channel": room["id"], "ts": message.ts, "message": message_json(world, message)}


def _room_to_read(world: World, args: Json) -> Json:
    return with_bot(world, channel(world, str(args.get("channel") or "")))


def _room_to_post(world: World, args: Json) -> Json:
    """With `chat:write.public` the bot need not be in a public channel to speak there."""
    room = channel_to_post(world, str(args.get("channel") or ""))
    everywhere = granted(world, "chat:write.public") and not room.get("is_private")
    return in_use(room if everywhere else with_bot(world, room))


def post_ephemeral(world: World, args: Json) -> Json:
    room = in_use(with_bot(world, channel_to_post(world, str(args.get("channel") or ""))))
    if args.get("user") not in room["members"]:
        raise SlackError("user_not_in_channel")
    message = _from_app(world, room["id"], args, str(args.get("text") or ""))
    message.only_for = str(args["user"])
    add(world, message)
    return {"message_ts": message.ts}


def _from_app(world: World, room: str, args: Json, text: str) -> Message:
    blocks = args.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    check_blocks(blocks, "message")
    check_attachments(args.get("attachments"))
    app = installed(world)
    message = Message(next_ts(world), room, app.bot_user, text, bot_id=app.bot_id)
    message.blocks = with_block_ids(world, blocks)
    message.thread_ts = str(args["thread_ts"]) if args.get("thread_ts") else None
    return message


def with_block_ids(world: World, blocks: list[Json]) -> list[Json]:
    """Slack gives a block that has no id one of its own, and an element without one an action id."""
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", "b" + world.next_id("slack block"))
        parts = [*(block.get("elements") or []), block.get("element"), block.get("accessory")]
        for part in parts if block["type"] in ("actions", "input", "section") else []:
            if part and part.get("type") != "image":
                part.setdefault("action_id", "a" + world.next_id("slack block"))
    return named


def update_message(world: World, args: Json) -> Json:
    room = in_use(_room_to_read(world, args))
    message = find(world, room["id"], str(args.get("ts") or ""))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if message.bot_id != installed(world).bot_id:
        raise SlackError("cant_update_message")
    before = message_json(world, message)
    _change(world, message, args)
    tell(world, room["id"], _changed_event(world, message, before))
    shown = message_json(world, message)
    return {"channel": room["id"], "ts": message.ts, "text": message.text, "message": shown}


def _change(world: World, message: Message, args: Json) -> None:
    text, blocks = args.get("text"), args.get("blocks")
    if not text and not blocks:
        raise SlackError("no_text")
    if text and len(str(text)) > 4000:
        raise SlackError("msg_too_long")
    check_blocks(blocks or [], "message")
    check_metadata(args.get("metadata"))
    message.text = str(text) if text else message.text
    # Text without blocks removes the blocks; metadata that is not mentioned stays.
    message.blocks = with_block_ids(world, blocks or [])
    message.edited = message.edited or not blocks
    message.metadata = args.get("metadata") or message.metadata


def _changed_event(world: World, message: Message, before: Json) -> Json:
    change = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": message.channel}
    after = message_json(world, message)
    marks = {"ts": next_ts(world), "channel_type": _channel_type(world, message)}
    return change | marks | {"message": after, "previous_message": before, "event_ts": marks["ts"]}


def permalink(world: World, args: Json) -> Json:
    room = channel(world, str(args.get("channel") or ""))
    message = find(world, room["id"], str(args.get("message_ts") or ""))
    if message is None:
        raise SlackError("message_not_found")
    return {"channel": room["id"], "permalink": permalink_of(world, message)}


def permalink_of(world: World, message: Message) -> str:
    link = f"{world.base_url}/slack/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.thread_ts else link


def history(world: World, args: Json) -> Json:
    """Newest first, without what was only said in threads."""
    room = _room_to_read(world, args)
    ours = [m for m in world.slack.messages if m.channel == room["id"] and m.only_for is None]
    top = [m for m in reversed(ours) if not m.thread_ts or m.broadcast]
    return _page(world, [m for m in top if _within(m, args)], args)


def replies(world: World, args: Json) -> Json:
    """The parent, then the answers, oldest first."""
    room = _room_to_read(world, args)
    asked = find(world, room["id"], str(args.get("ts") or ""))
    parent = find(world, room["id"], asked.thread_ts) if asked and asked.thread_ts else asked
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    return _page(world, [parent, *(m for m in replies_to(world, parent) if _within(m, args))], args)


def _within(message: Message, args: Json) -> bool:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    if flag(args, "inclusive"):
        return oldest <= float(message.ts) <= latest
    return oldest < float(message.ts) < latest


def _page(world: World, messages: list[Message], args: Json) -> Json:
    page, cursor = paged(messages, args)
    shown = [message_json(world, m, flag(args, "include_all_metadata")) for m in page]
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def add_reaction(world: World, args: Json) -> Json:
    room = in_use(_room_to_read(world, args))
    react(world, room["id"], str(args.get("timestamp") or ""), str(args.get("name") or ""), installed(world).bot_user)
    return {}


def react(world: World, room: str, ts: str, name: str, user: str) -> None:
    """*user* puts an emoji on a message; the app is told."""
    message = find(world, room, ts)
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if not name:
        raise SlackError("invalid_name")
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise SlackError("already_reacted")
    users.append(user)
    item = {"type": "message", "channel": room, "ts": ts}
    about = {"user": user, "reaction": name, "item": item, "item_user": message.user}
    tell(world, room, {"type": "reaction_added", **about, "event_ts": next_ts(world)})


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update_message,
    "chat.getPermalink": permalink,
    "conversations.history": history,
    "conversations.replies": replies,
    "reactions.add": add_reaction,
}
