"""The five errors that cross a boundary; each decides once whether trying again makes sense."""

from __future__ import annotations

from typing import ClassVar

#: A limit that we keep ourselves by turns (`clients/slack_pace.py`): who waits for one comes exactly then.
TURN = "turn"


class SolveOnceError(Exception):
    """What went wrong, in a sentence for the person who reads it."""

    #: Whether the same step may succeed later without anybody's help.
    retry: ClassVar[bool] = False

    @property
    def code(self) -> str:
        return type(self).__name__


class Unavailable(SolveOnceError):
    """A neighbour did not answer, or asked us to come back later. Try again."""

    retry = True

    def __init__(
        self, reason: str, retry_after: float | None = None, perhaps_done: bool = False, limit: str = ""
    ) -> None:
        super().__init__(reason)
        #: The name of the limit that was met, if it was one: the neighbour's (`RateLimit-Reason`), or `TURN`.
        self.limit = limit
        #: Seconds that the neighbour asked us to wait (`Retry-After`), if it did.
        self.retry_after = retry_after
        #: The call may have taken effect although no answer came: a time-out, a cut connection, a 5xx.
        self.perhaps_done = perhaps_done


class Conflict(SolveOnceError):
    """Somebody wrote first. Read again, decide again."""

    retry = True


class NotFound(SolveOnceError):
    """It is not there, or we may not see it: Jira and Confluence answer both with 404."""


class Refused(SolveOnceError):
    """The neighbour understood and said no; the reason is its own text."""

    def __init__(self, reason: str, error: str = "") -> None:
        super().__init__(reason)
        #: The neighbour's short code where it has one (Slack's `error`), else empty.
        self.error = error


class Misconfigured(SolveOnceError):
    """Somebody has to change a setting; the remedy says which."""

    def __init__(self, finding: str, remedy: str) -> None:
        super().__init__(f"{finding} {remedy}")
        self.finding = finding
        self.remedy = remedy
