"""ADF → Confluence storage format, for a cell of the log: text is never lost, markup is always well-formed.

What a cell cannot hold (a table, a picture of another issue, a task that could be ticked) becomes text
(facts: confluence_adf.md §2.3, §3.3). Nothing raises, whatever the JSON.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app.adf.storage_blocks import BLOCKS
from app.adf.storage_markup import legal
from app.adf.storage_writer import Writer


def to_storage(doc: Any, base_url: str = "") -> Markup:
    """Storage format of *doc*; empty for no document. *base_url*: the Jira to which a link such as `/browse/OPS-1` leads."""
    writer = Writer(BLOCKS, base_url)
    writer.blocks([doc])
    # Every character from outside came through an escape or as one of the safe addresses; see storage_markup.
    return Markup(legal("".join(writer.out)))  # noqa: S704


def safe_text(words: Any) -> str:
    """*words* without what XML 1.0 cannot carry, not even as an entity: control characters and halves of a pair."""
    return legal(str(words))
