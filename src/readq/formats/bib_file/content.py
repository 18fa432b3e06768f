"""Read a .bib file in parts, so that a large file need not be in memory as a whole."""

from collections.abc import Callable, Iterator

_WINDOW = 1 << 20
"""The usual number of bytes of a large file that are in memory at a time."""


class Content:
    """The bytes of a file, which are read in parts."""

    def __init__(self, size: int, read: Callable[[int, int], bytes], window: int = _WINDOW) -> None:
        """Make the content of a file of `size` bytes. `read` returns the bytes between two positions of the file.

        The second position may be beyond the end of the file. `window` is the usual size of a part, in bytes.
        """
        self.size = size
        self.read = read
        self._window = window

    @classmethod
    def of(cls, data: bytes) -> "Content":
        """Return the content of a file with the bytes `data`, which are one part."""
        return cls(len(data), lambda start, end: data[start:end], len(data))

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from the position `start` to the position `end`, or to the end of the file, in parts."""
        end = self.size if end is None else end
        while start < end:
            piece = self.read(start, min(end, start + self._window))
            yield piece
            start += len(piece)

    def windows(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield the bytes from the position `start` to the end of the file in parts, each after its position.

        Each part but the last ends before a line that begins with `@`. So no part ends inside the start of a block, a
        line end or a character.
        """
        length = self._window
        while start < self.size:
            window = self.read(start, start + length)
            is_last = start + len(window) == self.size
            end = len(window) if is_last else window.rfind(b"\n@") + 1
            if end:
                yield start, window[:end]
                start, length = start + end, self._window
            else:
                length *= 2
