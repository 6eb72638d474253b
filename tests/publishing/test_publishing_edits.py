"""A person's edit in a cell of ours: kept where people know better than the ticket, whatever happens in which order."""

from __future__ import annotations

from itertools import count, product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.publishing.columns import COLUMNS
from app.publishing.edits import Merged, Verdict, Written, first, merge
from app.publishing.reading import text
from app.publishing.rendering import from_jira
from sandbox.confluence_storage import kept, parse
from tests.adf.documents import quick

NOTES, SUMMARY = COLUMNS["notes"], COLUMNS["summary"]
JIRA = from_jira()


def p(words: str) -> str:
    return f"<p>{words}</p>"


def after_both() -> tuple[str, Written]:
    """A cell with a person's words and the ticket's, and what we know of it."""
    merged = merge(NOTES, p("mine"), p("second"), first(p("first")))
    assert merged.verdict is Verdict.BOTH
    return merged.cell, merged.written


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "ours"])
@pytest.mark.parametrize(
    ("on_page", "ours", "last", "verdict", "cell"),
    [
        ("first", "first", None, Verdict.SAME, "first"),
        ("other", "first", None, Verdict.WRITTEN, "first"),
        ("first", "first", "first", Verdict.SAME, "first"),
        ("first", "second", "first", Verdict.WRITTEN, "second"),
        ("second", "second", "first", Verdict.SAME, "second"),
    ],
    ids=["as wanted", "unknown words", "nothing new", "the ticket changed", "a person wrote what the ticket says now"],
)
def test_a_cell_in_which_nobody_wrote_says_what_the_ticket_says(
    on_page: str, ours: str, last: str | None, verdict: Verdict, cell: str, shared: bool
) -> None:
    column = NOTES if shared else SUMMARY

    merged = merge(column, p(on_page), p(ours), first(p(last)) if last else None)

    assert (merged.verdict, merged.cell, merged.written) == (verdict, p(cell), first(p(ours)))


@pytest.mark.parametrize(
    ("shared", "ticket_changed", "verdict", "cell"),
    [
        (False, False, Verdict.OVERWRITTEN, p("first")),
        (False, True, Verdict.OVERWRITTEN, p("second")),
        (True, False, Verdict.KEPT, p("mine")),
        (True, True, Verdict.BOTH, p("mine") + JIRA + p("second")),
    ],
)
def test_a_persons_words_stay_in_shared_columns_and_give_way_in_others(
    shared: bool, ticket_changed: bool, verdict: Verdict, cell: str
) -> None:
    ours = p("second" if ticket_changed else "first")

    merged = merge(NOTES if shared else SUMMARY, p("mine"), ours, first(p("first")))

    assert (merged.verdict, merged.cell) == (verdict, cell)


OWN_WORDS_AFTERWARDS = {
    "nobody touched it": (lambda cell: cell, p("mine") + JIRA + p("third")),
    "a person wrote above": (lambda cell: p("more") + cell, p("more") + p("mine") + JIRA + p("third")),
    "a person wrote below": (
        lambda cell: cell + p("more"),
        p("mine") + JIRA + p("second") + p("more") + JIRA + p("third"),
    ),
    "a person changed the ticket's part": (
        lambda cell: cell.replace("second", "2nd"),
        p("mine") + JIRA + p("2nd") + JIRA + p("third"),
    ),
    "a person kept only their own": (lambda cell: p("mine"), p("mine") + JIRA + p("third")),
    "a person kept only the ticket's": (lambda cell: p("second"), p("third")),
    "a person took their own away": (lambda cell: JIRA + p("second"), p("third")),
    "a person emptied it": (lambda cell: p(""), p("third")),
    "a person put a box around": (
        lambda cell: f"<blockquote>{cell}</blockquote>",
        f"<blockquote>{p('mine')}{JIRA}{p('second')}</blockquote>{JIRA}{p('third')}",
    ),
    "a comment stands on our mark": (
        lambda cell: cell.replace("(Jira)", "<ac:inline-comment-marker>(Jira)</ac:inline-comment-marker>"),
        p("mine")
        + JIRA.replace("(Jira)", "<ac:inline-comment-marker>(Jira)</ac:inline-comment-marker>")
        + p("second")
        + JIRA
        + p("third"),
    ),
}


@pytest.mark.parametrize(("edit", "cell"), OWN_WORDS_AFTERWARDS.values(), ids=list(OWN_WORDS_AFTERWARDS))
def test_a_cell_with_both_keeps_what_a_person_made_of_it(edit: object, cell: str) -> None:
    both, known = after_both()

    merged = merge(NOTES, edit(both), p("third"), known)  # type: ignore[operator]

    assert merged.cell == cell


def test_words_like_our_mark_in_a_persons_text_do_not_cut_it() -> None:
    own = p("mine") + JIRA + p("quoted from Jira")

    merged = merge(NOTES, own, p("second"), first(p("first")))

    assert merged.cell == own + JIRA + p("second")


def test_a_ticket_that_says_what_our_mark_says_is_told_apart() -> None:
    ours = p("one") + JIRA + p("two")
    known = merge(NOTES, p("mine"), ours, first(p("first"))).written

    merged = merge(NOTES, p("mine") + JIRA + ours, p("three"), known)

    assert merged.cell == p("mine") + JIRA + p("three")


