"""Keep escape characters in pasted text from becoming keys.

A terminal sends pasted text between two escape sequences (bracketed paste). Textual also looks for escape sequences
inside the text. If Textual does not know such a sequence, each of its characters becomes a key, and could start an
action, such as dropping a paper. Terminals remove escape characters from a paste, but tmux does not. `protect_pastes`
replaces the class of parsers in Textual's driver, because the driver creates its parser itself.
"""

import sys
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.message import Message

_START, _END = "\x1b[200~", "\x1b[201~"


class PasteParser(XTermParser):
    """Textual's parser of what the terminal sends. It leaves out the escape characters in pasted text."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._is_pasting = False
        self._passed = ""
        """The last characters that were parsed, perhaps the beginning of _START."""
        self._held = ""
        """The last characters that are not parsed yet, because they are perhaps the beginning of _END."""

    def feed(self, data: str) -> Iterable[Message]:
        """Parse `data`, and return the messages for the app. Empty data is the end of the input."""
        passed = self._without_escapes(data)
        return super().feed(passed) if passed or not data else ()

    def _without_escapes(self, data: str) -> str:
        parts: list[str] = []
        while data:
            take = self._take_pasted if self._is_pasting else self._take_typed
            part, data = take(data)
            parts.append(part)
        return "".join(parts)

    def _take_typed(self, data: str) -> tuple[str, str]:
        """Return the part of `data` up to the beginning of a paste, and the rest."""
        before, mark, rest = (self._passed + data).partition(_START)
        self._is_pasting = bool(mark)
        self._passed = "" if mark else before[1 - len(_START) :]
        return data[: len(data) - len(rest)], rest

    def _take_pasted(self, data: str) -> tuple[str, str]:
        """Return the part of `data` up to the end of the paste without escape characters, and the rest."""
        text, mark, rest = (self._held + data).partition(_END)
        self._is_pasting = not mark
        self._held = "" if mark else _beginning_at_end(text, _END)
        return text.removesuffix(self._held).replace("\x1b", "") + mark, rest


def _beginning_at_end(text: str, mark: str) -> str:
    """Return the longest beginning of `mark`, but not all of it, with which `text` ends."""
    return next((mark[:length] for length in range(len(mark) - 1, 0, -1) if text.endswith(mark[:length])), "")


def protect_pastes(driver: type[Driver]) -> None:
    """Let `driver`, the class of Textual's driver for a terminal or a browser, use PasteParser from now on."""
    vars(sys.modules[driver.__module__])["XTermParser"] = PasteParser
