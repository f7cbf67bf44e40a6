"""Contrast of colours, for a report in its owner's own: `#rrggbb` in, `#rrggbb` out, always readable.

Relative luminance and contrast ratio: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance and
https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio; 4.5:1 for text is its success criterion 1.4.3 (AA).
"""

from __future__ import annotations

import colorsys
from typing import Final, TypeAlias

READABLE: Final = 4.5
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"
STEPS: Final = 512
"""Shades tried between black and white: more than the 256 that eight bits of grey tell apart."""
Channels: TypeAlias = tuple[float, float, float]


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` or `#rgb`: 0 for black, 1 for white."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, whichever is the lighter."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def on(colour: str) -> str:
    """Black or white, whichever reads better on a colour: never worse than 4.5:1."""
    return BLACK if contrast(BLACK, colour) >= contrast(WHITE, colour) else WHITE


def readable(colour: str, ground: str) -> str:
    """The shade of a colour that is nearest to it and has 4.5:1 on a ground; its hue stays."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    shades = sorted((step / STEPS for step in range(STEPS + 1)), key=lambda shade: abs(shade - lightness))
    tried = (_hex(colorsys.hls_to_rgb(hue, shade, saturation)) for shade in shades)
    own = _hex(_channels(colour))
    # Black or white has it on every ground, and both are among the shades.
    return own if contrast(own, ground) >= READABLE else next(c for c in tried if contrast(c, ground) >= READABLE)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> Channels:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return int(digits[:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:], 16) / 255


def _hex(channels: Channels) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
