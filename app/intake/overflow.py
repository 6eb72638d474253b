"""A description that is longer than Jira takes: its beginning stands in the field, and all of it goes along as a file."""

from __future__ import annotations

from app.adf.build import doc, paragraph, text
from app.adf.excerpt import beginning, first_blocks, words_of
from app.adf.text import plain_text
from app.domain import Adf
from app.intake.request import LONGEST_TEXT

NAME = "message.txt"
#: For the line about the file and the one about who asked.
_ROOM = 700


def fitting(description: Adf | None, longest: int = LONGEST_TEXT - _ROOM) -> tuple[Adf | None, str | None]:
    """What stands in the field, and the whole text if that is not all of it."""
    if description is None or len(plain_text(description)) <= longest:
        return description, None
    kept, rest = description, None
    for count in range(len(description["content"])):
        more, following = first_blocks(description, count)
        if len(plain_text(more)) > longest:
            break
        kept, rest = more, following
    left = longest - len(plain_text(kept))
    begun = [beginning(rest, words_of(rest)[:left])] if rest and left > 0 else []
    note = paragraph([text(f"… The whole text is in the file {NAME}.")])
    return doc([*kept["content"], *begun, note]), "\n\n".join(words_of(block) for block in description["content"])
