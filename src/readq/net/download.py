"""PDFs, streamed into a file that is there whole or not at all, and resumed where they broke off."""

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
from readq.net.decoding import BodyError, decoder_for, too_long
from readq.net.headers import strong_validator

Progress = Callable[[int, int | None], None]
"""Called with the bytes there are and those there will be, None when the server does not say."""

LARGEST = 200 << 20
"""The bytes of the largest PDF that is taken unless the caller says otherwise."""

_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024


class Download(NamedTuple):
    """A file that came whole: where from, its bytes, and their SHA-256."""

    url: str
    size: int
    sha256: str


class _Extent(NamedTuple):
    """From which byte a body goes on, to which it should come, and at which it is given up."""

    offset: int
    total: int | None
    largest: int


class PartFile:
    """`PATH.part`, and beside it `PATH.part.json`: of which version of which address it is the start.

    Without a validator that names one version of the file, what broke off is not resumed but begun anew.
    """

    def __init__(self, path: str, url: str) -> None:
        self.path = path
        self._url = url
        self._part = f"{path}.part"
        self._note = f"{path}.part.json"
        self._validator = self._noted()
        self.offset = os.path.getsize(self._part) if self._validator and os.path.isfile(self._part) else 0

    def conditions(self) -> dict[str, str]:
        """The headers that ask for the rest, or for the whole if there is another version now (RFC 9110, 13.1.5)."""
        if not self.offset or not self._validator:
            return {}
        return {"Range": f"bytes={self.offset}-", "If-Range": self._validator}

    @contextlib.contextmanager
    def writing(self, offset: int, validator: str | None) -> Iterator[BinaryIO]:
        """The file, open behind its first `offset` bytes, which are of the version that `validator` names."""
        with _disk(self._part):
            file = self._opened(offset, validator)
        try:
            yield file
        finally:
            # What is resumed must have reached the disk, not only its length.
            with _disk(self._part), file:
                _settle(file)

    def _opened(self, offset: int, validator: str | None) -> BinaryIO:
        os.makedirs(os.path.dirname(self._part), mode=0o700, exist_ok=True)
        # Between the two notes the file is of no version: a crash there must not join two of them.
        self._put_note(None)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        file = open(os.open(self._part, flags, 0o600), "r+b")  # noqa: SIM115 - closed by `writing`
        file.truncate(offset)
        file.seek(offset)
        self._put_note(validator)
        return file

    def write(self, file: BinaryIO, piece: bytes) -> None:
        """Add to the open file. Raises DiskError; what the network raises meanwhile is not the disk's."""
        with _disk(self._part):
            file.write(piece)

    def finish(self) -> None:
        """Put the whole file in its place."""
        with _disk(self.path):
            os.replace(self._part, self.path)
            self._put_note(None)

    def discard(self) -> None:
        """Forget what there is."""
        with _disk(self._part):
            for path in (self._part, self._note):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)

    def _noted(self) -> str | None:
        try:
            with open(self._note, encoding="utf-8") as file:
                note = json.load(file)
            return str(note["validator"]) if note["url"] == self._url else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _put_note(self, validator: str | None) -> None:
        if validator is None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._note)
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(self._note, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump({"url": self._url, "validator": validator}, file)


async def receive(
    response: httpx.Response, url: str, part: PartFile, on_progress: Progress | None, largest: int
) -> Download:
    """Write the body of an answer into a part file, and the part file into place. Raises BodyError, DiskError."""
    encoding = response.headers.get("content-encoding", "")
    length = response.headers.get("content-length", "")
    try:
        offset = part.offset if _continues(response, part.offset) else 0
        total = offset + int(length) if length.isdecimal() and len(length) < 16 and not encoding else None
        if total is not None and total > largest:
            raise too_long(largest)
        with part.writing(offset, None if encoding else strong_validator(response.headers)) as file:
            await _copy(response, part, file, _Extent(offset, total, largest), on_progress)
            with _disk(part.path):
                size, digest = await asyncio.to_thread(_measured, file)
    except BodyError:
        part.discard()
        raise
    part.finish()
    return Download(url, size, digest)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _measured(file: BinaryIO) -> tuple[int, str]:
    """Size and SHA-256 of a file that is safe on the disk; for a thread: a large one takes a second."""
    _settle(file)
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(1 << 20):
        digest.update(block)
    return file.tell(), digest.hexdigest()


async def _copy(
    response: httpx.Response, part: PartFile, file: BinaryIO, extent: _Extent, on_progress: Progress | None
) -> None:
    decoder = decoder_for(response.headers.get("content-encoding", ""), extent.largest - extent.offset)
    size = extent.offset
    file.seek(0)
    head = file.read(_MAGIC_WITHIN)
    file.seek(size)
    async for chunk in response.aiter_raw():
        for piece in decoder.feed(chunk):
            if len(head) < _MAGIC_WITHIN:
                head = (head + piece)[:_MAGIC_WITHIN]
                if len(head) == _MAGIC_WITHIN:
                    _check(head)
            part.write(file, piece)
            size += len(piece)
            if on_progress:
                on_progress(size, extent.total)
    decoder.finish()
    _check(head)


def _check(head: bytes) -> None:
    if _MAGIC not in head:
        raise BodyError("sent something else in place of a PDF")


def _continues(response: httpx.Response, offset: int) -> bool:
    """Whether an answer is the rest that was asked for. Raises BodyError for another part."""
    if response.status_code != 206:
        return False
    found = re.match(r"bytes ([0-9]{1,18})-", response.headers.get("content-range", ""))
    if not offset or found is None or int(found[1]) != offset:
        raise BodyError("sent another part than was asked for")
    return True


@contextlib.contextmanager
def _disk(path: str) -> Iterator[None]:
    # Errors of the network are OSErrors too, but httpcore has wrapped them by then.
    try:
        yield
    except OSError as error:
        raise DiskError(
            f"cannot write {path}: {error.strerror or error}", "free some space, or check pdf_dir"
        ) from error
