"""What stands in a clone that is closed because Operations took the ticket back: the gate wants Resolution Notes there too."""

from __future__ import annotations

from app.adf.build import lines
from app.adf.canonical import digest
from app.domain import Adf

#: Always the same words, so that they are known again; they stay in the clone until somebody opens it again, and never travel.
OUR_NOTES: Adf = lines("Not done: Operations took the ticket back before work began.\nWritten by SolveOnce.")


def is_ours(notes: Adf | None) -> bool:
    """Whether *notes* are these words, untouched; with a word of a person they are a text like any other."""
    return digest(notes) == digest(OUR_NOTES)
