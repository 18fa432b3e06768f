"""The files of papers."""

from contextlib import closing

from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing
from readq.store.papers import pdfs as pdf_rows
from readq.store.papers.pdfs import Pdf

AT = "2026-11-23T08:00:00Z"


def test_a_file_of_a_paper(six_papers: str) -> None:
    with closing(open_for_writing(six_papers)) as connection, writing(connection):
        assert pdf_rows.lookup(connection, 1) is None
        assert pdf_rows.owner(connection, "/a.pdf") is None
        pdf_rows.attach(connection, 1, "/a.pdf", AT)
        pdf_rows.attach(connection, 2, "/b.pdf", AT, sha256="0" * 64, url="https://example.org/b.pdf")
        assert pdf_rows.lookup(connection, 1) == Pdf(1, "/a.pdf", None, None, AT)
        pdf_rows.attach(connection, 1, "/c.pdf", AT)
        assert pdf_rows.lookup(connection, 1) == Pdf(1, "/c.pdf", None, None, AT)
        assert pdf_rows.owner(connection, "/b.pdf") == 2
        connection.execute("DELETE FROM paper WHERE id = 2")
        assert pdf_rows.owner(connection, "/b.pdf") is None
