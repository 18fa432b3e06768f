"""The `file` field in the forms that other programs write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.bibtex.file_field import pdf_paths


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("noether.pdf", ["noether.pdf"]),
        ("/home/ada/papers/noether 1918.pdf", ["/home/ada/papers/noether 1918.pdf"]),
        (":noether.pdf:PDF", ["noether.pdf"]),
        ("Full Text:/home/ada/noether.pdf:application/pdf", ["/home/ada/noether.pdf"]),
        ("PDF:files/12/a.pdf:application/pdf;Snapshot:files/13/b.html:text/html", ["files/12/a.pdf"]),
        ("a.pdf;b.pdf", ["a.pdf", "b.pdf"]),
        (r":C\:\\papers\\noether.pdf:PDF", [r"C:\papers\noether.pdf"]),
        (r":on laws\; and more.pdf:PDF", ["on laws; and more.pdf"]),
        ("{noether.pdf}", ["noether.pdf"]),
        ("page.html", []),
        ("", []),
        (";;::", []),
    ],
)
def test_the_forms_of_other_programs(field: str, found: list[str]) -> None:
    assert pdf_paths(field) == found


@given(st.text())
def test_no_text_makes_the_parser_raise(field: str) -> None:
    assert all(path.lower().endswith(".pdf") for path in pdf_paths(field))


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1).map(lambda name: f"{name}.pdf")))
def test_written_paths_are_parsed_back(names: list[str]) -> None:
    assert pdf_paths(";".join(f":{name}:PDF" for name in names)) == list(dict.fromkeys(names))
