"""Write downloaded PDFs to files, and resume interrupted downloads.

A PDF gets its final name only when it is complete.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import httpx

from readq.errors import DiskError
from readq.net.body import BodyError, decoded, too_long
from readq.net.headers import strong_validator

Progress = Callable[[int, int | None], None]
"""A callback that gets the number of bytes received so far, and the total number of bytes.

The total is None if the server does not state it.
"""

MAX_SIZE = 200 << 20
"""The default size limit of a PDF, in bytes."""

_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024


class Download(NamedTuple):
    """A complete download: the URL after redirects, the size in bytes, and the SHA-256 digest in hexadecimal."""

    url: str
    size: int
    sha256: str


class _Extent(NamedTuple):
    """The place of a body in the file. `offset` is its start, `total` the expected size of the file or None.

    All values are in bytes.
    """

    offset: int
    total: int | None
    max_size: int


class PartFile:
    """An incomplete download of a PDF. It is stored in two files, so that the download can be resumed.

    For the PDF `a.pdf`, the file `a.pdf.part` has the content received so far. `a.pdf.part.json` has the URL and a
    strong validator (RFC 9110, 8.8.1), which identifies the version of the PDF at the server. If the server sent no
    strong validator, an interrupted download starts from the beginning.
    """

    def __init__(self, path: str, url: str) -> None:
        self.path = path
        self._url = url
        self._part = f"{path}.part"
        self._metadata = f"{path}.part.json"
        self._validator = self._read_validator()
        self.offset = os.path.getsize(self._part) if self._validator and os.path.isfile(self._part) else 0

    def conditions(self) -> dict[str, str]:
        """Return request headers that ask for the rest of the file, or for the whole file if it has changed.

        The headers are described in RFC 9110, 13.1.5. Return an empty dict if nothing was received yet.
        """
        if not self.offset or not self._validator:
            return {}
        return {"Range": f"bytes={self.offset}-", "If-Range": self._validator}

    @contextlib.contextmanager
    def writing(self, offset: int, validator: str | None) -> Iterator[BinaryIO]:
        """Open the part file, and yield it as a binary file positioned after its first `offset` bytes.

        `validator` identifies the version of the file at the server, or is None. Raises DiskError if the part file
        cannot be opened or written.
        """
        with _disk_errors(self._part):
            file = self._opened(offset, validator)
        try:
            yield file
        finally:
            # Without fsync a crash could leave a file of the right length without its content.
            with _disk_errors(self._part), file:
                _flush(file)

    def _opened(self, offset: int, validator: str | None) -> BinaryIO:
        os.makedirs(os.path.dirname(self._part), mode=0o700, exist_ok=True)
        # A crash between these two writes must not leave content of two versions under one validator.
        self._write_validator(None)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        file = open(os.open(self._part, flags, 0o600), "r+b")  # noqa: SIM115 - closed by `writing`
        file.truncate(offset)
        file.seek(offset)
        self._write_validator(validator)
        return file

    def write(self, file: BinaryIO, piece: bytes) -> None:
        """Append `piece` to `file`, the open part file. Raises DiskError if the file cannot be written."""
        with _disk_errors(self._part):
            file.write(piece)

    def finish(self) -> None:
        """Rename the part file, which is complete, to its final path.

        Raises DiskError if the file cannot be renamed.
        """
        with _disk_errors(self.path):
            os.replace(self._part, self.path)
            self._write_validator(None)

    def discard(self) -> None:
        """Delete the part file and the file with its URL and validator.

        Raises DiskError if a file cannot be deleted.
        """
        with _disk_errors(self._part):
            for path in (self._part, self._metadata):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)

    def _read_validator(self) -> str | None:
        try:
            with open(self._metadata, encoding="utf-8") as file:
                metadata = json.load(file)
            return str(metadata["validator"]) if metadata["url"] == self._url else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _write_validator(self, validator: str | None) -> None:
        if validator is None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._metadata)
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(self._metadata, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump({"url": self._url, "validator": validator}, file)


async def receive(response: httpx.Response, part: PartFile, on_progress: Progress | None, max_size: int) -> Download:
    """Write a response body to a part file. When the body is complete, rename the part file to its final path.

    Raises BodyError if the body is not a PDF, larger than `max_size` bytes, badly encoded, or not the part that was
    requested. The part file is deleted before BodyError is raised. Raises DiskError if the file cannot be written.
    Raises exceptions of httpx for network errors. After a DiskError or an exception of httpx, the part file is kept.
    """
    encoding = response.headers.get("content-encoding", "")
    length = response.headers.get("content-length", "")
    try:
        offset = part.offset if _continues(response, part.offset) else 0
        total = offset + int(length) if length.isdecimal() and len(length) < 16 and not encoding else None
        if total is not None and total > max_size:
            raise too_long(max_size)
        with part.writing(offset, None if encoding else strong_validator(response.headers)) as file:
            await _copy(response, part, file, _Extent(offset, total, max_size), on_progress)
            with _disk_errors(part.path):
                size, digest = await asyncio.to_thread(_size_and_sha256, file)
    except BodyError:
        part.discard()
        raise
    part.finish()
    return Download(str(response.url), size, digest)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _size_and_sha256(file: BinaryIO) -> tuple[int, str]:
    """Flush a file to the disk and read it again. Takes up to a second, so it runs in a thread."""
    _flush(file)
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(1 << 20):
        digest.update(block)
    return file.tell(), digest.hexdigest()


async def _copy(
    response: httpx.Response, part: PartFile, file: BinaryIO, extent: _Extent, on_progress: Progress | None
) -> None:
    size = extent.offset
    file.seek(0)
    head = file.read(_MAGIC_WITHIN)
    file.seek(size)
    async for piece in decoded(response, extent.max_size - extent.offset):
        if len(head) < _MAGIC_WITHIN:
            head = (head + piece)[:_MAGIC_WITHIN]
            if len(head) == _MAGIC_WITHIN:
                _check_is_pdf(head)
        part.write(file, piece)
        size += len(piece)
        if on_progress:
            on_progress(size, extent.total)
    _check_is_pdf(head)


def _check_is_pdf(head: bytes) -> None:
    if _MAGIC not in head:
        raise BodyError("sent something other than a PDF")


def _continues(response: httpx.Response, offset: int) -> bool:
    """Return whether a response is the rest of the file from `offset`. Raises BodyError for another part."""
    if response.status_code != 206:
        return False
    found = re.match(r"bytes ([0-9]{1,18})-", response.headers.get("content-range", ""))
    if not offset or found is None or int(found[1]) != offset:
        raise BodyError("sent another part than was requested")
    return True


@contextlib.contextmanager
def _disk_errors(path: str) -> Iterator[None]:
    # Network errors are no OSErrors here: httpcore has wrapped them.
    try:
        yield
    except OSError as error:
        raise DiskError(
            f"cannot write {path}: {error.strerror or error}", "free some space, or check pdf_dir"
        ) from error
