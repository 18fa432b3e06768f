"""Follow the terminal when it changes between dark and light colours while the UI runs.

A terminal that supports mode 2031 reports each change. It also reports its present colours when readq asks for them.
The report is the sequence `CSI ? 997 ; 1 n` for dark colours, and `CSI ? 997 ; 2 n` for light ones. A terminal without
this mode ignores what readq asks.
"""

from collections.abc import Mapping
from typing import cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.app import App
from textual.keys import Keys

from readq.tui.app.theme import theme_name

_REPORT_AND_ASK = "\x1b[?2031h\x1b[?996n"
_REPORT_NO_MORE = "\x1b[?2031l"

# Textual passes on the input from a terminal as keys only. It takes an unknown sequence for typed characters. So each
# report gets a key of its own.
_REPORTS = {"\x1b[?997;1n": Keys.ControlF23, "\x1b[?997;2n": Keys.ControlF24}
_THEMES: Mapping[str, str] = {
    Keys.ControlF23.value: theme_name("dark", {}),
    Keys.ControlF24.value: theme_name("light", {}),
}
"""Maps a key to the dark or the light theme. No keyboard has these keys.

Textual passes on the reports of the terminal as keys, so each of the two reports has a key of its own.
"""


class ColorScheme:
    """Sets the theme of `app` to the dark or the light one, to match the colours that the terminal reports.

    A theme that the user has chosen, in the config or in the palette, is not changed.
    """

    def __init__(self, app: App[None], *, is_free: bool) -> None:
        """Prepare to set the theme of `app`.

        If `is_free` is false, the user has chosen the theme, and it is not changed.
        """
        self._app = app
        self._is_free = is_free

    def follow(self) -> None:
        """Ask the terminal to report its colours from now on.

        The reports pause while another program uses the terminal. Do nothing if the user has chosen the theme.
        """
        if not self._is_free or self._app.is_headless:
            return
        known = cast(dict[str, tuple[Keys, ...]], ANSI_SEQUENCES_KEYS)
        known.update({sequence: (key,) for sequence, key in _REPORTS.items()})
        self._write(_REPORT_AND_ASK)
        self._app.app_suspend_signal.subscribe(self._app, lambda _: self._write(_REPORT_NO_MORE))
        self._app.app_resume_signal.subscribe(self._app, lambda _: self._write(_REPORT_AND_ASK))

    def end(self) -> None:
        """Tell the terminal to stop its reports of colours."""
        if self._is_free and not self._app.is_headless:
            self._write(_REPORT_NO_MORE)

    def press(self, key: str) -> bool:
        """If `key` stands for a report of the terminal's colours, set the theme and return True.

        Otherwise return False. Textual passes on these reports as presses of keys that no keyboard has. A theme that
        the user has chosen is kept.
        """
        theme = _THEMES.get(key)
        if theme is None:
            return False
        if self._is_free and self._app.theme in _THEMES.values():
            self._app.theme = theme
        return True

    def _write(self, sequence: str) -> None:
        driver = self._app._driver
        if driver is not None:
            driver.write(sequence)
            driver.flush()
