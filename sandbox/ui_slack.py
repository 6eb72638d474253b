"""Slack as a page: channels, threads, the app's buttons and forms, and one box to write in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import slack_acts, slack_clicks, slack_modals
from sandbox.slack_checks import elements_of
from sandbox.slack_files import store_file
from sandbox.slack_forms import NotPossible, has_state
from sandbox.slack_menus import EXTERNAL
from sandbox.slack_people import seen_by
from sandbox.slack_views import open_views
from sandbox.ui_files import as_download
from sandbox.ui_forms import author_name, field_name, fields, filled_in
from sandbox.ui_who import viewer
from sandbox.world import Json, Message, Person, View, World, acting_in

blueprint = Blueprint("ui_slack", __name__, url_prefix="/slack")

#: So many messages of a channel are shown.
NEWEST = 60
#: Slack's words; the first in each is the code that it shows.
FAILED = "failed with the error “{}”. The app did not answer as it should."


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world


@blueprint.before_request
def _enter() -> None:
    """Everybody sees her own workspace."""
    acting_in.set(viewer().slack_team)


@blueprint.get("")
def slack() -> ResponseReturnValue:
    return _page(next(iter(_world().slack.channels.values()))["name"])


@blueprint.get("/<name>")
def channel(name: str) -> ResponseReturnValue:
    return _page(name)


@blueprint.errorhandler(NotPossible)
def _not_possible(reason: NotPossible) -> ResponseReturnValue:
    """Beside the form that was sent; or instead of a page that there is not."""
    if request.method == "POST":
        return _page((request.view_args or {})["name"], notice=_sentence(reason)), 400
    return render_template("nothing.html", reason=_sentence(reason)), 404


def _sentence(reason: NotPossible) -> str:
    return str(reason)[:1].upper() + str(reason)[1:]


def _page(name: str, notice: str | None = None, errors: dict[str, str] | None = None) -> str:
    """A channel as the viewer sees it, the thread that is open beside it, and on top the modal that is open."""
    world, who = _world(), viewer()
    about = around(world, who) | {"notice": notice, "errors": errors or {}}
    if name == "home":
        return render_template("slack.html", room={"id": "home", "name": "home"}, home=_home(world, who), **about)
    room = slack_acts.room(world, who, name)
    with world.lock:
        here = [m for m in world.slack.messages if m.channel == room["id"] and seen_by(m, who)]
        replies = Counter(m.thread_ts for m in here if m.thread_ts and m.only_for is None)
        top = [m for m in here if not m.thread_ts or m.broadcast][-NEWEST:]
        wanted = request.values.get("thread")
        thread = [m for m in here if wanted and wanted in (m.ts, m.thread_ts)]
        about["messages"], about["thread"] = (
            [shown_message(world, m, replies) for m in some] for some in (top, thread)
        )
    return render_template("slack.html", room=room, thread_ts=wanted, typed=_typed(notice), **about)


def around(world: World, who: Person) -> Json:
    """What stands around the messages: channels, what the app offers, and its modal."""
    app, modal = world.slack.app, next(reversed(open_views(world, who.slack_id)), None)
    # The script that looks for news must not ask the app for a menu's choices each time.
    asks = _is_live() and modal is not None and any(e["type"] in EXTERNAL for e in _elements(modal))
    return {
        "rooms": _rooms(world, who),
        "commands": app.commands if app else [],
        "shortcuts": app.shortcuts if app else [],
        "steps": app.functions if app else {},
        "modal": modal,
        "keep_modal": asks,
        "fields": fields(world, modal) if modal and not asks else {},
    }


def _elements(view: View) -> list[Json]:
    return [element for block in view.view["blocks"] for element in elements_of(block)]


def _is_live() -> bool:
    """Whether it is the page's script that looks, and not somebody who opens the page."""
    return "X-Live" in request.headers


def _home(world: World, who: Person) -> Json | None:
    opened = world.slack.app is not None and request.method == "GET" and not _is_live()
    return (slack_acts.open_home(world, who) if opened else None) or world.slack.homes.get(who.slack_id)


def _typed(notice: str | None) -> str:
    """What was sent and not taken is still in the box."""
    return request.form.get("text", "") if notice else ""


def _rooms(world: World, who: Person) -> list[Json]:
    return [c for c in world.slack.channels.values() if c.get("name") and who.slack_id in c["members"]]


def shown_message(world: World, message: Message, replies: Mapping[str, int]) -> Json:
    name = author_name(world, message.user)
    when = datetime.fromtimestamp(float(message.ts), UTC)
    return {
        "ts": message.ts,
        "anchor": "m" + message.ts.replace(".", ""),
        "author": name,
        "initials": "".join(word[0] for word in name.split()[:2]),
        "tone": sum(map(ord, message.user)) % 5,
        "is_app": bool(message.bot_id),
        "time": when.strftime("%H:%M"),
        "day": when.strftime("%A, %d %B %Y"),
        "date": when.strftime("%d %b %Y, %H:%M:%S UTC"),
        "text": message.text,
        "blocks": message.blocks,
        "files": message.files,
        "edited": message.edited,
        "only_you": message.only_for is not None,
        "reactions": message.reactions,
        "replies": replies.get(message.ts, 0),
        "thread_ts": message.thread_ts,
    }


