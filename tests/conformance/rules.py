"""What the rules for one address have in common."""

from __future__ import annotations

from collections.abc import Iterable

from tests.conformance.recorder import Call


class Rules:
    """Each kind of address says what is wrong with a request and with an answer."""

    #: What calls are compared with, for the report; empty if with nothing.
    held_to = ""

    def name(self, call: Call) -> str:
        """What the call is called in the report."""
        raise NotImplementedError

    def said_yes(self, call: Call) -> bool:
        return call.status is not None and call.status < 400

    def about_request(self, call: Call) -> Iterable[str]:
        """Asked only for requests that must be right."""
        return ()

    def about_answer(self, call: Call) -> Iterable[str]:
        """Asked only for calls that were answered."""
        return ()
