"""Every way in, the triage and the review, by clicking in a real browser: each event heard twice, and each thing told once."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import engine
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser
from sandbox.seed import PEOPLE
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

playwright = pytest.importorskip("playwright.sync_api", reason="make test installs it: requirements-dev.txt")
from tests.walks.test_browser import IMAGES  # noqa: E402
from tests.walks.test_browser_pages import CHROMIUM, HOW_TO_GET_IT, pytestmark  # noqa: E402, F401
from tests.walks.visitor import ERIN, RILEY, SIZE, Visitor, somebody  # noqa: E402

expect = playwright.expect
TONI = next(name for email, name, _, _ in PEOPLE if email == "triage@example.com")
EXCEPTIONS, REQUESTS = "/slack/ops-exceptions", "/slack/ops-requests"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mM4YWMDRAwQCgAlPgUBnJg77wAAAABJRU5ErkJggg=="
)
TRACE = 'Traceback (most recent call last):\n  File "till.py", line 3, in pay\nValueError: no amount'
#: The pictures of docs/slack.md.
PICTURES = {"slack-form", "slack-triage", "slack-review", "slack-home"}


@pytest.fixture
def visitor(world: Sandbox, service: Service) -> Iterator[Visitor]:
    """SCREENSHOTS=1 takes the pictures of docs/slack.md anew; with a folder, one of each way in."""
    assert CHROMIUM, HOW_TO_GET_IT
    world.world.settings.slack_events_twice = True
    with somebody(world.url, CHROMIUM, limit=60) as visitor:
        if where := os.environ.get("SCREENSHOTS"):
            visitor.album = IMAGES if where == "1" else Path(where)
            visitor.wanted = PICTURES if where == "1" else None
        yield visitor
    assert visitor.elsewhere == [], "a page reached for another host"
    assert visitor.stumbles == []


def test_a_ticket_comes_from_each_way_in_by_clicking(world: Sandbox, visitor: Visitor, tmp_path: Path) -> None:
    visitor.open("/")
    visitor.become(RILEY)
    asks_what_there_is(visitor)
    types_the_command(visitor)
    uses_the_shortcut(visitor)
    triages_a_message(visitor, tmp_path)
    puts_the_emoji(visitor)
    writes_directly(visitor, tmp_path)
    uses_the_workflow(visitor)
    comes_too_late(world, visitor)

    quiet(world.url, limit=60)
    assert effects.issues(world, "OPS") == [f"OPS-{number}" for number in range(1, 7)]
    finds_a_card_in_every_thread(visitor)
    finds_the_files(visitor)
    assert engine.failed() == []


def asks_what_there_is(visitor: Visitor) -> None:
    visitor.open(EXCEPTIONS)
    for typed, read in (
        ("/ops help", "opens the form for a new ticket"),
        ("/ops mine", "You have no open tickets."),
        ("/ops search double refund", "No solved ticket has the words “double refund”."),
        ("/ops OPS-99", "There is no ticket OPS-99"),
    ):
        visitor.write(typed)
        visitor.sees(read, visitor.page.get_by_role("log"))
    visitor.picture("way-help")


def types_the_command(visitor: Visitor) -> None:
    """Empty, and given up; then with words, and the button pressed twice."""
    form = visitor.ask("/ops")
    expect(form.get_by_label("Summary")).to_have_value("")
    visitor.press("Cancel", form)
    form = visitor.ask(
        "/ops Urgent: refunds are stuck since nine. Order 4711 is paid twice: https://shop.example/o?a=1&b=2"
    )
    expect(form.get_by_label("Summary")).to_have_value(re.compile("refunds are stuck since nine"))
    visitor.sees(re.compile("Guessed from: .*refund"), form)
    form.get_by_label("Team Responsible").select_option("Operations")
    visitor.picture("slack-form", form)
    form.get_by_role("button", name="Create ticket", exact=True).last.dblclick()
    visitor.sees(re.compile("Created OPS-1|Your request is stored"), form)
    visitor.press("Close", form.locator("footer"))


def uses_the_shortcut(visitor: Visitor) -> None:
    visitor.press("⚡ Create triage ticket")
    form = visitor.page.get_by_role("dialog", name="New ops exception")
    fill_in(form, summary="New badge for Kim")
    visitor.picture("way-shortcut")
    visitor.press("Create ticket", form)
    visitor.press("Close", form.locator("footer"))


def fill_in(form: playwright.Locator, summary: str) -> None:
    form.get_by_label("Summary").fill(summary)
    form.get_by_label("Exception Type").select_option("Internal ops and admin")
    form.get_by_label("Team Responsible").select_option("Operations")


def triages_a_message(visitor: Visitor, folder: Path) -> None:
    (folder / "error.png").write_bytes(PNG)
    visitor.write("Hi all, checkout is slow since the deploy", folder / "error.png")
    visitor.press("Triage this message", visitor.message("checkout is slow"))
    form = visitor.page.get_by_role("dialog", name="New ops exception")
    visitor.sees("Its file goes along.", form)
    fill_in(form, summary="Checkout is slow")
    visitor.picture("way-message")
    visitor.press("Create ticket", form)
    visitor.press("Close", form.locator("footer"))


def puts_the_emoji(visitor: Visitor) -> None:
    visitor.write("The badge printer is out of ribbons")
    message = visitor.message("out of ribbons")
    message.get_by_text("React").click()
    visitor.picture("way-emoji")
    visitor.click(message.get_by_role("button", name=":ticket:"))


def writes_directly(visitor: Visitor, folder: Path) -> None:
    (folder / "app.log").write_text("2026-11-22 09:00:01 ERROR till 3\n" * 20)
    visitor.open("/slack/@solveonce")
    visitor.write(f"Till 3 does not take cards\n{TRACE}", folder / "app.log")
    visitor.sees(re.compile(r"^2 replies$"))
    visitor.picture("way-direct")


def uses_the_workflow(visitor: Visitor) -> None:
    visitor.follow("Workflows")
    page = visitor.page.get_by_role("main")
    page.get_by_label("Summary").fill("Ribbons for gate 4")
    page.get_by_label("Exception Type").fill("event operations")
    page.get_by_label("Team Responsible").fill("Operations")
    page.get_by_label("Post the thread in").select_option("#ops-requests")
    visitor.picture("way-workflow")
    visitor.press("Use this workflow")
    visitor.sees("The workflow goes on with")
    visitor.sees(re.compile(r"^OPS-\d$"))
    visitor.picture("way-workflow-done")


def comes_too_late(world: Sandbox, visitor: Visitor) -> None:
    """Slack takes a form for three seconds."""

    def a_minute_passes(phase: str, method: str, path: str) -> None:
        if phase == "before" and path.endswith("/views.open"):
            world.world.clock.advance(60)

    visitor.open(EXCEPTIONS)
    world.world.watchers.append(a_minute_passes)
    visitor.write("/ops the gate is shut")
    world.world.watchers.remove(a_minute_passes)
    visitor.sees(re.compile(r"try again", re.IGNORECASE), visitor.page.get_by_role("log"))
    visitor.picture("way-too-late")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    world.world.clock.make_real()


def finds_a_card_in_every_thread(visitor: Visitor) -> None:
    for channel, words in (
        (EXCEPTIONS, "refunds are stuck since nine"),
        (REQUESTS, "New badge for Kim"),
        (EXCEPTIONS, "checkout is slow"),
        (EXCEPTIONS, "out of ribbons"),
        ("/slack/@solveonce", "Till 3 does not take cards"),
        (REQUESTS, "Ribbons for gate 4"),
    ):
        visitor.open(channel)
        thread = visitor.thread_of(words)
        visitor.sees("Open in Jira", thread)
        visitor.sees("Triage OPS-", thread)
        visitor.picture("card-" + words.split()[0].lower())


def finds_the_files(visitor: Visitor) -> None:
    """And what was pasted stands as code."""
    visitor.open(EXCEPTIONS)
    visitor.follow(re.compile(r"^OPS-\d$"), visitor.thread_of("checkout is slow"))  # type: ignore[arg-type]
    visitor.sees("error.png")
    visitor.open("/slack/@solveonce")
    visitor.follow(re.compile(r"^OPS-\d$"), visitor.thread_of("Till 3"))  # type: ignore[arg-type]
    visitor.sees("app.log")
    expect(visitor.page.locator("pre").filter(has_text="ValueError: no amount")).to_be_visible()


def test_while_jira_is_away_the_card_is_queued_and_its_key_appears(world: Sandbox, visitor: Visitor) -> None:
    visitor.open("/")
    visitor.become(RILEY)
    visitor.open(EXCEPTIONS)
    switch_jira(visitor, "Down")
    form = visitor.ask("/ops")
    fill_in(form, summary="Payouts are late")
    visitor.press("Create ticket", form)
    visitor.sees("Your request is stored.", form)
    visitor.press("Close", form.locator("footer"))
    visitor.sees("Queued", visitor.message("Payouts are late"))
    visitor.picture("queued")

    switch_jira(visitor, "All off")
    visitor.sees("OPS-1", visitor.message("Payouts are late"))
    quiet(world.url)
    expect(visitor.page.get_by_role("main").get_by_role("article").filter(has_text="Payouts are late")).to_have_count(1)


def switch_jira(visitor: Visitor, what: str) -> None:
    strip = visitor.page.get_by_role("contentinfo")
    strip.get_by_text("Faults").click()
    strip.get_by_label("Trouble at").select_option("Jira")
    strip.get_by_role("button", name=what, exact=True).click()
    expect(strip.locator("#strip-faults-on")).to_have_text("none" if what == "All off" else "1 on")
    visitor.page.keyboard.press("Escape")


def test_tickets_are_triaged_in_their_threads_by_clicking(
    world: Sandbox, visitor: Visitor, slack_reporter: SlackUser
) -> None:
    for number, summary in enumerate(("Refunds are stuck", "Refunds stand still", "Please buy cake"), 1):
        slack_reporter.ask(team="Operations", summary=summary)
        eventually(lambda number=number: [m for m in world.world.slack.messages if m.text == f"Triage OPS-{number}"])
    visitor.open("/")
    visitor.become(TONI)
    visitor.open(EXCEPTIONS)
    decides(visitor)
    asks_the_reporter(visitor)
    says_it_is_a_duplicate(visitor)
    declines(visitor)
    closes_the_triage(visitor)
    quiet(world.url)
    assert engine.failed() == []


def decides(visitor: Visitor) -> None:
    thread = visitor.thread_of("Refunds are stuck")
    visitor.picture("slack-triage", thread.get_by_role("article").last)
    with somebody_else(visitor, "Alex Admin") as alex:
        alex.open(EXCEPTIONS)
        menu = alex.thread_of("Refunds are stuck").locator("form").filter(has=alex.page.get_by_label("Severity"))
        menu.get_by_label("Severity").select_option("Blocker")
        visitor.choose("Severity", "Critical", thread)
        visitor.sees(f"OPS-1: severity Critical (by {TONI}).", thread)
        alex.press("Set", menu)
        alex.sees(f"{TONI} set the severity to Critical a moment ago, so your choice was not written.")
    tags = thread.locator("form").filter(has=visitor.page.get_by_role("group", name="Context Tags"))
    tags.get_by_label("Finance - refunds").check()
    visitor.press("Set", tags)
    expect(visitor.message("Refunds are stuck")).to_contain_text("Finance - refunds")
    visitor.choose("Team Responsible", "Operations", thread)
    visitor.choose("Owner: nobody yet", "U0ENGINEER", thread)
    visitor.sees(f"Owner: {ERIN}", thread)
    visitor.press("Take it", thread)
    visitor.sees(f"Owner: {TONI}", thread)
    visitor.picture("triaged")


@contextmanager
def somebody_else(visitor: Visitor, name: str) -> Iterator[Visitor]:
    """With the same browser, in a window of another person's."""
    context = visitor.page.context.browser.new_context(viewport=SIZE)
    other = Visitor(context.new_page(), visitor.url, visitor.limit)
    other.open("/")
    other.become(name)
    yield other
    context.close()
    assert other.elsewhere + other.stumbles == []


