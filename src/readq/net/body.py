"""Read and decompress response bodies up to a size limit.

Decompression is not left to httpx. httpx decompresses each chunk as a whole, so 300 KB of gzip can become 300 MB. It
also accepts a truncated gzip stream. Here bodies are decompressed in pieces of limited size.
"""

import contextlib
import io
import zlib
from collections.abc import AsyncGenerator, Iterator

import httpx

_STEP = 1 << 18
_GZIP_WINDOW = 31
_GZIP_MAGIC = b"\x1f\x8b"
_SLACK = 1 << 20
# No registered codings but the first two. Some servers put the charset, or an encoding of mail, in this header.
_UNCOMPRESSED = ("", "identity", "none", "utf-8", "utf8", "8bit", "binary")


class BodyError(Exception):
    """Raised for a response body that is too long or badly encoded.

    The message is a verb phrase without a subject, such as `sent broken compressed data`. The caller puts the server's
    name before it.
    """


class PlainDecoder:
    """A decoder for bodies that are not compressed. It yields the body unchanged and enforces a size limit in bytes.

    The decoder for gzip is a subclass.
    """

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit
        self._start = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decoded content of `chunk`, the next part of the body, in pieces.

        If the body is compressed, a piece has at most 256 KiB. Raises BodyError if the decoded body is longer than the
        limit. Raises BodyError if the compression is malformed, or if a compressed body was not declared as such.
        """
        if len(self._start) < len(_GZIP_MAGIC):
            self._start = (self._start + chunk)[: len(_GZIP_MAGIC)]
            if self._start == _GZIP_MAGIC:
                raise BodyError("sent compressed data without saying so")
        self._count(chunk)
        yield chunk

    def finish(self) -> None:
        """Check that the body is complete. Call this after the last chunk.

        Raises BodyError if a compressed body is incomplete.
        """
        # The length of an unencoded body is checked by the HTTP layer.

    def _count(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise too_long(self._limit)


class _GzipDecoder(PlainDecoder):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._stream = zlib.decompressobj(_GZIP_WINDOW)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        pending = True
        while chunk or pending:
            if self._stream.eof:
                if not chunk.startswith(_GZIP_MAGIC[:1]):
                    # Some servers append a line break or zeros, which browsers ignore, too.
                    self._count(chunk)
                    return
                self._stream = zlib.decompressobj(_GZIP_WINDOW)  # a further member (RFC 1952, 2.2)
            room = min(_STEP, self._left + 1)
            try:
                piece = self._stream.decompress(chunk, room)
            except zlib.error as error:
                raise BodyError("sent broken compressed data") from error
            self._count(piece)
            chunk = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            pending = len(piece) == room
            if piece:
                yield piece

    def finish(self) -> None:
        if not self._stream.eof:
            raise BodyError("sent incomplete compressed data")


def decoder_for(encoding: str, limit: int) -> PlainDecoder:
    """Return a decoder for a body. `encoding` is the `Content-Encoding` header.

    `limit` is the maximum size of the decoded body, in bytes. If the header is empty or `identity`, or wrongly names a
    charset, the body is not compressed. Raises BodyError for an encoding other than gzip, and for several encodings.
    """
    name = encoding.strip().lower()
    if name in _UNCOMPRESSED:
        return PlainDecoder(limit)
    if name in ("gzip", "x-gzip"):
        return _GzipDecoder(limit)
    raise BodyError("sent data in an encoding that was not requested")


def too_long(limit: int) -> BodyError:
    """Return the BodyError for a body of more than `limit` bytes."""
    return BodyError(
        f"sent more than {limit // (1 << 20)} MiB" if limit >= 1 << 20 else f"sent more than {limit} bytes"
    )


async def decoded(response: httpx.Response, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the decoded body of a response in pieces.

    Raises BodyError if the decoded body has more than `limit` bytes or is badly encoded. Raises exceptions of httpx for
    network errors.
    """
    decoder = decoder_for(response.headers.get("content-encoding", ""), limit)
    async for chunk in response.aiter_raw():
        for piece in decoder.feed(chunk):
            yield piece
    decoder.finish()


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """Return the whole decoded body of a response. Raises the same exceptions as `decoded`.

    If `Content-Length` is more than `limit`, BodyError is raised before the body is read.
    """
    length = response.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > limit):
        raise too_long(limit)
    # BytesIO hands over its buffer where bytes(bytearray) would copy it. Closing it frees the buffer after an error,
    # whose traceback may keep this frame alive.
    with io.BytesIO() as body:
        async for piece in decoded(response, limit):
            body.write(piece)
        return body.getvalue()


async def read_start(response: httpx.Response, limit: int) -> bytes:
    """Return the first `limit` bytes of the body of an error response. A shorter body is returned whole.

    Return b"" if the body cannot be read.
    """
    body = bytearray()
    try:
        # A piece may extend beyond the limit; without the slack the decoder would refuse it.
        async with contextlib.aclosing(decoded(response, limit + _SLACK)) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) >= limit:
                    break
    except Exception:
        return b""  # the caller reports the status; the body is extra
    return bytes(body[:limit])
