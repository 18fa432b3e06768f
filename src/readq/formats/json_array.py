"""Read a JSON array part by part, so that only a part of a large file is in memory.

The elements are decoded by the decoder of the standard library.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

_WHITE_SPACE = " \t\r\n"
_NEAR_END = 20
"""If a JSON error is at most this number of characters before the end of the text read so far, the text may be cut off.

More text is then read, and the element is decoded again.
"""


def parts(read: Callable[[int], str], size: int) -> Iterator[list[Any]] | None:
    """Return an iterator over lists of the elements of a JSON array. Return None if the text is not an array.

    `read` is the method `read` of a text file. Each list has the elements in about `size` characters of text. The
    iterator raises ValueError if the text is not JSON, and RecursionError if an element is nested too deeply.
    """
    reader = _Reader(read, size)
    if reader.next_char() != "[":
        return None
    return reader.parts()


def fault(error: ValueError | RecursionError) -> str:
    """Return a phrase for a message that says why a text is not valid JSON. `error` is what `json` raised."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    # Python refuses to convert such a number, and says how a program could allow it.
    return "broken JSON: a number with too many digits" if "int_max_str" in str(error) else f"broken JSON: {error}"


class _Reader:
    def __init__(self, read: Callable[[int], str], size: int) -> None:
        self._read = read
        self._size = size
        self._text = read(size).removeprefix("\ufeff")
        self._place = 0
        self._is_whole = False
        # Where the text begins in the file.
        self._before = self._lines_before = self._columns_before = 0
        self._decoder = json.JSONDecoder()

    def parts(self) -> Iterator[list[Any]]:
        self._place += 1
        if self.next_char() == "]":
            self._place += 1
            self._require_end()
            return
        items: list[Any] = []
        while True:
            self.next_char()
            items.append(self._item())
            separator = self.next_char()
            if separator not in (",", "]"):
                raise self._error("Expecting ',' delimiter", self._place)
            self._place += 1
            if separator == "]":
                self._require_end()
                yield items
                return
            if self._place >= self._size:
                self._forget()
                yield items
                items = []

    def next_char(self) -> str:
        """Skip white space. Return the next character without skipping it, or "" at the end."""
        while True:
            while self._place < len(self._text) and self._text[self._place] in _WHITE_SPACE:
                self._place += 1
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more():
                return ""

    def _item(self) -> Any:  # noqa: ANN401 - any JSON
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                may_be_cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _NEAR_END
                if not (may_be_cut and self._more()):
                    raise self._error(error.msg, error.pos) from None
                continue
            if end + len("e+1") <= len(self._text) or not self._more():
                # Otherwise a number may go on.
                self._place = end
                return value

    def _more(self) -> bool:
        """Read more text, and return whether there was any.

        Each call reads twice as much, so a long element takes O(n).
        """
        if self._is_whole:
            return False
        text = self._read(max(self._size, len(self._text)))
        self._is_whole = not text
        self._text += text
        return bool(text)

    def _forget(self) -> None:
        """Drop the text that was decoded."""
        done = self._text[: self._place]
        self._before += len(done)
        lines = done.count("\n")
        self._lines_before += lines
        last_line = len(done) - done.rfind("\n") - 1
        self._columns_before = last_line if lines else self._columns_before + len(done)
        self._text = self._text[self._place :]
        self._place = 0

    def _require_end(self) -> None:
        if self.next_char():
            raise self._error("Extra data", self._place)

    def _error(self, message: str, place: int) -> ValueError:
        """Return an error with the message that `json.loads` gives for the whole text."""
        lines = self._text.count("\n", 0, place)
        column = place - self._text.rfind("\n", 0, place)
        column += 0 if lines else self._columns_before
        line = self._lines_before + lines + 1
        return ValueError(f"{message}: line {line} column {column} (char {self._before + place})")
