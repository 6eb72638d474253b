"""Slack's texts as HTML: mrkdwn, rich_text blocks and emoji names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from markupsafe import Markup, escape

from sandbox.slack_rooms import slack_user
from sandbox.ui_html import joined, link, tag
from sandbox.world import Json, World

#: Those that one meets in these channels; another stays as `:name:`.
EMOJI = {
    "+1": "👍", "alarm_clock": "⏰", "arrow_left": "⬅️", "arrow_right": "➡️",
    "arrows_counterclockwise": "🔄", "ballot_box_with_check": "☑️", "bar_chart": "📊", "bell": "🔔",
    "boom": "💥", "bulb": "💡", "bust_in_silhouette": "👤", "calendar": "📅", "clipboard": "📋",
    "clock3": "🕒", "construction": "🚧", "exclamation": "❗", "eyes": "👀", "fire": "🔥", "gear": "⚙️",
    "hammer_and_wrench": "🛠️", "hand": "✋", "heart": "❤️", "heavy_check_mark": "✔️",
    "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "inbox_tray": "📥", "information_source": "ℹ️",
    "label": "🏷️", "large_blue_circle": "🔵", "large_green_circle": "🟢", "large_orange_circle": "🟠",
    "large_yellow_circle": "🟡", "leftwards_arrow_with_hook": "↩️", "link": "🔗", "lock": "🔒",
    "mag": "🔍", "mega": "📣", "memo": "📝", "new": "🆕", "no_entry": "⛔", "no_entry_sign": "🚫",
    "package": "📦", "paperclip": "📎", "pencil": "📝", "pencil2": "✏️", "point_right": "👉",
    "pushpin": "📌", "question": "❓", "raised_hand": "✋", "red_circle": "🔴", "repeat": "🔁", "rocket": "🚀",
    "rotating_light": "🚨", "seedling": "🌱", "sleeping": "😴", "snowflake": "❄️", "speech_balloon": "💬", "star": "⭐",
    "stethoscope": "🩺", "stopwatch": "⏱️", "tada": "🎉", "thinking_face": "🤔", "thread": "🧵",
    "ticket": "🎫", "tools": "🛠️", "traffic_light": "🚦", "triangular_flag_on_post": "🚩",
    "twisted_rightwards_arrows": "🔀",
    "warning": "⚠️", "wave": "👋", "white_check_mark": "✅", "white_circle": "⚪", "wrench": "🔧",
    "x": "❌", "zap": "⚡", "zzz": "💤",
}  # fmt: skip
SPAN = re.compile(
    r"(?P<code>`[^`\n]+`)|<(?P<angle>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
)


def mrkdwn(world: World, text: str) -> Markup:
    """A text object of type mrkdwn. Its `& < >` are escaped already, and angle brackets mean links."""
    parts = enumerate(text.split("```"))
    return joined(_fence(p) if n % 2 else _lines(world, p) for n, p in parts if n % 2 or p.strip("\n") or not text)


def with_emoji(words: str) -> str:
    """A text object of type plain_text."""
    return re.sub(r":([a-z0-9_+-]+):", lambda name: EMOJI.get(name[1], name[0]), words)


def _fence(code: str) -> Markup:
    return tag("pre", html.unescape(code.strip("\n")))


def _lines(world: World, text: str) -> Markup:
    """Quoted lines become a quote; other lines end where they end."""
    shown = Markup("")
    for line in text.strip("\n").split("\n"):
        quoted = re.match(r"(?:>|&gt;) ?(.*)", line)
        shown += (
            tag("blockquote", _spans(world, quoted[1])) if quoted else tag("div", _spans(world, line), class_="line")
        )
    return shown


def _spans(world: World, text: str) -> Markup:
    pieces, end = [], 0
    for found in SPAN.finditer(text):
        pieces += [_plain(text[end : found.start()]), _span(world, found)]
        end = found.end()
    return joined([*pieces, _plain(text[end:])])


def _plain(text: str) -> Markup:
    return escape(html.unescape(text))


def _span(world: World, found: re.Match[str]) -> Markup:
    kind = str(found.lastgroup)
    inner = found[kind]
    if kind == "code":
        return tag("code", html.unescape(inner[1:-1]))
    if kind == "angle":
        return _angle(world, inner)
    if kind == "emoji":
        return emoji(inner)
    return tag({"bold": "strong", "italic": "em", "strike": "s"}[kind], _spans(world, inner))


def emoji(name: str) -> Markup:
    return tag("span", EMOJI[name], title=f":{name}:") if name in EMOJI else escape(f":{name}:")


def _angle(world: World, inner: str) -> Markup:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return mention(world, target[1:], label)
    if target.startswith("#"):
        room = world.slack.channels.get(target[1:], {})
        return tag("span", "#" + (room.get("name") or label or target[1:]), class_="mention")
    if target.startswith("!date^"):
        return _date(target, label)
    if target.startswith("!"):
        return tag("span", "@" + (label or target[1:].split("^")[0]), class_="mention")
    return link(html.unescape(target), _spans(world, label) if label else None)


def mention(world: World, user_id: str, label: str = "") -> Markup:
    person = slack_user(world, user_id)
    app = world.slack.app
    known = person.name if person else ("SolveOnce" if app and app.bot_user == user_id else None)
    return tag("span", "@" + (known or label or user_id), class_="mention")


def _date(target: str, fallback: str) -> Markup:
    _, stamp, *_ = target.split("^")
    if not stamp.isdigit():
        return _plain(fallback)
    when = datetime.fromtimestamp(int(stamp), UTC)
    return tag("time", when.strftime("%d %b %Y, %H:%M UTC"), title=html.unescape(fallback))


def rich_text(world: World, block: Json) -> Markup:
    """A rich_text block."""
    return joined(_rich_part(world, part) for part in block.get("elements") or [])


def _rich_part(world: World, part: Json) -> Markup:
    kind, inside = part.get("type"), part.get("elements") or []
    if kind == "rich_text_list":
        items = joined(tag("li", _rich_part(world, item)) for item in inside)
        indent = min(int(part.get("indent") or 0), 8)
        return tag("ol" if part.get("style") == "ordered" else "ul", items, class_=f"indent-{indent}")
    leaves = _leaves(world, inside)
    if kind == "rich_text_preformatted":
        return tag("pre", leaves)
    if kind == "rich_text_quote":
        return tag("blockquote", leaves, class_="lines")
    return tag("div", leaves, class_="lines")


def _leaves(world: World, leaves: Iterable[Json]) -> Markup:
    return joined(_styled(leaf, _leaf(world, leaf)) for leaf in leaves)


def _leaf(world: World, leaf: Json) -> Markup:
    kind = leaf.get("type")
    if kind == "link":
        return link(str(leaf.get("url")), leaf.get("text"))
    if kind == "user":
        return mention(world, str(leaf.get("user_id")))
    if kind == "channel":
        return _angle(world, "#" + str(leaf.get("channel_id")))
    if kind == "emoji":
        return emoji(str(leaf.get("name")))
    return escape(leaf.get("text") or leaf.get("fallback") or leaf.get("range") or "")


def _styled(leaf: Json, inner: Markup) -> Markup:
    tags = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u", "code": "code"}
    for style, wanted in (leaf.get("style") or {}).items():
        if wanted and style in tags:
            inner = tag(tags[style], inner)
    return inner
