"""Our own changes are known when they come back."""

from __future__ import annotations

import pytest

from app.events.echo import is_echo
from tests.builders import an_event

TRACE, OURS = "solveonce", "app-account"


@pytest.mark.parametrize(
    ("trace", "actor", "account", "echo"),
    [
        pytest.param(TRACE, OURS, OURS, True, id="our trace and our account"),
        pytest.param(TRACE, OURS, None, True, id="our trace, before we know our account"),
        pytest.param("solveonce;attempt=2", "5b10", OURS, True, id="our trace with something behind it"),
        pytest.param("", OURS, OURS, True, id="a site that sends no trace back"),
        pytest.param("", "5b10", OURS, False, id="a person"),
        pytest.param("", "5b10", None, False, id="a person, before we know our account"),
        pytest.param("", "", None, False, id="nobody in particular, before we know our account"),
        pytest.param("", "", OURS, False, id="nobody in particular"),
        pytest.param("another-app", "another-account", OURS, False, id="another app"),
    ],
)
def test_an_echo_has_our_trace_or_our_account(trace: str, actor: str, account: str | None, echo: bool) -> None:
    assert is_echo(an_event(trace=trace, actor=actor), TRACE, account) is echo