def asks_the_reporter(visitor: Visitor) -> None:
    visitor.press("Needs information", visitor.page.get_by_role("complementary", name="Thread"))
    form = visitor.page.get_by_role("dialog", name="Needs information")
    visitor.picture("needs-information")
    form.get_by_label("What do you need to know?").fill("Which till? 🤔 <!channel>")
    visitor.press("Ask", form)
    visitor.sees("Which till? 🤔 <!channel>")


def says_it_is_a_duplicate(visitor: Visitor) -> None:
    visitor.open(EXCEPTIONS)
    visitor.press("Duplicate of …", visitor.thread_of("Refunds stand still"))
    form = visitor.page.get_by_role("dialog", name="Duplicate")
    form.get_by_label("Duplicate of").fill("the other one")
    visitor.press("Close as duplicate", form)
    visitor.sees("Write the key of a ticket, like OPS-12.", form)
    visitor.picture("duplicate-wrong")
    form.get_by_label("Duplicate of").fill("ops-1")
    visitor.press("Close as duplicate", form)
    visitor.sees("Duplicate of OPS-1.")
    visitor.sees("Done, nothing to triage.")
    visitor.picture("duplicate")


def declines(visitor: Visitor) -> None:
    visitor.open(EXCEPTIONS)
    visitor.press("Decline", visitor.thread_of("Please buy cake"))
    form = visitor.page.get_by_role("dialog", name="Decline")
    form.get_by_label("Reason").fill("Cake is the kitchen's.")
    visitor.press("Decline", form.locator("footer"))
    visitor.sees(f"{TONI} closed OPS-3.")
    visitor.sees("Cake is the kitchen's.")


