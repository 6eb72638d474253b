"""A text goes to the other issue and back: its pictures are names there, and pictures again here."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from app.adf.build import doc, paragraph, text
from app.adf.canonical import digest
from app.adf.media import for_issue, shown_file
from sandbox.adf_check import is_valid
from tests.adf.documents import DOCUMENTS, quick
from tests.builders import a_picture, a_text

IN_LINE = {"type": "mediaInline", "attrs": {"type": "file", "id": "1001", "collection": "", "alt": "log.txt"}}
GROUP = {"type": "mediaGroup", "content": [*a_picture("a.txt")["content"], *a_picture("b.txt")["content"]]}
CAPTION = {"type": "caption", "content": [text("the red "), {"type": "hardBreak"}, text("button")]}
WITH_CAPTION = {**a_picture(), "content": [*a_picture()["content"], CAPTION]}


@pytest.mark.parametrize(
    ("node", "file"),
    [
        pytest.param(a_picture("error.png"), "error.png", id="a picture"),
        pytest.param(GROUP, "a.txt, b.txt", id="all files of a group"),
        pytest.param(WITH_CAPTION, "error.png: the red button", id="a picture with its caption"),
        pytest.param(IN_LINE, "log.txt", id="a file within a line"),
        pytest.param({"type": "media", "attrs": {"id": "1001"}}, "1001", id="its id where it has no name"),
        pytest.param({"type": "media", "attrs": {"url": "https://a.example"}}, "https://a.example", id="its address"),
        pytest.param({"type": "media", "attrs": None}, "file", id="a word where it has neither"),
        pytest.param(a_text("📎 error.png")["content"][0], "error.png", id="our line of text for one"),
        pytest.param(a_text("see 📎 error.png")["content"][0], None, id="a paragraph that speaks of one"),
        pytest.param({"type": "mediaSingle", "content": []}, None, id="an empty frame"),
        pytest.param({"type": "mediaGroup", "content": None}, None, id="a broken group"),
        pytest.param(paragraph([]), None, id="an empty paragraph"),
    ],
)
def test_a_file_is_known_by_its_name(node: dict[str, Any], file: str | None) -> None:
    assert shown_file(node) == file


def test_the_other_issue_shows_a_picture_by_its_name() -> None:
    there = for_issue(doc([*a_text("Look:")["content"], a_picture("error.png")]), None)

    assert there == a_text("Look:", "📎 error.png")


def test_a_picture_survives_the_way_there_and_back() -> None:
    here = doc([*a_text("Look:")["content"], a_picture("error.png", id="1001")])

    there = for_issue(here, None)
    edited = doc([*there["content"], *a_text("Restarted")["content"]])
    back = for_issue(edited, here)

    assert back == doc([*here["content"], *a_text("Restarted")["content"]])


def test_each_issue_shows_its_own_copy_of_a_picture() -> None:
    here, there = doc([a_picture(id="1001")]), doc([a_picture(id="2002")])

    assert for_issue(here, there) == there


def test_a_file_within_a_line_comes_back_within_a_line() -> None:
    here = doc([paragraph([IN_LINE])])

    assert for_issue(for_issue(here, None), here) == here


@pytest.mark.parametrize("there", [doc([a_picture("log.txt")]), doc([paragraph([IN_LINE])]), None])
@pytest.mark.parametrize(
    "node", [a_picture("log.txt"), paragraph([text("see "), IN_LINE]), a_text("📎 log.txt")["content"][0]]
)
def test_jira_takes_the_text_wherever_either_side_shows_the_file(node: dict[str, Any], there: Any) -> None:
    assert is_valid(for_issue(doc([node]), there))


def test_a_picture_in_a_list_survives_too() -> None:
    item = {"type": "listItem", "content": [*a_text("first")["content"], a_picture()]}
    here = doc([{"type": "bulletList", "content": [item]}])

    assert for_issue(for_issue(here, None), here) == here


@quick
@given(DOCUMENTS)
def test_both_issues_say_the_same(here: dict[str, Any]) -> None:
    there = for_issue(here, None)

    assert digest(there) == digest(here)
    assert digest(for_issue(there, here)) == digest(here)
