"""The story by clicking, in a real browser, as somebody would who opens the sandbox for the first time."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from app import engine
from sandbox import Sandbox
from sandbox.people import post
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks import story
from tests.walks.test_faults import CALLS, TROUBLE
from tests.walks.visitor import ERIN, NOTES, PHONE, RILEY, Visitor, somebody

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOW_TO_GET_IT = "nobody clicks through the story: there is no Chromium here (on Debian: apt-get install chromium)"
pytestmark = pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason=HOW_TO_GET_IT)
#: The README's pictures, taken anew with SCREENSHOTS=1.
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
#: Only the API may ask for notes: to people the transition is hidden.
FOR_THE_API: dict[str, Any] = {
    "project": "OPS",
    "to_status": "Resolution Notes Required",
    "kind": "condition",
    "rule_key": "system:restrict-from-all-users",
    "parameters": {"restrictMode": "users"},
}
OPS, YAY = "Ops Issues & Exceptions", "Engineering Kanban"


@pytest.fixture
def visitor(world: Sandbox, service: Service) -> Iterator[Visitor]:
    assert CHROMIUM, HOW_TO_GET_IT
    with somebody(world.url, CHROMIUM, limit=60) as visitor:
        yield visitor
        assert_undisturbed(visitor)


@pytest.fixture
def on_a_phone(world: Sandbox, service: Service) -> Iterator[Visitor]:
    assert CHROMIUM, HOW_TO_GET_IT
    with somebody(world.url, CHROMIUM, limit=120, viewport=PHONE, has_touch=True, is_mobile=True) as visitor:
        yield visitor
        assert_undisturbed(visitor)


def assert_undisturbed(visitor: Visitor) -> None:
    assert visitor.elsewhere == [], "a page reached for another host"
    assert visitor.stumbles == []


def play(visitor: Visitor) -> None:
    """From the start page to the row, and back to the start page, where all is ticked off."""
    asks_in_slack(visitor)
    sees_the_clone(visitor)
    is_refused(visitor)
    writes_notes(visitor)
    finishes_the_clone(visitor)
    is_asked_and_closes(visitor)
    finds_the_row(visitor)
    sees_all_ticked_off(visitor)


def asks_in_slack(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.picture("start")
    visitor.press("Open #ops-exceptions as Riley")
    form = opened_form(visitor)
    form.get_by_label("Summary").fill("?!")
    form.get_by_label("Exception Type").select_option("Payments and transactions")
    form.get_by_label("Team Responsible").select_option("Engineering")
    visitor.press("Create ticket", form)
    visitor.sees("Say in one line what is wrong.", form)
    visitor.picture("form")
    form.get_by_label("Summary").fill(story.SUMMARY)
    form.get_by_label("Description").fill("Since this morning")
    form.get_by_label("Finance - refunds").check()
    form.get_by_label("Priority").select_option("Critical")
    visitor.press("Create ticket", form)
    visitor.sees(re.compile("Created OPS-1|Your request is stored"), form)
    visitor.press("Close", form.locator("footer"))
    expect(form).to_have_count(0)


def opened_form(visitor: Visitor) -> Any:
    """A person who sees that nothing opened tries again."""
    form = visitor.page.get_by_role("dialog", name="New ops exception")

    def opens() -> bool:
        visitor.ask("/ops")
        return bool(form.count())

    eventually(opens, every=0.3)
    return form


def sees_the_clone(visitor: Visitor) -> None:
    messages = visitor.page.get_by_role("log")
    visitor.sees("Sent to Engineering", messages)
    visitor.follow("OPS-1", messages)
    visitor.sees("is cloned by")
    visitor.follow("YAY-1")
    expect(visitor.page.get_by_role("heading", name=story.SUMMARY)).to_be_visible()


def is_refused(visitor: Visitor) -> None:
    visitor.become(ERIN)
    visitor.page.get_by_text("Done…", exact=True).click()
    visitor.press("Done")
    alert = visitor.page.get_by_role("alert")
    visitor.sees("Resolution Notes are empty", alert)
    visitor.picture("refusal")


def writes_notes(visitor: Visitor) -> None:
    visitor.open("/browse/YAY-1")
    visitor.write_notes(story.FIX)
    visitor.sees(story.FIX)
    visitor.open("/browse/OPS-1")
    visitor.sees(story.FIX)


def finishes_the_clone(visitor: Visitor) -> None:
    visitor.open("/boards")
    visitor.move("YAY-1", "Start work")
    expect(visitor.column(YAY, "In Progress")).to_contain_text("YAY-1")
    visitor.move("YAY-1", "Done")
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog.get_by_label(NOTES)).to_have_value(story.FIX)
    visitor.press("Done", dialog)
    expect(visitor.column(YAY, "Done")).to_contain_text("YAY-1")
    expect(visitor.column(OPS, "Resolution Notes Required")).to_contain_text("OPS-1")
    visitor.picture("boards")


def is_asked_and_closes(visitor: Visitor) -> None:
    visitor.become(RILEY)
    visitor.open("/slack/ops-exceptions")
    visitor.click(visitor.page.get_by_role("link", name=re.compile(r"^\d+ repl(y|ies)$")))
    thread = visitor.page.get_by_role("complementary", name="Thread")
    visitor.sees("engineering is done with", thread)
    # Told late, it would not be told any more once the ticket is done.
    visitor.sees(re.compile("is now Resolution Notes Required"), thread)
    visitor.picture("thread")
    visitor.open("/boards")
    visitor.move("OPS-1", "Done")
    visitor.press("Done", visitor.page.get_by_role("dialog"))
    expect(visitor.column(OPS, "Done")).to_contain_text("OPS-1")


def finds_the_row(visitor: Visitor) -> None:
    visitor.follow("Confluence", visitor.page.get_by_role("navigation", name="Neighbours"))
    visitor.follow("Operations Team")
    visitor.follow("Ops Exception Log")
    row = visitor.page.get_by_role("row").filter(has_text="OPS-1")
    expect(row).to_contain_text(story.FIX)
    visitor.picture("log")


def sees_all_ticked_off(visitor: Visitor) -> None:
    visitor.open("/")
    steps = visitor.page.get_by_role("region", name=re.compile("^The story")).get_by_role("heading", level=3)
    expect(steps).to_have_text([re.compile("done$")] * 6)


def test_the_story_can_be_clicked_through_on_a_phone_while_everything_is_hostile(
    world: Sandbox, service: Service, on_a_phone: Visitor
) -> None:
    """Every strictness switch on at once: late, twice, out of order, lost, refused, and no index."""
    post(f"{world.url}/_sandbox/faults", {"preset": "hostile"})
    post(f"{world.url}/_sandbox/jira/rules", FOR_THE_API)

    play(on_a_phone)

    quiet(world.url, limit=120)
    story.assert_told_once(world)
    assert engine.failed() == []
    unused = [fault["path"] for fault in world.world.faults if not fault["fired"]]
    assert unused == [], "these faults never met a call of the story"
    reasons = {call["status"] for call in world.world.calls if call["by"] == "solveonce-jira"}
    assert 429 in reasons, "the site's limits were never met"


def test_the_story_can_be_clicked_through_while_each_write_fails_in_each_way_in_a_row(
    world: Sandbox, service: Service, visitor: Visitor
) -> None:
    """With SCREENSHOTS=1 nothing fails, and the README's pictures are taken."""
    if os.environ.get("SCREENSHOTS") == "1":
        visitor.album = IMAGES
    else:
        post(f"{world.url}/_sandbox/faults", each_write_fails())

    play(visitor)

    quiet(world.url)
    story.assert_told_once(world)
    assert engine.failed() == []
    assert [fault["path"] for fault in world.world.faults if not fault["fired"]] == []


def each_write_fails() -> list[dict[str, Any]]:
    writes = [call.split(" ", 1) for call in CALLS if not call.startswith("GET")]
    faults = [{"method": method, "path": path, **kind} for method, path in writes for kind in TROUBLE.values()]
    # A person waits for the form, and presses again; once is enough.
    faults.append({"method": "POST", "path": "/slack/api/views.open", **TROUBLE["500"]})
    return [{"times": 1} | fault | _by_the_service(fault["path"]) for fault in faults]


def _by_the_service(path: str) -> dict[str, str]:
    """Only the service calls Slack's API; Jira and Confluence know who calls."""
    return {} if "/slack/" in path else {"by": "solveonce"}
