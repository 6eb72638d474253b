"""What somebody wants who types `/ops …`: help, a ticket, her own tickets, a search; anything else is a new request."""

from __future__ import annotations

import re
from enum import StrEnum


class Wish(StrEnum):
    NEW = "new"
    HELP = "help"
    MINE = "mine"
    SEARCH = "search"
    TICKET = "ticket"


#: Said to the app as to a person, and about nothing: a ticket "thanks!" helps nobody.
_SMALL_TALK = re.compile(
    r"(?:hi|hey|hello|hiya|good (?:morning|afternoon|evening)|thanks|thank you|thx|cheers|ok|okay|great|perfect|bye)"
    r"(?: (?:all|team|there|everyone|folks|again|a lot|so much|very much))?[\s.!…]*",
    re.IGNORECASE,
)
_SEARCH = re.compile(r"search\s+(?P<words>\S.*)", re.IGNORECASE | re.DOTALL)
#: Characters that mean something to Jira's text search (Atlassian: *Search syntax for text fields*).
_SYNTAX = re.compile(r"[^\w\s'’@.-]+")


def wish(typed: str, projects: tuple[str, ...]) -> tuple[Wish, str]:
    """The wish, and what it is about: words to look for, or a ticket's key; *projects* are the keys of ours."""
    said = typed.strip()
    if said.lower() in ("help", "?") or _SMALL_TALK.fullmatch(said):
        return Wish.HELP, ""
    if said.lower() == "mine":
        return Wish.MINE, ""
    if found := _SEARCH.fullmatch(said):
        return Wish.SEARCH, found["words"].strip()
    key = said.upper()
    if re.fullmatch(r"[A-Z][A-Z0-9_]*-\d{1,9}", key) and key.rpartition("-")[0] in projects:
        return Wish.TICKET, key
    return Wish.NEW, said


def solved_about(words: str, projects: tuple[str, ...]) -> str | None:
    """JQL for solved tickets with these words, the newest first; None where no word is left to look for.

    People's words are data: what has a meaning in JQL or in its text search is left out.
    """
    plain = [word.strip("-.'’@") for word in _SYNTAX.sub(" ", words).split()]
    # Alone in capitals these are operators of the text search.
    looked = [word for word in plain if word and word not in ("AND", "OR", "NOT")]
    if not looked:
        return None
    among = ", ".join(f'"{key}"' for key in projects)
    terms = " ".join(looked[:12])
    return f'project in ({among}) AND statusCategory = Done AND text ~ "{terms}" ORDER BY updated DESC'
