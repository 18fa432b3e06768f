"""`readq.services.pdf.linked_files`: the reader's PDFs are attached in place."""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq.errors import DiskError, ReadqError
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.pdf import linked_files
from readq.store.library import open_for_writing
from readq.store.papers import pdfs

PDF = b"%PDF-1.7\na page\n%%EOF\n"


def test_the_readers_own_file_stays_where_it_is(six_papers: str, tmp_path: Path, now: datetime) -> None:
    mine = tmp_path / "my copy.pdf"
    mine.write_bytes(PDF)
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        assert linked_files.attach(connection, 2, str(mine), now) == str(mine)
        row = pdfs.lookup(connection, 2)
    assert row is not None
    assert (row.path, row.sha256) == (str(mine), None)


@pytest.mark.parametrize(
    ("name", "error"), [("missing.pdf", DiskError), ("page.html", ReadqError), ("fifo", ReadqError)]
)
def test_other_files_are_not_attached(
    six_papers: str, tmp_path: Path, now: datetime, name: str, error: type[ReadqError]
) -> None:
    (tmp_path / "page.html").write_text("<html>")
    os.mkfifo(tmp_path / "fifo")
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        with pytest.raises(error, match=name):
            linked_files.attach(connection, 2, str(tmp_path / name), now)
        assert pdfs.lookup(connection, 2) is None


def test_files_that_a_bib_names_are_linked(
    library: str, tmp_path: Path, now: datetime, dump: Callable[..., Any]
) -> None:
    folder = tmp_path / "refs"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "noether.pdf").write_bytes(PDF)
    (folder / "files" / "page.pdf").write_text("<html>")
    bib = folder / "refs.bib"
    bib.write_text(
        "@article{noether, title={Invariant Variation Problems}, file={Full Text:files/noether.pdf:application/pdf}}\n"
        "@article{lovelace, title={Notes}, file={:files/missing.pdf:PDF;:files/page.pdf:PDF}}\n"
    )
    import_paths(library, [str(bib)], ImportOptions(dry_run=True), now)
    import_paths(library, [str(bib)], ImportOptions(), now)
    ((paper, path, sha256, _, _),) = dump(library)["pdf"]
    with contextlib.closing(sqlite3.connect(library)) as connection:
        ((key,),) = connection.execute("SELECT key FROM paper WHERE id = ?", (paper,)).fetchall()
    assert (key, path, sha256) == ("noether", str(folder / "files" / "noether.pdf"), None)
    import_paths(library, [str(bib)], ImportOptions(), now)
    assert len(dump(library)["pdf"]) == 1
