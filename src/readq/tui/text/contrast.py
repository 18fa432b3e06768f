"""Compute the contrast of two colours, and choose a readable shade of a colour. Colours are (red, green, blue).

The contrast ratio is the one of WCAG 2. It is from 1 (equal colours) to 21 (black and white). Text is readable at 4.5
or more.
"""

from collections.abc import Iterable, Iterator, Sequence
from colorsys import hls_to_rgb

Rgb = tuple[int, int, int]

READABLE = 4.5
"""The smallest contrast ratio of readable text, by WCAG 2, level AA."""

_STEPS = 50
_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)


def contrast_ratio(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable_shade(hue: float, saturation: float, backgrounds: Sequence[Rgb], least: float = READABLE) -> Rgb:
    """Return a shade of a hue that has at least the contrast ratio `least` on all `backgrounds`.

    `hue` is in degrees, `saturation` from 0 to 1. If several shades have enough contrast, return the shade nearest to
    medium lightness, which is the most colourful. If no shade has enough contrast, return black or white.
    """
    return _first_readable(_shades(hue, saturation), backgrounds, least)


def readable_tint(color: Rgb, backgrounds: Sequence[Rgb], least: float = READABLE) -> Rgb:
    """Return `color`, mixed with just enough white or black for the contrast ratio `least` on all `backgrounds`.

    If no mixture has enough contrast, return black or white.
    """
    tints = (blend(color, end, step / _STEPS) for step in range(_STEPS + 1) for end in (_WHITE, _BLACK))
    return _first_readable(tints, backgrounds, least)


def blend(color: Rgb, other: Rgb, share: float) -> Rgb:
    """Return a mixture of `color` and `other`. `share` is the share of `other`, from 0 to 1."""
    red, green, blue = (round(one + (two - one) * share) for one, two in zip(color, other, strict=True))
    return red, green, blue


def _first_readable(colors: Iterable[Rgb], backgrounds: Sequence[Rgb], least: float) -> Rgb:
    for color in colors:
        if all(contrast_ratio(color, background) >= least for background in backgrounds):
            return color
    return max(_WHITE, _BLACK, key=lambda color: min(contrast_ratio(color, one) for one in backgrounds))


def _shades(hue: float, saturation: float) -> Iterator[Rgb]:
    """Yield the shades of a hue. The shade of medium lightness comes first, then darker and lighter shades."""
    for step in sorted(range(_STEPS + 1), key=lambda step: abs(step - _STEPS / 2)):
        red, green, blue = hls_to_rgb(hue % 360 / 360, step / _STEPS, saturation)
        yield round(red * 255), round(green * 255), round(blue * 255)


def _luminance(color: Rgb) -> float:
    red, green, blue = (_linear(channel / 255) for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