@blueprint.post("/<name>/say")
def say(name: str) -> ResponseReturnValue:
    """Send what stands in the box: a message, or a command if it begins with a slash."""
    world, who, text = _world(), viewer(), request.form.get("text", "").replace("\r\n", "\n").strip()
    if request.form.get("command"):
        text = f"{request.form['command']} {text.removeprefix(request.form['command']).strip()}".strip()
    thread = request.form.get("thread") or None
    if text.startswith("/"):
        return _command(name, text, thread)
    uploads = [f for f in request.files.getlist("files") if f.filename]
    stored = [store_file(world, who.slack_id, f.filename or "file", f.mimetype, f.read()) for f in uploads]
    slack_acts.say(world, who, name, text, thread, [f["id"] for f in stored])
    return _back(name)


def _command(name: str, text: str, thread: str | None) -> ResponseReturnValue:
    command, _, rest = text.partition(" ")
    if thread:
        raise NotPossible(f"{command} is not supported in threads. Sorry!")
    outcome = slack_acts.type_command(_world(), viewer(), name, command, rest)
    return _seen(name, outcome, command)


def _seen(name: str, outcome: Json, what: str) -> ResponseReturnValue:
    if outcome["error"]:
        return _page(name, notice=f"{what} {FAILED.format(outcome['error'])}")
    return _back(name)


def _back(name: str) -> ResponseReturnValue:
    thread = request.form.get("thread") or None
    return redirect(url_for("ui_slack.channel", name=name, thread=thread), 303)


@blueprint.post("/<name>/click")
def click(name: str) -> ResponseReturnValue:
    world, who, ts = _world(), viewer(), request.form.get("ts")
    action, value = _pressed()
    if ts:
        outcome = slack_clicks.click_in_message(world, who, name, ts, action, value, request.form.get("block"))
    else:
        outcome = slack_clicks.click_on_home(world, who, action, value)
    leads_to = request.form.get("url", "")
    if leads_to.startswith(("http://", "https://")) and not outcome["error"]:
        return redirect(leads_to, 303)
    return _seen(name, outcome, "The button")


def _pressed() -> tuple[str, Any]:
    """`press` holds the action id and, for a button, its value; what is chosen in a menu is a field of its own."""
    action, _, value = request.form["press"].replace("\r\n", "\n").partition("\n")
    chosen = [one for one in request.form.getlist("choice") if one]
    return action, (chosen if len(chosen) > 1 else chosen[0]) if chosen else value.strip() or None


@blueprint.post("/<name>/shortcut")
def shortcut(name: str) -> ResponseReturnValue:
    world, who, callback_id = _world(), viewer(), request.form["callback_id"]
    if request.form.get("ts"):
        outcome = slack_acts.use_message_shortcut(world, who, callback_id, name, request.form["ts"])
    else:
        outcome = slack_acts.use_global_shortcut(world, who, callback_id)
    return _seen(name, outcome, "The shortcut")


@blueprint.post("/<name>/react")
def react(name: str) -> ResponseReturnValue:
    emoji = request.form.get("emoji") or request.form.get("other", "").strip()
    slack_acts.put_emoji(_world(), viewer(), name, request.form.get("ts", ""), emoji)
    return _back(name)


@blueprint.post("/<name>/view")
def view(name: str) -> ResponseReturnValue:
    """Submit or close the modal, or press a button in it; what was typed stays."""
    world, who = _world(), viewer()
    modal = slack_modals.open_view(world, who, request.form["view_id"])
    if request.form.get("do") == "close":
        slack_modals.close(world, who, modal.id)
        return _back(name)
    values = filled_in(world, who, modal)
    if request.form.get("press"):
        return _pressed_in_view(name, who, modal, values)
    outcome = slack_modals.submit(world, who, modal.id, values)
    if outcome["errors"] or outcome["error"]:
        return _page(name, notice=outcome["error"], errors=outcome["errors"])
    return _back(name)


def _pressed_in_view(name: str, who: Person, modal: View, values: Json) -> ResponseReturnValue:
    action, value = _pressed()
    names = {e["action_id"]: field_name(b, e) for b in modal.view["blocks"] for e in elements_of(b) if has_state(e)}
    chosen: Any = values[names[action]] if action in names else value
    outcome = slack_clicks.click_in_view(_world(), who, modal.id, action, chosen, values)
    return _seen(name, outcome, "The button")


@blueprint.get("/<name>/files/<file_id>")
def shared_file(name: str, file_id: str) -> ResponseReturnValue:
    """The bytes of a file for somebody who is signed in, as every viewer here is."""
    kept = _world().slack.files.get(file_id)
    if kept is None:
        raise NotPossible("there is no such file")
    return as_download(kept["name"], kept["mimetype"], kept["content"])
