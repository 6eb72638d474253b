"""Who wrote last, and whether somebody saved while we wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.adf.build import doc, paragraph
from app.adf.build import text as text_node
from app.adf.text import plain_text
from app.domain_handoff import Choice, TextChange
from app.handoff.changelog import last_by_people, newest, put_back, replaced
from tests.builders import a_text

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def change(minute: int, who: str = "ann", before: str = "", after: str = "") -> TextChange:
    return TextChange(minute, who, who.title(), NOON + timedelta(minutes=minute), before, after)


def test_our_own_write_does_not_make_a_text_the_newer_one() -> None:
    ops, engineering = [change(1), change(5, "us")], [change(3, "bob")]

    assert newest(last_by_people(ops, "us"), last_by_people(engineering, "us")) is Choice.ENGINEERING
    assert newest(last_by_people([*ops, change(6)], "us"), last_by_people(engineering, "us")) is Choice.OPS


def test_a_text_that_nobody_changed_is_the_older_one() -> None:
    assert newest(None, change(1)) is Choice.ENGINEERING
    assert newest(change(1), None) is Choice.OPS
    assert newest(None, None) is Choice.OPS


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        pytest.param([], None, id="nothing changed"),
        pytest.param([change(-5), change(1, "us")], None, id="we replaced what we had read"),
        pytest.param([change(1, before="a", after="b"), change(2, "us")], ("a", "b"), id="somebody saved before us"),
        pytest.param(
            [change(1, before="a", after="b"), change(2, "bob", "b", "c"), change(3, "us")],
            ("a", "c"),
            id="two people did",
        ),
        pytest.param([change(1, "us"), change(2)], None, id="somebody saved after us: that is an ordinary change"),
        pytest.param([change(1)], None, id="we have not written"),
    ],
)
def test_what_our_write_replaced_is_told_by_the_changelog(
    changes: list[TextChange], missed: tuple[str, str] | None
) -> None:
    assert replaced(changes, "us", NOON) == missed


def test_what_was_replaced_is_put_back_where_it_was_written() -> None:
    text = a_text("one, by the other ticket", "two", "three")

    found = put_back(text, ("one\n\ntwo\n\nthree", "one\n\ntwo\n\nthree, meanwhile\n\nfour"))

    assert plain_text(found) == "one, by the other ticket\ntwo\nthree, meanwhile\nfour"
    # Found again after a crash:
    assert put_back(found, ("one\n\ntwo\n\nthree", "one\n\ntwo\n\nthree, meanwhile\n\nfour")) == found


def test_what_cannot_be_told_apart_stands_beside_the_text() -> None:
    found = put_back(a_text("by us"), ("as it was", "by them"))

    assert set(plain_text(found).split("\n")) == {"by us", "by them"}


def test_what_was_replaced_in_a_rich_text_comes_back_as_lines_and_the_rest_keeps_its_form() -> None:
    """The changelog has wiki markup only."""
    items = [{"type": "listItem", "content": [paragraph([text_node(words)])]} for words in ("call Ann", "call Bob")]
    text = doc([paragraph([text_node("By us")]), {"type": "bulletList", "content": items}])

    found = put_back(text, ("Before us\n\n* call Ann\n* call Bob", "Before us\n\n* call Ann\n* call Bob\n\nand Eve"))

    assert [block["type"] for block in found["content"]] == ["paragraph", "bulletList", "paragraph"]
    assert plain_text(found) == "By us\ncall Ann\ncall Bob\nand Eve"
