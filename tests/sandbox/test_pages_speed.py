"""Five hundred issues: every page still says what it has to. How long each takes is printed, and judged by a person."""

from __future__ import annotations

import pytest
from page_client import Browser, texts

from benchmarks.pages import ISSUES, PAGES, fill, table
from sandbox.server import Sandbox


def test_every_page_is_there_with_five_hundred_issues(
    sandbox: Sandbox, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(sandbox.world, ISSUES)
    lines = table(sandbox.url, rounds=3)
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201 - this is what the test is for
    assert len(lines) == len(PAGES) + 2
    ours = sum(issue.project == "OPS" for issue in sandbox.world.jira.issues.values())
    assert ours > 300
    assert "more" in texts(browser.get("/boards")), "a long column is cut"
    assert browser.get("/boards?all=OPS").count('<article class="ticket">') >= ours
    assert browser.get("/wiki/spaces/OPSTEAM/pages/98305").count("<tr>") == ours
    assert "Is anybody looking?" in texts(browser.get("/slack/ops-exceptions?thread=1732250000.000001"))
