"""`readq.services.pdf.identify`: hostile and broken PDFs give a one-line error within limits of time and memory."""

import zlib
from pathlib import Path

import pytest
from pdf_writer import pdf

from readq.errors import ReadqError
from readq.services.pdf.identify import reference_of_pdf


def kept(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    return str(path)


def test_the_first_pages_and_the_metadata_are_looked_at(tmp_path: Path) -> None:
    cover = pdf("Downloaded from a library", "Growth (of networks)\nhttps://doi.org/10.1000/growth")
    assert reference_of_pdf(kept(tmp_path, cover)) == "10.1000/growth"
    named = pdf("Growth", metadata={"doi": "10.1000/named", "Title": "Growth"})
    assert reference_of_pdf(kept(tmp_path, named)) == "10.1000/named"
    late = pdf("One", "Two", "Three", "Four 10.1000/late")
    with pytest.raises(ReadqError, match="no arXiv id or DOI in its first pages"):
        reference_of_pdf(kept(tmp_path, late))


def _with_stream(data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\n"
        b"endobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>\nendobj\n4 0 obj\n"
        b"<</Filter/FlateDecode/Length " + str(len(packed)).encode() + b">>\nstream\n" + packed + b"\nendstream\n"
        b"endobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_with_stream(b" " * 400_000_000), id="a bomb"),
        pytest.param(b"%PDF-1.4\n" + b"[" * 200_000, id="brackets"),
        pytest.param(
            b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>\nendobj\ntrailer\n<</Root 1 0 R>>",
            id="a circle",
        ),
        pytest.param(b"%PDF-1.7\n" + bytes(range(256)) * 400, id="noise"),
        pytest.param(b"%PDF-", id="a head"),
        pytest.param(pdf("x")[:-200], id="cut off"),
    ],
)
def test_hostile_files_end_in_one_line(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ReadqError) as failure:
        reference_of_pdf(kept(tmp_path, content))
    assert "\n" not in str(failure.value)


def test_a_missing_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.pdf"):
        with pytest.raises(ReadqError):
            reference_of_pdf(str(path))
