"""A form that Slack does not open, as its trigger lives three seconds: whoever wanted it reads so, and keeps what was typed."""

from __future__ import annotations

from typing import Any

from app import engine
from sandbox import Sandbox
from sandbox.people import SlackUser, post
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.test_triage import Agent, dana, ticket  # noqa: F401 - fixtures

OPS, SORRY = "#ops-exceptions", "did not let me open the form"


def said_to(world: Sandbox, user: str) -> list[Any]:
    """What only this person was shown, in a channel or directly."""
    direct = "D" + user[1:]
    return [m for m in world.world.slack.messages if m.only_for == user or (m.channel == direct and m.bot_id)]


def test_a_shortcut_and_the_button_on_the_home_tab_say_so_directly_and_in_place(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    ts = slack_reporter.say(OPS, "Refunds are stuck")
    slack_reporter.do("home")
    eventually(lambda: world.world.slack.homes.get("U0REPORTER"))
    post(f"{world.url}/_sandbox/faults", {"path": "views.open", "status": 500})

    slack_reporter.do("shortcut", callback_id="ops_create_global")
    slack_reporter.do("click", action_id="ops.home.new")
    slack_reporter.triage(OPS, ts)
    eventually(lambda: len(said_to(world, "U0REPORTER")) == 3)
    quiet(world.url)

    assert all(SORRY in message.text for message in said_to(world, "U0REPORTER"))
    places = sorted(message.channel for message in said_to(world, "U0REPORTER"))
    assert places == ["C0OPSEX", "D0REPORTER", "D0REPORTER"]


def test_a_press_in_the_thread_that_opens_no_form_is_answered(
    world: Sandbox,
    service: Service,
    ticket: str,  # noqa: F811
    dana: Agent,  # noqa: F811
) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "views.open", "status": 500})
    for what in ("decline", "info"):
        assert dana.press(what)["view"] is None
    eventually(lambda: len(dana.reads()) == 2)
    quiet(world.url)

    assert all(SORRY in words for words in dana.reads())
    assert engine.failed() == []
