"""Edit one line of text with the keys that shells also use. This module uses no widget."""

from rich.cells import cell_len

from readq.tui.keys.keymap import types_itself

_WORD_BREAKS = " :,/"


class LineEdit:
    """A line of text being edited. `cursor` is an index into `text`, from 0 to the length of the text."""

    def __init__(self, text: str = "", cursor: int | None = None) -> None:
        """Begin with `text`, and with the cursor at the index `cursor`.

        If `cursor` is None, begin with the cursor at the end.
        """
        self.text = text
        self.cursor = len(text) if cursor is None else cursor

    def insert(self, text: str) -> None:
        """Insert `text` at the cursor. Line breaks become spaces."""
        line = " ".join(text.splitlines()) if len(text) > 1 else text
        self.text = self.text[: self.cursor] + line + self.text[self.cursor :]
        self.cursor += len(line)

    def press(self, key: str, character: str | None) -> bool:
        """Apply a key. Return False if the key neither edits the text nor types a character.

        `key` and `character` come from Textual's key event.
        """
        edit = _EDITS.get(key)
        if edit:
            edit(self)
        elif character and types_itself(key, character):
            self.insert(character)
        else:
            return False
        return True

    def visible_part(self, width: int) -> tuple[str, int]:
        """Return the part of the text to show in `width` cells, and the index of the cursor in this part.

        A space is added to the end of the text, because the cursor can be behind the last character. If the text from
        its start to the cursor fits, the part begins at the start. The part always has the character at the cursor,
        even if this character is wider than `width`.
        """
        text, start = f"{self.text} ", self.cursor
        left = width - cell_len(text[start])
        while start and (left := left - cell_len(text[start - 1])) >= 0:
            start -= 1
        stop, left = start, width
        while stop < len(text) and (left := left - cell_len(text[stop])) >= 0:
            stop += 1
        return text[start : max(stop, self.cursor + 1)], self.cursor - start

    def _cut(self, start: int, end: int) -> None:
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def _backspace(self) -> None:
        self._cut(max(0, self.cursor - 1), self.cursor)

    def _delete(self) -> None:
        self._cut(self.cursor, self.cursor + 1)

    def _left(self) -> None:
        self.cursor = max(0, self.cursor - 1)

    def _right(self) -> None:
        self.cursor = min(len(self.text), self.cursor + 1)

    def _home(self) -> None:
        self.cursor = 0

    def _end(self) -> None:
        self.cursor = len(self.text)

    def _cut_word(self) -> None:
        start = self.cursor
        while start and self.text[start - 1] in _WORD_BREAKS:
            start -= 1
        while start and self.text[start - 1] not in _WORD_BREAKS:
            start -= 1
        self._cut(start, self.cursor)

    def _cut_to_start(self) -> None:
        self._cut(0, self.cursor)

    def _cut_to_end(self) -> None:
        self._cut(self.cursor, len(self.text))


_EDITS = {
    "backspace": LineEdit._backspace,
    "delete": LineEdit._delete,
    "left": LineEdit._left,
    "right": LineEdit._right,
    "home": LineEdit._home,
    "end": LineEdit._end,
    "ctrl+a": LineEdit._home,
    "ctrl+e": LineEdit._end,
    "ctrl+w": LineEdit._cut_word,
    "ctrl+u": LineEdit._cut_to_start,
    "ctrl+k": LineEdit._cut_to_end,
}
