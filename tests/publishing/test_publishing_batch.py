"""What is done about the rows that wait, and how a piece of work is known again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain import IssueRef
from app.errors import Misconfigured
from app.publishing.batch import Item, Work, keys, message, name_of, oldest_first, outcome
from app.publishing.edits import Verdict
from app.publishing.page import Put, Wanted
from tests.builders import an_entry


def an_item(key: str = "OPS-1", mark: str = "m", digest: str = "d" * 64, plain: bool = False, day: int = 1) -> Item:
    issue = IssueRef(key.partition("-")[2], key)
    entry = an_entry(key, issue=issue, resolved=datetime(2026, 11, day, tzinfo=UTC))
    return Item(entry, Wanted((key,), {"summary": "<b>x</b>"}), {"summary": "x"}, digest, mark, plain)


def refused(work: Work) -> list[list[tuple[str, bool]]]:
    """Each piece of work that is tried when Confluence refuses every one."""
    tried = [[(each.entry.issue.key, each.is_plain) for each in work.items]]
    try:
        for part in work.parts("400"):
            tried += refused(part)
    except Misconfigured:
        pass
    return tried


def test_work_that_is_refused_is_halved_down_to_one_row_in_plain_text() -> None:
    work = Work("1", tuple(an_item(f"OPS-{n}") for n in (1, 2, 3)))

    assert refused(work) == [
        [("OPS-1", False), ("OPS-2", False), ("OPS-3", False)],
        [("OPS-1", False)],
        [("OPS-1", True)],
        [("OPS-2", False), ("OPS-3", False)],
        [("OPS-2", False)],
        [("OPS-2", True)],
        [("OPS-3", False)],
        [("OPS-3", True)],
    ]


def test_a_row_in_plain_text_has_its_plain_cells() -> None:
    [part] = list(Work("1", (an_item(),)).parts("400"))

    assert part.items[0].wanted == Wanted(("OPS-1",), {"summary": "x"})


@pytest.mark.parametrize("items", [(), (an_item(plain=True),)], ids=["nothing but rows to take out", "plain text"])
def test_a_page_that_refuses_even_that_is_told_with_the_way_out(items: tuple[Item, ...]) -> None:
    with pytest.raises(Misconfigured, match=r"refuses the page 77 of the log: 400 no.*log repair"):
        list(Work("77", items, {"1": "OPS-1"}).parts("400 no"))


def test_rows_to_take_out_go_with_one_half_only() -> None:
    work = Work("1", (an_item("OPS-1"), an_item("OPS-2")), {"9": "OPS-9"}, ("m9",))

    assert [(dict(part.withdrawn), part.marks) for part in work.parts("400")] == [({"9": "OPS-9"}, ("m9",)), ({}, ())]


def test_the_newest_row_is_put_last_so_that_it_ends_on_top() -> None:
    items = [an_item("OPS-2", day=2), an_item("OPS-3", day=1), an_item("OPS-1", day=1)]

    assert [each.entry.issue.key for each in oldest_first(items)] == ["OPS-1", "OPS-3", "OPS-2"]


@pytest.mark.parametrize(
    ("earlier", "found"), [(None, ("OPS-1",)), ("OPS-1", ("OPS-1",)), ("OLD-7", ("OPS-1", "OLD-7"))]
)
def test_a_row_is_looked_for_under_the_key_that_the_issue_had_before(earlier: str | None, found: tuple[str]) -> None:
    assert keys(an_entry("OPS-1"), earlier) == found


def test_the_same_work_has_the_same_name_and_any_other_another() -> None:
    work = Work("1", (an_item("OPS-1", "m1"), an_item("OPS-2", "m2")), {"9": "OPS-9"}, ("m9",))
    others = [
        Work("1", (an_item("OPS-1", "m1"), an_item("OPS-2", "m3")), {"9": "OPS-9"}, ("m9",)),
        Work("1", (an_item("OPS-1", "m1"), an_item("OPS-2", "m2", "e" * 64)), {"9": "OPS-9"}, ("m9",)),
        Work("1", (an_item("OPS-1", "m1"), an_item("OPS-2", "m2", plain=True)), {"9": "OPS-9"}, ("m9",)),
        Work("1", (an_item("OPS-1", "m1"), an_item("OPS-2", "m2")), {}, ()),
        Work("1", (an_item("OPS-1", "m1"),), {}, ()),
    ]
    same = Work("1", (an_item("OPS-1", "m1"), an_item("OPS-2", "m2")), {"9": "OPS-9"}, ("m9",))

    assert name_of(work) == name_of(same)
    assert len({name_of(each) for each in (work, *others)}) == 6


def test_the_pages_history_names_the_work_and_counts_and_no_words() -> None:
    work = Work("1", (an_item("OPS-1"), an_item("OPS-2"), an_item("OPS-3")), {"9": "OPS-9"}, ("m9",))

    assert message(work, Put("", added={"OPS-2"})) == f"SolveOnce {name_of(work)}: +1 ~2 -1"


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (Verdict.SAME, "done dddddddd"),
        (Verdict.WRITTEN, "done dddddddd"),
        (Verdict.KEPT, "done dddddddd; kept a person's words in notes"),
        (Verdict.BOTH, "done dddddddd; a person's words and the ticket's in notes"),
        (Verdict.OVERWRITTEN, "done dddddddd; over a person's words in notes"),
    ],
)
def test_the_audit_says_where_a_persons_words_were_met(verdict: Verdict, told: str) -> None:
    assert outcome(an_item(), Put("", verdicts={"OPS-1": {"notes": verdict}})) == told


def test_the_audit_says_what_else_was_done_to_a_row() -> None:
    assert outcome(an_item(), Put("")) == "done dddddddd"
    assert outcome(an_item(plain=True), Put("", doubled={"OPS-1"})) == (
        "done dddddddd; a second row taken out; in plain text: Confluence refused its markup"
    )
