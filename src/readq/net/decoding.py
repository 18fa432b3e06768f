"""Bodies taken apart by hand, so that no more is ever unpacked than was asked for.

Left to itself an HTTP client unpacks whole: 300 KB on the wire became 300 MB, a stream cut in half passed as complete.
"""

import zlib
from collections.abc import Iterator
from typing import Protocol

_STEP = 1 << 18
_GZIP = 31
_MAGIC = b"\x1f\x8b"


class BodyError(Exception):
    """A body that is not taken; the message continues a sentence about the server."""


class Decoder(Protocol):
    """Takes a body as it comes. Raises BodyError."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` holds, in small pieces."""

    def finish(self) -> None:
        """Say that nothing more comes."""


def decoder_for(encoding: str, limit: int) -> Decoder:
    """What unpacks a body with that `Content-Encoding`, to at most `limit` bytes.

    Raises BodyError for an encoding that was not asked for, or several in layers.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain(limit)
        case "gzip" | "x-gzip":
            return _Gzip(limit)
        case _:
            raise BodyError("sent data in an encoding that was not asked for")


def too_long(limit: int) -> BodyError:
    """What to raise about a body of more than `limit` bytes."""
    return BodyError(
        f"sent more than {limit // (1 << 20)} MiB" if limit >= 1 << 20 else f"sent more than {limit} bytes"
    )


class _Plain:
    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit
        self._start = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if len(self._start) < len(_MAGIC):
            self._start = (self._start + chunk)[: len(_MAGIC)]
            if self._start == _MAGIC:
                raise BodyError("sent compressed data without saying so")
        self._left -= len(chunk)
        if self._left < 0:
            raise too_long(self._limit)
        yield chunk

    def finish(self) -> None:
        """Any end is a good one: the length was checked by HTTP."""


class _Gzip:
    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit
        self._stream = zlib.decompressobj(_GZIP)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        pending = True
        while chunk or pending:
            if self._stream.eof:
                if not chunk:
                    return
                self._stream = zlib.decompressobj(_GZIP)  # a further member (RFC 1952, 2.2)
            room = min(_STEP, self._left + 1)
            try:
                piece = self._stream.decompress(chunk, room)
            except zlib.error as error:
                raise BodyError("sent compressed data that is broken") from error
            self._left -= len(piece)
            if self._left < 0:
                raise too_long(self._limit)
            chunk = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            pending = len(piece) == room
            if piece:
                yield piece

    def finish(self) -> None:
        if not self._stream.eof:
            raise BodyError("stopped in the middle of compressed data")
