"""What the pages' own script does in a real browser, and that everybody can read and reach what is on them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.people import JiraUser, post
from sandbox.slack_views import show

playwright = pytest.importorskip("playwright.sync_api", reason="make test installs it: requirements-dev.txt")
from tests.walks.visitor import QUIETLY, SIZE, Visitor  # noqa: E402

expect = playwright.expect
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOW_TO_GET_IT = "no page is looked at: there is no Chromium here (on Debian: apt-get install chromium)"
pytestmark = pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason=HOW_TO_GET_IT)

#: Texts whose contrast to what they stand on is less than 4.5, and what sticks out of the page to the right.
UNREADABLE = """() => {
  const light = (c) => { const f = c.map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const parse = (s) => { const n = s.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3]));
  const ground = (e) => { const layers = [];
    for (let n = e; n; n = n.parentElement) layers.push(parse(getComputedStyle(n).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]); };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    if (!words || !e.getClientRects().length || e.tagName === "OPTION") continue;
    const below = ground(e), text = light(over(parse(getComputedStyle(e).color), below)), under = light(below);
    const contrast = (Math.max(text, under) + .05) / (Math.min(text, under) + .05);
    if (contrast < 4.5) found.push(`${words.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push(`${document.documentElement.scrollWidth} px wide`);
  return found;
}"""
PAGES = ("/", "/boards", "/boards/OPS/new", "/boards/OPS/workflow", "/browse/OPS-1", "/browse/OPS-1/transition/51")
PAGES += ("/wiki/spaces/OPSTEAM", "/wiki/spaces/OPSTEAM/pages/65538", "/wiki/spaces/OPSTEAM/pages/65538/edit")
PAGES += ("/wiki/spaces/OPSTEAM/pages/65538/history", "/slack/ops-exceptions", "/slack/home", "/slack/workflows")
PAGES += ("/nowhere",)


DIVIDER = {"type": "divider"}


def plain(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One for all: it takes a while to start."""
    assert CHROMIUM, HOW_TO_GET_IT
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Any, world: Sandbox) -> Iterator[Visitor]:
    context = chromium.new_context(viewport=SIZE)
    visitor = Visitor(context.new_page(), world.url, limit=20)
    yield visitor
    context.close()
    assert visitor.elsewhere == [], "a page reached for another host"
    assert visitor.stumbles == []


@pytest.mark.parametrize("width", [1280, 390])
def test_everything_can_be_read_and_nothing_sticks_out(visitor: Visitor, reporter: JiraUser, width: int) -> None:
    reporter.new_issue(team="Operations")
    visitor.page.set_viewport_size({"width": width, "height": 844})
    found: dict[str, Any] = {}
    for path in PAGES:
        visitor.open(path)
        visitor.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
        found[path] = visitor.page.evaluate(UNREADABLE)
    assert {path: what for path, what in found.items() if what} == {}


def test_one_gets_everywhere_with_the_keyboard_and_sees_where_one_is(visitor: Visitor) -> None:
    visitor.open("/boards")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="To the page")).to_be_focused()
    reached = set()
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        where = "document.activeElement.textContent.trim() || document.activeElement.id"
        reached.add(visitor.page.evaluate(where).split("\n")[0])
        outline = visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or visitor.page.evaluate("document.activeElement === document.body")
    assert {"Jira", "Confluence", "Slack", "Switch", "Create", "Workflow"} <= reached
    assert any(words.startswith("Faults") for words in reached)


def test_news_appear_by_themselves_and_what_one_types_stays(visitor: Visitor, world: Sandbox) -> None:
    visitor.open("/slack/ops-exceptions")
    box = visitor.page.get_by_label("Message", exact=True)
    box.fill("half written")
    body = {"user": "triage@example.com", "channel": "#ops-exceptions", "text": "Anybody there?"}
    post(f"{world.url}/_sandbox/slack/install", {"request_url": world.url, "signing_secret": "s", "bot_token": "b"})
    post(f"{world.url}/_sandbox/slack/message", body)
    visitor.sees("Anybody there?")
    expect(box).to_have_value("half written")
    expect(box).to_be_focused()


def test_an_open_form_is_left_alone_while_the_issue_changes(visitor: Visitor, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    visitor.open(f"/browse/{key}")
    visitor.page.get_by_text("Done…", exact=True).click()
    notes = visitor.page.locator("#moves").get_by_label("Resolution Notes")
    notes.fill("half written")
    reporter.edit(key, summary="Another summary")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Another summary")
    expect(notes).to_have_value("half written")


def test_a_card_moves_before_ones_eyes(visitor: Visitor, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    visitor.open("/boards")
    reporter.move(key, "In Progress")
    expect(visitor.column("Ops Issues & Exceptions", "In Progress")).to_contain_text(key)


def test_a_cards_menu_opens_where_it_is_pressed(visitor: Visitor, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    visitor.open("/boards")
    menu = visitor.page.get_by_label(f"Move {key}")
    before = menu.bounding_box()
    menu.click()
    expect(visitor.card(key).get_by_role("button", name="Start work")).to_be_visible()
    assert menu.bounding_box() == before


def test_a_button_of_a_message_reaches_the_app(visitor: Visitor, world: Sandbox) -> None:
    """It refuses here, which is how one sees that it was asked."""
    about = {"request_url": f"{world.url}/_sandbox/ready", "signing_secret": "s", "bot_token": "b"}
    post(f"{world.url}/_sandbox/slack/install", about)
    button = {"type": "button", "action_id": "take", "value": "OPS-1", "text": plain("Take it")}
    card = {"text": "card", "channel": "C0OPSEX", "blocks": [{"type": "actions", "elements": [button]}], "token": "b"}
    post(f"{world.url}/slack/api/chat.postMessage", card)
    visitor.open("/slack/ops-exceptions")
    visitor.press("Take it")
    visitor.sees("The button failed with the error “http_error”.", visitor.page.get_by_role("alert"))


def test_behind_a_form_nothing_is_reached_with_the_keyboard(visitor: Visitor, world: Sandbox) -> None:
    post(f"{world.url}/_sandbox/slack/install", {"request_url": world.url, "signing_secret": "s", "bot_token": "b"})
    visitor.open("/slack/ops-exceptions")
    with world.world.lock:
        show(world.world, {"type": "modal", "title": plain("A form"), "blocks": [DIVIDER]}, "U0REPORTER", "C0OPSEX")
    expect(visitor.page.get_by_role("dialog", name="A form")).to_be_visible()
    for _ in range(8):
        visitor.page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || document.activeElement.closest('[role=dialog]') !== null"
        assert visitor.page.evaluate(inside)
    visitor.press("Cancel")
    expect(visitor.page.get_by_label("Message", exact=True)).to_be_enabled()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="To the page")).to_be_focused()


@pytest.mark.parametrize("path", ["/slack/home", "/slack/@solveonce", "/slack/ops-exceptions-eng-triage"])
def test_on_a_phone_one_sees_which_channel_one_reads(visitor: Visitor, world: Sandbox, path: str) -> None:
    post(f"{world.url}/_sandbox/slack/install", {"request_url": world.url, "signing_secret": "s", "bot_token": "b"})
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.open(path)
    expect(visitor.page.get_by_role("navigation", name="Channels").locator("[aria-current]")).to_be_in_viewport(ratio=1)
    heights = visitor.page.locator(".channel-head").evaluate(
        "(head) => [...head.querySelectorAll('h1, a')].map((e) => e.offsetHeight)"
    )
    assert max(heights) < 50, "no word is broken into letters"


def test_the_strips_buttons_do_not_leave_the_page(visitor: Visitor, world: Sandbox) -> None:
    visitor.open("/slack/ops-exceptions")
    box = visitor.page.get_by_label("Message", exact=True)
    box.fill("half written")
    strip = visitor.page.get_by_role("contentinfo")
    strip.get_by_text("Faults").click()
    strip.get_by_role("button", name="500", exact=True).click()
    expect(strip.get_by_text("1 on")).to_be_visible()
    strip.get_by_role("button", name="All off").click()
    expect(strip.get_by_text("none")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    strip.get_by_text(re.compile("^Clock")).click()
    strip.get_by_role("button", name="+1 day").click()
    expect(strip.get_by_text(re.compile(r"UTC, \+1 d$"))).to_be_visible()
    expect(box).to_have_value("half written")
    assert world.world.faults == []


def test_enter_sends_and_shift_enter_does_not(visitor: Visitor, world: Sandbox) -> None:
    post(f"{world.url}/_sandbox/slack/install", {"request_url": world.url, "signing_secret": "s", "bot_token": "b"})
    visitor.open("/slack/ops-exceptions")
    box = visitor.page.get_by_label("Message", exact=True)
    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    box.press("Enter")
    log = visitor.page.get_by_role("log")
    expect(log).to_contain_text("one")
    expect(log).to_contain_text("two")
    expect(log.get_by_role("article")).to_have_count(1)


def test_everything_is_there_without_the_script(chromium: Any, world: Sandbox, reporter: JiraUser) -> None:
    key = reporter.new_issue(team="Operations")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(world.url + "/boards")
    page.get_by_label(f"Move {key}").click()
    page.get_by_role("button", name="Start work").click()
    expect(page.get_by_role("region", name="In Progress").first).to_contain_text(key)
    page.get_by_role("contentinfo").get_by_text("Faults").click()
    page.get_by_role("button", name="All off").click()
    assert page.url == world.url + "/boards"
    context.close()
