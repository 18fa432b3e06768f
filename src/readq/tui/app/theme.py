"""Choose the colour theme."""

from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES

from readq.errors import ConfigError
from readq.text import quoted

_SHORT_NAMES = {"dark": "textual-dark", "light": "textual-light"}


def theme_name(setting: str, environ: Mapping[str, str]) -> str:
    """Return the name of the Textual theme for `setting`: `dark`, `light`, or a name that Textual knows.

    If `setting` is empty, choose dark or light by the terminal's background, given by COLORFGBG in `environ`. Raises
    ConfigError for an unknown name.
    """
    if not setting:
        # rxvt, Konsole and others set it to "foreground;background" in the 16 ANSI colours.
        background = environ.get("COLORFGBG", "").rpartition(";")[2]
        setting = "light" if background in ("7", "15") else "dark"
    name = _SHORT_NAMES.get(setting, setting)
    if name not in BUILTIN_THEMES:
        raise ConfigError(f"there is no theme {quoted(setting)}", f"dark, light, {', '.join(sorted(BUILTIN_THEMES))}")
    return name
