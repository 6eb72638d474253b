"""Which of a text's colours a cell shows, and by which of the six names Confluence knows a status.

Source: facts confluence_adf.md §2.1, §3.3, §3.4. Confluence writes colours as `rgb(…)`; anything but `#rrggbb` is dropped.
"""

from __future__ import annotations

import re
from colorsys import rgb_to_hls

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
#: A text that is lighter than this in each part cannot be read on white.
_NEARLY_WHITE = 0xE0
_STATUSES = {"neutral": "Grey", "purple": "Purple", "blue": "Blue", "red": "Red", "yellow": "Yellow", "green": "Green"}
#: Where on the circle of colours, in degrees, a name ends.
_CIRCLE = ((20, "Red"), (70, "Yellow"), (165, "Green"), (250, "Blue"), (330, "Purple"), (360, "Red"))


def text_colour(colour: str) -> str:
    """`rgb(r,g,b)`; empty for no colour, and for one in which nobody could read."""
    parts = _parts(colour)
    return _rgb(parts) if parts and min(parts) < _NEARLY_WHITE else ""


def background(colour: str) -> str:
    """`rgb(r,g,b)`; empty for no colour."""
    parts = _parts(colour)
    return _rgb(parts) if parts else ""


def panel_colour(colour: str) -> str:
    """`#rrggbb` as the panel macro takes it; empty for no colour."""
    return colour if _parts(colour) else ""


def status_colour(colour: str) -> str:
    """The name of *colour*, or the nearest for `#rrggbb`; Grey for anything else."""
    if colour in _STATUSES:
        return _STATUSES[colour]
    parts = _parts(colour)
    return _nearest(parts) if parts else "Grey"


def _nearest(parts: tuple[int, ...]) -> str:
    red, green, blue = (part / 255 for part in parts)
    hue, _, saturation = rgb_to_hls(red, green, blue)
    return "Grey" if saturation < 0.15 else next(name for end, name in _CIRCLE if hue * 360 <= end)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:])) if _HEX.fullmatch(colour) else ()


def _rgb(parts: tuple[int, ...]) -> str:
    return f"rgb({','.join(map(str, parts))})"
