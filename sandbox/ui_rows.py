"""Rows of long tables that were drawn already: from look to look, and from version to version, nearly all are the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable

#: So many are remembered; then all are forgotten.
MOST = 5000


class Rows:
    """What a row became, by what it was made of."""

    def __init__(self) -> None:
        self._known: dict[Hashable, str] = {}

    def get(self, source: Hashable, make: Callable[[], str]) -> str:
        """As it was made of *source*, now or earlier."""
        known = self._known.get(source)
        if known is None:
            if len(self._known) >= MOST:
                self.forget()
            known = self._known[source] = make()
        return known

    def forget(self) -> None:
        self._known = {}
