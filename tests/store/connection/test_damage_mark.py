"""The mark of a damaged library."""

import errno
import os
from pathlib import Path

import pytest

from readq.store.connection import damage_mark


def test_no_mark_is_removed_from_a_read_only_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = str(tmp_path / "library.db")

    def refuse(_path: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    damage_mark.mark(library, "page 3 is wrong")
    damage_mark.clear(library)
    assert damage_mark.damage_of(library) is None
    monkeypatch.setattr(os, "unlink", refuse)
    damage_mark.clear(library)
