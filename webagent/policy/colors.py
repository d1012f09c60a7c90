"""Names of colours: the word that a person would use for ``#1e90ff``."""

from __future__ import annotations

from colorsys import rgb_to_hls
from functools import cache

__all__ = ["color_name"]

# Upper ends of the hue ranges, in degrees, of saturated colours.
_HUES = (
    (15, "red"),
    (42, "orange"),
    (68, "yellow"),
    (165, "green"),
    (195, "cyan"),
    (255, "blue"),
    (305, "purple"),
    (320, "magenta"),
    (345, "pink"),
    (361, "red"),
)


@cache
def color_name(color: str) -> str:
    """The nearest common colour word of ``"#rrggbb"``."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, lightness, saturation = rgb_to_hls(red, green, blue)
    if lightness < 0.08:
        return "black"
    if lightness > 0.95:
        return "white"
    if saturation < 0.12:
        return "grey"
    return next(name for end, name in _HUES if hue * 360 < end)