def closes_the_triage(visitor: Visitor) -> None:
    visitor.open(EXCEPTIONS)
    thread = visitor.thread_of("Refunds are stuck")
    visitor.press("Close triage", thread)
    visitor.sees(f"Triage OPS-1 was closed by {TONI}.", thread)
    expect(thread.get_by_role("button", name="Take it")).to_have_count(0)
    visitor.picture("triage-closed")


def test_the_reporter_reviews_by_clicking_and_finds_everything_on_the_home_tab(
    world: Sandbox, visitor: Visitor, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    slack_reporter.ask(summary="Checkout shows error 500")
    eventually(lambda: effects.issues(world, "YAY") and reporter.status("OPS-1") == "Sent to Engineering")
    slack_reporter.ask(team="Operations", summary="New badge for Kim")
    finish(world, engineer)
    for view in world.world.slack.views.values():
        view.open = False  # she has read that her tickets are there
    visitor.open("/")
    visitor.become(RILEY)
    looks_at_home(visitor)
    edits_the_notes(visitor, reporter)
    does_not_take_it(visitor, reporter)
    finish(world, engineer)
    accepts(visitor, reporter)
    writes_what_a_refused_done_lacks(world, visitor, reporter)
    quiet(world.url)
    assert engine.failed() == []


def finish(world: Sandbox, engineer: JiraUser) -> None:
    quiet(world.url)
    engineer.write_notes("YAY-1", "Restarted the shop")
    engineer.move("YAY-1", "Done")
    quiet(world.url)


def looks_at_home(visitor: Visitor) -> None:
    visitor.open("/slack/home")
    visitor.sees("Checkout shows error 500")
    home = visitor.page.get_by_role("main")
    for heading in ("Waiting for you", "My requests", "My work"):
        visitor.sees(heading, home)
    expect(home.get_by_role("link", name="OPS-2")).to_be_visible()
    visitor.picture("slack-home")


def question(visitor: Visitor) -> playwright.Locator:
    visitor.open(EXCEPTIONS)
    thread = visitor.thread_of("Checkout shows error 500")
    return thread.get_by_role("article").filter(has_text="Please review the Resolution Notes").last


def edits_the_notes(visitor: Visitor, reporter: JiraUser) -> None:
    asked = question(visitor)
    visitor.picture("slack-review", asked)
    visitor.press("Edit notes", asked)
    form = visitor.page.get_by_role("dialog", name="Resolution Notes")
    notes = form.get_by_label("Resolution Notes")
    expect(notes).to_have_value("Restarted the shop")
    visitor.picture("notes")
    notes.fill("Restarted the shop\n- *added* a watchdog")
    visitor.press("Save", form)
    eventually(lambda: "bulletList" in str(reporter.issue("OPS-1")["customfield_10050"]))


def does_not_take_it(visitor: Visitor, reporter: JiraUser) -> None:
    visitor.press("Not solved", question(visitor))
    form = visitor.page.get_by_role("dialog", name="Resolution Notes")
    form.get_by_label("What is not solved?").fill("It is the same again")
    visitor.press("Send back", form)
    visitor.sees("It is the same again")
    eventually(lambda: reporter.status("OPS-1") == "Sent to Engineering")


def accepts(visitor: Visitor, reporter: JiraUser) -> None:
    question(visitor).get_by_role("button", name="Accept and close").dblclick()
    eventually(lambda: reporter.status("OPS-1") == "Done")
    visitor.sees(f"accepted by {RILEY}.")
    visitor.picture("accepted")


def writes_what_a_refused_done_lacks(world: Sandbox, visitor: Visitor, reporter: JiraUser) -> None:
    """Where an administrator took the validator off, the ticket comes back, with a button in its thread."""
    for transition in world.world.jira.projects["OPS"].transitions:
        transition.validators.clear()
    reporter.move("OPS-2", "Done")
    visitor.open(EXCEPTIONS)
    thread = visitor.thread_of("New badge for Kim")
    visitor.press("Write the notes", thread)
    form = visitor.page.get_by_role("dialog", name="Resolution Notes")
    form.get_by_label("Resolution Notes").fill("Kim has it")
    visitor.picture("refused-done")
    visitor.press("Save", form)
    eventually(lambda: "Kim has it" in str(reporter.issue("OPS-2")["customfield_10050"]))
