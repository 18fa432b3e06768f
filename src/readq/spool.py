"""Collect a long text, in memory or in a temporary file, before it is written to its destination.

The output of a command is collected here while the library is read in a transaction. It is written to its destination
after the transaction. Otherwise a pager or a slow disk would keep the transaction open, and every writer would have to
wait.
"""

import codecs
import io
from array import array
from collections.abc import Iterator
from typing import IO, Generic, TypeVar

from readq.errors import ReadqError, write_error

T = TypeVar("T")

_IN_MEMORY = 1 << 20
"""The maximum number of bytes that are kept in memory. A longer text is kept in a temporary file."""

_CHUNK = 1 << 16


class Spool:
    """A buffer for a text that is written once and can be read many times. A long text is in a temporary file.

    `close` or the end of a `with` block deletes the text. The methods raise ReadqError if the temporary file fails. If
    the disk is full, the error is a DiskError.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = io.BytesIO()
        self._size = 0
        self._is_in_memory = True

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, text: str) -> None:
        """Append `text` to the buffer."""
        data = text.encode(errors="surrogatepass")
        self._size += len(data)
        try:
            if self._is_in_memory and self._size > _IN_MEMORY:
                self._move_to_disk()
            self._file.write(data)
        except OSError as error:
            raise _write_error(error) from error

    def _move_to_disk(self) -> None:
        # Imported late, because it takes longer than a short list.
        import tempfile

        head = self._file
        self._file = tempfile.TemporaryFile(prefix="readq-")  # noqa: SIM115 - `close` closes it
        self._is_in_memory = False
        self._file.write(head.getvalue() if isinstance(head, io.BytesIO) else b"")

    def data(self) -> Iterator[bytes]:
        """Yield the whole text in parts, encoded as UTF-8.

        The caller must not call `write` until it has taken the last part.
        """
        try:
            self._file.seek(0)
            while chunk := self._file.read(_CHUNK):
                yield chunk
        except OSError as error:
            raise _write_error(error) from error

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the whole text with their line feeds, encoded as UTF-8."""
        rest = b""
        for chunk in self.data():
            *complete, rest = (rest + chunk).split(b"\n")
            yield from (line + b"\n" for line in complete)
        if rest:
            yield rest

    def texts(self) -> Iterator[str]:
        """Yield the whole text in parts, as `str`."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogatepass")
        for chunk in self.data():
            yield decoder.decode(chunk)

    def close(self) -> None:
        """Delete the text."""
        try:
            self._file.close()
        except OSError as error:
            raise _write_error(error) from error


class ObjectSpool(Generic[T]):
    """A list of objects that is kept in memory while it is short, and otherwise in a temporary file.

    With the file, memory holds only one integer for each object. `close` deletes the file. `add` raises ReadqError if
    the file cannot be written. If the disk is full, the error is a DiskError.
    """

    def __init__(self) -> None:
        import tempfile

        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="readq-")  # noqa: SIM115 - see `close`
        self._offsets = array("q")
        self._end = 0

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, one: T) -> None:
        """Append the object `one`, which must be picklable."""
        import pickle

        data = pickle.dumps(one, pickle.HIGHEST_PROTOCOL)
        try:
            self._file.seek(self._end)
            self._file.write(data)
        except OSError as error:
            raise _write_error(error) from error
        self._offsets.append(self._end)
        self._end += len(data)

    def __getitem__(self, place: int) -> T:
        import pickle

        self._file.seek(self._offsets[place])
        one: T = pickle.load(self._file)  # noqa: S301 - this process wrote it, to a file without a name
        return one

    def __iter__(self) -> Iterator[T]:
        return (self[place] for place in range(len(self)))

    def truncate(self, length: int) -> None:
        """Delete all objects but the first `length`."""
        if length < len(self):
            self._end = self._offsets[length]
            del self._offsets[length:]

    def close(self) -> None:
        """Delete the objects."""
        self._file.close()


def _write_error(error: OSError) -> ReadqError:
    import tempfile

    return write_error(tempfile.gettempdir(), error, "make room there, or set TMPDIR to another folder")
