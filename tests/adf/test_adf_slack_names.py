"""People and channels in a text are called by their names; what is no mention stays as it is."""

from __future__ import annotations

import pytest

from app.adf.build import code_block, doc, paragraph, text
from app.adf.slack_names import ids_in, named, with_names
from app.adf.text import plain_text

NAMES = {"U0REPORTER": "Riley Reporter", "C0OPSEX": "ops-exceptions"}


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("@U0REPORTER saw it", "@Riley Reporter saw it"),
        ("see #C0OPSEX, please", "see #ops-exceptions, please"),
        ("@U0UNKNOWN saw it", "@U0UNKNOWN saw it"),
        ("me@U0REPORTER.example", "me@U0REPORTER.example"),
        ("@UPS delivered nothing", "@UPS delivered nothing"),
    ],
)
def test_a_mention_becomes_a_name(words: str, shown: str) -> None:
    assert named(words, NAMES) == shown


def test_code_is_left_as_it_is() -> None:
    said = doc([paragraph([text("@U0REPORTER: "), text("@U0REPORTER", [{"type": "code"}])]), code_block("@U0REPORTER")])

    assert plain_text(with_names(said, NAMES)) == "@Riley Reporter: @U0REPORTER\n@U0REPORTER"
    assert ids_in("#C0OPSEX", said) == ["C0OPSEX", "U0REPORTER"]
    assert with_names(None, NAMES) is None
