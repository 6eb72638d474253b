"""Somebody with a browser: what she clicks, by the words that she sees, and what she waits for."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect, sync_playwright

RILEY, ERIN = "Riley Reporter", "Erin Engineer"
NOTES = "Resolution Notes"
SIZE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
#: Its own updates and reports would call other hosts.
QUIETLY = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@dataclass
class Visitor:
    """Acts in one tab. Whatever is clicked is waited for, until *limit* seconds are over."""

    page: Page
    url: str
    limit: float
    #: Addresses of other hosts that a page asked for, and what its scripts stumbled over.
    elsewhere: list[str] = field(default_factory=list)
    stumbles: list[str] = field(default_factory=list)
    #: Where her pictures go, if she takes any; and which of them, if not all.
    album: Path | None = None
    wanted: Container[str] | None = None

    def __post_init__(self) -> None:
        self.page.set_default_timeout(self.limit * 1000)
        expect.set_options(timeout=self.limit * 1000)
        self.page.on("request", lambda request: self._note_host(request.url))
        self.page.on("pageerror", lambda error: self.stumbles.append(str(error)))

    def _note_host(self, url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            self.elsewhere.append(url)

    def click(self, place: Locator) -> None:
        """Click what leads to another page, and be there: what is clicked next must not be on the page before."""
        with self.page.expect_navigation():
            place.first.click()

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def become(self, name: str) -> None:
        who = self.page.get_by_role("banner")
        who.get_by_label("You are").select_option(name)
        self.click(who.get_by_role("button", name="Switch"))
        expect(who.get_by_label("You are").locator("option:checked")).to_have_text(name)

    def follow(self, name: str, within: Locator | None = None) -> None:
        """Click the link with these words."""
        self.click((within or self.page).get_by_role("link", name=name))

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press the button with exactly these words."""
        self.click((within or self.page).get_by_role("button", name=name, exact=True))

    def sees(self, words: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """Wait until *words* can be read, and give the place."""
        place = (within or self.page).get_by_text(words).filter(visible=True).first
        expect(place).to_be_visible()
        return place

    def picture(self, name: str, of: Locator | None = None) -> None:
        """Of the page, or of a part of it, for which the window grows."""
        if self.album and (self.wanted is None or name in self.wanted):
            path, size = self.album / f"{name}.png", self.page.viewport_size or SIZE
            if of is None:
                self.page.screenshot(path=path)
                return
            self.page.set_viewport_size({"width": size["width"], "height": 1500})
            of.screenshot(path=path)
            self.page.set_viewport_size(size)

    # Slack

    def ask(self, command: str) -> Locator:
        """Type a command into the channel's box; the form that opens."""
        box = self.page.get_by_label("Message", exact=True)
        box.fill(command)
        self.press("Send")
        return self.page.get_by_role("dialog")

    def write(self, words: str, *files: Path, box: str = "Message") -> None:
        """Send what stands in the channel's box, or in the thread's (`Reply`)."""
        composer = self.page.locator("form.composer").filter(has=self.page.get_by_label(box, exact=True))
        composer.get_by_label(box, exact=True).fill(words)
        composer.locator("input[type=file]").set_input_files(list(files))
        self.press("Send", composer)

    def message(self, words: str | re.Pattern[str]) -> Locator:
        """The newest in the channel with these words."""
        return self.page.get_by_role("main").get_by_role("article").filter(has_text=words).last

    def thread_of(self, words: str | re.Pattern[str]) -> Locator:
        """Open a message's thread, as soon as it has one."""
        self.click(self.message(words).get_by_role("link", name=re.compile(r"^\d+ repl(y|ies)$")))
        return self.page.get_by_role("complementary", name="Thread")

    def choose(self, menu: str, what: str, within: Locator) -> None:
        """Set a menu that stands beside a section's words."""
        form = within.locator("form").filter(has=self.page.get_by_label(menu, exact=True))
        form.get_by_label(menu, exact=True).select_option(what)
        self.press("Set", form)

    # Jira

    def card(self, key: str) -> Locator:
        """A card on the boards."""
        return self.page.get_by_role("article").filter(has=self.page.get_by_text(key, exact=True))

    def column(self, project: str, status: str) -> Locator:
        board = self.page.get_by_role("region", name=project)
        return board.get_by_role("region", name=status, exact=True)

    def move(self, key: str, way: str) -> None:
        """Choose a transition in a card's menu."""
        menu = self.card(key).get_by_label(f"Move {key}")
        menu.click()
        self.click(self.card(key).get_by_text(re.compile(rf"^{way}")))

    def write_notes(self, words: str) -> None:
        """On an issue's page."""
        edit = self.page.locator("details").filter(has=self.page.get_by_text("Edit", exact=True))
        edit.get_by_text("Edit", exact=True).click()
        edit.get_by_label(NOTES).fill(words)
        self.click(edit.get_by_role("button", name=re.compile("^Save as")))


@contextmanager
def somebody(url: str, chromium: str, limit: float, **device: Any) -> Iterator[Visitor]:
    """Her browser, closed at the end; *device* is what Playwright calls a context's options."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIETLY)
        try:
            yield Visitor(browser.new_page(**{"viewport": SIZE, **device}), url, limit)
        finally:
            browser.close()
