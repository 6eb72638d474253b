"""The app's own page inside Jira's workflow editor, in a real browser: a frame, its signed address, and what it says."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from sandbox.people import NOTES, Admin, JiraUser
from tests.service import Service

playwright = pytest.importorskip("playwright.sync_api", reason="make test installs it: requirements-dev.txt")
from tests.walks.test_browser_pages import CHROMIUM, HOW_TO_GET_IT, pytestmark  # noqa: E402, F401
from tests.walks.visitor import somebody  # noqa: E402

expect = playwright.expect


def test_an_administrator_adds_the_validator_on_the_apps_own_page(
    world: Sandbox, bare_service: Service, reporter: JiraUser
) -> None:
    assert CHROMIUM, HOW_TO_GET_IT
    Admin(world.url, bare_service.url).install("jira")
    with somebody(world.url, CHROMIUM, limit=30) as visitor:
        visitor.open("/")
        visitor.become("Alex Admin")
        visitor.open("/boards/OPS/workflow")
        done = visitor.page.get_by_role("region", name="Done", exact=True)
        visitor.follow("Add rule to Done", done)
        visitor.follow("Resolution Notes must not be empty")
        frame = visitor.page.frame_locator("iframe")
        expect(frame.get_by_text("There is nothing to choose. Save to add the rule.")).to_be_visible()

        visitor.press("Save")

        expect(done.get_by_text("Resolution Notes must not be empty")).to_be_visible()
        visitor.follow("Edit", done)
        expect(frame.get_by_text("The transition is refused while")).to_be_visible()
        assert visitor.elsewhere == [], "its script comes from the sandbox"
        assert visitor.stumbles == []
    (rule,) = next(t for t in world.world.jira.projects["OPS"].transitions if t.name == "Done").validators
    assert f'"fieldId": "{NOTES}"' in rule.config  # type: ignore[union-attr]
    refused = reporter.try_to(reporter.new_issue(team="Operations"), "Done")
    assert "Resolution Notes are empty" in refused.json()["errorMessages"][0]
