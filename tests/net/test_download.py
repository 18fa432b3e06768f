"""`readq.net.download`: a complete file or none, and resuming."""

import hashlib
import os
import re
import resource
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback import Loopback, Reply, Seen

from readq.errors import DiskError
from readq.net.client import Client
from readq.net.download import Download
from readq.net.fetcher import FetchError, Request

Make = Callable[..., Client]

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "pdf" / "paper.pdf"


def asking(server: Loopback) -> Request:
    return Request(f"{server.url}/paper", "arxiv", user_url=server.url)


def in_parts(seen: Seen) -> Reply:
    """Answer like a server with ranges: the rest of the file if the version is the same."""
    headers = {"ETag": '"v1"'}
    found = re.fullmatch(r"bytes=([0-9]+)-", seen.headers.get("range", ""))
    if not found or seen.headers.get("if-range") != '"v1"':
        return Reply(PDF, headers=headers)
    start = int(found[1])
    if start >= len(PDF):
        return Reply(status=416, headers={"Content-Range": f"bytes */{len(PDF)}"})
    headers["Content-Range"] = f"bytes {start}-{len(PDF) - 1}/{len(PDF)}"
    return Reply(PDF[start:], 206, headers)


def cut(at: int, etag: str = '"v1"') -> Reply:
    """Return a response that ends after `at` bytes."""
    head = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: {len(PDF)}\r\n\r\n"
    return Reply(raw=head.encode() + PDF[:at])


async def downloaded(make: Make, server: Loopback, place: Path, **options: object) -> Download:
    async with make() as client:
        return await client.download(asking(server), str(place), **options)  # type: ignore[arg-type]  # mixed options


async def refused(make: Make, server: Loopback, place: Path, **options: object) -> str:
    with pytest.raises(FetchError) as caught:
        await downloaded(make, server, place, **options)
    return str(caught.value)


def files(place: Path) -> list[str]:
    return sorted(os.listdir(place.parent)) if place.parent.exists() else []


