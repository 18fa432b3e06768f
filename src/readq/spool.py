"""Keep a long text until it is complete, in memory or in a temporary file.

A result is collected here while the library is read. It is written to its destination after the transaction, because a
pager or a slow disk could keep every writer waiting.
"""

import codecs
import io
import pickle
from array import array
from collections.abc import Iterator
from typing import IO, Generic, TypeVar

from readq.errors import ReadqError, write_error

T = TypeVar("T")

_IN_MEMORY = 1 << 20
"""The number of bytes that are kept in memory. Longer texts are kept in a temporary file."""

_CHUNK = 1 << 16


class Spool:
    """A text that is written once and can be read many times. `close` or the end of a `with` block deletes it.

    The methods raise ReadqError if the temporary file fails. If the disk is full, the error is a DiskError.
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
        """Append `text` to the spooled text."""
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

        The caller must not write before it has read the last part.
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
        """Yield the whole text in parts."""
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
    """A list of objects in a temporary file without a name. Memory holds only one integer for each object.

    `close` deletes the file. `add` raises ReadqError if the file cannot be written. If the disk is full, the error is a
    DiskError.
    """

    def __init__(self) -> None:
        import tempfile

        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="readq-")  # noqa: SIM115 - see `close`
        self._offsets = array("q")
        self._end = 0

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, one: T) -> None:
        """Append an object."""
        data = pickle.dumps(one, pickle.HIGHEST_PROTOCOL)
        try:
            self._file.seek(self._end)
            self._file.write(data)
        except OSError as error:
            raise _write_error(error) from error
        self._offsets.append(self._end)
        self._end += len(data)

    def __getitem__(self, place: int) -> T:
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
