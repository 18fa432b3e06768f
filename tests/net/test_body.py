"""`readq.net.body`: bodies in any pieces, never more than the limit."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.net.body import BodyError, decoder_for


def decoded(encoding: str, body: bytes, *, limit: int = 1 << 24, size: int = 1 << 16) -> bytes:
    decoder = decoder_for(encoding, limit)
    pieces = [piece for at in range(0, len(body), size) for piece in decoder.feed(body[at : at + size])]
    decoder.finish()
    return b"".join(pieces)


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=4), st.integers(1, 50), st.integers(0, 9))
def test_gzip_is_decoded_for_any_pieces_and_members(members: list[bytes], size: int, level: int) -> None:
    body = b"".join(gzip.compress(member, level) for member in members)
    assert decoded("gzip", body, size=size) == b"".join(members)


@pytest.mark.parametrize("rest", [b"\n", b"\0" * 600, b"<!-- cached -->"])
def test_what_follows_a_whole_gzip_stream_is_ignored(rest: bytes) -> None:
    assert decoded("gzip", gzip.compress(b"lakes") + rest, size=7) == b"lakes"
    with pytest.raises(BodyError, match="more than"):
        decoded("gzip", gzip.compress(b"lakes") + rest * 5000, limit=4000)


@given(st.binary(min_size=3, max_size=400), st.integers(1, 50))
def test_an_unencoded_body_is_unchanged(body: bytes, size: int) -> None:
    if not body.startswith(b"\x1f\x8b"):
        assert decoded("", body, size=size) == body


@pytest.mark.parametrize("encoding", ["identity", "none", "UTF-8", "8bit", "binary"])
def test_a_charset_or_an_encoding_of_mail_is_no_compression(encoding: str) -> None:
    assert decoded(encoding, b"lakes") == b"lakes"


@given(st.binary(max_size=2000), st.data())
def test_gzip_that_is_cut_is_refused_wherever(body: bytes, data: st.DataObject) -> None:
    whole = gzip.compress(body)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BodyError, match="sent incomplete compressed data"):
        decoded("gzip", whole[:cut], size=100)


@given(st.binary(max_size=500))
def test_rubbish_as_gzip_raises_one_kind_of_error(body: bytes) -> None:
    try:
        decoded("gzip", body)
    except BodyError:
        return
    assert gzip.decompress(body) is not None


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate", "br", "zstd", "gzip,identity", "x"])
def test_other_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(BodyError, match="not requested"):
        decoder_for(encoding, 100)


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", "GZIP ", "x-gzip"])
def test_a_body_may_have_the_size_of_the_limit_and_not_a_byte_more(encoding: str) -> None:
    def body(length: int) -> bytes:
        data = b"a" * length
        return gzip.compress(data) if "gzip" in encoding.lower() else data

    assert decoded(encoding, body(5000), limit=5000) == b"a" * 5000
    with pytest.raises(BodyError, match="sent more than 5000 bytes"):
        decoded(encoding, body(5001), limit=5000)


def test_a_bomb_is_unpacked_in_small_pieces_up_to_the_limit() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    pieces = decoder_for("gzip", 4 << 20).feed(bomb)
    sizes = [len(next(pieces)) for _ in range(16)]
    with pytest.raises(BodyError, match="sent more than 4 MiB"):
        next(pieces)
    assert sum(sizes) == 4 << 20
    assert max(sizes) <= 1 << 18


def test_compressed_data_that_does_not_say_so_is_refused() -> None:
    for size in (1, 100):
        with pytest.raises(BodyError, match="without saying so"):
            decoded("", gzip.compress(b"x"), size=size)