async def test_a_pdf_is_downloaded_with_progress(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = in_parts
    steps: list[tuple[int, int | None]] = []
    done = await downloaded(client, loopback, place, on_progress=lambda *step: steps.append(step))
    assert done == Download(f"{loopback.url}/paper", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert place.read_bytes() == PDF
    assert files(place) == ["paper.pdf"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert steps == sorted(steps)
    assert steps[-1] == (len(PDF), len(PDF))
    assert loopback.log[0].headers["accept-encoding"] == "identity"


async def test_an_interrupted_download_is_resumed(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = cut(100_000)
    assert "sent an incomplete response" in await refused(client, loopback, place)
    assert files(place) == ["paper.pdf.part", "paper.pdf.part.json"]
    loopback.routes["/paper"] = in_parts
    done = await downloaded(client, loopback, place)
    assert (place.read_bytes(), done.size, done.sha256) == (PDF, len(PDF), hashlib.sha256(PDF).hexdigest())
    assert loopback.log[-1].headers["range"] == "bytes=100000-"
    assert files(place) == ["paper.pdf"]


async def test_another_version_is_begun_anew(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = cut(100_000, etag='"v0"')
    await refused(client, loopback, place)
    loopback.routes["/paper"] = in_parts
    await downloaded(client, loopback, place)
    assert loopback.log[-1].headers["if-range"] == '"v0"'
    assert place.read_bytes() == PDF


@pytest.mark.parametrize("etag", ['W/"v1"', ""])
async def test_without_a_strong_validator_nothing_is_resumed(
    client: Make, loopback: Loopback, place: Path, etag: str
) -> None:
    loopback.routes["/paper"] = cut(100_000, etag=etag)
    await refused(client, loopback, place)
    loopback.routes["/paper"] = in_parts
    await downloaded(client, loopback, place)
    assert "range" not in loopback.log[-1].headers
    assert place.read_bytes() == PDF


async def test_the_part_of_another_address_is_not_continued(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = cut(100_000)
    await refused(client, loopback, place)
    loopback.routes["/other"] = in_parts
    async with client() as opened:
        await opened.download(Request(f"{loopback.url}/other", "arxiv", user_url=loopback.url), str(place))
    assert "range" not in loopback.log[-1].headers
    assert place.read_bytes() == PDF


async def test_a_part_longer_than_the_file_is_thrown_away(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = cut(100_000)
    await refused(client, loopback, place)
    (place.parent / "paper.pdf.part").write_bytes(PDF + b"more")
    loopback.routes["/paper"] = in_parts
    await downloaded(client, loopback, place)
    assert place.read_bytes() == PDF


async def test_the_wrong_part_is_not_glued_on(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = cut(100_000)
    await refused(client, loopback, place)
    loopback.routes["/paper"] = Reply(PDF[5:], 206, {"Content-Range": f"bytes 5-{len(PDF) - 1}/{len(PDF)}"})
    assert "another part" in await refused(client, loopback, place)
    assert files(place) == []


async def test_a_part_that_grew_too_long_is_given_up(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = cut(100_000)
    await refused(client, loopback, place)
    loopback.routes["/paper"] = in_parts
    assert "sent more than" in await refused(client, loopback, place, max_size=200_000)
    assert files(place) == []


async def test_a_reset_in_the_middle_goes_on_at_once(client: Make, loopback: Loopback, place: Path) -> None:
    def once_reset(seen: Seen) -> Reply:
        return cut(100_000)._replace(reset=True) if len(loopback.log) == 1 else in_parts(seen)

    loopback.routes["/paper"] = once_reset
    await downloaded(client, loopback, place)
    assert place.read_bytes() == PDF
    assert len(loopback.log) == 2


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html>" + b" " * 5000, b"%PD", b" " * 1024 + PDF, b"x" * 1020 + b"%PDF-"]
)
async def test_other_files_than_pdfs_are_not_kept(client: Make, loopback: Loopback, place: Path, body: bytes) -> None:
    loopback.routes["/paper"] = Reply(body, headers={"ETag": '"v1"'}, content_type="application/pdf")
    assert "other than a PDF" in await refused(client, loopback, place)
    assert files(place) == []


async def test_a_pdf_may_begin_a_little_later(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = b"\n" * 1000 + PDF
    await downloaded(client, loopback, place)
    assert place.read_bytes() == b"\n" * 1000 + PDF


async def test_a_pdf_has_a_limit_announced_or_not(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = Reply(PDF)
    assert "sent more than 100000 bytes" in await refused(client, loopback, place, max_size=100_000)
    loopback.routes["/paper"] = Reply(raw=b"HTTP/1.1 200 OK\r\n\r\n" + PDF)
    assert "sent more than 100000 bytes" in await refused(client, loopback, place, max_size=100_000)
    assert files(place) == []


async def test_an_old_file_stays_until_the_new_one_is_whole(client: Make, loopback: Loopback, place: Path) -> None:
    place.parent.mkdir()
    place.write_bytes(b"old")
    loopback.routes["/paper"] = cut(100_000)
    await refused(client, loopback, place)
    assert place.read_bytes() == b"old"


async def test_a_part_file_that_is_a_link_is_not_followed(client: Make, loopback: Loopback, place: Path) -> None:
    place.parent.mkdir()
    precious = place.parent / "precious"
    precious.write_bytes(b"precious")
    (place.parent / "paper.pdf.part").symlink_to(precious)
    loopback.routes["/paper"] = in_parts
    with pytest.raises(DiskError, match="cannot write"):
        await downloaded(client, loopback, place)
    assert precious.read_bytes() == b"precious"


async def test_a_folder_that_cannot_be_written_is_a_matter_of_the_disk(
    client: Make, loopback: Loopback, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    loopback.routes["/paper"] = in_parts
    with pytest.raises(DiskError, match="cannot write"):
        await downloaded(client, loopback, tmp_path / "file" / "paper.pdf")


async def test_a_full_disk_is_an_error_and_keeps_the_part(client: Make, loopback: Loopback, place: Path) -> None:
    loopback.routes["/paper"] = in_parts
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(DiskError, match=r"cannot write .*paper\.pdf\.part: File too large"):
            await downloaded(client, loopback, place)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not place.exists()
    await downloaded(client, loopback, place)
    assert place.read_bytes() == PDF
    assert "range" in loopback.log[-1].headers
