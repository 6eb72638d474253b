"""`/ops`, the shortcut *Create Triage Ticket*, and the submitted form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from app import context, engine, speaking
from app.intake import blocks, blocks_lists, origin, store
from app.intake.commands import Wish, wish
from app.intake.drafting import NOTHING, draft
from app.intake.presets import Preset, preset_for, presets_in
from app.intake.request import problems, read
from app.intake.store_words import guessing_words
from app.logs import event
from app.workspaces import team_in

SHORTCUT = "ops_create_global"
#: The button of the Home tab, which knows no channel either.
NEW_FROM_HOME = "ops.home.new"


def register(bolt: App) -> None:
    guessing_words(context.current().settings.intake_words)  # a list that is wrong is told at the start
    presets_in(context.current().settings.intake_presets)  # and so are presets
    bolt.command(context.current().settings.slack_command)(command)
    bolt.shortcut(SHORTCUT)(shortcut)
    bolt.action(NEW_FROM_HOME)(shortcut)
    bolt.view(blocks.CALLBACK)(submitted)


def command(ack: Ack, body: dict[str, Any]) -> None:
    """`/ops` opens the form, `/ops <text>` fills it; help, mine, search and a ticket's key are answered."""
    settings = context.current().settings
    wished, typed = wish(str(body.get("text") or ""), (settings.ops_project, settings.engineering_project))
    if wished is Wish.HELP:
        text, shown = blocks_lists.help_with(str(body["command"]), settings.slack_emoji.strip().strip(":"))
        ack(text=text, blocks=shown)
        return
    if wished is not Wish.NEW:
        _answer_later(ack, body, wished, typed)
        return
    words = guessing_words(context.current().settings.intake_words)
    filled, channel = draft(typed, words) if typed else NOTHING, str(body["channel_id"])
    filled = replace(filled, preset=preset_of(channel, str(body.get("channel_name") or "")))
    open_form(ack, body, blocks.form(channel, filled))


def preset_of(channel: str, name: str = "") -> Preset | None:
    """By what Slack says in the call itself: nobody waits for a look-up."""
    return preset_for(presets_in(context.current().settings.intake_presets), channel, name)


def _answer_later(ack: Ack, body: dict[str, Any], wished: Wish, about: str) -> None:
    """Jira may take its time, and Slack waits three seconds: the answer comes by itself."""
    user, run, team = str(body["user_id"]), str(body["trigger_id"]), team_in(body)
    with context.current().db.writing() as session:
        site_id = context.site_of(session, team)
        if site_id is not None:
            arguments = (site_id, wished.value, about, user, str(body["response_url"]), team)
            engine.enqueue(session, "intake.answer", *arguments, id=f"{user}:{run}", lane=f"answer:{user}")
        has_jira = bool(context.sites(session))
    waits = "SolveOnce does not know yet to which Jira this workspace belongs. Please tell whoever runs it."
    nowhere = "SolveOnce is not connected to Jira yet. Please tell your Jira administrator."
    ack("" if site_id is not None else waits if has_jira else nowhere)


def shortcut(ack: Ack, body: dict[str, Any]) -> None:
    """A global shortcut knows no channel: its thread is opened where requests go."""
    channel = context.current().settings.channel_requests
    open_form(ack, body, blocks.form(channel, replace(NOTHING, preset=preset_of(channel))))


def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Store first, then say yes. The same form sent twice is one request."""
    request = read(_answers(view))
    if wrong := problems(request):
        ack(response_action="errors", errors=wrong)
        return
    channel, message = origin.read(str(view.get("private_metadata") or ""))
    by = str(body["user"]["id"])
    asked_in = {"user": by, "by": by, "workspace": team_in(body)}
    asked_in["channel"] = channel or context.current().settings.channel_intake
    request_id = f"view:{view['id']}"
    if channel and message:
        request_id = origin.thread_request(channel, message.thread)
        asked_in |= origin.asked_in(message, by)
    with context.current().db.writing() as session:
        fresh = store.store(session, request_id, request, asked_in | {"view": view["id"]})
        if fresh:
            engine.enqueue(session, "intake.open_request", request_id, id=request_id, lane=request_id)
        ours = fresh or store.get(session, request_id).asked.get("view") == view["id"]
    event("request stored", request=request_id, fresh=fresh)
    if ours:
        ack(response_action="update", view=blocks.submitting())
    else:  # what was typed stays in the form
        ack(response_action="errors", errors={"summary_b": blocks.TAKEN})


def _answers(view: dict[str, Any]) -> dict[str, Any]:
    """What was filled in; nothing in a view that has no fields."""
    values = (view.get("state") or {}).get("values")
    return values if isinstance(values, dict) else {}


def open_form(ack: Ack, body: dict[str, Any], form: dict[str, Any]) -> None:
    """A trigger lives three seconds, so the form is opened before the answer, with nothing looked up in between."""
    opened = speaking.open_form(body, form)
    if opened or not body.get("command"):
        ack()
        return
    typed = str(body.get("text") or "")
    text, shown = blocks.unopened(typed)
    ack(text=text, blocks=shown) if typed.strip() else ack(text)
