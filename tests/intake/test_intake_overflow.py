"""What a field cannot hold is cut between words that fit, and the file has every letter."""

from __future__ import annotations

import pytest

from app.adf.build import code_block, doc, paragraph, text
from app.adf.text import plain_text
from app.intake.overflow import fitting

SAID = doc([paragraph([text("one " * 10)]), code_block("  two\n" * 10), paragraph([text("three " * 10)])])


@pytest.mark.parametrize("longest", [0, 1, 10, 39, 40, 41, 60, 90, 100, 120])
def test_the_beginning_fits_and_the_file_has_it_all(longest: int) -> None:
    kept, whole = fitting(SAID, longest)

    assert whole is not None
    assert whole.startswith("one one")
    assert "  two\n  two\n" in whole
    note = "… The whole text is in the file message.txt."
    assert plain_text(kept).endswith(note)
    assert len(plain_text(kept)) <= longest + len(note) + 2


def test_what_fits_stays_as_it_is() -> None:
    assert fitting(SAID) == (SAID, None)
    assert fitting(None) == (None, None)
