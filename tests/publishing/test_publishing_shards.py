"""Which rows leave a full head, and what their archives are called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Misconfigured
from app.publishing.shards import Caps, archive_title, leaving, year_title
from tests.adf.documents import quick

CAPS = Caps(rows=6, size=16_000, stay=2)  # cut at 10,000 bytes


@pytest.mark.parametrize(
    ("sizes", "around", "left"),
    [
        ([], 0, []),
        ([100] * 6, 0, []),
        ([100] * 7, 0, [(2, 7)]),
        ([100] * 20, 0, [(14, 20), (8, 14), (2, 8)]),
        ([5_000, 5_000], 0, []),
        ([5_000, 5_001], 0, [(1, 2)]),
        ([2_000] * 6, 0, [(2, 6)]),
        ([2_000] * 5, 5_000, [(1, 5)]),
        ([100] * 6, 1_000_000, []),
        ([1_000] * 3, 1_000_000, [(1, 3)]),
        ([20_000], 0, [(0, 1)]),
        ([100, 20_000, 100, 20_000], 0, [(3, 4), (2, 3), (1, 2)]),
        ([4_000] * 6, 0, [(4, 6), (2, 4)]),
    ],
    ids=[
        "empty",
        "full",
        "one too many",
        "many too many",
        "full of large rows",
        "a byte too large",
        "large rows",
        "with much written around",
        "with more around than a page holds",
        "with more around than a page holds, and rows",
        "one row larger than a page",
        "several of them",
        "no more than has to",
    ],
)
def test_the_oldest_rows_leave_a_full_head_a_page_at_a_time(
    sizes: list[int], around: int, left: list[tuple[int, int]]
) -> None:
    assert [(each.start, each.stop) for each in leaving(sizes, around, CAPS)] == left


ALL_CAPS = st.builds(
    lambda rows, size, stay: Caps(rows, size, min(stay, rows - 1)),
    st.integers(1, 12),
    st.integers(10_000, 40_000),
    st.integers(0, 12),
)
SIZES = st.lists(st.one_of(st.integers(50, 600), st.integers(600, 50_000)), max_size=40)


@given(ALL_CAPS, st.lists(st.integers(9, 20_000), max_size=15), st.integers(0, 20_000))
@quick
def test_where_a_body_surely_fits_nothing_leaves(caps: Caps, sizes: list[int], around: int) -> None:
    body = "–" * (around // 3) + "".join(f"<tr>{'x' * (size - 9)}</tr>" for size in sizes)

    if caps.surely_holds(body):
        assert leaving(sizes, len(body.encode()) - sum(sizes), caps) == []


@pytest.mark.parametrize(
    ("body", "holds"), [("<tr>" * 6, True), ("<tr>" * 7, False), ("é" * 5_000, True), ("é" * 5_001, False)]
)
def test_rows_and_bytes_count(body: str, holds: bool) -> None:
    assert CAPS.surely_holds(body) is holds


@quick
@given(SIZES, st.one_of(st.integers(0, 3_000), st.integers(0, 60_000)), ALL_CAPS)
def test_a_head_that_could_have_room_has_room(sizes: list[int], around: int, caps: Caps) -> None:
    left = leaving(sizes, around, caps)

    places = [place for archive in reversed(left) for place in archive]
    stays = sizes[: len(sizes) - len(places)]
    assert places == list(range(len(stays), len(sizes)))
    assert len(stays) <= caps.rows
    assert sum(stays) <= max(caps.cut - around, caps.cut // 4)
    assert sum(stays) + around <= caps.cut or around > caps.cut * 3 // 4
    assert not left or len(stays) <= caps.stay or sum(stays) + around <= caps.cut or sum(stays) <= caps.cut // 4
    for archive in left:
        assert 1 <= len(archive) <= caps.rows
        assert len(archive) == 1 or sum(sizes[place] for place in archive) <= caps.cut


@quick
@given(SIZES, st.integers(0, 60_000), ALL_CAPS)
def test_what_was_cut_is_not_cut_again(sizes: list[int], around: int, caps: Caps) -> None:
    left = leaving(sizes, around, caps)

    assert leaving(sizes[: left[-1].start] if left else sizes, around, caps) == []


def test_the_newest_rows_stay() -> None:
    for count in range(7, 60):
        assert 2 <= leaving([100] * count, 0, CAPS)[-1].start <= 6


def test_a_head_of_any_length_takes_no_time() -> None:
    caps = Caps(rows=20_000, size=10_000, stay=19_999)

    assert len(leaving([9_000] * 20_000, 0, caps)) == 20_000


@pytest.mark.parametrize(
    ("rows", "size", "stay"), [(5, 20_000, 5), (5, 20_000, 6), (0, 20_000, 0), (5, 9_999, 1), (5, 20_000, -1)]
)
def test_caps_that_leave_no_room_are_refused_with_the_settings(rows: int, size: int, stay: int) -> None:
    with pytest.raises(Misconfigured, match=f"LOG_PAGE_ROWS is {rows}, LOG_PAGE_BYTES {size} and LOG_KEEP_ROWS {stay}"):
        Caps(rows, size, stay)


FIRST, LAST = datetime(2026, 10, 3, 9, tzinfo=UTC), datetime(2026, 10, 17, 9, tzinfo=UTC)


def test_an_archive_is_called_by_its_number_and_its_days() -> None:
    assert archive_title("Ops Exception Log", 42, FIRST, LAST) == "Ops Exception Log – 00042 (2026-10-03 to 2026-10-17)"


@pytest.mark.parametrize(
    ("archives", "title"),
    [(0, "Log – 2026"), (499, "Log – 2026"), (500, "Log – 2026, part 2"), (1_000, "Log – 2026, part 3")],
)
def test_a_year_of_many_archives_has_several_pages_above_them(archives: int, title: str) -> None:
    assert year_title("Log", 2026, archives) == title


@pytest.mark.parametrize("log", ["L" * 255, "漢" * 300, "🔥" * 255])
def test_a_title_is_never_longer_than_confluence_takes_and_keeps_what_tells_it_apart(log: str) -> None:
    assert archive_title(log, 7, FIRST, LAST).endswith(" – 00007 (2026-10-03 to 2026-10-17)")
    assert year_title(log, 2026, 600).endswith(" – 2026, part 2")
    assert len(archive_title(log, 7, FIRST, LAST)) == len(year_title(log, 2026, 600)) == 255
