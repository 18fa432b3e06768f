"""Choose the colour theme, and compute the colours of the tones of text in it.

A tone is a role of text, such as authors or error.
"""

from collections.abc import Mapping

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from readq.config import NAMED_COLORS
from readq.errors import ConfigError
from readq.nearest_name import suggestion
from readq.text import quoted
from readq.tui.text import tones
from readq.tui.text.contrast import READABLE, blend, readable_shade, readable_tint

_SHORT_NAMES = {"dark": "textual-dark", "light": "textual-light"}

CONTRAST_THEMES = (
    Theme(
        name="contrast",
        primary="#6bb3ff",
        secondary="#ffd700",
        accent="#ffd700",
        warning="#ffd700",
        error="#ff8a8a",
        success="#7dff9b",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1c1c1c",
        dark=True,
    ),
    Theme(
        name="contrast-light",
        primary="#0000c0",
        secondary="#700070",
        accent="#700070",
        warning="#6b3a00",
        error="#a00000",
        success="#005000",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#e6e6e6",
        dark=False,
    ),
)
"""The themes of high contrast, in which all text has a contrast ratio of at least 7 (level AAA of WCAG 2)."""

THEMES = (*_SHORT_NAMES, *(theme.name for theme in CONTRAST_THEMES), *sorted(BUILTIN_THEMES))
"""The valid values of the setting `theme`."""

_HUES = {tones.AUTHORS: 205, tones.PLACE: 285, tones.OWN: 135, tones.MARK: 32, tones.ERROR: 0}
"""The hue of each coloured tone, in degrees. The hues are far apart, so that the tones differ in every theme."""

_HUE_OF_MATCH = {True: 55, False: 330}
"""The hue, in degrees, of words that match a query, for a dark theme (True) and for a light theme (False).

It is yellow in a dark theme. It is pink in a light theme, in which yellow would look brown.
"""

_SATURATION = 0.65
_CONTRAST = 7.0
"""The smallest contrast ratio of text in the themes of high contrast."""

_ANSI = {
    **dict.fromkeys((tones.TEXT, tones.TITLE, tones.MEDIUM, tones.HIGH), "ansi_default"),
    **dict.fromkeys((tones.MUTED, tones.LOW), "ansi_default"),
    tones.AUTHORS: "ansi_blue",
    tones.PLACE: "ansi_magenta",
    tones.OWN: "ansi_green",
    tones.MARK: "ansi_magenta",
    tones.MATCH: "ansi_red",
    tones.ERROR: "ansi_red",
}
"""The colours of the tones (roles of text) in the themes that use only the terminal's own 16 colours.

The terminal decides how these colours look.
"""


def theme_name(setting: str, environ: Mapping[str, str]) -> str:
    """Return the name of the Textual theme for `setting`, which is a name in THEMES.

    If `setting` is empty, choose dark or light by the terminal's background, given by COLORFGBG in `environ`. Raises
    ConfigError for an unknown name.
    """
    if not setting:
        # rxvt, Konsole and others set it to "foreground;background" in the 16 ANSI colours.
        background = environ.get("COLORFGBG", "").rpartition(";")[2]
        setting = "light" if background in ("7", "15") else "dark"
    if setting not in THEMES:
        hint = suggestion(setting, THEMES, f"one of {', '.join(THEMES)}")
        raise ConfigError(f"there is no theme {quoted(setting)}", hint, setting="theme")
    return _SHORT_NAMES.get(setting, setting)


def tone_variables(theme: Theme, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the CSS variables for the tones (roles) of text in `theme`, such as `tone-authors`, with their colours.

    `tone-cursor` is the background of the line with the cursor. `tone-bar` is the background of the bars, such as the
    footer. `tone-bar-text` and `tone-bar-mark` are the colours of text and of marks on these bars.

    A colour has a contrast ratio of at least 4.5 on each background on which it is drawn. In a theme of high contrast,
    the ratio is at least 7. In a theme with the terminal's own 16 colours, the terminal decides how they look. `chosen`
    maps tones to colours that the user has chosen. These colours are used unchanged.
    """
    chosen = {tone: NAMED_COLORS.get(color, color) for tone, color in chosen.items()}
    if theme.ansi:
        bars = {"cursor": "ansi_default", "bar": "ansi_default", "bar-text": "ansi_default", "bar-mark": "ansi_magenta"}
        return _variables({**_ANSI, **bars, **chosen})
    least = _CONTRAST if theme in CONTRAST_THEMES else READABLE
    generated = theme.to_color_system().generate()
    background, foreground, primary = (
        Color.parse(generated[name]).rgb for name in ("background", "foreground", "primary")
    )
    bar = (Color.parse(generated["background"]) + Color.parse(generated["panel"])).rgb
    cursor = blend(background, primary, 0.2 if theme.dark else 0.14)
    behind = (background, cursor)
    text = readable_tint(foreground, behind, least)
    medium = readable_tint(blend(text, background, 0.2), behind, least)
    muted = readable_tint(blend(text, background, 0.42), behind, least)
    hues = {**_HUES, tones.MATCH: _HUE_OF_MATCH[theme.dark]}
    colors = {tone: readable_shade(hue, _SATURATION, behind, least) for tone, hue in hues.items()}
    colors |= {tones.TEXT: text, tones.TITLE: text, tones.HIGH: text, tones.MEDIUM: medium}
    colors |= {tones.LOW: muted, tones.MUTED: muted, "cursor": cursor, "bar": bar}
    colors |= {
        "bar-text": readable_tint(foreground, (bar,), least),
        "bar-mark": readable_shade(_HUES[tones.MARK], _SATURATION, (bar,), least),
    }
    return _variables({**{tone: Color(*color).hex for tone, color in colors.items()}, **chosen})


def _variables(colors: Mapping[str, str]) -> dict[str, str]:
    return {f"tone-{name}": color for name, color in colors.items()}