@pytest.mark.parametrize(
    "picture", ['<ac:image><ri:attachment ri:filename="a.png" /></ac:image>', '<ac:emoticon ac:name="tick" />']
)
def test_a_picture_is_a_persons_word_too(picture: str) -> None:
    for own in (p(picture), p("first") + p(picture)):
        merged = merge(NOTES, own, p("second"), first(p("first")))

        assert merged.cell == own + JIRA + p("second")


def test_only_the_markup_of_the_ticket_changed() -> None:
    bold, last = "<p><strong>first</strong></p>", first(p("first"))

    assert merge(NOTES, p("first"), bold, last) == Merged(bold, first(bold), Verdict.WRITTEN)
    assert merge(NOTES, p("mine"), bold, last).cell == p("mine")


def test_markup_that_confluence_wrote_anew_is_nobodys_edit() -> None:
    anew = '<p local-id="7f">fi<ac:inline-comment-marker ac:ref="8f">rst</ac:inline-comment-marker>&nbsp;</p>'

    assert merge(SUMMARY, anew, p("first"), first(p("first"))).cell == anew


CELLS = ["", "first", "second", "mine", "mine" + JIRA + "second", JIRA, "mine" + JIRA + "first" + JIRA + "second"]


@pytest.mark.parametrize("column", [NOTES, SUMMARY], ids=lambda column: column.name)
@pytest.mark.parametrize("known", ["none", "first", "second", "both"])
def test_what_was_merged_is_not_merged_again(column: object, known: str) -> None:
    """Every cell of a few words, merged twice, and once more after Confluence has kept it."""
    last = {"none": None, "both": after_both()[1]}.get(known, first(known))
    for on_page, ours in product(CELLS, ["", "first", "second", "third"]):
        once = merge(column, on_page, ours, last)  # type: ignore[arg-type]
        for cell in (once.cell, as_kept(once.cell)):
            twice = merge(column, cell, ours, once.written)  # type: ignore[arg-type]
            assert text(twice.cell) == text(once.cell)
            assert twice.cell == cell
            assert twice.verdict in (Verdict.SAME, Verdict.KEPT)


@pytest.mark.parametrize("known", ["first", "both"])
def test_a_merge_whose_answer_was_lost_is_made_again_and_says_the_same(known: str) -> None:
    """The page has it, and our memory has not."""
    on_page, last = (p("mine"), first(p("first"))) if known == "first" else after_both()
    once = merge(NOTES, on_page, p("third"), last)

    again = merge(NOTES, as_kept(once.cell), p("third"), last)

    assert again.cell == as_kept(once.cell)
    assert again.written == once.written


def test_many_marks_of_ours_take_no_time() -> None:
    cell = (JIRA + p("words")) * 5_000

    assert merge(NOTES, cell, p("third"), after_both()[1]).cell == cell + JIRA + p("third")


_ids = count()


def as_kept(cell: str) -> str:
    return kept(cell, lambda: str(next(_ids)))


class ACellOverTime(RuleBasedStateMachine):
    """A person and a ticket write into one shared cell in any order, and the log is written now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.words = count()
        self.ticket = p("ticket0")
        self.cell = self.ticket
        self.known = self.before = first(self.ticket)
        #: What a person has written and nobody took away.
        self.theirs: set[str] = set()

    def word(self) -> str:
        word = f"own{next(self.words)}."
        self.theirs.add(word)
        return word

    @rule()
    def a_person_rewrites_it(self) -> None:
        self.theirs = set()
        self.cell = p(self.word())

    @rule(end=st.booleans())
    def a_person_adds_a_line(self, end: bool) -> None:
        line = p(self.word())
        self.cell = self.cell + line if end else line + self.cell

    @rule()
    def a_person_changes_the_first_line(self) -> None:
        self.cell = self.cell.replace("</p>", f" {self.word()}</p>", 1) if "</p>" in self.cell else p(self.word())

    @rule()
    def a_person_puts_a_box_around(self) -> None:
        self.cell = f"<blockquote>{self.cell}</blockquote>{p(self.word())}"

    @rule()
    def a_person_empties_it(self) -> None:
        self.theirs, self.cell = set(), ""

    @rule()
    def a_person_takes_what_the_ticket_says(self) -> None:
        self.theirs, self.cell = set(), self.ticket

    @rule()
    def the_ticket_changes(self) -> None:
        self.ticket = p(f"ticket{next(self.words)}.")

    @rule()
    def the_ticket_quotes_the_page(self) -> None:
        self.ticket = as_kept(self.cell) + JIRA + p(f"ticket{next(self.words)}.")

    @rule(remembered=st.booleans())
    def the_log_is_written(self, remembered: bool) -> None:
        theirs = bool(self.theirs)
        merged = merge(NOTES, self.cell, self.ticket, self.known)
        self.cell = as_kept(merged.cell)
        self.known = merged.written if remembered else self.known
        if merged.verdict in (Verdict.WRITTEN, Verdict.BOTH):
            assert text(self.ticket) in text(self.cell)
        assert theirs or merged.verdict is not Verdict.OVERWRITTEN

    @invariant()
    def a_persons_words_are_in_the_cell(self) -> None:
        said = text(self.cell)
        assert [word for word in self.theirs if word not in said] == []

    @invariant()
    def the_cell_is_well_formed(self) -> None:
        parse(self.cell)


ACellOverTime.TestCase.settings = settings(quick, max_examples=60, stateful_step_count=15)
TestACellOverTime = ACellOverTime.TestCase
