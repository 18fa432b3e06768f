"""A spooled text is read back as it was written, whether it stays in memory or not."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq import spool
from readq.errors import DiskError
from readq.spool import Spool


@given(st.lists(st.text(st.characters(codec=None))), st.integers(0, 40), st.integers(1, 9))
def test_a_text_is_read_as_it_was_written(parts: list[str], in_memory: int, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch, Spool() as text:
        patch.setattr(spool, "_IN_MEMORY", in_memory)
        patch.setattr(spool, "_CHUNK", chunk)
        for part in parts:
            text.write(part)
        whole = "".join(parts)
        data = whole.encode(errors="surrogatepass")
        for _ in range(2):
            assert "".join(text.texts()) == whole
            assert b"".join(text.data()) == data
            assert list(text.lines()) == [line + b"\n" for line in data.split(b"\n")[:-1]] + (
                [data.rpartition(b"\n")[2]] if not data.endswith(b"\n") and data else []
            )


def test_a_long_text_has_no_name_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Spool() as text:
        for _ in range(40):
            text.write("x" * 100_000)
        assert sum(map(len, text.texts())) == 4_000_000
        assert os.listdir(tmp_path) == []


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with Spool() as text, pytest.raises(DiskError, match=f"cannot write '{tmp_path}'.*TMPDIR"):
        text.write("x" * 2_000_000)
